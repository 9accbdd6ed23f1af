// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lab's agent: pid 1 in the guest, statically linked.
 *
 * It owns the guest's side of the four virtio-serial ports: it has one command
 * started (agent_child.c), relays its stdin, stdout and stderr, reaps whatever
 * dies, tells the exit code when every byte has been handed over, and powers
 * off through sysrq when the host says bye. It mounts nothing: that is
 * guest-init's work.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>

#include "agent.h"

static struct {
	int port[N_PORTS];
	int signals;
	struct child child;
	int status; /* wait status of the child */
	bool child_done, bye;
	uint64_t eof_at; /* stdin ends after so many bytes */
	struct winsize size;
	struct lines control;
} agent = { .eof_at = UINT64_MAX };

static struct pump in, out, err;

void fail(const char *what)
{
	fprintf(stderr, "klpsh-lab agent: %s: %s\n", what, strerror(errno));
	exit(1); /* pid 1 ends: the kernel panics, the host sees why */
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		fprintf(stderr, "klpsh-lab agent: %s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* Opens the port called name once it is there and its host side is connected. */
static int port_try(const char *name)
{
	char file[256], found[64] = "";
	struct pollfd pfd = { .events = POLLOUT };
	glob_t g = { 0 };
	int fd = -1;

	if (glob("/sys/class/virtio-ports/*/name", 0, NULL, &g))
		return -1;
	for (size_t i = 0; i < g.gl_pathc && fd < 0; i++) {
		FILE *f = fopen(g.gl_pathv[i], "re");
		if (f && fscanf(f, "%63s", found) == 1 && !strcmp(found, name)) {
			snprintf(file, sizeof(file), "/dev/%.*s",
				 (int)(strlen(g.gl_pathv[i]) - strlen("/sys/class/virtio-ports//name")),
				 g.gl_pathv[i] + strlen("/sys/class/virtio-ports/"));
			fd = open(file, O_RDWR | O_NONBLOCK | O_CLOEXEC);
		}
		if (f)
			fclose(f);
	}
	globfree(&g);
	pfd.fd = fd;
	if (fd >= 0 && (poll(&pfd, 1, 0) < 0 || (pfd.revents & POLLHUP))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static void ports_open(void)
{
	static const char *const names[N_PORTS] = PORTS;

	for (int i = 0; i < N_PORTS; i++) {
		/* The kernel has no event to wait on for both conditions. */
		for (int tries = 0; (agent.port[i] = port_try(names[i])) < 0; tries++) {
			if (tries > 1000)
				fail(names[i]);
			usleep(10000);
		}
	}
}

static void control_send(const char *text)
{
	struct pollfd pfd = { .fd = agent.port[PORT_CONTROL], .events = POLLOUT };

	while (write(pfd.fd, text, strlen(text)) < 0 && errno == EAGAIN)
		poll(&pfd, 1, -1);
}

static void control_line(const char *line)
{
	unsigned long long n;
	unsigned int rows, cols;

	if (sscanf(line, "size %u %u", &rows, &cols) == 2) {
		agent.size =
			(struct winsize){ .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };
		if (agent.child.master >= 0)
			ioctl(agent.child.master, TIOCSWINSZ, &agent.size);
	} else if (sscanf(line, "eof %llu", &n) == 1) {
		agent.eof_at = n;
	} else if (!strcmp(line, "bye")) {
		agent.bye = true;
	}
}

static void control_read(void)
{
	char buf[LINE_LEN];
	ssize_t n = read(agent.port[PORT_CONTROL], buf, sizeof(buf));

	for (ssize_t i = 0; i < n; i++)
		if (lines_add(&agent.control, buf[i]))
			control_line(agent.control.buf);
}

static void reap(void)
{
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	while (read(agent.signals, &info, sizeof(info)) > 0)
		;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == agent.child.pid) {
			agent.child_done = true;
			agent.status = status;
			out.drained = err.drained = false; /* read until nothing is left */
		}
	}
}

/* The host's stdin has ended and all of it was handed on: so does the child's. */
static void stdin_end(void)
{
	if (in.to < 0 || in.len > 0 || in.total < agent.eof_at)
		return;
	if (agent.child.master >= 0) {
		if (write(agent.child.master, "\004", 1) < 0)
			return;
		agent.eof_at = UINT64_MAX;
	} else {
		close(in.to);
		in.to = in.from = -1;
	}
}

/* After the child's end a pipe may stay open in others: read on, do not wait. */
static bool unread(const struct pump *p)
{
	return agent.child_done && p->len == 0 && !pump_idle(p);
}

static void turn(void)
{
	struct pollfd p[8] = { { .fd = agent.signals, .events = POLLIN },
			       { .fd = agent.port[PORT_CONTROL], .events = POLLIN } };

	pump_poll(&in, &p[2], &p[3]);
	pump_poll(&out, &p[4], &p[5]);
	pump_poll(&err, &p[6], &p[7]);
	if (poll(p, 8, unread(&out) || unread(&err) ? 0 : -1) < 0 && errno != EINTR)
		fail("poll");
	if (p[0].revents)
		reap();
	if (p[1].revents)
		control_read();
	if (p[2].revents)
		pump_read(&in);
	if (p[3].revents && pump_write(&in)) {
		in.to = in.from = -1; /* the child takes no more */
		in.len = 0;
	}
	if (p[4].revents || agent.child_done)
		pump_read(&out);
	if (p[6].revents || agent.child_done)
		pump_read(&err);
	pump_write(&out);
	pump_write(&err);
	stdin_end();
}

static void tell_exit(void)
{
	int code = WIFSIGNALED(agent.status) ? 128 + WTERMSIG(agent.status) : WEXITSTATUS(agent.status);
	char line[LINE_LEN];

	snprintf(line, sizeof(line), "exit %d %llu %llu\n", code, (unsigned long long)out.total,
		 (unsigned long long)err.total);
	control_send(line);
}

static void wait_control(const bool *flag)
{
	struct pollfd pfd = { .fd = agent.port[PORT_CONTROL], .events = POLLIN };

	while (!*flag && poll(&pfd, 1, -1) > 0)
		control_read();
}

static void wait_size(void)
{
	struct pollfd pfd = { .fd = agent.port[PORT_CONTROL], .events = POLLIN };

	while (agent.size.ws_row == 0 && poll(&pfd, 1, -1) > 0)
		control_read();
}

static void start(const char *spec)
{
	char tty[256];

	snprintf(tty, sizeof(tty), "%s/tty", spec);
	if (access(tty, F_OK) == 0) {
		wait_size();
		child_on_pty(spec, &agent.size, &agent.child);
	} else {
		child_on_pipes(spec, &agent.child);
	}
	in = (struct pump){ .from = agent.port[PORT_STDIN], .to = agent.child.in };
	out = (struct pump){ .from = agent.child.out, .to = agent.port[PORT_STDOUT] };
	err = (struct pump){ .from = agent.child.err, .to = agent.port[PORT_STDERR] };
}

int main(int argc, char **argv)
{
	const char *spec = argc > 1 ? argv[1] : "/run/klpsh-lab";
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	agent.signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	ports_open();
	control_send("ready\n");
	start(spec);
	while (!agent.child_done || !pump_idle(&out) || !pump_idle(&err))
		turn();
	tell_exit();
	wait_control(&agent.bye);
	write_file("/proc/sysrq-trigger", "o");
	for (;;)
		pause();
}
