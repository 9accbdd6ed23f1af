// SPDX-License-Identifier: GPL-2.0-only
/*
 * Patches klpsh_nap(), in which kworkers sleep: its transition is held up by a
 * nap that runs. The new function naps too, so that unpatching, and a patch on
 * top of this one, can be held up as well.
 */
#include <linux/livepatch.h>
#include <linux/module.h>

#include "klpsh_target.h"

static PATCHABLE void livepatch_klpsh_nap(struct klpsh_nap *nap)
{
	klpsh_nap_sleep(nap, "klpsh_lp_nap");
	barrier();
}

static struct klp_func funcs[] = { { .old_name = "klpsh_nap", .new_func = livepatch_klpsh_nap }, {} };

static struct klp_object objs[] = { { .name = "klpsh_target", .funcs = funcs }, {} };

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objs,
};

static int __init klpsh_lp_nap_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit klpsh_lp_nap_exit(void)
{
}

module_init(klpsh_lp_nap_init);
module_exit(klpsh_lp_nap_exit);
MODULE_DESCRIPTION("klpsh lab: a patch held up by a sleeping kworker");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
