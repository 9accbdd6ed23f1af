// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See jaildrop.h. A session of its own, not only a group: without a terminal
 * nothing that is compiled can push characters into root's (TIOCSTI). Not
 * dumpable, since our memory is a copy of the front end's. The system calls
 * are made directly: what libcap-ng does for the worker is to keep some
 * capabilities, here none may be left.
 */
#include "builder/jaildrop.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "core/detach.h"

#define FILES_MAX 1024
#define FILE_SIZE_MAX (8ull << 30)

static int failed(const char *what, struct err *e)
{
	int code = errno ? -errno : -EPERM;

	err_set(e, code, "the build process cannot %s: %s", what, strerror(-code));
	err_hint(e, "nothing is compiled with more rights than intended");
	return code;
}

/* The hard limit too, so that it stays. A lower one that is there already stays as well. */
static int limit(__rlimit_resource_t what, rlim_t most)
{
	struct rlimit l;

	if (getrlimit(what, &l) < 0)
		return -1;
	l.rlim_cur = l.rlim_max = MIN(l.rlim_max, most);
	return setrlimit(what, &l);
}

static int set_limits(void)
{
	if (limit(RLIMIT_CORE, 0) < 0 || limit(RLIMIT_NOFILE, FILES_MAX) < 0)
		return -1;
	return limit(RLIMIT_FSIZE, FILE_SIZE_MAX);
}

static int set_environment(void)
{
	if (clearenv() != 0 || setenv("PATH", "/usr/bin:/bin:/usr/sbin:/sbin", 1) < 0)
		return -1;
	if (setenv("LANG", "C", 1) < 0 || setenv("LC_ALL", "C", 1) < 0)
		return -1;
	return setenv("HOME", "/nonexistent", 1);
}

static int leave_surroundings(const int *keep, size_t n, struct err *e)
{
	int r;

	if (setsid() < 0)
		return failed("leave the session", e);
	umask(077);
	if (chdir("/") < 0)
		return failed("leave its folder", e);
	r = detach_standard_fds();
	if (r < 0)
		return err_set(e, r, "the build process cannot open /dev/null: %s", strerror(-r));
	detach_close_others(keep, n);
	if (set_environment() < 0)
		return failed("clean its environment", e);
	return set_limits() < 0 ? failed("limit itself", e) : 0;
}

/* Needs CAP_SETPCAP, so it comes first. What the set does not hold needs no dropping. */
static int drop_bounds(void)
{
	for (unsigned long c = 0; c < 64; c++) {
		int has = prctl(PR_CAPBSET_READ, c, 0, 0, 0);

		if (has < 0) /* the kernel knows no more */
			return 0;
		if (has && prctl(PR_CAPBSET_DROP, c, 0, 0, 0) < 0)
			return -1;
	}
	return 0;
}

static int drop_ids(const struct jail_user *u, struct err *e)
{
	if (geteuid() != 0)
		return u->uid == geteuid() ? 0 : err_set(e, -EPERM, "only root can build as another user");
	if (drop_bounds() < 0)
		return failed("drop its bounding set", e);
	if (setgroups(1, &u->gid) < 0)
		return failed("leave its groups", e);
	if (setresgid(u->gid, u->gid, u->gid) < 0)
		return failed("change its group", e);
	if (setresuid(u->uid, u->uid, u->uid) < 0)
		return failed("change its user", e);
	return 0;
}

static int drop_capabilities(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 && errno != EINVAL)
		return -1;
	return (int)syscall(SYS_capset, &head, none);
}

static bool has_capability(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct c[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (syscall(SYS_capget, &head, c) < 0)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(c); i++)
		if (c[i].effective || c[i].permitted || c[i].inheritable)
			return true;
	return false;
}

static bool is_user(const struct jail_user *u)
{
	uid_t r, e, s;
	gid_t rg, eg, sg;

	if (getresuid(&r, &e, &s) < 0 || getresgid(&rg, &eg, &sg) < 0)
		return false;
	return r == u->uid && e == u->uid && s == u->uid && rg == u->gid && eg == u->gid && sg == u->gid;
}

/* Believe none of the above: try to get it back. */
static int verify(const struct jail_user *u, struct err *e)
{
	if (!is_user(u) || has_capability() || setuid(0) == 0 || setresuid(0, 0, 0) == 0 ||
	    prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return err_set(e, -EPERM, "the build process still has rights that it should have lost");
	return 0;
}

int jail_drop(const struct jail_user *u, const int *keep, size_t n, struct err *e)
{
	int r;

	if (u->uid == 0 || (u->gid == 0 && geteuid() == 0))
		return err_set(e, -EPERM, "nothing is ever compiled as root");
	r = leave_surroundings(keep, n, e);
	r = r < 0 ? r : drop_ids(u, e);
	if (r < 0)
		return r;
	errno = 0;
	if (drop_capabilities() < 0)
		return failed("drop its capabilities", e);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return failed("give up new rights", e);
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return failed("hide its memory", e);
	return verify(u, e);
}
