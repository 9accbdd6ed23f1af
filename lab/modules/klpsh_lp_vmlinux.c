// SPDX-License-Identifier: GPL-2.0-only
/*
 * Patches a function of vmlinux with an effect one can see: /proc/cmdline gets
 * one more parameter, klpsh_lp_vmlinux=1, and stays parseable. The kernel's own
 * string is not exported, so it is read through the file before the patch.
 * Nothing sleeps in the function: the transition completes by itself.
 */
#include <linux/fs.h>
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/string.h>

static char line[2048];

static int livepatch_cmdline_proc_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%s klpsh_lp_vmlinux=1\n", line);
	return 0;
}

static int read_cmdline(void)
{
	struct file *file = filp_open("/proc/cmdline", O_RDONLY, 0);
	loff_t pos = 0;
	ssize_t n;

	if (IS_ERR(file))
		return PTR_ERR(file);
	n = kernel_read(file, line, sizeof(line) - 1, &pos);
	filp_close(file, NULL);
	if (n < 0)
		return n;
	line[n] = '\0';
	strim(line);
	return 0;
}

static struct klp_func funcs[] = {
	{ .old_name = "cmdline_proc_show", .new_func = livepatch_cmdline_proc_show }, {}
};

static struct klp_object objs[] = { { .funcs = funcs }, /* no name: vmlinux */
				    {} };

static struct klp_patch patch = {
	.mod = THIS_MODULE,
	.objs = objs,
};

static int __init klpsh_lp_vmlinux_init(void)
{
	int r = read_cmdline();

	return r ? r : klp_enable_patch(&patch);
}

static void __exit klpsh_lp_vmlinux_exit(void)
{
}

module_init(klpsh_lp_vmlinux_init);
module_exit(klpsh_lp_vmlinux_exit);
MODULE_DESCRIPTION("klpsh lab: a patch of vmlinux");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
