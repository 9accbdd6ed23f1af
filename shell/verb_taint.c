/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `taint`: a taint value decoded, the kernel's own with the modules that
 * brought each flag.
 */
#include "core/taint.h"

#include <errno.h>
#include <inttypes.h>

#include "shell/verbs.h"
#include "shell/view.h"

static const struct field flag_fields[] = {
	{ "bit", NULL, F_INT, FIELD_RIGHT, NULL, "bit number" },
	{ "letter", NULL, F_STR, 0, NULL, "letter the kernel shows for it" },
	{ "name", NULL, F_STR, 0, NULL, "short name" },
	{ "modules", NULL, F_STRS, FIELD_TRUNC, NULL, "loaded modules that carry the flag" },
	{ "meaning", NULL, F_STR, FIELD_JSON, NULL, "what it means" },
	{ "consequence", NULL, F_STR, FIELD_JSON, NULL, "what follows for support and for loading" },
};
static const struct shape shape_flag = SHAPE("flag", flag_fields);

static const struct field taint_fields[] = {
	{ "value", NULL, F_INT, FIELD_JSON, NULL, "the taint value" },
	{ "flags", NULL, F_ROWS, 0, &shape_flag, "flags that are set" },
	{ "errors", NULL, F_STRS, FIELD_JSON, NULL, "what could not be seen, and why" },
};
static const struct shape shape_taint = SHAPE("taint", taint_fields);

static int add_modules(struct row *row, char letter, const struct modules *m)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && m && i < m->n; i++)
		if (m->v[i].taints && strchr(m->v[i].taints, letter))
			r = row_push(row, "modules", m->v[i].name);
	if (r >= 0 && !row_cell(row, "modules")->strs.n)
		r = row_human(row, "modules", "-");
	return r;
}

static int add_flag(struct report *rep, struct row *parent, unsigned bit, const struct modules *m)
{
	const struct taint_flag *f = taint_flag_of(bit);
	struct row *row = row_add(parent, "flags");
	char letter[2] = { f ? f->letter : '?', '\0' };
	int r;

	if (!row)
		return -ENOMEM;
	r = row_int(row, "bit", bit);
	r = r < 0 ? r : row_str(row, "letter", letter);
	if (!f)
		return r < 0 ? r : row_strf(row, "name", "unknown bit %u", bit);
	r = r < 0 ? r : row_str(row, "name", f->name);
	r = r < 0 ? r : row_str(row, "meaning", f->meaning);
	r = r < 0 ? r : row_str(row, "consequence", f->consequence);
	r = r < 0 ? r : add_modules(row, f->letter, m);
	return r < 0 ? r : report_note(rep, "%s  %s. %s", letter, f->meaning, f->consequence);
}

static int fill(struct report *rep, struct row *row, uint64_t value, const struct modules *m,
		const char *whose)
{
	char letters[80];
	int r = row_int(row, "value", (int64_t)value);

	taint_letters(value, letters, sizeof(letters));
	if (r >= 0 && !value)
		return report_headline(rep, "%s is not tainted.", whose);
	r = r < 0 ? r : report_headline(rep, "%s is tainted: %" PRIu64 " (%s).", whose, value, letters);
	for (unsigned bit = 0; r >= 0 && bit < 64; bit++)
		if (value & (1ULL << bit))
			r = add_flag(rep, row, bit, m);
	return r;
}

/* "36864" or "0x9000". */
static int value_parse(const char *word, uint64_t *ret, struct err *e)
{
	char *end;

	if (strncmp(word, "0x", 2) != 0 && strncmp(word, "0X", 2) != 0) {
		if (parse_u64(word, ret) >= 0)
			return 0;
	} else if (strlen(word) <= 18 && word[2]) {
		*ret = strtoull(word + 2, &end, 16);
		if (!*end && word[2] != '-' && word[2] != '+' && word[2] != ' ')
			return 0;
	}
	return err_rc(e, RC_USAGE, -EINVAL, "a taint value is a number such as 36864 or 0x9000, not \"%s\"",
		      word);
}

static int run_value(const char *word, struct report *rep, struct row *row, struct err *e)
{
	_cleanup_free_ char *whose = NULL;
	uint64_t value = 0;
	int r;

	r = value_parse(word, &value, e);
	if (r < 0)
		return r;
	if (asprintf(&whose, "A kernel with the value %s", word) < 0)
		return out_of_memory(e);
	return fill(rep, row, value, NULL, whose) < 0 ? out_of_memory(e) : 0;
}

static int run_kernel(struct call *c, struct report *rep, struct row *row, struct err *e)
{
	_cleanup_(snapshot_freep) struct snapshot *s = NULL;
	int r;

	r = call_snapshot(c, SNAPSHOT_TAINT | SNAPSHOT_MODULES, &s, e);
	if (r < 0)
		return r;
	if (!s->taint_known) {
		*e = s->errs[SOURCE_TAINT];
		return e->code ? e->code : err_set(e, -EIO, "the kernel's taint value cannot be read");
	}
	if (fill(rep, row, s->taint, &s->modules, "The kernel") < 0 || call_source_errors(c, s, row) < 0)
		return out_of_memory(e);
	return 0;
}

static int taint_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(report_freep) struct report *rep = NULL;
	struct row *row;
	int r;

	rep = report_single(&shape_taint, &row);
	if (!rep)
		return out_of_memory(e);
	r = c->n_args ? run_value(c->args[0], rep, row, e) : run_kernel(c, rep, row, e);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(rep);
	return 0;
}

static const struct arg taint_args[] = { { "VALUE", ARG_NUMBER, .optional = true } };

const struct verb verb_taint = {
	.name = "taint",
	.args = taint_args,
	.n_args = ARRAY_SIZE(taint_args),
	.help = "the kernel's taint flags decoded, and which module brought them",
	.details = "Without VALUE the running kernel's. VALUE, decimal or 0x..., decodes any number, for "
		   "instance one out of somebody else's log. Works on every kernel.",
	.examples = "klpsh taint  # this kernel\nklpsh taint 0x9000  # a number from elsewhere",
	.shape = &shape_taint,
	.run = taint_run,
};
