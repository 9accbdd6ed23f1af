// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzes the readers of module files (inspect_bytes). With libFuzzer the
 * entry is LLVMFuzzerTestOneInput. With -DFUZZ_STANDALONE it has a main of
 * its own for machines that have gcc only:
 *	inspect_fuzz SEED COUNT FILE...
 * inspects each file, then COUNT mutations of it, from SEED; the same SEED
 * gives the same bytes. With ASAN_OPTIONS=handle_abort=1 the input that was
 * under way stands in ./crash-inspect when the program dies.
 */
#include "kmod/diff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every module that can be opened is compared with itself and with the one before it. */
static void compare_code(const struct inspect *i, const uint8_t *data, size_t size)
{
	static struct codeview *last;
	static struct inspect *last_patch;
	struct codeview *v = NULL;
	struct inspect *again = NULL;
	struct diff d;

	if (codeview_open(data, size, &v, NULL) < 0 ||
	    inspect_bytes("fuzz.ko", data, size, &again, NULL) < 0) {
		codeview_free(v);
		return;
	}
	free(TAKE_PTR(again->build_id));
	if (diff_patches(&(struct diff_side){ i, v, true }, &(struct diff_side){ again, v, true }, &d) < 0)
		abort();
	diff_done(&d);
	if (last && diff_patches(&(struct diff_side){ last_patch, last, true },
				 &(struct diff_side){ again, v, true }, &d) >= 0)
		diff_done(&d);
	inspect_free(last_patch);
	codeview_free(last);
	last_patch = again;
	last = v;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct inspect *i = NULL;
	struct err e = { 0 };
	int r = inspect_bytes("fuzz.ko", data, size, &i, &e);

	/* a failure says why and returns nothing; a success has a name and whole strings */
	if (r < 0 && (i || !e.text[0] || e.code != r))
		abort();
	if (r >= 0 && (!i || !i->name || (i->n_objects && !i->objects_complete)))
		abort();
	for (size_t k = 0; i && k < i->n_objects; k++)
		for (size_t f = 0; f < i->objects[k].n_funcs; f++)
			if (!i->objects[k].funcs[f].old_name[0])
				abort();
	if (i) {
		inspect_matches_release(i, "6.1.0");
		compare_code(i, data, size);
	}
	inspect_free(i);
	return 0;
}

#ifdef FUZZ_STANDALONE
#include <errno.h>
#include <fcntl.h>
#include <sanitizer/common_interface_defs.h>

#include "kmod/decompress.h"

#define FUZZ_MAX (16u << 20)

static const uint8_t *current;
static size_t current_len;

static void save_crash(void)
{
	_cleanup_close_ int fd = open("crash-inspect", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd >= 0 && write(fd, current, current_len) == (ssize_t)current_len)
		fputs("the input is in ./crash-inspect\n", stderr);
}

static uint64_t next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

static size_t mutate(uint8_t *b, size_t len, uint64_t *seed)
{
	static const uint64_t words[] = { 0,	  1,	     8,		 0xff,	    0xff20,
					  0xffff, INT32_MAX, UINT32_MAX, INT64_MAX, UINT64_MAX };

	for (unsigned n = (unsigned)(next_random(seed) % 8) + 1; n && len > 8; n--) {
		size_t at = next_random(seed) % (len - 8), from = next_random(seed) % (len - 8);
		size_t piece = next_random(seed) % MIN(len - MAX(at, from), (size_t)64);
		uint64_t word = words[next_random(seed) % ARRAY_SIZE(words)];

		switch (next_random(seed) % 6) {
		case 0:
			b[at] ^= (uint8_t)(1 << (next_random(seed) % 8));
			break;
		case 1:
			b[at] = (uint8_t)next_random(seed);
			break;
		case 2:
			memcpy(b + at, &word, (size_t)1 << (next_random(seed) % 4));
			break;
		case 3: /* where tables have their words */
			memcpy(b + (at & ~(size_t)7), &word, 8);
			break;
		case 4:
			memmove(b + at, b + from, piece);
			break;
		default: /* seldom shorter */
			if (next_random(seed) % 16 == 0)
				len -= next_random(seed) % (len / 4 + 1);
		}
	}
	return len;
}

/* The bytes are an allocation of their own each time, so that one byte too far is seen. */
static void run_one(const char *data, size_t len, uint64_t *seed)
{
	_cleanup_free_ uint8_t *b = malloc(len ? len : 1);
	_cleanup_free_ uint8_t *exact = NULL;

	if (!b)
		exit(1);
	memcpy(b, data, len);
	if (seed)
		len = mutate(b, len, seed);
	exact = malloc(len ? len : 1);
	if (!exact)
		exit(1);
	memcpy(exact, b, len);
	current = exact;
	current_len = len;
	LLVMFuzzerTestOneInput(exact, len);
}

int main(int argc, char **argv)
{
	uint64_t seed, count;

	if (argc < 4 || parse_u64(argv[1], &seed) < 0 || parse_u64(argv[2], &count) < 0) {
		fputs("usage: inspect_fuzz SEED COUNT FILE...\n", stderr);
		return 2;
	}
	seed = seed ? seed : 1;
	__sanitizer_set_death_callback(save_crash);
	for (int k = 3; k < argc; k++) {
		_cleanup_free_ char *data = NULL;
		struct err e = { 0 };
		size_t len;

		if (file_read(argv[k], FUZZ_MAX, &data, &len, &e) < 0) {
			fprintf(stderr, "%s\n", e.text);
			return 1;
		}
		run_one(data, len, NULL);
		for (uint64_t n = 0; n < count; n++)
			run_one(data, len, &seed);
	}
	return 0;
}
#endif
