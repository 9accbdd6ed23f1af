// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/klpsh/nap: kworkers that sleep in klpsh_nap(), the stall on demand.
 *
 * Write SECONDS: one more nap, on a kworker of its own; the write returns when
 * that nap is about to sleep (state D). Write "wake": all naps end, "wake1":
 * the oldest ends; these writes return when the naps are over. Read: "running
 * N", then a line a nap: number, whose code it runs, seconds left.
 */
#include <linux/completion.h>
#include <linux/jiffies.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "klpsh_target.h"

#define NAPS_MAX 256
#define SECONDS_MAX 86400

struct klpsh_nap {
	struct kref ref; /* the list's, and each writer's that waits */
	struct list_head list;
	struct work_struct work;
	struct completion started;
	struct completion woken;
	const char *who; /* whose klpsh_nap() runs; NULL: not yet */
	unsigned int id;
	unsigned long until; /* in jiffies */
};

static struct workqueue_struct *queue;
static LIST_HEAD(naps);
static DEFINE_MUTEX(naps_lock); /* the list and what hangs on it */
static DEFINE_MUTEX(writers_lock); /* no new nap while "wake" waits */
static unsigned int last_id;

void klpsh_nap(struct klpsh_nap *nap);

static void nap_free(struct kref *ref)
{
	kfree(container_of(ref, struct klpsh_nap, ref));
}

noinline void klpsh_nap_sleep(struct klpsh_nap *nap, const char *who)
{
	long left;

	mutex_lock(&naps_lock);
	nap->who = who;
	left = (long)(nap->until - jiffies);
	mutex_unlock(&naps_lock);

	complete(&nap->started);
	if (left > 0)
		wait_for_completion_timeout(&nap->woken, left);
}
EXPORT_SYMBOL_GPL(klpsh_nap_sleep);

/* What the livepatches patch. barrier(): it returns here, no tail call. */
PATCHABLE void klpsh_nap(struct klpsh_nap *nap)
{
	klpsh_nap_sleep(nap, "original");
	barrier();
}

static void nap_work(struct work_struct *work)
{
	struct klpsh_nap *nap = container_of(work, struct klpsh_nap, work);

	klpsh_nap(nap);

	mutex_lock(&naps_lock);
	list_del(&nap->list);
	mutex_unlock(&naps_lock);
	kref_put(&nap->ref, nap_free);
}

static int nap_start(unsigned int seconds)
{
	struct klpsh_nap *nap = kzalloc(sizeof(*nap), GFP_KERNEL);

	if (!nap)
		return -ENOMEM;
	kref_init(&nap->ref);
	kref_get(&nap->ref);
	init_completion(&nap->started);
	init_completion(&nap->woken);
	INIT_WORK(&nap->work, nap_work);
	nap->until = jiffies + seconds * HZ;

	mutex_lock(&writers_lock);
	mutex_lock(&naps_lock);
	nap->id = ++last_id;
	list_add_tail(&nap->list, &naps);
	mutex_unlock(&naps_lock);
	queue_work(queue, &nap->work);
	mutex_unlock(&writers_lock);

	wait_for_completion(&nap->started);
	kref_put(&nap->ref, nap_free);
	return 0;
}

static void wake_all(void)
{
	struct klpsh_nap *nap;

	mutex_lock(&writers_lock);
	mutex_lock(&naps_lock);
	list_for_each_entry(nap, &naps, list) complete_all(&nap->woken);
	mutex_unlock(&naps_lock);
	flush_workqueue(queue);
	mutex_unlock(&writers_lock);
}

static void wake_oldest(void)
{
	struct klpsh_nap *nap;

	mutex_lock(&naps_lock);
	nap = list_first_entry_or_null(&naps, struct klpsh_nap, list);
	if (nap) {
		kref_get(&nap->ref);
		complete_all(&nap->woken);
	}
	mutex_unlock(&naps_lock);
	if (nap) {
		flush_work(&nap->work);
		kref_put(&nap->ref, nap_free);
	}
}

static ssize_t nap_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	unsigned int seconds;
	char word[16];
	int r;

	r = klpsh_read_word(word, sizeof(word), buf, len);
	if (r)
		return r;
	if (!strcmp(word, "wake")) {
		wake_all();
	} else if (!strcmp(word, "wake1")) {
		wake_oldest();
	} else {
		r = kstrtouint(word, 10, &seconds);
		if (!r && seconds > SECONDS_MAX)
			r = -ERANGE;
		if (!r)
			r = nap_start(seconds);
	}
	return r ? r : len;
}

static int nap_show(struct seq_file *m, void *v)
{
	struct klpsh_nap *nap;
	unsigned int running = 0;
	long left;

	mutex_lock(&naps_lock);
	list_for_each_entry(nap, &naps, list) running++;
	seq_printf(m, "running %u\n", running);
	list_for_each_entry(nap, &naps, list)
	{
		left = (long)(nap->until - jiffies) / HZ;
		seq_printf(m, "%u %s %ld\n", nap->id, nap->who ? nap->who : "queued", max(left, 0L));
	}
	mutex_unlock(&naps_lock);
	return 0;
}

static int nap_open(struct inode *inode, struct file *file)
{
	return single_open(file, nap_show, NULL);
}

static const struct proc_ops nap_ops = {
	.proc_open = nap_open,
	.proc_read = seq_read,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
	.proc_write = nap_write,
};

int klpsh_nap_init(struct proc_dir_entry *dir)
{
	queue = alloc_workqueue("klpsh_nap", WQ_UNBOUND, NAPS_MAX);
	if (!queue)
		return -ENOMEM;
	if (proc_create("nap", 0644, dir, &nap_ops))
		return 0;
	destroy_workqueue(queue);
	return -ENOMEM;
}

void klpsh_nap_exit(void)
{
	wake_all();
	destroy_workqueue(queue);
}
