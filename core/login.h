/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who is at the other end: the login uid and session that the kernel keeps
 * (/proc/self/loginuid, sessionid), the terminal, and where the login session
 * came from according to its own record (systemd-logind, else utmp), never
 * according to the environment.
 */
#ifndef KLPSH_CORE_LOGIN_H
#define KLPSH_CORE_LOGIN_H

#include "core/root.h"

#define LOGIN_UNSET UINT32_MAX

struct login {
	uint32_t auid, ses; /* LOGIN_UNSET: no login */
	uint32_t uid; /* real */
	char user[64]; /* name of auid, else of uid, else the number */
	char tty[32]; /* "pts/0", "" none */
	char origin[128]; /* "host" or "address" of a remote session, "local", "?" unknown */
};

/* Fill what can be known; never fails. */
void login_read(const struct root *root, struct login *ret);

#endif
