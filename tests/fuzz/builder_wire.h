/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For builder_fuzz.c: what the build process, which has read hostile files, may
 * send to root. An input is a row of records with WIRE_END behind each. What the
 * reader lets through must be bounded and clean, and behind the end of a build
 * nothing may come through any more.
 */
#ifndef KLPSH_TESTS_FUZZ_BUILDER_WIRE_H
#define KLPSH_TESTS_FUZZ_BUILDER_WIRE_H

#include <errno.h>

#include "builder/wire.h"
#include "core/text.h"
#include "tests/fuzz/fuzz.h"

#define WIRE_END "\xfe\xfd"

struct wire_heard {
	size_t module_len, pieces_len; /* given at the end; in the pieces so far */
	unsigned modules;
	int answer;
};

static void wire_clean(const char *s, size_t max)
{
	fuzz_check(strlen(s) < max && text_is_clean(s));
}

static void wire_phase(void *arg, enum mkpatch_phase p, const char *detail)
{
	(void)arg;
	fuzz_check((unsigned)p < PHASES && mkpatch_phase_name(p) && mkpatch_phase_word(p));
	wire_clean(detail, 4096);
}

/* A line may be anything; its user cleans it. */
static void wire_line(void *arg, const char *line, size_t len)
{
	_cleanup_free_ char *clean = text_clean_dup(line, MIN(len, 2000u));

	(void)arg;
	fuzz_check(clean && text_is_clean(clean));
}

static void wire_note(void *arg, const char *text)
{
	(void)arg;
	wire_clean(text, 4096);
}

static void wire_function(void *arg, const struct mkpatch_function *f)
{
	static const char *const words[] = { "changed", "new", "dropped", "lines" };
	bool known = false;

	(void)arg;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		known |= streq(f->change, words[i]);
	fuzz_check(known && f->sympos >= -1);
	wire_clean(f->object, 4096);
	wire_clean(f->file, 4096);
	wire_clean(f->name, 4096);
	wire_clean(f->why, 4096);
}

static void wire_refusal(void *arg, const struct refusal *r)
{
	(void)arg;
	fuzz_check((unsigned)r->code < REFUSE_CODES && refusal_word(r->code) && refusal_technique(r->code));
	wire_clean(r->file, sizeof(r->file));
	wire_clean(r->function, sizeof(r->function));
	wire_clean(r->section, sizeof(r->section));
	wire_clean(r->why, sizeof(r->why));
}

static void wire_ahead(void *arg, const struct mkpatch_ahead *a)
{
	(void)arg;
	fuzz_check(a->done <= a->total && a->total <= UINT32_MAX && a->left_ms <= UINT32_MAX);
}

static int wire_module(void *arg, const void *bytes, size_t len)
{
	struct wire_heard *h = arg;

	fuzz_touch(bytes, len);
	h->modules++;
	h->module_len = len;
	return h->answer;
}

/* One record, at the very end of its memory: also of an empty one no byte can be read unseen. */
static int wire_one(struct wire_in *in, struct wire_heard *h, const char *record, size_t len)
{
	_cleanup_free_ char *whole = malloc(len + 1);
	bool ended = in->ended;
	int r;

	fuzz_check(whole != NULL);
	memcpy(whole + 1, record, len);
	r = wire_record(in, whole + 1, len);

	fuzz_check(r <= 0 && (!ended || r == -EBADMSG));
	if (r == 0 && whole[1] == 'm')
		h->pieces_len += len - 1;
	return r;
}

static void fuzz_wire(const char *data, size_t size)
{
	struct wire_heard h = { .answer = size % 7 == 0 ? -ENOSPC : 0 };
	const struct mkpatch_sink sink = { wire_phase,	  wire_ahead,	wire_line,   wire_note,
					   wire_function, wire_refusal, wire_module, &h };
	struct wire_in in = { .sink = &sink, .check = size % 2 };
	const char *end = data + size;

	while (data < end) {
		const char *stop = memmem(data, (size_t)(end - data), WIRE_END, 2);

		stop = stop ? stop : end;
		(void)wire_one(&in, &h, data, (size_t)(stop - data)); /* also behind one that is refused */
		data = MIN(stop + 2, end);
	}
	fuzz_check(h.modules <= 1 && h.module_len == (h.modules ? h.pieces_len : 0));
	if (in.ended) {
		fuzz_check(in.result <= 0 && (in.result == 0 || in.err.code < 0));
		fuzz_check(h.modules == (in.result == 0 && h.pieces_len > 0));
		fuzz_check(in.result < 0 || in.check || h.modules);
		wire_clean(in.err.text, sizeof(in.err.text));
		wire_clean(in.err.hint, sizeof(in.err.hint));
	}
	wire_done(&in);
}

#endif
