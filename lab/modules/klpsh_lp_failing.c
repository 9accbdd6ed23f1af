// SPDX-License-Identifier: GPL-2.0-only
/*
 * A patch that refuses: its pre-patch callback returns -ENODEV, so inserting
 * the module fails with "No such device" and nothing is patched.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
#include <linux/livepatch.h>
#include <linux/module.h>

static int pre_patch(struct klp_object *obj)
{
	pr_info("pre-patch refuses with -ENODEV\n");
	return -ENODEV;
}

static struct klp_func no_funcs[] = { {} };

static struct klp_object objs[] = { { .funcs = no_funcs, .callbacks = { .pre_patch = pre_patch } }, {} };

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objs,
};

static int __init klpsh_lp_failing_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit klpsh_lp_failing_exit(void)
{
}

module_init(klpsh_lp_failing_init);
module_exit(klpsh_lp_failing_exit);
MODULE_DESCRIPTION("klpsh lab: a pre-patch callback that fails");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
