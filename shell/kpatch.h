/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of the kpatch utility for those who call us by its name: its
 * sentences, its streams, its exit codes. Every change goes through the verbs,
 * so preflight, policy, audit and history are the same as under our own name.
 */
#ifndef KLPSH_SHELL_KPATCH_H
#define KLPSH_SHELL_KPATCH_H

#include "shell/verb.h"

#define KPATCH_VERSION "0.9.11" /* the one whose words these are */

/* Seconds of waiting: for a transition, for it after the signal, for references. */
struct kpatch_limits {
	double first, second, refs;
};
extern const struct kpatch_limits kpatch_limits;

/* Called by that name? */
bool kpatch_named(const char *argv0);
/* Words behind the name, on an app that is open. 0 or 1, or 128 and the signal's number. */
int kpatch_run(struct app *app, char *const *words, size_t n, const struct kpatch_limits *limits);
/* The whole program: open the app, run, close. --root DIR may stand first. */
int kpatch_main(int argc, char **argv);

#endif
