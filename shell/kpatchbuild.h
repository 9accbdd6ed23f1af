/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words of kpatch-build for those who call us by its name: its options,
 * its sentences, its exit codes. The work is the verb `build`; nothing is built
 * here.
 */
#ifndef KLPSH_SHELL_KPATCHBUILD_H
#define KLPSH_SHELL_KPATCHBUILD_H

#include "shell/verb.h"

/* Called by that name? */
bool kpatchbuild_named(const char *argv0);
/* The whole program. 0 or 1, or 128 and the signal's number. --root DIR may stand first. */
int kpatchbuild_main(int argc, char **argv);

#endif
