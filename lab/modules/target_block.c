// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/klpsh/block: user tasks that block in klpsh_block().
 *
 * A read blocks interruptibly until "go" is written after the file was opened,
 * then gives "released by WHO", WHO being whose code it was in at the end. A
 * signal without a handler (the livepatch core's fake one) restarts the read,
 * which then runs the function that is current by that time.
 */
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include "klpsh_target.h"

static DECLARE_WAIT_QUEUE_HEAD(blocked);
static unsigned long gone; /* how often "go" was written */

int klpsh_block(unsigned long opened_at, const char **ret_who);

noinline int klpsh_block_wait(unsigned long opened_at, const char *who)
{
	return wait_event_interruptible(blocked, READ_ONCE(gone) != opened_at);
}
EXPORT_SYMBOL_GPL(klpsh_block_wait);

/* What klpsh_lp_block patches; *ret_who is set after the sleep, so it stays on the stack. */
PATCHABLE int klpsh_block(unsigned long opened_at, const char **ret_who)
{
	int r = klpsh_block_wait(opened_at, "original");

	*ret_who = "original";
	return r;
}

static int block_open(struct inode *inode, struct file *file)
{
	file->private_data = (void *)READ_ONCE(gone);
	return 0;
}

static ssize_t block_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	const char *who;
	char line[64];
	int r;

	if (*pos == 0) {
		r = klpsh_block((unsigned long)file->private_data, &who);
		if (r)
			return r;
		r = scnprintf(line, sizeof(line), "released by %s\n", who);
		return simple_read_from_buffer(buf, len, pos, line, r);
	}
	return 0;
}

static ssize_t block_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	char word[8];
	int r;

	r = klpsh_read_word(word, sizeof(word), buf, len);
	if (r)
		return r;
	if (strcmp(word, "go"))
		return -EINVAL;
	WRITE_ONCE(gone, gone + 1);
	wake_up_all(&blocked);
	return len;
}

static const struct proc_ops block_ops = {
	.proc_open = block_open,
	.proc_read = block_read,
	.proc_write = block_write,
	.proc_lseek = default_llseek,
};

int klpsh_block_init(struct proc_dir_entry *dir)
{
	return proc_create("block", 0666, dir, &block_ops) ? 0 : -ENOMEM;
}
