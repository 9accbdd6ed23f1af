// SPDX-License-Identifier: GPL-2.0-only
/*
 * A patch whose module is in use: whoever has /dev/klpsh_held open holds a
 * reference, so that after a disable has completed the module stays until that
 * file is closed. It patches klpsh_hello_show().
 */
#include <linux/fs.h>
#include <linux/livepatch.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/seq_file.h>

static int livepatch_klpsh_hello_show(struct seq_file *m, void *v)
{
	seq_puts(m, "held hello\n");
	return 0;
}

static const struct file_operations held_fops = { .owner = THIS_MODULE };

static struct miscdevice held = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "klpsh_held",
	.fops = &held_fops,
};

static struct klp_func funcs[] = { { .old_name = "klpsh_hello_show", .new_func = livepatch_klpsh_hello_show },
				   {} };

static struct klp_object objs[] = { { .name = "klpsh_target", .funcs = funcs }, {} };

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objs,
};

static int __init klpsh_lp_held_init(void)
{
	int r = misc_register(&held);

	if (r)
		return r;
	r = klp_enable_patch(&patch);
	if (r)
		misc_deregister(&held);
	return r;
}

static void __exit klpsh_lp_held_exit(void)
{
	misc_deregister(&held);
}

module_init(klpsh_lp_held_init);
module_exit(klpsh_lp_held_exit);
MODULE_DESCRIPTION("klpsh lab: a patch whose module can be held");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
