// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The person's terminal, on stdin, while a guest has it: raw mode, its size,
 * and putting it back. Reads and writes of the session itself are the relay's.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "relay.h"

static struct termios saved;
static bool raw;

bool tty_is_raw(void)
{
	return raw;
}

void tty_raw(void)
{
	struct termios t;

	if (tcgetattr(0, &saved))
		return; /* stdin is no terminal */
	t = saved;
	cfmakeraw(&t);
	raw = tcsetattr(0, TCSADRAIN, &t) == 0;
}

/*
 * When the guest was cut off, its program could not leave the screen as it was:
 * mouse and bracketed paste off, main screen, cursor on, plain text.
 */
void tty_restore(bool cut_off)
{
	static const char plain[] = "\033[?1000l\033[?1006l\033[?2004l\033[?1049l\033[?25h\033[m\r\n";
	ssize_t n = 0;

	if (!raw)
		return;
	if (cut_off && isatty(1))
		n = write(1, plain, sizeof(plain) - 1);
	if (n >= 0)
		tcsetattr(0, TCSADRAIN, &saved);
	else
		tcsetattr(0, TCSANOW, &saved); /* nothing drains any more */
	raw = false;
}

void tty_size(unsigned int *ret_rows, unsigned int *ret_cols)
{
	struct winsize w = { 0 };

	for (int fd = 0; fd < 3; fd++)
		if (ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_row && w.ws_col)
			break;
	*ret_rows = w.ws_row ? w.ws_row : 24;
	*ret_cols = w.ws_col ? w.ws_col : 80;
}
