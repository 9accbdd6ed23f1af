// SPDX-License-Identifier: GPL-2.0-only
/*
 * Patches klpsh_nap() once more, plainly, on top of klpsh_lp_nap: a stack of
 * two. Its transition is held up by naps in klpsh_lp_nap's function, not by
 * those in the original.
 */
#include <linux/livepatch.h>
#include <linux/module.h>

#include "klpsh_target.h"

static PATCHABLE void livepatch_klpsh_nap(struct klpsh_nap *nap)
{
	klpsh_nap_sleep(nap, "klpsh_lp_nap2");
	barrier();
}

static struct klp_func funcs[] = { { .old_name = "klpsh_nap", .new_func = livepatch_klpsh_nap }, {} };

static struct klp_object objs[] = { { .name = "klpsh_target", .funcs = funcs }, {} };

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objs,
};

static int __init klpsh_lp_nap2_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit klpsh_lp_nap2_exit(void)
{
}

module_init(klpsh_lp_nap2_init);
module_exit(klpsh_lp_nap2_exit);
MODULE_DESCRIPTION("klpsh lab: a second patch of the same function");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
