/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How builds end, told to the same user's other sessions: a line a build in
 * $XDG_STATE_HOME/klpsh/builds. Whoever builds appends, a prompt watches.
 */
#ifndef KLPSH_SHELL_BUILDNEWS_H
#define KLPSH_SHELL_BUILDNEWS_H

#include "core/loop.h"

/* A build by this process has ended; module: its name, without ".ko". */
void buildnews_add(const char *module, int rc);

struct buildnews;
/* Call fn with a clean sentence for each build of another process that ends from now on. */
int buildnews_watch(struct loop *l, void (*fn)(const char *text, void *arg), void *arg,
		    struct buildnews **ret);
struct buildnews *buildnews_free(struct buildnews *n);
DEFINE_CLEANUP(struct buildnews, buildnews_free)

#endif
