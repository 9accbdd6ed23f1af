/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports as JSON: the envelope and shapes of verbs.md. Strings that are not
 * valid UTF-8 are sanitized first, so that the output always parses.
 */
#ifndef KLPSH_CORE_RECORD_H
#define KLPSH_CORE_RECORD_H

#include "core/report.h"

/*
 * One command's envelope on one line (no newline): {"v":1,"cmd":[...],...}.
 * report may be NULL (data null), e may be NULL or unset (error null).
 * rc is the exit code. Heap, NULL when out of memory.
 */
char *record_envelope(char *const *cmd, size_t n_cmd, int rc, const struct report *report,
		      const struct err *e);

/* The data of a report alone (for streams: one event a line). */
char *record_data(const struct report *report);

#endif
