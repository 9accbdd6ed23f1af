// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who is at the other end. The kernel keeps the login uid and the session
 * (/proc/self/loginuid, sessionid) and the controlling terminal (field 7 of
 * /proc/self/stat). Where the session came from is in logind's record of it,
 * which is found by our own cgroup or by the kernel's session number; else in
 * the utmp record of our terminal, if the process that it names still lives.
 * The environment is never asked: anybody can set it.
 */
#include "core/login.h"

#include <pwd.h>
#include <systemd/sd-login.h>
#include <utmp.h>

#include "core/alive.h"

#define UTMP_MAX (4u << 20)

static uint32_t read_id(const struct root *root, const char *path)
{
	int64_t v;

	if (root_read_int(root, path, &v) < 0 || v < 0 || v >= (int64_t)LOGIN_UNSET)
		return LOGIN_UNSET;
	return (uint32_t)v;
}

static void user_name(uint32_t uid, char *buf, size_t size)
{
	struct passwd pw, *found = NULL;
	char space[4096];

	if (getpwuid_r(uid, &pw, space, sizeof(space), &found) != 0 || !found || !*found->pw_name)
		snprintf(buf, size, "%u", uid);
	else
		snprintf(buf, size, "%s", found->pw_name);
}

/* The numbers of drivers/tty: 4 the console's and serial lines, 136 to 143 pseudo terminals. */
static bool tty_word(uint32_t dev, char *buf, size_t size)
{
	unsigned major = dev >> 8 & 0xfff, minor = (dev & 0xff) | (dev >> 12 & 0xfff00);

	if (major >= 136 && major <= 143)
		snprintf(buf, size, "pts/%u", (major - 136) * 256 + minor);
	else if (major == 4)
		snprintf(buf, size, minor < 64 ? "tty%u" : "ttyS%u", minor < 64 ? minor : minor - 64);
	else if (major == 229)
		snprintf(buf, size, "hvc%u", minor);
	else if (major == 5 && minor == 1)
		snprintf(buf, size, "console");
	else
		return false;
	return true;
}

/* The controlling terminal, which a redirection does not change. */
static void read_tty(const struct root *root, char *buf, size_t size)
{
	char stat[1024], *p;
	unsigned dev;

	buf[0] = '\0';
	if (root_read_attr(root, "proc/self/stat", stat, sizeof(stat)) < 0)
		return;
	p = strrchr(stat, ')');
	if (!p || sscanf(p + 1, " %*c %*d %*d %*d %u", &dev) != 1 || !dev)
		return;
	if (!tty_word(dev, buf, size))
		snprintf(buf, size, "%u:%u", dev >> 8 & 0xfff, (dev & 0xff) | (dev >> 12 & 0xfff00));
}

/* A host's name or address, and nothing that could be read as more than one word. */
static bool is_host(const char *s)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_:%";
	size_t n = strspn(s, allowed);

	return n && !s[n] && n < sizeof(((struct login *)0)->origin) && *s != ':';
}

static bool origin_of_session(const char *session, char *buf, size_t size)
{
	_cleanup_free_ char *host = NULL;
	int remote = sd_session_is_remote(session);

	if (remote < 0)
		return false;
	if (!remote)
		snprintf(buf, size, "local");
	else if (sd_session_get_remote_host(session, &host) >= 0 && is_host(host))
		snprintf(buf, size, "%s", host);
	else
		return false;
	return true;
}

static bool origin_by_logind(const struct login *l, char *buf, size_t size)
{
	_cleanup_free_ char *session = NULL;
	char number[16];

	if (sd_pid_get_session(0, &session) >= 0)
		return origin_of_session(session, buf, size);
	if (l->ses == LOGIN_UNSET)
		return false;
	FORMAT(number, "%u", l->ses);
	return origin_of_session(number, buf, size);
}

/* One record: is it a living login on this terminal, and from where? */
static bool origin_of_record(const struct root *root, const struct utmp *u, const char *tty, char *buf,
			     size_t size)
{
	char line[sizeof(u->ut_line) + 1] = "", host[sizeof(u->ut_host) + 1] = "";

	memcpy(line, u->ut_line, sizeof(u->ut_line));
	memcpy(host, u->ut_host, sizeof(u->ut_host));
	if (u->ut_type != USER_PROCESS || !streq(line, tty) || !process_alive(root, u->ut_pid, 0))
		return false;
	if (is_host(host))
		snprintf(buf, size, "%s", host);
	else
		snprintf(buf, size, host[0] && host[0] != ':' ? "?" : "local");
	return true;
}

static bool origin_by_utmp(const struct root *root, const char *tty, char *buf, size_t size)
{
	_cleanup_free_ char *data = NULL;
	size_t len = 0;

	if (!*tty || root_read_file(root, "run/utmp", UTMP_MAX, &data, &len) < 0)
		return false;
	for (size_t at = 0; at + sizeof(struct utmp) <= len; at += sizeof(struct utmp)) {
		struct utmp u;

		memcpy(&u, data + at, sizeof(u));
		if (origin_of_record(root, &u, tty, buf, size))
			return true;
	}
	return false;
}

void login_read(const struct root *root, struct login *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->auid = read_id(root, "proc/self/loginuid");
	ret->ses = read_id(root, "proc/self/sessionid");
	ret->uid = getuid();
	user_name(ret->auid != LOGIN_UNSET ? ret->auid : ret->uid, ret->user, sizeof(ret->user));
	read_tty(root, ret->tty, sizeof(ret->tty));
	if (root_is_live(root) && origin_by_logind(ret, ret->origin, sizeof(ret->origin)))
		return;
	if (!origin_by_utmp(root, ret->tty, ret->origin, sizeof(ret->origin)))
		FORMAT(ret->origin, "?");
}
