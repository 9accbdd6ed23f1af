/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Since when each livepatch is in its state, by what the kernel's log told
 * last of it. Bounded; of patches that the log lost nothing is known, and over
 * a gap in the log it is inferred. Fed with records, it never reads anything.
 */
#ifndef KLPSH_CORE_SINCE_H
#define KLPSH_CORE_SINCE_H

#include "core/kmsg.h"
#include "core/patch.h"

#define SINCE_MAX 64 /* patches remembered; of more the one told of longest ago goes */

struct since_entry {
	char patch[64];
	enum kmsg_event told; /* what the log said last */
	uint64_t us; /* CLOCK_BOOTTIME of that */
	bool inferred; /* records are missing behind it */
};
struct since {
	struct since_entry v[SINCE_MAX]; /* told of longest ago first */
	size_t n;
};

/* The log told this of a patch at this time (CLOCK_BOOTTIME). */
void since_told(struct since *s, enum kmsg_event event, const char *patch, uint64_t us);
/* Records are missing: what was told before may be outdated. */
void since_gap(struct since *s);
/* Note in a patch since when it is in its state, if the log's last word on it fits that. */
void since_mark(const struct since *s, struct patch *p);

#endif
