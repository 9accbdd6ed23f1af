// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/klpsh/spin: a kthread that never sleeps.
 *
 * Write SECONDS (15 at most, below the kernel's lockup warnings): the kthread
 * "klpsh_spin" loops in klpsh_spin() that long without a cond_resched; one at a
 * time, -EBUSY else. Read: "spinning" or "idle". No livepatch here patches it:
 * it stands for a running task, whose stack is not to be trusted.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/sched/task.h>
#include <linux/seq_file.h>

#include "klpsh_target.h"

#define SECONDS_MAX 15

static struct task_struct *spinner;
static DEFINE_MUTEX(spinner_lock);
static bool spinning;

void klpsh_spin(unsigned long until);

PATCHABLE void klpsh_spin(unsigned long until)
{
	while (time_before(jiffies, until) && !kthread_should_stop())
		cpu_relax();
}

static int spin_thread(void *data)
{
	klpsh_spin((unsigned long)data);
	WRITE_ONCE(spinning, false);
	return 0;
}

/* Takes away the kthread of the last spin, ended or not. */
static void spin_stop(void)
{
	if (!spinner)
		return;
	kthread_stop(spinner);
	put_task_struct(spinner);
	spinner = NULL;
}

static int spin_start(unsigned int seconds)
{
	struct task_struct *task;

	if (READ_ONCE(spinning))
		return -EBUSY;
	spin_stop();
	task = kthread_create(spin_thread, (void *)(jiffies + seconds * HZ), "klpsh_spin");
	if (IS_ERR(task))
		return PTR_ERR(task);
	get_task_struct(task);
	spinner = task;
	WRITE_ONCE(spinning, true);
	wake_up_process(task);
	return 0;
}

static ssize_t spin_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	unsigned int seconds;
	char word[8];
	int r;

	r = klpsh_read_word(word, sizeof(word), buf, len);
	if (!r)
		r = kstrtouint(word, 10, &seconds);
	if (!r && seconds > SECONDS_MAX)
		r = -ERANGE;
	if (r)
		return r;
	mutex_lock(&spinner_lock);
	r = spin_start(seconds);
	mutex_unlock(&spinner_lock);
	return r ? r : len;
}

static int spin_show(struct seq_file *m, void *v)
{
	seq_puts(m, READ_ONCE(spinning) ? "spinning\n" : "idle\n");
	return 0;
}

static int spin_open(struct inode *inode, struct file *file)
{
	return single_open(file, spin_show, NULL);
}

static const struct proc_ops spin_ops = {
	.proc_open = spin_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
	.proc_write = spin_write,
};

int klpsh_spin_init(struct proc_dir_entry *dir)
{
	return proc_create("spin", 0644, dir, &spin_ops) ? 0 : -ENOMEM;
}

void klpsh_spin_exit(void)
{
	mutex_lock(&spinner_lock);
	spin_stop();
	mutex_unlock(&spinner_lock);
}
