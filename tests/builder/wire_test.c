// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the build process says arrives as it was said, and nothing that it
 * could say harms who listens.
 */
#include "tests/builder/kernel.h"

#include <errno.h>
#include <sys/socket.h>

#include "builder/jail.h"
#include "builder/wire.h"

/* What a listener was told: one line a call. */
struct told {
	char text[4096];
	size_t n_modules, module_len, n_bytes;
	uint64_t sum;
	int module_answers;
};

static void tell(void *arg, const char *fmt, ...) _printf_(2, 3);
static void tell(void *arg, const char *fmt, ...)
{
	struct told *t = arg;
	size_t len = strlen(t->text);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(t->text + len, sizeof(t->text) - len, fmt, ap);
	va_end(ap);
}

/* Nothing that a terminal would obey may come through. */
static void expect_clean(const char *s)
{
	for (; *s; s++)
		assert_true((unsigned char)*s >= ' ' && *s != 0x7f);
}

static void on_phase(void *arg, enum mkpatch_phase p, const char *detail)
{
	assert_true(p < PHASES);
	expect_clean(detail);
	tell(arg, "phase %s|%.100s\n", mkpatch_phase_word(p), detail);
}

static void on_ahead(void *arg, const struct mkpatch_ahead *a)
{
	assert_true(a->done <= a->total && a->left_ms <= UINT32_MAX);
	tell(arg, "ahead %llu of %llu, %llu ms\n", (unsigned long long)a->done, (unsigned long long)a->total,
	     (unsigned long long)a->left_ms);
}

static void on_line(void *arg, const char *line, size_t len)
{
	((struct told *)arg)->n_bytes += len;
	tell(arg, "line %.*s\n", (int)MIN(len, 100u), line);
}

static void on_note(void *arg, const char *text)
{
	expect_clean(text);
	tell(arg, "note %.100s\n", text);
}

static void on_function(void *arg, const struct mkpatch_function *f)
{
	expect_clean(f->object);
	expect_clean(f->file);
	expect_clean(f->name);
	expect_clean(f->why);
	tell(arg, "function %.40s|%.40s|%.40s|%s|%.40s|%ld\n", f->object, f->file, f->name, f->change, f->why,
	     f->sympos);
}

static void on_refusal(void *arg, const struct refusal *r)
{
	assert_true(r->code < REFUSE_CODES);
	expect_clean(r->file);
	expect_clean(r->function);
	expect_clean(r->section);
	expect_clean(r->why);
	tell(arg, "%s %s|%s|%s|%s|%s\n", r->warning ? "warning" : "refusal", refusal_word(r->code), r->file,
	     r->function, r->section, r->why);
}

static int on_module(void *arg, const void *bytes, size_t len)
{
	struct told *t = arg;
	const unsigned char *p = bytes;

	t->n_modules++;
	t->module_len = len;
	for (size_t i = 0; i < len; i++)
		t->sum += p[i] * (i + 1);
	return t->module_answers;
}

static struct mkpatch_sink listener(struct told *t)
{
	return (struct mkpatch_sink){ on_phase,	   on_ahead,   on_line,	  on_note,
				      on_function, on_refusal, on_module, t };
}

/* What a build says, in a process of its own; here it is listened to. */
static int hear(void (*say)(struct wire_out *w, const struct mkpatch_sink *s), struct told *t,
		struct wire_in *in)
{
	static char record[JAIL_RECORD_MAX];
	const struct mkpatch_sink sink = listener(t);
	int fds[2], r = 0, status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct wire_out out = { .channel = fds[1] };
		struct mkpatch_sink s;

		wire_sink(&out, &s);
		say(&out, &s);
		_exit(out.error != 0);
	}
	close(fds[1]);
	*in = (struct wire_in){ .sink = &sink };
	while (r == 0 && (n = recv(fds[0], record, sizeof(record), 0)) > 0)
		r = wire_record(in, record, (size_t)n);
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(r < 0 || status == 0);
	in->sink = NULL;
	return r;
}

static char big[300000];

static void say_all(struct wire_out *w, const struct mkpatch_sink *s)
{
	struct refusal r = { .code = REFUSE_DATA, .file = "a/b.c", .function = "f", .why = "because" };

	s->phase(s->arg, PHASE_COMPILE, "3 objects");
	s->ahead(s->arg, &(struct mkpatch_ahead){ 2, 6, 4500 });
	s->line(s->arg, "cc: \x1b[1mwarning", 16);
	s->note(s->arg, "a note");
	s->function(s->arg, &(struct mkpatch_function){ "ext4", "fs/ext4/super.c", "fill", "changed",
							"code differs", -1 });
	s->refusal(s->arg, &r);
	r = (struct refusal){ .code = REFUSE_LAYOUT, .warning = true, .section = ".data", .why = "careful" };
	s->refusal(s->arg, &r);
	assert_int_equal(s->module(s->arg, big, sizeof(big)), 0);
	wire_end(w, 0, &(struct err){ 0 });
}

static void what_is_said_arrives_as_it_was_said(void **state)
{
	struct told t = { 0 };
	struct wire_in in;
	uint64_t sum = 0;

	for (size_t i = 0; i < sizeof(big); i++) {
		big[i] = (char)(i * 7 + i / 256);
		sum += (unsigned char)big[i] * (i + 1);
	}
	assert_int_equal(hear(say_all, &t, &in), 0);
	assert_string_equal(t.text, "phase compile|3 objects\n"
				    "ahead 2 of 6, 4500 ms\n"
				    "line cc: \x1b[1mwarning\n"
				    "note a note\n"
				    "function ext4|fs/ext4/super.c|fill|changed|code differs|-1\n"
				    "refusal data-value|a/b.c|f||because\n"
				    "warning struct-layout|||.data|careful\n");
	assert_true(in.ended);
	assert_int_equal(in.result, 0);
	assert_int_equal(t.n_modules, 1);
	assert_int_equal(t.module_len, sizeof(big));
	assert_int_equal(t.sum, sum);
	wire_done(&in);
}

static void say_failure(struct wire_out *w, const struct mkpatch_sink *s)
{
	struct err e = { 0 };

	(void)s->module(s->arg, "half", 4);
	err_rc(&e, RC_REFUSED, -EPERM, "it cannot be done");
	err_hint(&e, "do it otherwise");
	wire_end(w, -EPERM, &e);
}

static void a_build_that_fails_says_why_and_gives_no_module(void **state)
{
	struct told t = { 0 };
	struct wire_in in;

	assert_int_equal(hear(say_failure, &t, &in), 0);
	assert_true(in.ended);
	assert_int_equal(in.result, -EPERM);
	assert_int_equal(in.err.code, -EPERM);
	assert_int_equal(err_exit(&in.err), RC_REFUSED);
	assert_string_equal(in.err.text, "it cannot be done");
	assert_string_equal(in.err.hint, "do it otherwise");
	assert_int_equal(t.n_modules, 0);
	wire_done(&in);
}

static void say_long(struct wire_out *w, const struct mkpatch_sink *s)
{
	char name[9000];

	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	s->note(s->arg, name);
	s->line(s->arg, big, sizeof(big));
	s->function(s->arg, &(struct mkpatch_function){ name, name, name, "new", name, 1 });
	assert_int_equal(s->module(s->arg, "x", 1), 0);
	wire_end(w, 0, &(struct err){ 0 });
}

static void what_is_too_long_is_cut_but_arrives(void **state)
{
	struct told t = { 0 };
	struct wire_in in;

	memset(big, 'l', sizeof(big));
	assert_int_equal(hear(say_long, &t, &in), 0);
	assert_non_null(strstr(t.text, "note xxxx"));
	assert_non_null(strstr(t.text, "function xxxx"));
	assert_int_equal(t.n_bytes, JAIL_RECORD_MAX - 1);
	assert_true(in.ended);
	wire_done(&in);
}

static int record(struct told *t, const char *bytes, size_t len)
{
	const struct mkpatch_sink sink = listener(t);
	struct wire_in in = { .sink = &sink };
	int r = wire_record(&in, bytes, len);

	wire_done(&in);
	return r;
}

/* The NUL of the literal is not counted. */
#define RECORD(t, s) record(t, s, sizeof(s) - 1)

static void a_record_that_is_none_of_ours_is_refused(void **state)
{
	struct told t = { 0 };

	assert_int_equal(record(&t, "", 0), -EBADMSG);
	assert_int_equal(RECORD(&t, "x"), -EBADMSG);
	assert_int_equal(RECORD(&t, "p"), -EBADMSG);
	assert_int_equal(RECORD(&t, "m"), -EBADMSG);
	/* a phase that there is not; a number that is none; a field too few, too many, without end */
	assert_int_equal(RECORD(&t, "p9\0000\0000\0\0"), -EBADMSG);
	assert_int_equal(RECORD(&t, "p-1\0000\0000\0\0"), -EBADMSG);
	assert_int_equal(RECORD(&t, "pone\0000\0000\0\0"), -EBADMSG);
	assert_int_equal(RECORD(&t, "p1\0000\0000\0"), -EBADMSG);
	assert_int_equal(RECORD(&t, "p1\0000\0000\0\0more\0"), -EBADMSG);
	/* more done than there is; more than anybody waits for; less than nothing */
	assert_int_equal(RECORD(&t, "a3\0002\0001\0"), -EBADMSG);
	assert_int_equal(RECORD(&t, "a1\0002\00099999999999\0"), -EBADMSG);
	assert_int_equal(RECORD(&t, "a1\0002\000-1\0"), -EBADMSG);
	assert_int_equal(RECORD(&t, "a1\0002\0"), -EBADMSG);
	assert_int_equal(RECORD(&t, "p1\0000\0000\0detail"), -EBADMSG);
	assert_int_equal(RECORD(&t, "p1\000-1\0000\0\0"), -EBADMSG);
	assert_int_equal(RECORD(&t, "p1\0000\0long\0\0"), -EBADMSG);
	assert_int_equal(RECORD(&t, "nno end"), -EBADMSG);
	assert_int_equal(RECORD(&t, "f1\0o\0f\0n\0altered\0\0"), -EBADMSG);
	assert_int_equal(RECORD(&t, "f-2\0o\0f\0n\0changed\0\0"), -EBADMSG);
	assert_int_equal(RECORD(&t, "r99\0000\0f\0\0\0why\0"), -EBADMSG);
	assert_int_equal(RECORD(&t, "r-1\0000\0f\0\0\0why\0"), -EBADMSG);
	assert_int_equal(RECORD(&t, "r1\0002\0f\0\0\0why\0"), -EBADMSG);
	assert_int_equal(RECORD(&t, "e1\0000\0000\0\0\0"), -EBADMSG);
	assert_int_equal(RECORD(&t, "e-5000\0000\0000\0\0\0"), -EBADMSG);
	assert_int_equal(RECORD(&t, "e-1\0-1\000256\0\0\0"), -EBADMSG);
	assert_string_equal(t.text, "");
	assert_int_equal(RECORD(&t, "p1\0005\0007\0\0"), 0);
	assert_string_equal(t.text, "phase prepare|\n");
}

static void a_phase_tells_the_time_that_was_used(void **state)
{
	struct told t = { 0 };
	const struct mkpatch_sink sink = listener(&t);
	struct wire_in in = { .sink = &sink };

	assert_int_equal(wire_record(&in, "p1\0005\0007\0\0", 8), 0);
	assert_int_equal(in.own_us, 5);
	assert_int_equal(in.children_us, 7);
	wire_done(&in);
}

static void texts_lose_what_a_terminal_would_obey(void **state)
{
	struct told t = { 0 };

	assert_int_equal(RECORD(&t, "n\x1b]0;title\x07 and \x9b"
				    "2J\0"),
			 0);
	assert_int_equal(RECORD(&t, "p1\0000\0000\0\x1b[2J\0"), 0);
	assert_int_equal(RECORD(&t, "f0\0\x1b\0\r\0\n\0new\0\x07\0"), 0);
	assert_int_equal(RECORD(&t, "r0\0000\0\x1b\0\r\0\n\0\x07\0"), 0);
	assert_null(strpbrk(t.text, "\x1b\x07\r\x9b"));
}

static void nothing_counts_behind_the_end(void **state)
{
	struct told t = { 0 };
	const struct mkpatch_sink sink = listener(&t);
	struct wire_in in = { .sink = &sink };

	assert_int_equal(wire_record(&in, "mpart", 5), 0);
	assert_int_equal(wire_record(&in, "e0\0000\0000\0\0", 9), 0);
	assert_int_equal(t.n_modules, 1);
	assert_int_equal(wire_record(&in, "mmore", 5), -EBADMSG);
	assert_int_equal(wire_record(&in, "e0\0000\0000\0\0", 9), -EBADMSG);
	assert_int_equal(wire_record(&in, "nnote", 6), -EBADMSG);
	assert_int_equal(t.n_modules, 1);
	wire_done(&in);
}

static void a_module_that_could_not_be_written_is_told(void **state)
{
	struct told t = { .module_answers = -ENOSPC };
	const struct mkpatch_sink sink = listener(&t);
	struct wire_in in = { .sink = &sink };

	assert_int_equal(wire_record(&in, "mpart", 5), 0);
	assert_int_equal(wire_record(&in, "e0\0000\0000\0\0", 9), -ENOSPC);
	wire_done(&in);
}

static void a_good_end_has_a_module_unless_it_was_a_check(void **state)
{
	struct told t = { 0 };
	const struct mkpatch_sink sink = listener(&t);
	struct wire_in in = { .sink = &sink }, check = { .sink = &sink, .check = true };

	assert_int_equal(wire_record(&in, "e0\0000\0000\0\0", 9), -EBADMSG);
	assert_false(in.ended);
	assert_int_equal(wire_record(&check, "e0\0000\0000\0\0", 9), 0);
	assert_true(check.ended);
	assert_int_equal(t.n_modules, 0);
}

static void a_module_has_a_limit(void **state)
{
	static char piece[JAIL_RECORD_MAX] = "m";
	struct told t = { 0 };
	const struct mkpatch_sink sink = listener(&t);
	struct wire_in in = { .sink = &sink };
	size_t sent = 0;
	int r;

	/* the buffer is there already, so that only the limit is tried */
	in.module = malloc(1);
	in.len = in.size = WIRE_MODULE_MAX - 3;
	assert_int_equal(wire_record(&in, piece, 5), -EFBIG);
	in.len = in.size = 0;
	while ((r = wire_record(&in, piece, sizeof(piece))) == 0 && sent < (4u << 20))
		sent += sizeof(piece) - 1;
	assert_int_equal(r, 0);
	assert_int_equal(in.len, sent + sizeof(piece) - 1);
	wire_done(&in);
}

/* Random bytes behind every letter, and good records damaged: told clean or refused. */
static void random_records_do_no_harm(void **state)
{
	static const char good[] = "f1\0ext4\0fs/ext4/super.c\0fill\0changed\0code differs\0";
	struct told t = { 0 };
	uint32_t seed = 77;

	for (uint64_t i = 0, n = kernel_damages(1); i < n; i++) {
		char bytes[256];
		size_t len = 1 + seed % (sizeof(bytes) - 1);

		for (size_t k = 0; k < sizeof(bytes); k++) {
			seed = seed * 1664525 + 1013904223;
			bytes[k] = (char)(seed >> 24);
		}
		bytes[0] = "plnfrmex"[seed >> 29];
		(void)record(&t, bytes, len);
		memcpy(bytes, good, sizeof(good));
		kernel_damage((struct bytes){ bytes, sizeof(good) - 1 }, 0, &seed);
		(void)record(&t, bytes, sizeof(good) - 1 - seed % 8);
		t.text[0] = '\0';
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_said_arrives_as_it_was_said),
		cmocka_unit_test(a_build_that_fails_says_why_and_gives_no_module),
		cmocka_unit_test(what_is_too_long_is_cut_but_arrives),
		cmocka_unit_test(a_record_that_is_none_of_ours_is_refused),
		cmocka_unit_test(a_phase_tells_the_time_that_was_used),
		cmocka_unit_test(texts_lose_what_a_terminal_would_obey),
		cmocka_unit_test(nothing_counts_behind_the_end),
		cmocka_unit_test(a_module_that_could_not_be_written_is_told),
		cmocka_unit_test(a_good_end_has_a_module_unless_it_was_a_check),
		cmocka_unit_test(a_module_has_a_limit),
		cmocka_unit_test(random_records_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
