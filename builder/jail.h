/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The build process: everything that parses foreign files or compiles runs in
 * one forked process that has no rights, and the front end reads its records.
 * Between the two stands a keeper, with no rights either, whose only work is
 * that no descendant outlives the build. Never goes on with more rights than
 * it should have: what cannot be dropped ends it.
 */
#ifndef KLPSH_BUILDER_JAIL_H
#define KLPSH_BUILDER_JAIL_H

#include <sys/types.h>

#include "core/root.h"

#define JAIL_RECORD_MAX (64u << 10)
#define JAIL_KEEP_MAX 16
#define JAIL_NOBODY 65534u

struct jail_user {
	uid_t uid;
	gid_t gid;
	char name[33];
	bool anonymous; /* uid 65534: nobody who could be asked */
};

/*
 * Who compiles. Not root: ourselves. Root: `as` (a name or number, NULL: not
 * given; never root), else SUDO_UID if the kernel's login uid (below root) is
 * the same, else uid 65534. 0 or a negative errno with e set.
 */
int jail_user_choose(const struct root *root, const char *as, struct jail_user *ret, struct err *e);

struct jail {
	int channel; /* our end, non-blocking */
	int pidfd; /* readable when all is over */
	pid_t pid; /* the keeper; -1 when it was waited for */
};

/*
 * Fork the build process as user u; fn runs in it and its result, 0 to 127,
 * is its exit status. It has a session and a process group of its own, no
 * terminal, /dev/null as standard descriptors, of all others only channel and
 * keep (n at most JAIL_KEEP_MAX, all above 2), an environment of PATH, LANG,
 * LC_ALL and HOME, "/" as its folder. Returns once all rights are dropped and
 * that was seen to be so; else a negative errno with e set and nothing left.
 */
int jail_start(int (*fn)(int channel, void *arg), void *arg, const struct jail_user *u, const int *keep,
	       size_t n_keep, struct jail *ret, struct err *e);

/* For fn: send one record, waiting until there is room. 0, -EMSGSIZE, -EPIPE. */
int jail_send(int channel, const void *record, size_t len);

/*
 * Take one record. Its length (above 0); 0: there will be no more; -EAGAIN:
 * none yet; -EMSGSIZE when it is longer than size.
 */
ssize_t jail_recv(const struct jail *j, void *buf, size_t size);

/* Our end of the channel, for a loop. */
int jail_fd(const struct jail *j);

/*
 * Wait at most timeout_ms for the end of all its processes, and reap. 0 with
 * *ret_status the exit code or 128 + signal of the build process; -ETIMEDOUT;
 * -ECHILD: it is over, but somebody else reaped it.
 */
int jail_reap(struct jail *j, int timeout_ms, int *ret_status);

/*
 * End it and every descendant, close everything. Takes a moment when the
 * build still runs: the build process is asked first, killed a second later.
 * Fine to call twice.
 */
void jail_stop(struct jail *j);

#endif
