// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzes what the builder reads: objects and their BTF, kernel images and their
 * symbol tables, patches, what kbuild and the compiler leave behind, and the
 * records by which the process without rights talks to root. The first byte of
 * an input says which reader it is for. With libFuzzer the entry is
 * LLVMFuzzerTestOneInput; with -DFUZZ_STANDALONE it has a main of its own for
 * machines that have gcc only:
 *	builder_fuzz SEED COUNT [READER]
 * mutates samples COUNT times, for one reader or for all; the same SEED gives
 * the same bytes. The input that was under way when it dies stands in
 * ./crash-builder, and builder_fuzz FILE runs that again.
 */
#include <ctype.h>

#include "tests/fuzz/builder_objects.h"
#include "tests/fuzz/builder_patches.h"
#include "tests/fuzz/builder_texts.h"
#include "tests/fuzz/builder_wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct {
	const char *name;
	void (*run)(const char *data, size_t size);
	unsigned share; /* of a hundred inputs */
} readers[] = {
	{ "wire", fuzz_wire, 22 },	    { "object", fuzz_object, 18 },  { "btf", fuzz_btf, 6 },
	{ "ktables", fuzz_ktables, 5 },	    { "kimage", fuzz_kimage, 4 },   { "patch", fuzz_patch, 10 },
	{ "linemark", fuzz_linemark, 4 },   { "symvers", fuzz_symvers, 4 }, { "symlist", fuzz_symlist, 3 },
	{ "modorder", fuzz_modorder, 3 },   { "kcmd", fuzz_kcmd, 5 },	    { "shwords", fuzz_shwords, 3 },
	{ "kmakefile", fuzz_kmakefile, 3 }, { "kconfig", fuzz_kconfig, 3 }, { "genksyms", fuzz_genksyms, 2 },
	{ "names", fuzz_names, 2 },	    { "deps", fuzz_deps, 1 },	    { "insn", fuzz_insn, 2 },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *exact = NULL;

	if (size == 0 || data[0] >= ARRAY_SIZE(readers))
		return 0;
	exact = fuzz_exact(data + 1, size - 1);
	readers[data[0]].run(exact, size - 1);
	return 0;
}

#ifdef FUZZ_STANDALONE
#include <sanitizer/common_interface_defs.h>

#include "tests/fuzz/builder_seeds.h"

#define INPUT_MAX (64u << 10)

/* A check that fails says where. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "handle_abort=1";
}

static uint8_t input[INPUT_MAX];
static size_t input_len;

static void save_crash(void)
{
	_cleanup_close_ int fd = open("crash-builder", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd >= 0 && write(fd, input, input_len) == (ssize_t)input_len)
		fprintf(stderr, "the input is in ./crash-builder; its reader is %s\n",
			readers[input[0]].name);
}

static uint64_t next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

/* Put n bytes at a place, moving the rest up. */
static size_t insert(uint8_t *b, size_t len, size_t at, const void *what, size_t n)
{
	if (len + n > INPUT_MAX - 1)
		return len;
	memmove(b + at + n, b + at, len - at);
	memcpy(b + at, what, n);
	return len + n;
}

/* A number such as tables have, where such numbers stand. */
static void put_number(uint8_t *b, size_t len, uint64_t *seed)
{
	static const uint64_t words[] = {
		0,	   1,	       2,	   7,	       8,	  16,
		0x18,	   0x7f,       0xff,	   0xff20,     0xffff,	  0x10000,
		INT32_MAX, 0x80000000, 0x7ffffff8, UINT32_MAX, INT64_MAX, 0xffffffff81000000,
		UINT64_MAX
	};
	uint64_t word = words[next_random(seed) % ARRAY_SIZE(words)];
	size_t width = (size_t)1 << next_random(seed) % 4, at = next_random(seed) % len;

	at = next_random(seed) % 4 ? at / width * width : at;
	memcpy(b + at, &word, MIN(width, len - at));
}

static size_t put_word(uint8_t *b, size_t len, uint64_t *seed)
{
	const struct seed_word *w = &seed_words[next_random(seed) % ARRAY_SIZE(seed_words)];
	size_t at = next_random(seed) % (len + 1);

	if (next_random(seed) % 2 && at + w->len <= len) {
		memcpy(b + at, w->bytes, w->len);
		return len;
	}
	return insert(b, len, at, w->bytes, w->len);
}

/* The word at a place: letters and digits. */
static size_t word_at(const uint8_t *b, size_t len, size_t *at)
{
	size_t end = *at;

	while (*at && isalnum(b[*at - 1]))
		--*at;
	while (end < len && isalnum(b[end]))
		end++;
	return end - *at;
}

/* A word becomes another, or a short piece, wherever it stands: names must often agree. */
static size_t replace_all(uint8_t *b, size_t len, uint64_t *seed)
{
	const struct seed_word *w = &seed_words[next_random(seed) % ARRAY_SIZE(seed_words)];
	size_t from = next_random(seed) % len, n = next_random(seed) % 2 ? word_at(b, len, &from) : 0,
	       done = 0;
	uint8_t piece[16], *hit;

	n = MIN(n ? n : next_random(seed) % 6 + 1, MIN(len - from, sizeof(piece)));
	memcpy(piece, b + from, n);
	while (len < INPUT_MAX / 2 && (hit = memmem(b + done, len - done, piece, n))) {
		memmove(hit, hit + n, len - (size_t)(hit - b) - n);
		len = insert(b, len - n, (size_t)(hit - b), w->bytes, w->len);
		done = (size_t)(hit - b) + w->len;
	}
	return len;
}

static size_t mutate(uint8_t *b, size_t len, bool text, uint64_t *seed)
{
	size_t at = len ? next_random(seed) % len : 0, from = len ? next_random(seed) % len : 0;
	size_t n = next_random(seed) % 64;
	uint8_t copy[64];

	if (len == 0 || (text && next_random(seed) % 2))
		return len && next_random(seed) % 4 == 0 ? replace_all(b, len, seed) : put_word(b, len, seed);
	switch (next_random(seed) % (text ? 7 : 5)) {
	case 0:
		b[at] = (uint8_t)next_random(seed);
		return len;
	case 1:
		b[at] ^= (uint8_t)(1 << next_random(seed) % 8);
		return len;
	case 2:
		put_number(b, len, seed);
		return len;
	case 3: /* a piece in place of another one */
		memmove(b + at, b + from, MIN(n, len - MAX(at, from)));
		return len;
	case 4: /* seldom shorter */
		return next_random(seed) % 16 ? len : at;
	case 5: /* say it twice */
		n = MIN(n, len - from);
		memcpy(copy, b + from, n);
		return insert(b, len, at, copy, n);
	default: /* cut */
		n = MIN(n, len - at);
		memmove(b + at, b + at + n, len - at - n);
		return len - n;
	}
}

static unsigned choose_reader(uint64_t *seed)
{
	unsigned dice = next_random(seed) % 100, i = 0;

	while (dice >= readers[i].share && i + 1 < ARRAY_SIZE(readers))
		dice -= readers[i++].share;
	return i;
}

static const struct seed_input *choose_sample(unsigned reader, uint64_t *seed)
{
	const struct seed_input *of[SEED_INPUTS];
	size_t n = 0;

	for (size_t i = 0; i < n_seed_inputs; i++)
		if (streq(seed_inputs[i].reader, readers[reader].name))
			of[n++] = &seed_inputs[i];
	if (n == 0) {
		fprintf(stderr, "there is no sample for %s\n", readers[reader].name);
		exit(2);
	}
	return of[next_random(seed) % n];
}

static void run_input(void)
{
	LLVMFuzzerTestOneInput(input, input_len);
}

static void run_one(unsigned reader, uint64_t *seed)
{
	const struct seed_input *s = choose_sample(reader, seed);
	uint8_t *b = input + 1;
	size_t len = MIN(s->len, INPUT_MAX / 2);

	memcpy(b, s->bytes, len);
	for (uint64_t n = next_random(seed) % 10; n; n--)
		len = mutate(b, len, s->text, seed);
	input[0] = (uint8_t)reader;
	input_len = len + 1;
	run_input();
}

static int run_file(const char *path)
{
	_cleanup_free_ char *data = NULL;
	struct err e = { 0 };

	if (file_read(path, INPUT_MAX, &data, &input_len, &e) < 0) {
		fprintf(stderr, "%s\n", e.text);
		return 2;
	}
	memcpy(input, data, input_len);
	run_input();
	return 0;
}

static int find_reader(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++)
		if (streq(readers[i].name, name))
			return (int)i;
	return -1;
}

int main(int argc, char **argv)
{
	uint64_t seed, count;
	int only = argc == 4 ? find_reader(argv[3]) : -1;

	__sanitizer_set_death_callback(save_crash);
	seeds_make();
	if (argc == 2)
		return run_file(argv[1]);
	if (argc < 3 || argc > 4 || (argc == 4 && only < 0) || parse_u64(argv[1], &seed) < 0 ||
	    parse_u64(argv[2], &count) < 0) {
		fputs("usage: builder_fuzz SEED COUNT [READER]\n", stderr);
		return 2;
	}
	seed = seed ? seed : 1;
	while (count--)
		run_one(only < 0 ? choose_reader(&seed) : (unsigned)only, &seed);
	seeds_free();
	return 0;
}
#endif
