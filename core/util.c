/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Clocks, strict number parsing and the growing array. See util.h.
 */
#include "core/util.h"

#include <errno.h>
#include <sys/resource.h>
#include <time.h>

int array_grow(void *array, size_t n, size_t size)
{
	void **a = array;
	size_t cap = n ? n * 2 : 4;
	void *p;

	/* Room runs out when n is 0 or a power of two from 4 up. */
	if (n && (n < 4 || (n & (n - 1))))
		return 0;
	p = reallocarray(*a, cap, size);
	if (!p)
		return -ENOMEM;
	*a = p;
	return 0;
}

static uint64_t clock_us(clockid_t id)
{
	struct timespec ts;

	if (clock_gettime(id, &ts) < 0)
		return 0;
	return (uint64_t)ts.tv_sec * USEC_PER_SEC + (uint64_t)ts.tv_nsec / 1000;
}

uint64_t now_mono(void)
{
	return clock_us(CLOCK_MONOTONIC);
}

uint64_t now_cpu(void)
{
	return clock_us(CLOCK_PROCESS_CPUTIME_ID);
}

uint64_t now_boot(void)
{
	return clock_us(CLOCK_BOOTTIME);
}

uint64_t now_wall(void)
{
	return clock_us(CLOCK_REALTIME);
}

uint64_t used_us(int who)
{
	struct rusage u;

	if (getrusage(who, &u) < 0)
		return 0;
	return (uint64_t)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * USEC_PER_SEC +
	       (uint64_t)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

int by_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

int parse_u64(const char *s, uint64_t *ret)
{
	unsigned long long v;
	char *end;

	if (*s < '0' || *s > '9')
		return -EINVAL;
	errno = 0;
	v = strtoull(s, &end, 10);
	if (errno)
		return -errno;
	if (*end)
		return -EINVAL;
	*ret = v;
	return 0;
}

int parse_i64(const char *s, int64_t *ret)
{
	bool minus = *s == '-';
	uint64_t v = 0;
	int r;

	r = parse_u64(s + minus, &v);
	if (r < 0)
		return r;
	if (v > (uint64_t)INT64_MAX)
		return -ERANGE;
	*ret = minus ? -(int64_t)v : (int64_t)v;
	return 0;
}

void hex_put(char *dst, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;

	*dst = '\0';
	for (size_t i = 0; i < len; i++)
		snprintf(dst + 2 * i, 3, "%02x", p[i]);
}
