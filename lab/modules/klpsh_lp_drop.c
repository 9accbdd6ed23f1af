// SPDX-License-Identifier: GPL-2.0-only
/*
 * Atomic replace that drops a function: patches klpsh_hello_show() only, so
 * that klpsh_nap(), if a replaced patch changed it, goes back to the original.
 * Its transition is held up by naps in the replaced patch's function.
 */
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/seq_file.h>

static int livepatch_klpsh_hello_show(struct seq_file *m, void *v)
{
	seq_puts(m, "dropping hello\n");
	return 0;
}

static struct klp_func funcs[] = { { .old_name = "klpsh_hello_show", .new_func = livepatch_klpsh_hello_show },
				   {} };

static struct klp_object objs[] = { { .name = "klpsh_target", .funcs = funcs }, {} };

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objs,
	.replace = true,
};

static int __init klpsh_lp_drop_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit klpsh_lp_drop_exit(void)
{
}

module_init(klpsh_lp_drop_init);
module_exit(klpsh_lp_drop_exit);
MODULE_DESCRIPTION("klpsh lab: an atomic replace that drops a function");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
