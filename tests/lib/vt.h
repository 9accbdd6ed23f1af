/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A terminal for tests: runs a program on a pty, feeds what it writes to
 * libvterm, and waits for what shall be on the screen with poll and a
 * deadline, never by sleeping. The only file that knows libvterm.
 */
#ifndef KLPSH_TESTS_LIB_VT_H
#define KLPSH_TESTS_LIB_VT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

#define VT_PATIENCE_MS 10000

struct vt;

struct vt_opts {
	int lines, columns;
	const char *term; /* NULL: xterm-256color */
	const char *const *env; /* "NAME=VALUE" more, "NAME" to unset; NULL-terminated; may be NULL */
};

/* Start argv on a new pty. NULL when that fails (errno). */
struct vt *vt_start(const char *const *argv, const struct vt_opts *o);
/* Ends the program if it still runs. Takes NULL, returns NULL. */
struct vt *vt_free(struct vt *v);

/* Wait until the screen shows text, or no longer does. */
bool vt_wait(struct vt *v, const char *text);
bool vt_wait_gone(struct vt *v, const char *text);
/* Wait until a predicate holds. */
bool vt_wait_for(struct vt *v, bool (*pred)(struct vt *v, void *arg), void *arg, int ms);
/* Take in what comes until it has been quiet for so long. */
void vt_settle(struct vt *v, int quiet_ms);
bool vt_shows(struct vt *v, const char *text);

void vt_keys(struct vt *v, const char *keys);
void vt_key_bytes(struct vt *v, const char *keys, size_t len);
void vt_resize(struct vt *v, int lines, int columns);
void vt_signal(struct vt *v, int signo);
/* The terminal takes these as if the program had written them. */
void vt_feed(struct vt *v, const char *bytes);

/* The screen as lines without trailing blanks. Heap. */
char *vt_text(struct vt *v);
/* One line of it. Heap. */
char *vt_line(struct vt *v, int line);
/* Every byte written so far. */
const char *vt_raw(const struct vt *v, size_t *ret_len);
bool vt_raw_has(const struct vt *v, const char *bytes);
bool vt_alternate(const struct vt *v);
bool vt_cursor_shown(const struct vt *v);
/* Is a cell with this text on the line drawn in reverse? */
bool vt_reversed(struct vt *v, const char *text);

/* One cell as it is drawn: reverse is resolved already. */
struct vt_cell {
	char text[32]; /* UTF-8; "" is a blank, or the second half of a wide character */
	int width;
	unsigned fg, bg; /* 0xRRGGBB */
	bool bold;
};
void vt_cell_at(struct vt *v, int line, int column, struct vt_cell *ret);
int vt_lines(const struct vt *v);
int vt_columns(const struct vt *v);

pid_t vt_pid(const struct vt *v);
bool vt_running(struct vt *v);
/* Wait for the end: a wait status, or -1 when it does not come. */
int vt_wait_exit(struct vt *v);
/* Modes of the terminal before the start, and now. */
const struct termios *vt_modes_before(const struct vt *v);
struct termios vt_modes(const struct vt *v);

#endif
