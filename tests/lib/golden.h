/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pictures of screens as text, beside those that are kept in
 * tests/tui/golden/NAME.golden. With KLPSH_GOLDEN=write they are made anew, to
 * be looked at before they are kept. What ticks is masked.
 */
#ifndef KLPSH_TESTS_LIB_GOLDEN_H
#define KLPSH_TESTS_LIB_GOLDEN_H

#include "core/util.h"
#include "tests/lib/vt.h"

struct golden;

/* The pictures of a name. Any failure fails the running test. */
struct golden *golden_open(const char *name);
struct golden *golden_close(struct golden *g);
DEFINE_CLEANUP(struct golden, golden_close)
/* Wait until the screen is its picture, or keep what it is. what: a line of its own. */
void golden_check(struct golden *g, struct vt *v, const char *what);

#endif
