// SPDX-License-Identifier: GPL-2.0-only
/*
 * Patches klpsh_hello_show() of the module klpsh_target, which may be loaded
 * before or after it: /proc/klpsh/hello then reads "patched hello".
 */
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/seq_file.h>

static int livepatch_klpsh_hello_show(struct seq_file *m, void *v)
{
	seq_puts(m, "patched hello\n");
	return 0;
}

static struct klp_func funcs[] = { { .old_name = "klpsh_hello_show", .new_func = livepatch_klpsh_hello_show },
				   {} };

static struct klp_object objs[] = { { .name = "klpsh_target", .funcs = funcs }, {} };

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objs,
};

static int __init klpsh_lp_hello_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit klpsh_lp_hello_exit(void)
{
}

module_init(klpsh_lp_hello_init);
module_exit(klpsh_lp_hello_exit);
MODULE_DESCRIPTION("klpsh lab: a patch of a module's function");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
