/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one event loop, over sd-event: descriptors, timers, signals, children,
 * deferred work. The only file that knows sd-event. No threads, no sleeps.
 */
#ifndef KLPSH_CORE_LOOP_H
#define KLPSH_CORE_LOOP_H

#include "core/util.h"

struct loop;
struct loop_source;

int loop_new(struct loop **ret);
struct loop *loop_free(struct loop *l);
DEFINE_CLEANUP(struct loop, loop_free)

/* Callbacks return 0, or a negative errno which ends the loop with it. */
typedef int (*loop_io_fn)(struct loop_source *s, int fd, uint32_t events, void *arg);
typedef int (*loop_fn)(struct loop_source *s, void *arg);
typedef int (*loop_signal_fn)(struct loop_source *s, int signo, void *arg);
typedef int (*loop_child_fn)(struct loop_source *s, int pid, int status, void *arg);

/* events: EPOLLIN, ... The descriptor stays the caller's. */
int loop_add_io(struct loop *l, int fd, uint32_t events, loop_io_fn fn, void *arg, struct loop_source **ret);
/* A timer on CLOCK_MONOTONIC that is armed with loop_timer_set; starts disarmed. */
int loop_add_timer(struct loop *l, loop_fn fn, void *arg, struct loop_source **ret);
/* Fire once in `us` microseconds from now (0: as soon as possible). */
int loop_timer_set(struct loop_source *s, uint64_t us);
int loop_timer_stop(struct loop_source *s);
/* Blocks the signal for the process and delivers it here. */
int loop_add_signal(struct loop *l, int signo, loop_signal_fn fn, void *arg, struct loop_source **ret);
int loop_add_child(struct loop *l, int pid, loop_child_fn fn, void *arg, struct loop_source **ret);
/* Runs whenever nothing else is ready, while enabled; starts disabled. */
int loop_add_idle(struct loop *l, loop_fn fn, void *arg, struct loop_source **ret);
/* Before the others of these: one that has work for long would keep it waiting. */
int loop_idle_first(struct loop_source *s);
int loop_enable(struct loop_source *s, bool on);
struct loop_source *loop_remove(struct loop_source *s);
DEFINE_CLEANUP(struct loop_source, loop_remove)

/* Runs until loop_exit. Returns its code or a negative errno. */
int loop_run(struct loop *l);
void loop_exit(struct loop *l, int code);
/* One round: wait at most timeout_us (UINT64_MAX: for ever). 0 nothing, 1 something. */
int loop_once(struct loop *l, uint64_t timeout_us);

#endif
