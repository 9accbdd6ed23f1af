// SPDX-License-Identifier: GPL-2.0-only
/*
 * A cumulative patch, atomic replace: patches klpsh_nap() and
 * klpsh_hello_show(), and takes the place of every patch that was there.
 */
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "klpsh_target.h"

static PATCHABLE void livepatch_klpsh_nap(struct klpsh_nap *nap)
{
	klpsh_nap_sleep(nap, "klpsh_lp_cumul");
	barrier();
}

static int livepatch_klpsh_hello_show(struct seq_file *m, void *v)
{
	seq_puts(m, "cumulative hello\n");
	return 0;
}

static struct klp_func funcs[] = { { .old_name = "klpsh_nap", .new_func = livepatch_klpsh_nap },
				   { .old_name = "klpsh_hello_show", .new_func = livepatch_klpsh_hello_show },
				   {} };

static struct klp_object objs[] = { { .name = "klpsh_target", .funcs = funcs }, {} };

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objs,
	.replace = true,
};

static int __init klpsh_lp_cumul_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit klpsh_lp_cumul_exit(void)
{
}

module_init(klpsh_lp_cumul_init);
module_exit(klpsh_lp_cumul_exit);
MODULE_DESCRIPTION("klpsh lab: an atomic replace of all before it");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
