// SPDX-License-Identifier: GPL-2.0-only
/*
 * klpsh_target: an ordinary module, there to be patched.
 *
 * This file owns /proc/klpsh and /proc/klpsh/hello; nap, block and spin have
 * files of their own. klpsh_hello_show() is what klpsh_lp_hello, _cumul,
 * _drop and _callbacks patch.
 */
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "klpsh_target.h"

static struct proc_dir_entry *dir;

int klpsh_hello_show(struct seq_file *m, void *v);

PATCHABLE int klpsh_hello_show(struct seq_file *m, void *v)
{
	seq_puts(m, "original hello\n");
	return 0;
}

int klpsh_read_word(char *to, size_t size, const char __user *from, size_t len)
{
	char *end;

	if (len == 0 || len >= size)
		return -EINVAL;
	if (copy_from_user(to, from, len))
		return -EFAULT;
	to[len] = '\0';
	end = strchr(to, '\n');
	if (end)
		*end = '\0';
	return 0;
}

static int __init klpsh_target_init(void)
{
	int r = -ENOMEM;

	/* what a patch of these sources must be built with, too */
	pr_info("klpsh_target: made of %s\n", __FILE__);
	dir = proc_mkdir("klpsh", NULL);
	if (!dir)
		return -ENOMEM;
	if (!proc_create_single("hello", 0444, dir, klpsh_hello_show))
		goto remove;
	r = klpsh_block_init(dir);
	if (r)
		goto remove;
	r = klpsh_spin_init(dir);
	if (r)
		goto remove;
	r = klpsh_nap_init(dir);
	if (r)
		goto remove;
	return 0;
remove:
	proc_remove(dir);
	return r;
}

static void __exit klpsh_target_exit(void)
{
	proc_remove(dir);
	klpsh_nap_exit();
	klpsh_spin_exit();
}

module_init(klpsh_target_init);
module_exit(klpsh_target_exit);
MODULE_DESCRIPTION("klpsh lab: the module that gets patched");
MODULE_LICENSE("GPL");
