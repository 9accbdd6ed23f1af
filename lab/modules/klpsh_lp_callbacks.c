// SPDX-License-Identifier: GPL-2.0-only
/*
 * Callbacks around patching and unpatching, each with a line in the kernel log:
 * "klpsh_lp_callbacks: pre-patch vmlinux" and so on. The object vmlinux has
 * callbacks only, no function; klpsh_target has both.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/seq_file.h>

static const char *object_name(struct klp_object *obj)
{
	return obj->name ? obj->name : "vmlinux";
}

static int pre_patch(struct klp_object *obj)
{
	pr_info("pre-patch %s\n", object_name(obj));
	return 0;
}

static void post_patch(struct klp_object *obj)
{
	pr_info("post-patch %s\n", object_name(obj));
}

static void pre_unpatch(struct klp_object *obj)
{
	pr_info("pre-unpatch %s\n", object_name(obj));
}

static void post_unpatch(struct klp_object *obj)
{
	pr_info("post-unpatch %s\n", object_name(obj));
}

static int livepatch_klpsh_hello_show(struct seq_file *m, void *v)
{
	seq_puts(m, "hello with callbacks\n");
	return 0;
}

static struct klp_func no_funcs[] = { {} };

static struct klp_func funcs[] = { { .old_name = "klpsh_hello_show", .new_func = livepatch_klpsh_hello_show },
				   {} };

#define CALLBACKS                                                                                            \
	{                                                                                                    \
		.pre_patch = pre_patch, .post_patch = post_patch, .pre_unpatch = pre_unpatch,                \
		.post_unpatch = post_unpatch,                                                                \
	}

static struct klp_object objs[] = { { .funcs = no_funcs, .callbacks = CALLBACKS },
				    { .name = "klpsh_target", .funcs = funcs, .callbacks = CALLBACKS },
				    {} };

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objs,
};

static int __init klpsh_lp_callbacks_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit klpsh_lp_callbacks_exit(void)
{
}

module_init(klpsh_lp_callbacks_init);
module_exit(klpsh_lp_callbacks_exit);
MODULE_DESCRIPTION("klpsh lab: callbacks around patching");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
