/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a build said, as lines: a step with its output, a refusal as a page of
 * its own, the module and what can be done with it.
 */
#ifndef KLPSH_TUI_BUILD_SHOW_H
#define KLPSH_TUI_BUILD_SHOW_H

#include "tui/build.h"

/* "fs/proc/cmdline.c: cmdline_proc_show", or what there is of it. */
void finding_where(const struct finding *f, char *buf, size_t size);
/* Why, what helps, and the place in the patch. */
void build_show_finding(const struct build *b, struct finding *f, struct lines *l);
/* What step i did, and what was said meanwhile. */
void build_show_step(const struct build *b, size_t i, struct lines *l);
/* How it ended. */
void build_show_end(const struct build *b, struct lines *l);

#endif
