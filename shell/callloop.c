/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See callloop.h. Ctrl-C ends the looking, never what the kernel does.
 */
#include "shell/callloop.h"

#include <errno.h>
#include <math.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>

#include "shell/flags.h"

/* Those that ask to end. */
static const int ending[] = { SIGINT, SIGTERM, SIGHUP };

static int on_signal(struct loop_source *s, int signo, void *arg)
{
	struct call_loop *cl = arg;

	*cl->c->interrupted = signo;
	loop_exit(cl->loop, 0);
	return 0;
}

static int on_deadline(struct loop_source *s, void *arg)
{
	struct call_loop *cl = arg;

	cl->deadline_over = true;
	loop_exit(cl->loop, 0);
	return 0;
}

static int add_deadline(struct call_loop *cl, double seconds)
{
	int r;

	if (seconds < 0 || isinf(seconds))
		return 0;
	r = loop_add_timer(cl->loop, on_deadline, cl, &cl->deadline);
	return r < 0 ? r : loop_timer_set(cl->deadline, (uint64_t)(seconds * (double)USEC_PER_SEC));
}

/* Nobody reads what we have to say: as if we had written it. */
static int on_reader_gone(struct loop_source *s, int fd, uint32_t events, void *arg)
{
	return on_signal(s, SIGPIPE, arg);
}

/* A stream may be silent for days: a write that fails would come too late. */
static int add_reader(struct call_loop *cl)
{
	struct stat st;

	if (!cl->c->verb->stream || fstat(STDOUT_FILENO, &st) < 0 ||
	    !(S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)))
		return 0;
	return loop_add_io(cl->loop, STDOUT_FILENO, EPOLLERR, on_reader_gone, cl, &cl->reader);
}

/* nohup, or a job in the background: the loop would hear what we were told not to. */
static bool is_ignored(int signo)
{
	struct sigaction sa;

	return sigaction(signo, NULL, &sa) == 0 && sa.sa_handler == SIG_IGN;
}

int call_loop_start(struct call_loop *cl, struct call *c, double seconds, struct err *e)
{
	int r;

	*cl = (struct call_loop){ .c = c };
	sigprocmask(SIG_SETMASK, NULL, &cl->old_mask);
	r = loop_new(&cl->loop);
	for (size_t i = 0; r >= 0 && i < ARRAY_SIZE(ending); i++)
		if (!is_ignored(ending[i]))
			r = loop_add_signal(cl->loop, ending[i], on_signal, cl, &cl->signals[i]);
	if (r >= 0)
		r = add_reader(cl);
	if (r >= 0)
		r = add_deadline(cl, seconds);
	return r < 0 ? err_set(e, r, "cannot start to wait: %s", strerror(-r)) : 0;
}

int call_loop_run(struct call_loop *cl, struct err *e)
{
	int r = loop_run(cl->loop);

	return r < 0 ? err_set(e, r, "waiting failed: %s", strerror(-r)) : 0;
}

int call_signals_open(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(ending); i++)
		sigaddset(&set, ending[i]);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int call_signal_taken(void)
{
	static const struct timespec now = { 0 };
	sigset_t pending, one;

	sigpending(&pending);
	for (size_t i = 0; i < ARRAY_SIZE(ending); i++) {
		if (!sigismember(&pending, ending[i]))
			continue;
		sigemptyset(&one);
		sigaddset(&one, ending[i]);
		if (sigtimedwait(&one, NULL, &now) > 0)
			return ending[i];
	}
	return 0;
}

void call_loop_done(struct call_loop *cl)
{
	cl->deadline = loop_remove(cl->deadline);
	cl->reader = loop_remove(cl->reader);
	for (size_t i = 0; i < ARRAY_SIZE(cl->signals); i++)
		cl->signals[i] = loop_remove(cl->signals[i]);
	cl->loop = loop_free(cl->loop);
	sigprocmask(SIG_SETMASK, &cl->old_mask, NULL);
}

int call_flag_seconds(const struct call *c, const char *name, double *ret, struct err *e)
{
	const char *value = call_flag(c, name);

	*ret = -1;
	if (value && seconds_parse(value, ret) < 0)
		return err_rc(e, RC_USAGE, -EINVAL, "--%s takes seconds, not \"%s\"", name, value);
	return 0;
}

int call_flag_count(const struct call *c, const char *name, uint64_t *ret, struct err *e)
{
	const char *value = call_flag(c, name);

	*ret = 0;
	if (value && (parse_u64(value, ret) < 0 || !*ret))
		return err_rc(e, RC_USAGE, -EINVAL, "--%s takes a number from 1, not \"%s\"", name, value);
	return 0;
}
