// SPDX-License-Identifier: GPL-2.0-only
/*
 * Patches klpsh_block(), in which user tasks block: its transition is held up
 * until the kernel's fake signal, after about 15 s, makes them start the read
 * anew. The new function blocks too, so that unpatching is held up as well.
 */
#include <linux/livepatch.h>
#include <linux/module.h>

#include "klpsh_target.h"

static PATCHABLE int livepatch_klpsh_block(unsigned long opened_at, const char **ret_who)
{
	int r = klpsh_block_wait(opened_at, "klpsh_lp_block");

	*ret_who = "klpsh_lp_block";
	return r;
}

static struct klp_func funcs[] = { { .old_name = "klpsh_block", .new_func = livepatch_klpsh_block }, {} };

static struct klp_object objs[] = { { .name = "klpsh_target", .funcs = funcs }, {} };

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objs,
};

static int __init klpsh_lp_block_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit klpsh_lp_block_exit(void)
{
}

module_init(klpsh_lp_block_init);
module_exit(klpsh_lp_block_exit);
MODULE_DESCRIPTION("klpsh lab: a patch held up by a blocked user task");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
