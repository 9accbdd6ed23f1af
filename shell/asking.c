/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The question on stderr, the answer from stdin. What was typed before the
 * question is thrown away, so that nobody agrees to what he has not seen.
 */
#include "shell/asking.h"

#include <errno.h>
#include <poll.h>
#include <termios.h>

#include "core/text.h"
#include "shell/callloop.h"
#include "shell/session.h"

#define ANSWER_MAX 256

static void show(const struct ask *ask)
{
	fprintf(stderr, "%s?\n", ask->title);
	for (size_t i = 0; i < ask->n_facts; i++)
		fprintf(stderr, "  %s\n", ask->facts[i]);
	if (ask->undo)
		fprintf(stderr, "  Undo: %s\n", ask->undo);
	fprintf(stderr, "  Same as: %s\n", ask->command);
	if (ask->type_name)
		fprintf(stderr, "Type the name %s to do it, anything else not to: ", ask->type_name);
	else
		fprintf(stderr, "Do it? [y/N] ");
	fflush(stderr);
}

/* One line, read byte by byte, so that nothing behind it is taken. 1, 0 too late, -1 no line. */
static int read_line(char *buf, size_t size)
{
	/* Where they are blocked, as within the shell, they must end the question all the same. */
	_cleanup_close_ int signals = call_signals_open();
	uint64_t deadline = now_mono() + ASK_EXPIRES_SEC * USEC_PER_SEC;
	size_t n = 0;

	for (;;) {
		struct pollfd p[2] = { { .fd = STDIN_FILENO, .events = POLLIN },
				       { .fd = signals, .events = POLLIN } };
		uint64_t now = now_mono();
		char c;
		int r;

		if (now >= deadline)
			return 0;
		r = poll(p, ARRAY_SIZE(p), (int)((deadline - now) / 1000) + 1);
		if (r < 0)
			return -1;
		if (r == 0)
			continue;
		if (p[1].revents) {
			session_interrupted = call_signal_taken();
			return -1;
		}
		if (read(STDIN_FILENO, &c, 1) != 1)
			return -1;
		if (c == '\n')
			break;
		if (n + 1 < size)
			buf[n++] = c;
	}
	buf[n] = '\0';
	return 1;
}

static bool is_yes(const char *s)
{
	return !strcasecmp(s, "y") || !strcasecmp(s, "yes");
}

enum answer asking_terminal(struct app *app, const struct ask *ask)
{
	char buf[ANSWER_MAX];
	int r;

	(void)tcflush(STDIN_FILENO, TCIFLUSH);
	show(ask);
	r = read_line(buf, sizeof(buf));
	if (r <= 0) {
		fputc('\n', stderr);
		return r == 0 ? ANSWER_EXPIRED : ANSWER_NO;
	}
	if (ask->type_name)
		return streq(buf, ask->type_name) ? ANSWER_YES : ANSWER_NO;
	return is_yes(buf) ? ANSWER_YES : ANSWER_NO;
}
