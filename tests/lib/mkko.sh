#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Makes a look-alike livepatch module for the scripts' tests, laid out as the
# kernel lays it out (6.1, amd64). Usage: mkko.sh FILE. It patches
# cmdline_proc_show of vmlinux and nfsd_read of nfsd, for 6.1.0-50-amd64, and
# is not loadable anywhere.
set -eu
out=$1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cat >"$tmp/fix.c" <<'END'
struct list_head { void *next, *prev; };
struct kobject { long b[8]; };
struct klp_func {
	const char *old_name;
	void *new_func;
	unsigned long old_sympos;
	void *old_func;
	struct kobject kobj;
	struct list_head node, stack_node;
	unsigned long old_size, new_size;
	_Bool nop, patched, transition;
};
struct klp_callbacks { void *pre_patch, *post_patch, *pre_unpatch, *post_unpatch; _Bool enabled; };
struct klp_object {
	const char *name;
	struct klp_func *funcs;
	struct klp_callbacks callbacks;
	struct kobject kobj;
	struct list_head func_list, node;
	void *mod;
	_Bool dynamic, patched;
};
struct klp_patch {
	void *mod;
	struct klp_object *objs;
	void *states;
	_Bool replace;
	struct list_head list;
	struct kobject kobj;
	struct list_head obj_list;
	_Bool enabled, forced;
	long work[8];
};
struct module { int state; struct list_head list; char name[56]; char rest[400]; };
struct module __this_module __attribute__((section(".gnu.linkonce.this_module"))) = { .name = "livepatch_new" };
#define INFO(n, s) static const char info_##n[] __attribute__((section(".modinfo"), used, aligned(1))) = s
INFO(vermagic, "vermagic=6.1.0-50-amd64 SMP preempt mod_unload modversions ");
INFO(name, "name=livepatch_new");
INFO(livepatch, "livepatch=Y");
INFO(license, "license=GPL");
int klp_enable_patch(struct klp_patch *);
static int new_show(int a) { return a + 1; }
static int new_read(int a) { return a + 2; }
static struct klp_func nfsd_funcs[] = { { .old_name = "nfsd_read", .new_func = new_read }, {} };
static struct klp_func vmlinux_funcs[] = { { .old_name = "cmdline_proc_show", .new_func = new_show }, {} };
static struct klp_object objs[] = { { .funcs = vmlinux_funcs }, { .name = "nfsd", .funcs = nfsd_funcs }, {} };
static struct klp_patch patch = { .mod = &__this_module, .objs = objs };
int init_module(void) { return klp_enable_patch(&patch); }
END
gcc -w -O1 -c -fno-pic -mcmodel=kernel -fno-asynchronous-unwind-tables -o "$out" "$tmp/fix.c"
