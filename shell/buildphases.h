/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a build is spoken of, on a terminal's last line and on screens: its phases in
 * their order, as the events of `build --json` call them and as people do, and the
 * time that is left.
 */
#ifndef KLPSH_SHELL_BUILDPHASES_H
#define KLPSH_SHELL_BUILDPHASES_H

#include <stddef.h>

#define BUILD_PHASES 8

/* "patch", "prepare", ...: as in events. i < BUILD_PHASES. */
const char *build_phase_word(size_t i);
/* "patch check", "prepare tree", ...: for people. */
const char *build_phase_name(size_t i);

/* ", about 9 s left"; "" where it takes longer than it used to. */
void build_left(double seconds, char *dst, size_t size);

#endif
