// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Screens do not look into the builder, so its phases are handed on here.
 */
#include "shell/buildphases.h"

#include "builder/mkpatch.h"
#include "core/text.h"

_Static_assert(BUILD_PHASES == (int)PHASE_DONE, "every phase before the end");

const char *build_phase_word(size_t i)
{
	return mkpatch_phase_word((enum mkpatch_phase)i);
}

const char *build_phase_name(size_t i)
{
	return mkpatch_phase_name((enum mkpatch_phase)i);
}

void build_left(double seconds, char *dst, size_t size)
{
	char words[32];

	*dst = '\0';
	if (seconds < 0.5)
		return;
	text_duration(words, sizeof(words), seconds);
	(void)snprintf(dst, size, ", about %s left", words);
}
