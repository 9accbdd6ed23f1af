/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the agent (guest) and the relay (host) share: the names of the four
 * virtio-serial ports, the words on the control port, and a pump that moves
 * bytes from one descriptor to another without ever blocking the loop.
 *
 * Control port, one message a line. Relay to agent: "size ROWS COLS",
 * "eof N" (stdin ended after N bytes), "bye" (all arrived, power off).
 * Agent to relay: "ready", "exit CODE OUT ERR" (the bytes it sent on each).
 */
#ifndef LAB_WIRE_H
#define LAB_WIRE_H

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PORT_NAME(what) "klpsh." what
#define PORTS                                                                                                \
	{                                                                                                    \
		PORT_NAME("stdin"), PORT_NAME("stdout"), PORT_NAME("stderr"), PORT_NAME("control")           \
	}
enum port { PORT_STDIN, PORT_STDOUT, PORT_STDERR, PORT_CONTROL, N_PORTS };

#define LINE_LEN 128

struct pump {
	int from, to; /* -1: that side is closed */
	size_t at, len; /* what of buf is still to be written */
	size_t write_max; /* at most so much in one write */
	uint64_t total; /* bytes written */
	bool drained; /* the last read found nothing, or the end */
	char buf[65536];
};

static inline bool pump_idle(const struct pump *p)
{
	return p->len == 0 && (p->from < 0 || p->drained);
}

static inline void pump_poll(const struct pump *p, struct pollfd *in, struct pollfd *out)
{
	*in = (struct pollfd){ .fd = p->len == 0 ? p->from : -1, .events = POLLIN };
	*out = (struct pollfd){ .fd = p->len > 0 ? p->to : -1, .events = POLLOUT };
}

/* Reads when the buffer is empty; 0 or the errno that ended the source. */
static inline int pump_read(struct pump *p)
{
	ssize_t n;

	if (p->from < 0 || p->len > 0)
		return 0;
	n = read(p->from, p->buf, sizeof(p->buf));
	p->drained = n <= 0;
	if (n > 0) {
		p->at = 0;
		p->len = (size_t)n;
		return 0;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	p->from = -1;
	return n < 0 ? errno : 0;
}

/* Writes what it can; 0 or the errno that broke the sink. */
static inline int pump_write(struct pump *p)
{
	size_t want = p->len;
	ssize_t n;

	if (p->len == 0)
		return 0;
	if (p->write_max && want > p->write_max)
		want = p->write_max;
	n = p->to < 0 ? (ssize_t)want : write(p->to, p->buf + p->at, want);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : errno;
	p->at += (size_t)n;
	p->len -= (size_t)n;
	p->total += (uint64_t)n;
	return 0;
}

/* Lines of a control port, gathered over any number of reads. */
struct lines {
	char buf[LINE_LEN];
	size_t len;
};

static inline bool lines_add(struct lines *l, char c)
{
	if (c == '\n') {
		l->buf[l->len] = '\0';
		l->len = 0;
		return true;
	}
	if (l->len < sizeof(l->buf) - 1)
		l->buf[l->len++] = c;
	return false;
}

#endif
