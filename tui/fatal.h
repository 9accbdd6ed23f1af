/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens to the terminal when the program dies: the saved termios and
 * one prebuilt string, by calls that are safe in a signal handler, then the
 * signal again with its default action. No ncurses here.
 */
#ifndef KLPSH_TUI_FATAL_H
#define KLPSH_TUI_FATAL_H

#include <termios.h>

/* Arm: what to restore on descriptor fd. text is copied. */
void fatal_arm(int fd, const struct termios *saved, const char *text);
void fatal_disarm(void);

/* Catch what is written to stderr meanwhile; -errno. Only when it is a terminal. */
int stderr_catch(void);
/* The last line caught that was not seen before; false: nothing new. */
int stderr_poll(char *line, unsigned long size);
/* Give stderr back and print there what was caught. */
void stderr_release(void);

#endif
