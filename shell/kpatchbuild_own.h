/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the two halves of the kpatch-build front end share: its words, and how
 * it talks. For shell/kpatchbuild*.c only.
 */
#ifndef KLPSH_SHELL_KPATCHBUILD_OWN_H
#define KLPSH_SHELL_KPATCHBUILD_OWN_H

#include "core/report.h"
#include "shell/kpatchbuild.h"

#define KPB_WORDS 300u /* patches among them, of which `build` takes 256 */

/* What the words ask for: the words of `build` that come of it. */
struct kpb {
	char *words[KPB_WORDS + 1];
	size_t n;
	char *name; /* of the module, as it was given or made */
	char *targets; /* for the sources of --oot-module; NULL: none */
	bool oot; /* that was given */
};

#define KPB_HELPED (-1)

/* 0; RC_FAILED: told; KPB_HELPED: usage was asked for; else a negative errno. */
int kpb_parse(struct kpb *k, int argc, char **argv);
void kpb_done(struct kpb *k);

/* A line, sanitized, at once. */
void kpb_put(FILE *out, const char *fmt, ...) _printf_(2, 3);
/* "ERROR: TEXT", and the hint (NULL or "": none) on a line of its own. Returns 1. */
int kpb_fail(const char *text, const char *hint);

/* An event of the build, in the lines that kpatch-build prints. */
void kpb_tell(const struct kpb *k, const struct row *r);

#endif
