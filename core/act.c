// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The front end's half of a change: what must hold before anybody is asked,
 * and the talk with the worker. core/actwork.c is the other half.
 */
#include "core/act.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "core/actwork.h"
#include "core/audit.h"
#include "core/journal.h"
#include "core/lock.h"
#include "core/worker.h"

#define CAP_BIT(c) (1ULL << (c))
/* Recording, reading the log and other users' patch_state (fs/proc/base.c). */
#define CAPS_ALWAYS                                                                                          \
	(CAP_BIT(CAP_AUDIT_WRITE) | CAP_BIT(CAP_AUDIT_CONTROL) | CAP_BIT(CAP_SYSLOG) |                       \
	 CAP_BIT(CAP_DAC_READ_SEARCH) | CAP_BIT(CAP_SYS_PTRACE))

struct act_worker {
	struct worker w;
	bool over; /* RESULT or GONE was given out */
};

int act_allowed(const struct act *a, struct err *e)
{
	if (!root_is_live(a->root) || geteuid() == 0)
		return 0;
	err_set(e, -EPERM, "%s changes the machine, and that takes root", a->change.verb);
	err_hint(e, "become root, or say it with sudo");
	return -EPERM;
}

int act_free(const struct act *a, struct err *e)
{
	int r = lock_peek(a->run_dir, a->interrupts ? LOCK_STEP : LOCK_WHOLE, e);

	return r > 0 ? -EBUSY : 0;
}

bool act_audited(const struct root *root, const struct conf *conf)
{
	return root_is_live(root) && conf_audit_policy(conf, root) != AUDIT_OFF;
}

void act_record_not_done(struct act *a, enum change_phase phase, const struct err *why)
{
	struct change_result res = {
		.phase = phase,
		.result = phase == PHASE_DECLINED ? "declined" : "refused",
		.rc = (int)err_exit(why),
		.code = why->code,
		.text = why->text,
	};
	struct history_head head = { 0 };

	if (root_is_live(a->root) && geteuid() != 0) {
		(void)journal_record(&a->change, &res, NULL);
		return;
	}
	if (act_audited(a->root, a->conf))
		res.audit = audit_record(&a->change, &res, NULL, a->conf->audit_consumer_kernel, NULL) > 0
				    ? "recorded"
				    : "not-written";
	else
		res.audit = "off";
	(void)history_append(a->state_dir, &a->change, &res, &head, NULL);
	if (root_is_live(a->root))
		(void)journal_record(&a->change, &res, &head);
}

static void in_worker(int channel, void *arg)
{
	struct act *a = arg;

	a->channel = channel;
	act_work(a);
}

int act_start(struct act *a, struct act_worker **ret, struct err *e)
{
	_cleanup_free_ struct act_worker *w = calloc(1, sizeof(*w));
	int keep[ARRAY_SIZE(a->keep_fds) + 1];
	size_t n = 0;
	int r;

	if (!w)
		return err_set(e, -ENOMEM, "out of memory");
	keep[n++] = root_fd(a->root);
	for (size_t i = 0; i < a->n_keep_fds; i++)
		keep[n++] = a->keep_fds[i];
	r = worker_start(in_worker, a, a->caps | CAPS_ALWAYS, keep, n, &w->w);
	if (r < 0)
		return err_set(e, r, "cannot start the worker process: %s", strerror(-r));
	*ret = TAKE_PTR(w);
	return 0;
}

int act_worker_fd(const struct act_worker *w)
{
	return w->w.channel;
}

int act_worker_read(struct act_worker *w, struct act_msg *ret)
{
	ssize_t n;

	if (w->over)
		return 0;
	do
		n = recv(w->w.channel, ret, sizeof(*ret), 0);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n != sizeof(*ret))
		*ret = (struct act_msg){ .kind = ACT_MSG_GONE };
	w->over = ret->kind == ACT_MSG_RESULT || ret->kind == ACT_MSG_GONE;
	return 1;
}

void act_worker_stop(struct act_worker *w)
{
	(void)send(w->w.channel, "stop", 4, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* One that has told its result ends at once; any other one goes on alone. */
struct act_worker *act_worker_free(struct act_worker *w)
{
	if (!w)
		return NULL;
	close(w->w.channel);
	(void)waitpid(w->w.pid, NULL, w->over ? 0 : WNOHANG);
	free(w);
	return NULL;
}
