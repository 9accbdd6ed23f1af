/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A made-up machine and a file for which every check of a preflight passes;
 * the tests bend one thing each. For preflight_test and predict_test.
 */
#ifndef KLPSH_TESTS_KMOD_PREFLIGHT_H
#define KLPSH_TESTS_KMOD_PREFLIGHT_H

#include "tests/core/fake.h"

#include "kmod/preflight.h"

#define TRACING "sys/kernel/tracing/"
#define KPROBES "sys/kernel/debug/kprobes/list"

static struct inspect_func vmlinux_funcs[] = { { (char[]){ "alpha" }, (char[]){ "new_alpha" }, 0 },
					       { (char[]){ "dup" }, (char[]){ "new_dup" }, 2 } };
static struct inspect_func mod_funcs[] = { { (char[]){ "beta" }, (char[]){ "new_beta" }, 0 } };
static struct inspect_reloc relocs[] = { { (char[]){ "vmlinux" }, (char[]){ "gamma" }, 0 },
					 { (char[]){ "absent" }, (char[]){ "delta" }, 1 } };
static char *depends[] = { (char[]){ "mod_a" } };

/* A file for which everything is right; tests bend it. */
struct place {
	struct tree *t;
	struct inspect file;
	struct inspect_object objects[2];
	struct inspect_func funcs[2], more[1];
	struct inspect_reloc relocs[2];
	struct funcmap map;
	enum keyring_answer (*key_known)(const struct root *root, const char *id);
	struct snapshot *snap;
	struct preflight got;
};

static inline int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	alarm(120);
	p->t = fake_machine();
	tree_write(p->t, "proc/modules", "mod_a 16384 0 - Live 0x0000000000000000\n");
	tree_write(p->t, "proc/kallsyms",
		   "ffffffff81000100 T alpha\nffffffff81000200 t dup\nffffffff81000300 t dup\n"
		   "ffffffff81000400 D gamma\nffffffffc0000000 t beta\t[mod_a]\n"
		   "ffffffffc0000100 t alpha\t[mod_a]\n");
	tree_write(p->t, "proc/sys/kernel/ftrace_enabled", "1\n");
	tree_write(p->t, "sys/module/module/parameters/sig_enforce", "N\n");
	tree_write(p->t, "sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
	tree_write(p->t, TRACING "available_filter_functions",
		   "alpha\ndup\ndup\n__ftrace_invalid_address___16\nbeta [mod_a]\n");
	tree_write(p->t, TRACING "enabled_functions", "");
	tree_write(p->t, KPROBES, "");
	tree_write(p->t, "dev/kmsg", "6,1,1000000,-;Linux version 6.1.0-test\n");
	fake_task(p->t, &(struct fake_task){ 7, 7, "worker", 'D', true, "-1\n",
					     "[<0>] msleep+0x2d/0x40\n[<0>] kthread+0xda/0x100\n" });
	memcpy(p->funcs, vmlinux_funcs, sizeof(p->funcs));
	memcpy(p->more, mod_funcs, sizeof(p->more));
	memcpy(p->relocs, relocs, sizeof(p->relocs));
	p->objects[0] = (struct inspect_object){ .funcs = p->funcs, .n_funcs = 2 };
	p->objects[1] = (struct inspect_object){ .funcs = p->more, .n_funcs = 1 };
	p->file = (struct inspect){ .livepatch = true,
				    .depends = depends,
				    .n_depends = 1,
				    .replace = 0,
				    .objects = p->objects,
				    .n_objects = 2,
				    .objects_complete = true,
				    .relocs = p->relocs,
				    .n_relocs = 2 };
	p->file.name = strdup("fix_lp");
	p->file.vermagic = strdup("6.1.0-test SMP preempt mod_unload modversions ");
	p->file.srcversion = strdup("AAAA");
	p->objects[0].name = strdup("vmlinux");
	p->objects[1].name = strdup("mod_a");
	*state = p;
	return 0;
}

static inline int teardown(void **state)
{
	struct place *p = *state;

	preflight_done(&p->got);
	snapshot_free(p->snap);
	free(p->file.name);
	free(p->file.vermagic);
	free(p->file.srcversion);
	free(p->objects[0].name);
	free(p->objects[1].name);
	tree_free(p->t);
	free(p);
	return 0;
}

static inline void look(struct place *p)
{
	_cleanup_(root_freep) struct root *root = tree_root(p->t);
	_cleanup_(origin_freep) struct origin *origin = NULL;
	struct preflight_input in = { .root = root, .file = &p->file, .map = p->map.old_of ? &p->map : NULL };

	assert_int_equal(origin_new(root, "6.1.0-test", NULL, 0, &origin), 0);
	in.origin = origin;
	in.key_known = p->key_known;
	preflight_done(&p->got);
	p->snap = snapshot_free(p->snap);
	assert_int_equal(snapshot_take(root,
				       SNAPSHOT_PATCHES | SNAPSHOT_MODULES | SNAPSHOT_SYSTEM | SNAPSHOT_LOG,
				       NULL, &p->snap),
			 0);
	in.snap = p->snap;
	assert_int_equal(preflight_run(&in, &p->got), 0);
}

/* Look, and expect this of the check; evidence: a part of it. */
static inline void expect(struct place *p, const char *id, enum check_result result, const char *evidence)
{
	const struct check *c;

	look(p);
	c = preflight_find(&p->got, id);
	if (!c)
		fail_msg("no check %s", id);
	if (c->result != result || !strstr(c->evidence, evidence))
		fail_msg("%s: %s, \"%s\"; expected %s, \"%s\"", id, check_result_name(c->result), c->evidence,
			 check_result_name(result), evidence);
	assert_true(result < CHECK_WARN ? !c->hint : c->hint && *c->hint);
}

#endif
