// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The line on a terminal that says how far a build is.
 */
#include "core/text.h"
#include "shell/building.h"
#include "shell/buildphases.h"

void building_progress_line(const struct building *b, char *dst, size_t size)
{
	const char *last = b->n_lines ? b->tail[(b->n_lines - 1) % BUILDING_TAIL] : NULL;
	char took[32], left[64], objects[64] = "";

	text_duration(took, sizeof(took), building_since(b->begun_us));
	build_left(b->ahead_us ? (double)b->ahead.left_ms / 1000 - building_since(b->ahead_us) : 0, left,
		   sizeof(left));
	if (b->ahead.total)
		FORMAT(objects, "%llu of %llu objects, ", (unsigned long long)b->ahead.done,
		       (unsigned long long)b->ahead.total);
	(void)snprintf(dst, size, "%s, phase %d of %d, %s%s%s%s%.200s",
		       mkpatch_phase_name((enum mkpatch_phase)b->phase), b->phase + 1, (int)PHASE_DONE,
		       objects, took, left, last ? ": " : "", last ? last : "");
}

void building_progress(const struct building *b)
{
	char line[512];

	if (b->phase < 0)
		return;
	building_progress_line(b, line, sizeof(line));
	call_progress(b->c, line);
}
