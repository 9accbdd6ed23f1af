// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzes what the line front ends read: the tokenizer of scripts and of the
 * prompt, and the flags of every verb. With libFuzzer the entry is
 * LLVMFuzzerTestOneInput; with -DFUZZ_STANDALONE it has a main of its own for
 * machines that have gcc only:
 *	shell_fuzz SEED COUNT
 * mutates built-in lines COUNT times; the same SEED gives the same bytes. The
 * input that was under way when it dies stands in ./crash-shell.
 */
#include <errno.h>

#include "shell/args.h"
#include "shell/token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

/* A failure says why, once; flags that were understood have values. */
static void fuzz_args(const struct verb *v, const struct command *c)
{
	struct settings set;
	struct parsed p;
	struct err e = { 0 };
	int r;

	settings_init(&set);
	r = args_parse(v, &set, c->words, c->n, &p, &e);
	check(r <= 0 && (r < 0) == (e.code != 0));
	check(r < 0 || !(p.g.set.json && p.g.set.plain));
	check(p.n_args < c->n);
	if (r >= 0 && p.n_args > v->n_args)
		check(p.g.help || (v->n_args && v->args[v->n_args - 1].many));
	for (size_t i = 0; i < p.n_args; i++)
		check(p.args[i] != NULL);
	parsed_done(&p);
}

static char *quote_all(const struct command *c)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	check(out != NULL);
	for (size_t i = 0; i < c->n; i++) {
		fputs(" \"", out);
		for (const char *p = c->words[i]; *p; p++)
			fprintf(out, "%s%c", *p == '"' || *p == '\\' ? "\\" : "", *p);
		fputc('"', out);
	}
	check(fclose(out) == 0);
	return text;
}

/* Words that are quoted again come back as they were. */
static void fuzz_round_trip(const struct command *c)
{
	_cleanup_free_ char *text = quote_all(c);
	struct commands again = { 0 };
	struct err e = { 0 };

	if (strlen(text) > TOKEN_TEXT_MAX)
		return;
	check(tokens_parse(text, &again, &e) == 0 && again.n == 1 && again.v[0].n == c->n);
	for (size_t i = 0; i < c->n; i++)
		check(streq(again.v[0].words[i], c->words[i]));
	commands_free(&again);
}

static void fuzz_partial(const char *text)
{
	_cleanup_(strv_freep) char **words = NULL;
	size_t n = 0, start = 0;

	if (tokens_partial(text, &words, &n, &start) < 0)
		return;
	check(n > 0 && words[n - 1] && !words[n] && start <= strlen(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = strndup((const char *)data, size);
	struct commands c = { 0 };
	struct err e = { 0 };
	int r;

	check(text != NULL);
	fuzz_partial(text);
	r = tokens_parse(text, &c, &e);
	check(r == 0 || r == 1 || ((r == -EINVAL || r == -E2BIG) && e.code && e.text[0]));
	check(r == 0 || !c.v);
	for (size_t i = 0; i < c.n; i++) {
		const struct verb *v = verb_find(c.v[i].words[0]);

		check(c.v[i].n > 0 && !c.v[i].words[c.v[i].n]);
		fuzz_round_trip(&c.v[i]);
		for (size_t k = 0; k < verbs_len; k++)
			if (!v || v == verbs[k])
				fuzz_args(verbs[k], &c.v[i]);
		verb_nearest(c.v[i].words[0]);
	}
	commands_free(&c);
	return 0;
}

#ifdef FUZZ_STANDALONE
#include <fcntl.h>
#include <sanitizer/common_interface_defs.h>

static const char *const samples[] = {
	"list --json; status --plain # twice\n",
	"show 'a patch' --root=/tmp --color never\nset json on",
	"wait \"with \\\" and \\\\\" --wait=5 --reason=why \\\n --dry-run",
	"stack 4711; log --follow --all --seconds=1.5; taint 0x9000",
	"watch --count 3 -- --json -x\t\r\n;;; # nothing",
	"help --help --version -h -V --no-input --yes --keep-going --echo --read-only",
	"inspect 'it''s here'\"/and there\"/fix.ko --",
};

static const uint8_t *current;
static size_t current_len;

static void save_crash(void)
{
	_cleanup_close_ int fd = open("crash-shell", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd >= 0 && write(fd, current, current_len) == (ssize_t)current_len)
		fputs("the input is in ./crash-shell\n", stderr);
}

static uint64_t next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

static size_t mutate(char *b, size_t len, size_t room, uint64_t *seed)
{
	static const char marks[] = "'\"\\\n;# -=\t\r\xff\x1b";

	for (unsigned n = (unsigned)(next_random(seed) % 8) + 1; n && len > 1; n--) {
		size_t at = next_random(seed) % len, from = next_random(seed) % len;
		size_t piece = next_random(seed) % MIN(len - MAX(at, from), (size_t)32);

		switch (next_random(seed) % 5) {
		case 0:
			b[at] = marks[next_random(seed) % (sizeof(marks) - 1)];
			break;
		case 1:
			b[at] = (char)next_random(seed);
			break;
		case 2:
			memmove(b + at, b + from, piece);
			break;
		case 3: /* a piece more */
			piece = MIN(piece, room - len);
			memmove(b + at + piece, b + at, len - at);
			len += piece;
			break;
		default:
			memmove(b + at, b + at + piece, len - at - piece);
			len -= piece;
		}
	}
	return len;
}

int main(int argc, char **argv)
{
	uint64_t seed, count;

	if (argc != 3 || parse_u64(argv[1], &seed) < 0 || parse_u64(argv[2], &count) < 0) {
		fputs("usage: shell_fuzz SEED COUNT\n", stderr);
		return 2;
	}
	seed = seed ? seed : 1;
	__sanitizer_set_death_callback(save_crash);
	for (uint64_t n = 0; n < count; n++) {
		const char *sample = samples[n % ARRAY_SIZE(samples)];
		char buf[512];
		size_t len = strlen(sample);
		_cleanup_free_ uint8_t *exact = NULL;

		memcpy(buf, sample, len);
		len = mutate(buf, len, sizeof(buf), &seed);
		exact = malloc(len ? len : 1);
		if (!exact)
			return 1;
		memcpy(exact, buf, len);
		current = exact;
		current_len = len;
		LLVMFuzzerTestOneInput(exact, len);
	}
	return 0;
}
#endif
