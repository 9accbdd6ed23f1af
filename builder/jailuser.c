// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who compiles. SUDO_UID alone is an environment variable that anybody can
 * have set; it counts only where the kernel's login uid, which nobody can
 * change, says the same.
 */
#include <errno.h>
#include <pwd.h>

#include "builder/jail.h"

#define PASSWD_SPACE 16384

static void anonymous(struct jail_user *u)
{
	*u = (struct jail_user){ .uid = JAIL_NOBODY, .gid = JAIL_NOBODY, .anonymous = true };
	FORMAT(u->name, "nobody");
}

/* A name or a number, as passwd has it. -ENOENT when it has not. */
static int look_up(const char *who, struct jail_user *ret)
{
	struct passwd pw, *found = NULL;
	char space[PASSWD_SPACE];
	uint64_t uid;
	int r;

	if (parse_u64(who, &uid) == 0)
		r = uid < UINT32_MAX ? getpwuid_r((uid_t)uid, &pw, space, sizeof(space), &found) : 0;
	else
		r = getpwnam_r(who, &pw, space, sizeof(space), &found);
	if (r || !found)
		return r == ENOMEM || r == EIO ? -r : -ENOENT;
	*ret = (struct jail_user){ .uid = pw.pw_uid, .gid = pw.pw_gid };
	FORMAT(ret->name, "%s", pw.pw_name);
	ret->anonymous = ret->uid == JAIL_NOBODY;
	return 0;
}

static void ourselves(struct jail_user *u)
{
	char number[16];

	FORMAT(number, "%u", geteuid());
	if (look_up(number, u) < 0)
		FORMAT(u->name, "%s", number);
	u->uid = geteuid();
	u->gid = getegid();
}

static int refuse_root(const struct jail_user *u, const char *as, struct err *e)
{
	if (u->uid && (u->gid || geteuid() != 0))
		return 0;
	err_rc(e, RC_USAGE, -EPERM, "--as %s: nothing is ever compiled as root%s", as,
	       u->uid ? ", nor in root's group" : "");
	err_hint(e, "name an ordinary user, or leave --as out: then the build runs as uid %u", JAIL_NOBODY);
	return -EPERM;
}

static int choose_named(const char *as, struct jail_user *ret, struct err *e)
{
	struct jail_user u;
	int r = look_up(as, &u);

	if (r < 0)
		return err_set(e, r, "--as %s: there is no such user", as);
	if (geteuid() != 0 && u.uid != geteuid())
		return err_set(e, -EPERM, "--as %s: only root can build as another user", as);
	r = refuse_root(&u, as, e);
	if (r < 0)
		return r;
	if (geteuid() != 0)
		ourselves(&u);
	*ret = u;
	return 0;
}

static bool choose_sudo(const struct root *root, struct jail_user *ret)
{
	const char *text = getenv("SUDO_UID");
	struct jail_user u;
	int64_t login;
	uint64_t uid;

	if (!text || parse_u64(text, &uid) < 0 || !uid)
		return false;
	if (root_read_int(root, "proc/self/loginuid", &login) < 0 || login < 0 || (uint64_t)login != uid)
		return false;
	if (look_up(text, &u) < 0 || !u.uid || !u.gid)
		return false;
	*ret = u;
	return true;
}

int jail_user_choose(const struct root *root, const char *as, struct jail_user *ret, struct err *e)
{
	if (as)
		return choose_named(as, ret, e);
	if (geteuid() != 0)
		ourselves(ret);
	else if (!choose_sudo(root, ret))
		anonymous(ret);
	return 0;
}
