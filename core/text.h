/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one sanitizer. Every byte that came from outside (a task's name, module
 * info, the kernel log, file names) passes here before it reaches a terminal,
 * a table or a log. Controls, escapes, bidi overrides and invalid UTF-8 become
 * visible `\xNN` or `\u{NNNN}` sequences; nothing is dropped silently.
 * Knows widths of characters as a terminal counts them; does no I/O.
 */
#ifndef KLPSH_CORE_TEXT_H
#define KLPSH_CORE_TEXT_H

#include "core/util.h"

/*
 * Sanitize len bytes of src into dst (size bytes, always terminated, cut only
 * between whole characters or whole escapes). Newline and tab are controls
 * too. Returns the length written.
 */
size_t text_clean(char *dst, size_t size, const char *src, size_t len);

/* The same on the heap: NULL when out of memory. src may be NULL: "". */
char *text_clean_dup(const char *src, size_t len);

/* Is this string already what text_clean would make of it? */
bool text_is_clean(const char *s);

/* Columns a clean string takes on a terminal (wide 2, combining 0). */
size_t text_width(const char *s);

/*
 * Bytes of s that fit into `columns`; *ret_width (may be NULL) gets the
 * columns they take. A combining character stays with its base.
 */
size_t text_fit(const char *s, size_t columns, size_t *ret_width);

/*
 * Decode one UTF-8 character strictly (no overlong, surrogate, > U+10FFFF).
 * Returns bytes used, or 0 when the bytes at s are not valid.
 */
size_t text_decode(const char *s, size_t len, uint32_t *ret_cp);

/* Columns of one code point: 0, 1 or 2 (wcwidth of our own tables). */
int text_cp_width(uint32_t cp);

/* "42 s", "3 min 5 s", "2 h 10 min", "5 d 3 h"; negative or unknown: "n/a". */
void text_duration(char *dst, size_t size, double seconds);

/* "512 B", "16 KiB", "1.5 MiB": one decimal below ten, where it says something. */
void text_bytes(char *dst, size_t size, uint64_t bytes);

/* RFC 3339 UTC with microseconds from wall-clock microseconds. */
void text_time(char *dst, size_t size, uint64_t wall_us);

#endif
