// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Hands the builder's phases on: screens do not look into the builder.
 */
#include "shell/buildphases.h"

#include "builder/mkpatch.h"

_Static_assert(BUILD_PHASES == (int)PHASE_DONE, "every phase before the end");

const char *build_phase_word(size_t i)
{
	return mkpatch_phase_word((enum mkpatch_phase)i);
}

const char *build_phase_name(size_t i)
{
	return mkpatch_phase_name((enum mkpatch_phase)i);
}
