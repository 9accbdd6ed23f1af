/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small things every file needs: array sizes, scope-bound cleanup, checked
 * allocation helpers. Nothing here knows about livepatching or does I/O of
 * its own.
 */
#ifndef KLPSH_CORE_UTIL_H
#define KLPSH_CORE_UTIL_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define USEC_PER_SEC 1000000ULL

#define _cleanup_(f) __attribute__((cleanup(f)))
#define _printf_(a, b) __attribute__((format(printf, a, b)))
#define _unused_ __attribute__((unused))

/* Take the value of a pointer variable and leave NULL in it. */
#define TAKE_PTR(p)                                                                                          \
	({                                                                                                   \
		__typeof__(p) taken_ = (p);                                                                  \
		(p) = NULL;                                                                                  \
		taken_;                                                                                      \
	})
#define TAKE_FD(fd)                                                                                          \
	({                                                                                                   \
		int taken_ = (fd);                                                                           \
		(fd) = -1;                                                                                   \
		taken_;                                                                                      \
	})

/* Define cleanup function NAMEp for a destructor that returns NULL. */
#define DEFINE_CLEANUP(type, destructor)                                                                     \
	static inline void destructor##p(type **p)                                                           \
	{                                                                                                    \
		*p = destructor(*p);                                                                         \
	}

static inline void freep(void *p)
{
	free(*(void **)p);
}

static inline void closep(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void closedirp(DIR **d)
{
	if (*d)
		closedir(*d);
}

static inline void fclosep(FILE **f)
{
	if (*f)
		fclose(*f);
}

#define _cleanup_free_ _cleanup_(freep)
#define _cleanup_close_ _cleanup_(closep)

static inline bool streq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static inline bool begins(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

/* Is the word (NULL: none) in this list, which ends with NULL? */
static inline bool word_in(const char *word, const char *const *v)
{
	for (; word && *v; v++)
		if (streq(word, *v))
			return true;
	return false;
}

/* What stands below the folder in a path that lies there, "b/c" of "/a/b/c" and "/a"; NULL: it does not. */
static inline const char *path_below(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return begins(path, folder) && path[n] == '/' ? path + n + 1 : NULL;
}

/* "x.ko" has the ending ".ko"; ".ko" alone is no name with an ending. */
static inline bool has_ending(const char *name, const char *ending)
{
	size_t n = strlen(name), m = strlen(ending);

	return n > m && streq(name + n - m, ending);
}

/*
 * Make room for one more element in a growing array.
 * array: pointer to the array pointer; n: elements in use; size: of one.
 * Returns 0 or -ENOMEM, the array unchanged then. Capacity is a power of two
 * derived from n, so no separate counter is kept.
 */
int array_grow(void *array, size_t n, size_t size);

/* For qsort() and bsearch(): uint64_t, ascending. */
int by_u64(const void *a, const void *b);

/*
 * How many of n sorted elements come before what is looked for: is_before is
 * an expression of the index i, true for them and false for all behind them.
 */
#define COUNT_BEFORE(n, i, is_before)                                                                        \
	({                                                                                                   \
		size_t low_ = 0, high_ = (n);                                                                \
		while (low_ < high_) {                                                                       \
			size_t i = low_ + (high_ - low_) / 2;                                                \
			if (is_before)                                                                       \
				low_ = i + 1;                                                                \
			else                                                                                 \
				high_ = i;                                                                   \
		}                                                                                            \
		low_;                                                                                        \
	})

/* len bytes as 2 * len hexadecimal digits, terminated. */
void hex_put(char *dst, const void *bytes, size_t len);

/* snprintf into a fixed array; the result is always terminated. */
#define FORMAT(buf, ...) ((void)snprintf((buf), sizeof(buf), __VA_ARGS__))

/* Microseconds of CLOCK_MONOTONIC, CLOCK_BOOTTIME and CLOCK_REALTIME. */
uint64_t now_mono(void);
uint64_t now_cpu(void); /* that this process has had */
uint64_t now_boot(void);
uint64_t now_wall(void);
/* Microseconds of processor time; who: RUSAGE_SELF, or RUSAGE_CHILDREN, of which those count that have ended.
 */
uint64_t used_us(int who);

/*
 * Parse a whole string as a number: no sign unless signed, no blanks, no
 * rubbish behind it. Returns 0, -EINVAL or -ERANGE.
 */
int parse_u64(const char *s, uint64_t *ret);
int parse_i64(const char *s, int64_t *ret);

#endif
