/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a running process has of memory, by the kernel's own sum (smaps_rollup). */
#ifndef KLPSH_TESTS_BENCH_MEMORY_H
#define KLPSH_TESTS_BENCH_MEMORY_H

#include "core/util.h"

static inline unsigned long memory_kib(pid_t pid, const char *const *fields)
{
	unsigned long sum = 0, kib;
	char path[64], line[256];
	FILE *f;

	FORMAT(path, "/proc/%d/smaps_rollup", pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		for (size_t i = 0; fields[i]; i++)
			if (!strncmp(line, fields[i], strlen(fields[i])) &&
			    sscanf(line + strlen(fields[i]), " %lu", &kib) == 1)
				sum += kib;
	if (f)
		fclose(f);
	return sum;
}

static inline unsigned long dirty_kib(pid_t pid)
{
	static const char *const fields[] = { "Private_Dirty:", "Shared_Dirty:", NULL };

	return memory_kib(pid, fields);
}

static inline unsigned long resident_kib(pid_t pid)
{
	static const char *const fields[] = { "Rss:", NULL };

	return memory_kib(pid, fields);
}

#endif
