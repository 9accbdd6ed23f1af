// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lab's relay: the host's side of a guest.
 *
 * It has QEMU started (relay_qemu.c) and the terminal prepared (relay_tty.c),
 * moves stdin, stdout and stderr, and ends QEMU on a signal and on the time
 * limit. One word of verdict goes to a file, so that the caller can tell the
 * command's exit code from the lab's own; no message comes from here.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "relay.h"

#define POWER_OFF_MS 3000
#define BOOT_MS 180000
#define ESCAPE 0x1d /* Ctrl-], three times: end the guest */

static struct {
	bool tty, ready, told, bye, qemu_gone;
	const char *verdict, *qemu_log;
	int64_t limit, boot_limit; /* in ms, 0: none */
	pid_t qemu;
	int sock[N_PORTS], signals, code, escapes;
	uint64_t want_out, want_err;
	bool eof_sent;
	struct lines control;
} relay;

static struct pump in, out, err;

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The one exit: QEMU gone, terminal restored, verdict written. */
static _Noreturn void finish(int code, const char *word, int value)
{
	FILE *f;

	if (relay.qemu > 0 && !relay.qemu_gone) {
		kill(relay.qemu, SIGKILL);
		waitpid(relay.qemu, NULL, 0);
	}
	tty_restore(!relay.bye);
	f = fopen(relay.verdict, "we");
	if (f) {
		fprintf(f, "%s %d\n", word, value);
		fclose(f);
	}
	exit(code);
}

static void control_send(const char *text)
{
	/* A few bytes into a socket that QEMU empties: it does not fill up. */
	if (send(relay.sock[PORT_CONTROL], text, strlen(text), MSG_NOSIGNAL) < 0)
		return;
}

static void send_size(void)
{
	char line[LINE_LEN];
	unsigned int rows, cols;

	if (!relay.tty || !relay.ready)
		return;
	tty_size(&rows, &cols);
	snprintf(line, sizeof(line), "size %u %u\n", rows, cols);
	control_send(line);
}

static void control_line(const char *line)
{
	unsigned long long o, e;

	if (!strcmp(line, "ready")) {
		relay.ready = true;
		if (relay.tty)
			tty_raw();
		send_size();
		in.from = 0;
	} else if (sscanf(line, "exit %d %llu %llu", &relay.code, &o, &e) == 3) {
		relay.told = true;
		relay.want_out = o;
		relay.want_err = e;
	}
}

static void control_read(void)
{
	char buf[LINE_LEN];
	ssize_t n = read(relay.sock[PORT_CONTROL], buf, sizeof(buf));

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		close(relay.sock[PORT_CONTROL]);
		relay.sock[PORT_CONTROL] = -1;
	}
	for (ssize_t i = 0; i < n; i++)
		if (lines_add(&relay.control, buf[i]))
			control_line(relay.control.buf);
}

static void on_signals(void)
{
	struct signalfd_siginfo info;

	while (read(relay.signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGWINCH)
			send_size();
		else if (info.ssi_signo != SIGCHLD)
			finish(128 + (int)info.ssi_signo, "signal", (int)info.ssi_signo);
		else if (waitpid(relay.qemu, NULL, WNOHANG) == relay.qemu)
			relay.qemu_gone = true;
	}
}

static void watch_escape(void)
{
	for (size_t i = 0; tty_is_raw() && i < in.len; i++) {
		relay.escapes = in.buf[in.at + i] == ESCAPE ? relay.escapes + 1 : 0;
		if (relay.escapes >= 3)
			finish(128 + SIGINT, "signal", SIGINT);
	}
}

static void stdin_turn(short readable, short writable)
{
	if (readable) {
		pump_read(&in);
		watch_escape();
	}
	if (writable && pump_write(&in))
		in.len = 0;
	if (relay.ready && in.from < 0 && in.len == 0 && !relay.eof_sent) {
		char line[LINE_LEN];

		snprintf(line, sizeof(line), "eof %llu\n", (unsigned long long)in.total);
		control_send(line);
		relay.eof_sent = true;
	}
}

static void output_turn(struct pump *p, short readable, short writable)
{
	if (readable)
		pump_read(p);
	if (writable && pump_write(p))
		finish(128 + SIGPIPE, "pipe", 0); /* nobody reads our output any more */
}

static void check_deadline(void)
{
	int64_t now = now_ms();

	if (relay.limit && now >= relay.limit) {
		if (relay.bye)
			finish(relay.code, "exit", relay.code);
		finish(123, "timeout", 0);
	}
	if (!relay.ready && now >= relay.boot_limit)
		finish(122, "noboot", 0);
}

static int wait_ms(void)
{
	int64_t next = relay.limit, left;

	if (!relay.ready && (!next || relay.boot_limit < next))
		next = relay.boot_limit;
	if (!next)
		return -1;
	left = next - now_ms();
	return left < 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

static void turn(void)
{
	struct pollfd p[8] = { { .fd = relay.signals, .events = POLLIN },
			       { .fd = relay.sock[PORT_CONTROL], .events = POLLIN } };

	pump_poll(&in, &p[2], &p[3]);
	pump_poll(&out, &p[4], &p[5]);
	pump_poll(&err, &p[6], &p[7]);
	if (poll(p, 8, wait_ms()) < 0 && errno != EINTR)
		finish(126, "internal", errno);
	if (p[0].revents)
		on_signals();
	if (p[1].revents)
		control_read();
	stdin_turn(p[2].revents, p[3].revents);
	output_turn(&out, p[4].revents, p[5].revents);
	output_turn(&err, p[6].revents, p[7].revents);
	check_deadline();
}

/* All the guest said has reached the caller: the guest may go. */
static void check_end(void)
{
	if (relay.told && !relay.bye && out.total == relay.want_out && err.total == relay.want_err) {
		relay.bye = true;
		control_send("bye\n");
		relay.limit = now_ms() + POWER_OFF_MS;
	}
	if (!relay.qemu_gone || out.from >= 0 || err.from >= 0 || out.len || err.len)
		return;
	if (relay.bye)
		finish(relay.code, "exit", relay.code);
	finish(122, relay.ready ? "died" : "noboot", 0);
}

static void signals_open(void)
{
	static const int ours[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGCHLD };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++) {
		signal(ours[i], SIG_DFL); /* a shell's "&" ignores some */
		sigaddset(&set, ours[i]);
	}
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	relay.signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static int64_t options(int argc, char **argv)
{
	static const struct option known[] = { { "tty", no_argument, NULL, 't' },
					       { "timeout", required_argument, NULL, 'l' },
					       { "verdict", required_argument, NULL, 'v' },
					       { "qemu-log", required_argument, NULL, 'q' },
					       { 0 } };
	int64_t seconds = 0;
	int c;

	while ((c = getopt_long(argc, argv, "+", known, NULL)) >= 0) {
		if (c == 't')
			relay.tty = true;
		else if (c == 'l')
			seconds = strtol(optarg, NULL, 10);
		else if (c == 'v')
			relay.verdict = optarg;
		else if (c == 'q')
			relay.qemu_log = optarg;
		else
			exit(124);
	}
	if (!relay.verdict || !relay.qemu_log || optind >= argc)
		exit(124);
	return seconds;
}

int main(int argc, char **argv)
{
	int64_t seconds = options(argc, argv);

	signals_open();
	relay.qemu = qemu_start(relay.qemu_log, argc - optind, argv + optind, relay.sock);
	if (relay.qemu < 0)
		finish(126, "internal", -relay.qemu);
	in = (struct pump){ .from = -1, .to = relay.sock[PORT_STDIN] };
	out = (struct pump){ .from = relay.sock[PORT_STDOUT], .to = 1, .write_max = 4096 };
	err = (struct pump){ .from = relay.sock[PORT_STDERR], .to = 2, .write_max = 4096 };
	relay.limit = seconds ? now_ms() + seconds * 1000 : 0;
	relay.boot_limit = now_ms() + BOOT_MS;
	for (;;) {
		turn();
		check_end();
	}
}
