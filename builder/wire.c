// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A record is a letter and fields that end in a NUL; of a line or a piece of
 * the module what follows the letter is bytes.
 */
#include <errno.h>
#include <stdarg.h>
#include <sys/resource.h>

#include "builder/wire.h"
#include "core/text.h"

#define FIELDS_MAX 8
#define PIECE (JAIL_RECORD_MAX - 1)

static void send_bytes(struct wire_out *w, char tag, const void *data, size_t len)
{
	char record[JAIL_RECORD_MAX];
	int r;

	len = MIN(len, PIECE);
	record[0] = tag;
	memcpy(record + 1, data, len);
	r = jail_send(w->channel, record, len + 1);
	if (r < 0 && !w->error)
		w->error = r;
}

/* Fields up to a NULL; what does not fit is cut. */
static void send_fields(struct wire_out *w, char tag, const char *const *fields)
{
	char body[PIECE];
	size_t at = 0;

	for (; *fields; fields++) {
		size_t len = MIN(strlen(*fields), (size_t)4000);

		if (at + len + 1 > sizeof(body))
			break;
		memcpy(body + at, *fields, len);
		body[at + len] = '\0';
		at += len + 1;
	}
	send_bytes(w, tag, body, at);
}

static void out_phase(void *arg, enum mkpatch_phase p, const char *detail)
{
	char number[12], own[24], children[24];
	const char *const fields[] = { number, own, children, detail, NULL };

	FORMAT(number, "%d", (int)p);
	FORMAT(own, "%llu", (unsigned long long)used_us(RUSAGE_SELF));
	FORMAT(children, "%llu", (unsigned long long)used_us(RUSAGE_CHILDREN));
	send_fields(arg, 'p', fields);
}

static void out_ahead(void *arg, const struct mkpatch_ahead *a)
{
	char done[24], total[24], left[24];
	const char *const fields[] = { done, total, left, NULL };

	FORMAT(done, "%llu", (unsigned long long)a->done);
	FORMAT(total, "%llu", (unsigned long long)a->total);
	FORMAT(left, "%llu", (unsigned long long)a->left_ms);
	send_fields(arg, 'a', fields);
}

static void out_line(void *arg, const char *line, size_t len)
{
	send_bytes(arg, 'l', line, len);
}

static void out_note(void *arg, const char *text)
{
	const char *const fields[] = { text, NULL };

	send_fields(arg, 'n', fields);
}

static void out_function(void *arg, const struct mkpatch_function *f)
{
	char sympos[24];
	const char *const fields[] = { sympos, f->object, f->file, f->name, f->change, f->why, NULL };

	FORMAT(sympos, "%ld", f->sympos);
	send_fields(arg, 'f', fields);
}

static void out_refusal(void *arg, const struct refusal *r)
{
	char code[12];
	const char *const fields[] = { code, r->warning ? "1" : "0", r->file, r->function, r->section, r->why,
				       NULL };

	FORMAT(code, "%d", (int)r->code);
	send_fields(arg, 'r', fields);
}

static int out_module(void *arg, const void *bytes, size_t len)
{
	struct wire_out *w = arg;
	const char *p = bytes;

	for (size_t at = 0; at < len && !w->error; at += PIECE)
		send_bytes(w, 'm', p + at, MIN(len - at, PIECE));
	return w->error;
}

void wire_sink(struct wire_out *w, struct mkpatch_sink *ret)
{
	*ret = (struct mkpatch_sink){ out_phase,    out_ahead,	 out_line,   out_note,
				      out_function, out_refusal, out_module, w };
}

void wire_end(struct wire_out *w, int result, const struct err *e)
{
	char number[12], code[12], rc[12];
	const char *const fields[] = { number, code, rc, e->text, e->hint, NULL };

	FORMAT(number, "%d", result);
	FORMAT(code, "%d", e->code);
	FORMAT(rc, "%d", (int)e->rc);
	send_fields(w, 'e', fields);
}

/* The fields of a record: n of them exactly, sanitized by whoever shows them. */
static int split(const char *p, size_t len, const char **ret, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *nul = memchr(p, '\0', len);

		if (!nul)
			return -EBADMSG;
		ret[i] = p;
		len -= (size_t)(nul - p) + 1;
		p = nul + 1;
	}
	return len == 0 ? 0 : -EBADMSG;
}

static int number(const char *s, int64_t low, int64_t high, int64_t *ret)
{
	return parse_i64(s, ret) < 0 || *ret < low || *ret > high ? -EBADMSG : 0;
}

static int in_phase(struct wire_in *w, const char *p, size_t len)
{
	const char *f[4];
	char clean[400];
	int64_t phase, own, children;

	if (split(p, len, f, 4) < 0 || number(f[0], 0, PHASES - 1, &phase) < 0 ||
	    number(f[1], 0, INT64_MAX, &own) < 0 || number(f[2], 0, INT64_MAX, &children) < 0)
		return -EBADMSG;
	w->own_us = (uint64_t)own;
	w->children_us = (uint64_t)children;
	text_clean(clean, sizeof(clean), f[3], strlen(f[3]));
	w->sink->phase(w->sink->arg, (enum mkpatch_phase)phase, clean);
	return 0;
}

static int in_ahead(struct wire_in *w, const char *p, size_t len)
{
	const char *f[3];
	int64_t done, total, left;

	if (split(p, len, f, 3) < 0 || number(f[0], 0, UINT32_MAX, &done) < 0 ||
	    number(f[1], done, UINT32_MAX, &total) < 0 || number(f[2], 0, UINT32_MAX, &left) < 0)
		return -EBADMSG;
	if (w->sink->ahead)
		w->sink->ahead(w->sink->arg,
			       &(struct mkpatch_ahead){ (uint64_t)done, (uint64_t)total, (uint64_t)left });
	return 0;
}

static int in_note(const struct wire_in *w, const char *p, size_t len)
{
	const char *f[1];
	char clean[1024];

	if (split(p, len, f, 1) < 0)
		return -EBADMSG;
	text_clean(clean, sizeof(clean), f[0], strlen(f[0]));
	w->sink->note(w->sink->arg, clean);
	return 0;
}

static bool is_change(const char *word)
{
	return streq(word, "changed") || streq(word, "new") || streq(word, "dropped") || streq(word, "lines");
}

static int in_function(const struct wire_in *w, const char *p, size_t len)
{
	const char *f[6];
	char clean[4][1024];
	int64_t sympos;

	if (split(p, len, f, 6) < 0 || number(f[0], -1, INT32_MAX, &sympos) < 0 || !is_change(f[4]))
		return -EBADMSG;
	for (size_t i = 0; i < 3; i++)
		text_clean(clean[i], sizeof(clean[i]), f[i + 1], strlen(f[i + 1]));
	text_clean(clean[3], sizeof(clean[3]), f[5], strlen(f[5]));
	w->sink->function(w->sink->arg, &(struct mkpatch_function){ clean[0], clean[1], clean[2], f[4],
								    clean[3], (long)sympos });
	return 0;
}

static int in_refusal(const struct wire_in *w, const char *p, size_t len)
{
	struct refusal r = { .code = 0 };
	const char *f[6];
	int64_t code, warning;

	if (split(p, len, f, 6) < 0 || number(f[0], 0, REFUSE_CODES - 1, &code) < 0 ||
	    number(f[1], 0, 1, &warning) < 0)
		return -EBADMSG;
	r.code = (enum refusal_code)code;
	r.warning = warning;
	text_clean(r.file, sizeof(r.file), f[2], strlen(f[2]));
	text_clean(r.function, sizeof(r.function), f[3], strlen(f[3]));
	text_clean(r.section, sizeof(r.section), f[4], strlen(f[4]));
	text_clean(r.why, sizeof(r.why), f[5], strlen(f[5]));
	w->sink->refusal(w->sink->arg, &r);
	return 0;
}

static int in_module(struct wire_in *w, const char *p, size_t len)
{
	if (len == 0)
		return -EBADMSG;
	if (w->len + len > WIRE_MODULE_MAX)
		return -EFBIG;
	if (w->len + len > w->size) {
		size_t size = MAX(w->size * 2, w->len + len);
		char *grown = realloc(w->module, size);

		if (!grown)
			return -ENOMEM;
		w->module = grown;
		w->size = size;
	}
	memcpy(w->module + w->len, p, len);
	w->len += len;
	return 0;
}

static int in_end(struct wire_in *w, const char *p, size_t len)
{
	const char *f[5];
	int64_t result, code, rc;

	if (split(p, len, f, 5) < 0 || number(f[0], -4095, 0, &result) < 0 ||
	    number(f[1], -4095, 0, &code) < 0 || number(f[2], 0, 255, &rc) < 0)
		return -EBADMSG;
	if (result == 0 && !w->len && !w->check)
		return -EBADMSG;
	w->ended = true;
	w->result = (int)result;
	if (result < 0) {
		err_rc(&w->err, (enum rc)rc, (int)(code < 0 ? code : result), "%s", f[3]);
		if (f[4][0])
			err_hint(&w->err, "%s", f[4]);
		return 0;
	}
	return w->len ? w->sink->module(w->sink->arg, w->module, w->len) : 0;
}

int wire_record(struct wire_in *w, const char *record, size_t len)
{
	const char *body = record + 1;

	if (len == 0 || w->ended)
		return -EBADMSG;
	len--;
	switch (record[0]) {
	case 'p':
		return in_phase(w, body, len);
	case 'a':
		return in_ahead(w, body, len);
	case 'l':
		w->sink->line(w->sink->arg, body, len);
		return 0;
	case 'n':
		return in_note(w, body, len);
	case 'f':
		return in_function(w, body, len);
	case 'r':
		return in_refusal(w, body, len);
	case 'm':
		return in_module(w, body, len);
	case 'e':
		return in_end(w, body, len);
	default:
		return -EBADMSG;
	}
}

void wire_done(struct wire_in *w)
{
	free(w->module);
	*w = (struct wire_in){ 0 };
}
