/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a build is given on its command line, read and looked at as far as that
 * can be done before it begins: only this user may read the patches, the
 * kernel's image and a module's file, and the build process has another folder.
 */
#ifndef KLPSH_SHELL_BUILD_INPUTS_H
#define KLPSH_SHELL_BUILD_INPUTS_H

#include "shell/building.h"

struct build_inputs;

/*
 * Fill b's spec, names, key and output folder from the flags and arguments of
 * b->c. What the spec points to is in *ret and must outlive it. Negative errno
 * with e set; descriptors that are open by then are b's to close in any case.
 */
int build_inputs_read(struct building *b, struct build_inputs **ret, struct err *e);
struct build_inputs *build_inputs_free(struct build_inputs *in);
DEFINE_CLEANUP(struct build_inputs, build_inputs_free)

#endif
