/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one road by which the kernel is changed. The front end checks the
 * policy and asks; then a worker process of its own session does the rest,
 * once and in this order: take the lock, record the intent (history, audit,
 * journal), verify the pins, do, wait, record the outcome. A terminal that
 * dies takes nothing with it: the worker goes on to the end.
 */
#ifndef KLPSH_CORE_ACT_H
#define KLPSH_CORE_ACT_H

#include "core/conf.h"
#include "core/history.h"
#include "core/kops.h"
#include "core/pin.h"

enum act_wait_end { WAIT_ENDED, WAIT_ACCEPTED, WAIT_STALLED, WAIT_TIMEOUT, WAIT_INTERRUPTED };

/* How a change ended; sent by the worker, so it holds no pointers. */
struct act_result {
	int code; /* 0 or negative errno; e says more */
	struct err err;
	char result[16]; /* as change_result.result */
	bool changed; /* the kernel was changed */
	char audit[16]; /* of the intent: "recorded", "off", "not-written" */
	char txn[TXN_LEN + 1];
	uint64_t number; /* of the outcome in the history, 0: not recorded */
	double seconds; /* from the kernel call to the end */
	int verified; /* tri-state: what was to be seen afterwards was seen */
	char says[400]; /* what the verifying saw, a sentence; "" nothing */
};

enum act_msg_kind {
	ACT_MSG_PHASE, /* text: "recorded", "doing", "waiting", "removing", "loading NAME", ... */
	ACT_MSG_NOTE, /* text: something to tell besides */
	ACT_MSG_RESULT, /* result: the last one */
	ACT_MSG_GONE, /* the worker ended without a result: killed */
};
struct act_msg {
	enum act_msg_kind kind;
	char text[400];
	struct act_result result;
};

struct act;
typedef int (*act_fn)(struct act *a, struct err *e);

struct act {
	/* Filled in by the front end; everything pointed to outlives the act. */
	const struct root *root;
	const struct conf *conf;
	const struct kops *kops;
	const char *state_dir, *run_dir; /* STATE_DIR, RUN_DIR */
	struct change change;
	struct pin pins[32];
	size_t n_pins;
	uint64_t caps; /* capabilities that `run` needs, bit by number */
	bool to_confirm; /* armed by confirm_arm: without its file nothing is done */
	bool interrupts; /* may run beside a change that waits */
	double wait; /* seconds; negative: until the end or the first stall; HUGE_VAL: until the end */
	bool reverse_on_stall;
	int keep_fds[32]; /* descriptors that `run` needs (module images) */
	size_t n_keep_fds;
	act_fn run; /* in the worker, by way of act_* and kops only */
	act_fn verify; /* after a change that ended; sets result.verified; may be NULL */
	void *arg;
	/* The worker's own. */
	struct act_result result;
	int channel, lock, write_lock;
	int wanted; /* value of `enabled` that the last step wrote or loaded, -1 none */
	uint64_t did_us; /* CLOCK_MONOTONIC of the first kernel call */
};

/* In the front end. */

/* May we change anything here? 0 or negative errno, e set. */
int act_allowed(const struct act *a, struct err *e);
/* Is nobody else at it, as far as it would be in the way? `interrupts` must be known. 0 or -EBUSY, e set. */
int act_free(const struct act *a, struct err *e);
/* Record that it was refused or declined. Failures to record are not told. */
void act_record_not_done(struct act *a, enum change_phase phase, const struct err *why);

struct act_worker;
/* Fork the worker. */
int act_start(struct act *a, struct act_worker **ret, struct err *e);
int act_worker_fd(const struct act_worker *w); /* readable: act_worker_read */
/* Next message: 1, 0 none now, negative errno. After RESULT or GONE there are no more. */
int act_worker_read(struct act_worker *w, struct act_msg *ret);
/* End its waiting (Ctrl-C). What the kernel does goes on. */
void act_worker_stop(struct act_worker *w);
/* Let it run on alone, or reap it when it has ended. */
struct act_worker *act_worker_free(struct act_worker *w);
DEFINE_CLEANUP(struct act_worker, act_worker_free)

/* In the worker: steps for `run`. Each verifies the pins before it touches the kernel. */

int act_enable(struct act *a, const char *patch, int value, struct err *e);
int act_load(struct act *a, int fd, const char *name, const char *params, struct err *e);
int act_remove(struct act *a, const char *name, struct err *e);
int act_force(struct act *a, const char *patch, struct err *e);
int act_signal(struct act *a, int pidfd, int signo, struct err *e);
/*
 * Wait for the end of the patch's transition by the act's rules; other verbs
 * that help a stuck transition may run meanwhile. 0 at the end (or at once
 * with --wait=0); -ETIMEDOUT (exit 7) at a stall or the limit, -EINTR when
 * the front end asked to stop; *ret says which; after a stall with
 * reverse_on_stall the transition has been reversed and -ETIMEDOUT is told.
 */
int act_wait(struct act *a, const char *patch, enum act_wait_end *ret, struct err *e);
/* Wait until a module has no references, at most sec seconds. -EBUSY names the count. */
int act_wait_refs(struct act *a, const char *name, double sec, struct err *e);
void act_phase(struct act *a, const char *fmt, ...) _printf_(2, 3);
void act_note(struct act *a, const char *fmt, ...) _printf_(2, 3);

/*
 * Close what earlier workers left open: intents without an outcome whose
 * process is gone get an outcome "unknown" with what the kernel says now.
 * Returns how many, or negative errno; each is told through tell (may be NULL).
 */
int act_recover(const struct root *root, const struct conf *conf, const char *state_dir, const char *run_dir,
		void (*tell)(const char *sentence, void *arg), void *arg, struct err *e);

#endif
