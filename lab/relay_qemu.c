// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Starts QEMU for the relay: four virtio-serial ports on socket pairs that QEMU
 * inherits, so there is no path that anyone could guess; in a session of its
 * own, so that the terminal's signals reach the relay alone; and ended by the
 * kernel should the relay die. What QEMU prints goes to a file.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "relay.h"

static _Noreturn void qemu_exec(const char *log_path, char **argv, int (*pair)[2])
{
	int log = open(log_path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	int null = open("/dev/null", O_RDONLY);
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setsid();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int i = 0; i < N_PORTS; i++)
		fcntl(pair[i][1], F_SETFD, 0);
	dup2(null, 0);
	dup2(log, 1);
	dup2(log, 2);
	execvp(argv[0], argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

/* QEMU's own arguments, then a chardev and a port for each socket pair. */
static char **qemu_argv(int argc, char **argv, int (*pair)[2])
{
	static const char *const names[N_PORTS] = PORTS;
	char **v = calloc((size_t)argc + 4 * N_PORTS + 1, sizeof(*v));
	int n = 0;

	if (!v)
		return NULL;
	for (; n < argc; n++)
		v[n] = argv[n];
	for (int i = 0; i < N_PORTS; i++) {
		v[n++] = (char *)"-chardev";
		if (asprintf(&v[n++], "socket,id=port%d,fd=%d", i, pair[i][1]) < 0)
			return NULL;
		v[n++] = (char *)"-device";
		if (asprintf(&v[n++], "virtserialport,chardev=port%d,nr=%d,name=%s", i, i + 1, names[i]) < 0)
			return NULL;
	}
	return v;
}

pid_t qemu_start(const char *log_path, int argc, char **argv, int *ret_sock)
{
	int pair[N_PORTS][2];
	char **v;
	pid_t pid;

	for (int i = 0; i < N_PORTS; i++)
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair[i]))
			return -errno;
	v = qemu_argv(argc, argv, pair);
	if (!v)
		return -ENOMEM;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		qemu_exec(log_path, v, pair);
	for (int i = 0; i < N_PORTS; i++) {
		close(pair[i][1]);
		ret_sock[i] = pair[i][0];
		fcntl(ret_sock[i], F_SETFL, O_NONBLOCK);
	}
	return pid;
}
