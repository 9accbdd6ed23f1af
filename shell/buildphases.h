/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The phases of a build in their order, for screens: as the events of `build
 * --json` call them, and as people do.
 */
#ifndef KLPSH_SHELL_BUILDPHASES_H
#define KLPSH_SHELL_BUILDPHASES_H

#include <stddef.h>

#define BUILD_PHASES 8

/* "patch", "prepare", ...: as in events. i < BUILD_PHASES. */
const char *build_phase_word(size_t i);
/* "patch check", "prepare tree", ...: for people. */
const char *build_phase_name(size_t i);

#endif
