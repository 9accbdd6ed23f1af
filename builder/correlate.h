/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which thing of the patched object is which of the original. Only names and
 * uses decide, never positions or numbers that a compiler gave out. A pairing
 * of functions cannot be wrong, only imprecise: every reference is compared
 * through it, so that a function whose callee was paired otherwise counts as
 * changed. A pairing of variables decides whose state is used, and is made
 * only where it is certain.
 */
#ifndef KLPSH_BUILDER_CORRELATE_H
#define KLPSH_BUILDER_CORRELATE_H

#include "builder/things.h"

/*
 * Set .twin in both. What cannot be told apart is left without a twin; static
 * locals among that are refused where it matters, by the comparison. -ENOMEM.
 */
int correlate(struct things *a, struct things *b, struct err *e);

#endif
