// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fuzzes core's parsers of foreign text: the sanitizer, kernel log records,
 * stacks, the symbol table, the policy file, the kernel's counts of tasks,
 * the history and the audit log.
 * With libFuzzer the entry is LLVMFuzzerTestOneInput; with -DFUZZ_STANDALONE
 * it has a main of its own for machines that have gcc only:
 *	core_fuzz SEED COUNT
 * mutates built-in samples COUNT times; the same SEED gives the same bytes.
 * The input that was under way when it dies stands in ./crash-core.
 */
#include <fcntl.h>

#include "core/conf.h"
#include "core/hash.h"
#include "core/heads.h"
#include "core/historyfile.h"
#include "core/kallsyms.h"
#include "core/kmsg.h"
#include "core/stack.h"
#include "core/sysfacts.h"
#include "core/taskindex.h"
#include "core/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void fuzz_text(const char *data, size_t size)
{
	_cleanup_free_ char *whole = text_clean_dup(data, size);
	char buf[40];

	check(whole && text_is_clean(whole));
	for (size_t room = 1; room <= sizeof(buf); room += 13) {
		size_t n = text_clean(buf, room, data, size);

		check(n < room && strlen(buf) == n && text_is_clean(buf) && !memcmp(buf, whole, n));
	}
	for (size_t columns = 0; columns < 20; columns += 3) {
		size_t width, at = text_fit(whole, columns, &width);

		check(width <= columns && at <= strlen(whole));
	}
	/* Widths of what is not clean must not run away either. */
	check(text_width(buf) <= 2 * sizeof(buf));
}

static void fuzz_kmsg(const char *data, size_t size)
{
	struct kmsg_record r;
	char patch[16];

	if (kmsg_parse(data, size, &r) < 0)
		return;
	check(text_is_clean(r.text) && r.level < 8);
	kmsg_event_of(&r, patch, sizeof(patch));
	check(strlen(patch) < sizeof(patch));
	kmsg_event_of(&r, patch, 1);
	check(!patch[0]);
}

static void fuzz_stack(const char *data, size_t size)
{
	struct stack s = { 0 };

	check(stack_parse(data, size, &s) == 0 && s.n <= STACK_MAX_FRAMES);
	for (size_t i = 0; i < s.n; i++)
		check(s.frames[i].name && s.frames[i].name[0]);
	stack_clear(&s);
}

static void fuzz_kallsyms(const char *data, size_t size)
{
	static const char *const objects[] = { "vmlinux", "mod" };
	struct kallsyms *k = NULL;

	if (kallsyms_parse(data, size, &k) < 0)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(objects); i++)
		for (unsigned pos = 0; pos < 4; pos++) {
			uint64_t bytes = 0;
			size_t n = kallsyms_count(k, objects[i], "dup");
			int r = kallsyms_size(k, objects[i], "dup", pos, &bytes);

			check(r < 0 || (bytes && n >= MAX(pos, 1u)));
		}
	kallsyms_free(k);
}

/* conf_read refuses links, so the bytes need a file with a name. */
static char path[512];

static void remove_file(void)
{
	unlink(path);
}

static void fuzz_conf(const char *data, size_t size)
{
	static int fd = -1;
	const char *base = getenv("TMPDIR");
	struct err e = { 0 };
	struct conf c;

	if (fd < 0) {
		FORMAT(path, "%s/klpsh-fuzz-XXXXXX", base && *base ? base : "/tmp");
		fd = mkostemp(path, O_CLOEXEC);
		check(fd >= 0 && atexit(remove_file) == 0);
	}
	check(ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
	if (conf_read(path, &c, &e) < 0) {
		check(e.code < 0 && e.text[0] && text_is_clean(e.text) && text_is_clean(e.hint));
		return;
	}
	check(c.stall_after >= 1 && c.stall_after <= 86400 && c.n_module_dirs <= CONF_MODULE_DIRS);
	for (size_t i = 0; i < c.n_module_dirs; i++)
		check(c.module_dirs[i][0] == '/');
	conf_free(&c);
}

static void fuzz_numbers(const char *data, size_t size)
{
	_cleanup_free_ char *s = strndup(data, size);
	struct task_load load;
	int64_t i;

	check(s != NULL);
	(void)task_load_parse(s, &load);
	(void)parse_i64(s, &i);
	check(cpulist_count(s) >= -4096);
}

static void fuzz_history(const char *data, size_t size)
{
	struct history_entry en;
	struct history_link link;
	const char *line;
	size_t end = size, len, sum = 0;
	bool open;

	while ((line = history_line_back(data, &end, &len, &open))) {
		check(line == data + end && end + len <= size && !memchr(line, '\n', len));
		sum += len + !open;
		if (history_line_parse(line, len, &en, &link) < 0)
			continue;
		check(en.number >= 1 && en.txn && en.verb && en.target && en.phase);
		check(en.n_before <= HISTORY_BEFORE_MAX && (!link.prev[0] || sha256_is_hex(link.prev)));
		history_entry_free(&en);
	}
	check(sum == size);
}

static void fuzz_heads(const char *data, size_t size)
{
	_cleanup_free_ char *s = strndup(data, size);
	struct history_head h;

	check(s != NULL);
	if (audit_line_head(s, &h))
		check(h.number && sha256_is_hex(h.hash));
	if (head_parse(s, &h))
		check(h.number && sha256_is_hex(h.hash));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;

	fuzz_text(text, size);
	fuzz_kmsg(text, size);
	fuzz_stack(text, size);
	fuzz_kallsyms(text, size);
	fuzz_conf(text, size);
	fuzz_numbers(text, size);
	fuzz_history(text, size);
	fuzz_heads(text, size);
	return 0;
}

#ifdef FUZZ_STANDALONE
#include <sanitizer/common_interface_defs.h>

#define INPUT_MAX 2048

#define HEX "0123456789abcdef0123456789abcdef"

static const char *const samples[] = {
	"{\"number\":2,\"prev\":\"" HEX HEX "\",\"torn\":true,\"wall_us\":1763700000000000,\"txn\":\"" HEX
	"\","
	"\"phase\":\"intent\",\"verb\":\"load\",\"target\":\"klp_x\",\"user\":\"root\",\"result\":"
	"\"pending\","
	"\"auid\":0,\"rc\":0,\"pid\":77,\"pid_start\":88,"
	"\"before\":[{\"name\":\"a\",\"replace\":true},{\"name\":\"b\"}]}\n{\"number\":3,",
	"type=USYS_CONFIG msg=audit(1700000000.123:45): pid=7 uid=0 auid=1000 ses=3 msg='op=\"load\" "
	"txn=\"" HEX "\" head=\"12:" HEX HEX "\" exe=\"/usr/bin/klpsh\" res=success'\n",
	"12:" HEX HEX,
	"6,339,5140900,-,caller=T1;livepatch: 'klp_x': starting patching transition\n SUBSYSTEM=a\n",
	"5,1,2,-;klp_x: tainting kernel with TAINT_LIVEPATCH\n",
	"[<0>] __schedule+0x2ad/0x8c0\n[<0>] klpsh_nap+0x1f/0x30 [klpsh_target]\n[<0>] f+0x0/0x1 [m 0af]\n",
	"ffffffff81000000 t dup\nffffffff81000010 T dup\nffffffffc0000000 t dup\t[mod]\n"
	"ffffffffc0000030 t end\t[mod]\n",
	"# policy\naudit = best-effort\nstall-after = 45\nmodule-dir = /srv/klp\n",
	"0.00 0.01 0.05 1/204 5123",
	"0-3,8,10-11",
	"Gr\xc3\xbc\xc3\x9f"
	"e \xe6\x97\xa5\xe6\x9c\xac e\xcc\x81 \xf0\x9f\x98\x80 \x1b[2J\xc2\x9b \xe2\x80\xae",
};

static const char *const words[] = { "\n",	   "\t[",	  "]",		"+0x",
				     "/0x",	   ";",		  ",",		"'",
				     " = ",	   "livepatch: ", "\x1b",	"\xe2\x80\xae",
				     "\xff",	   "[<0>] ",	  "0-",		"18446744073709551615",
				     "4294967296", "\"number\":", " head=\"1:", "null",
				     "{",	   "[",		  "\"" };

static const uint8_t *current;
static size_t current_len;

static void save_crash(void)
{
	_cleanup_close_ int fd = open("crash-core", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd >= 0 && write(fd, current, current_len) == (ssize_t)current_len)
		fputs("the input is in ./crash-core\n", stderr);
}

static uint64_t next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

/* Put n bytes at a place, moving the rest up. */
static size_t insert(char *b, size_t len, size_t at, const char *what, size_t n)
{
	if (len + n > INPUT_MAX)
		return len;
	memmove(b + at + n, b + at, len - at);
	memcpy(b + at, what, n);
	return len + n;
}

static size_t mutate(char *b, size_t len, uint64_t *seed)
{
	size_t at = next_random(seed) % (len + 1), n = next_random(seed) % 64;
	const char *word = words[next_random(seed) % ARRAY_SIZE(words)];
	char copy[64];

	n = MIN(n, len - at);
	switch (next_random(seed) % 6) {
	case 0:
		if (at < len)
			b[at] = (char)next_random(seed);
		return len;
	case 1:
		if (at < len)
			b[at] = (char)(b[at] ^ 1 << next_random(seed) % 8);
		return len;
	case 2: /* cut */
		memmove(b + at, b + at + n, len - at - n);
		return len - n;
	case 3: /* say it twice */
		memcpy(copy, b + at, n);
		return insert(b, len, at, copy, n);
	case 4:
		return insert(b, len, at, word, strlen(word));
	default:
		return next_random(seed) % 8 ? len : at;
	}
}

/* The bytes are an allocation of their own each time, so that one byte too far is seen. */
static void run_one(uint64_t *seed)
{
	const char *sample = samples[next_random(seed) % ARRAY_SIZE(samples)];
	char b[INPUT_MAX];
	size_t len = strlen(sample);
	uint8_t *exact;

	memcpy(b, sample, len);
	for (uint64_t n = next_random(seed) % 12; n; n--)
		len = mutate(b, len, seed);
	exact = malloc(len ? len : 1);
	check(exact != NULL);
	memcpy(exact, b, len);
	current = exact;
	current_len = len;
	LLVMFuzzerTestOneInput(exact, len);
	free(exact);
}

int main(int argc, char **argv)
{
	uint64_t seed, count;

	if (argc != 3 || parse_u64(argv[1], &seed) < 0 || parse_u64(argv[2], &count) < 0) {
		fputs("usage: core_fuzz SEED COUNT\n", stderr);
		return 2;
	}
	seed = seed ? seed : 1;
	__sanitizer_set_death_callback(save_crash);
	while (count--)
		run_one(&seed);
	return 0;
}
#endif
