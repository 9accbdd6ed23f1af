/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A source compiled as it was and as a patch makes it, compared; and what a
 * test can say about the result. V(before, after) in the source is what the
 * patch changes.
 */
#ifndef KLPSH_TESTS_BUILDER_DIFFER_H
#define KLPSH_TESTS_BUILDER_DIFFER_H

#include <errno.h>

#include "builder/extract.h"
#include "tests/builder/cc.h"

#define DIFFER_PREAMBLE                                                                                      \
	"#ifdef NEW\n#define V(before, ...) __VA_ARGS__\n#else\n#define V(before, ...) before\n#endif\n"     \
	"#define noinline __attribute__((noinline))\n#define section(s) __attribute__((section(s)))\n"       \
	"#define used __attribute__((used))\n#define notrace __attribute__((no_instrument_function))\n"      \
	"#define __init section(\".init.text\") notrace\n"                                                   \
	"extern int out(int), sink(const void *, ...); extern int outside;\n"                                \
	"#line 1\n"

struct pair {
	struct object *a, *b;
	struct refusals refusals;
	struct diff *d;
	struct extract x;
	struct object *out; /* what was written */
};

static inline struct object *pair_object(struct bytes bytes)
{
	struct object *o = NULL;
	struct err e = { 0 };

	if (object_adopt(bytes.data, bytes.len, &o, &e) < 0)
		fail_msg("%s", e.text);
	return o;
}

static inline void pair_compare(struct pair *p, bool lines)
{
	struct diff_options opt = { .file = "a.o", .lines = lines };
	struct err e = { 0 };
	int r = diff_make(p->a, p->b, &opt, &p->refusals, &p->d, &e);

	if (r < 0 && r != -EPERM)
		fail_msg("%s", e.text);
}

static inline void pair_flags(struct pair *p, const char *source, const char *const *flags)
{
	_cleanup_free_ char *whole = NULL;

	memset(p, 0, sizeof(*p));
	assert_true(asprintf(&whole, "%s%s", DIFFER_PREAMBLE, source) > 0);
	p->a = pair_object(cc_compile(whole, "", flags));
	p->b = pair_object(cc_compile(whole, "NEW", flags));
	pair_compare(p, true);
}

static inline void pair(struct pair *p, const char *source)
{
	pair_flags(p, source, NULL);
}

static inline void pair_done(struct pair *p)
{
	diff_free(p->d);
	extract_done(&p->x);
	refusals_done(&p->refusals);
	object_free(p->a);
	object_free(p->b);
	object_free(p->out);
}

/* What a name begins with will do where the compiler gives numbers: "f.constprop." */
static inline uint32_t thing_called(const struct things *t, const char *name)
{
	size_t len = strlen(name);
	bool stem = len && name[len - 1] == '.';

	for (uint32_t i = 0; i < t->n; i++)
		if (stem ? strncmp(t->v[i].name, name, len) == 0 : streq(t->v[i].name, name))
			return i;
	fail_msg("there is no %s", name);
	return THING_NONE;
}

static inline bool has_thing(const struct things *t, const char *name)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (streq(t->v[i].name, name))
			return true;
	return false;
}

static inline const struct diff_mark *mark_of(const struct pair *p, const char *name)
{
	if (!p->d)
		fail_msg("nothing was compared: %s", p->refusals.n ? p->refusals.v[0].why : "?");
	return &p->d->marks[thing_called(&p->d->b.t, name)];
}

static inline void expect_change(const struct pair *p, const char *name, enum change change)
{
	const struct diff_mark *m = mark_of(p, name);

	if (m->change != change)
		fail_msg("%s: change %u, not %u: %s", name, m->change, change, m->why ? m->why : "no reason");
}

static inline void expect_changed(const struct pair *p, const char *name)
{
	expect_change(p, name, CHANGE_CODE);
	assert_true(mark_of(p, name)->included);
	assert_non_null(mark_of(p, name)->why);
}

static inline void expect_same(const struct pair *p, const char *name)
{
	expect_change(p, name, CHANGE_NONE);
}

static inline void expect_included(const struct pair *p, const char *name, bool included)
{
	if (mark_of(p, name)->included != included)
		fail_msg("%s is %s", name, included ? "not included" : "included");
}

/* That many functions changed, and nothing is refused. */
static inline void expect_accepted(const struct pair *p, size_t n_changed)
{
	if (refusals_count(&p->refusals))
		fail_msg("refused: %s: %s", p->refusals.v[0].function, p->refusals.v[0].why);
	assert_int_equal(p->d->n_changed, n_changed);
}

static inline const struct refusal *refusal_of(const struct pair *p, enum refusal_code code,
					       const char *function)
{
	for (size_t i = 0; i < p->refusals.n; i++)
		if (p->refusals.v[i].code == code && streq(p->refusals.v[i].function, function))
			return &p->refusals.v[i];
	return NULL;
}

static inline void expect_refused(const struct pair *p, enum refusal_code code, const char *function)
{
	const struct refusal *r = refusal_of(p, code, function);

	if (!r || r->warning)
		fail_msg("no refusal %s of '%s'; there are %zu: %s", refusal_word(code), function,
			 p->refusals.n, p->refusals.n ? p->refusals.v[0].why : "");
}

/* Nothing changes at all. */
static inline void expect_nothing(const struct pair *p)
{
	for (size_t i = 0; p->d && i < p->d->b.t.n; i++)
		if (p->d->marks[i].change)
			fail_msg("%s: %s", p->d->b.t.v[i].name, p->d->marks[i].why);
	expect_accepted(p, 0);
	assert_true(diff_is_empty(p->d));
	assert_int_equal(p->d->n_new + p->d->n_dropped, 0);
}

/* Symbols of the kernel become "k_" and their name, so that they can be told from the rest. */
static inline int pair_resolve(void *arg, const struct extref *ref, char *name, size_t size)
{
	snprintf(name, size, "k_%s", ref->name);
	return 0;
}

static inline void pair_extract(struct pair *p)
{
	struct extract_options opt = { .file = "a.o", .resolve = pair_resolve, .alias = "new_" };
	struct err e = { 0 };

	if (extract_make(p->d, &opt, &p->refusals, &p->x, &e) < 0 || !p->x.bytes)
		fail_msg("%s %s", e.text, p->refusals.n ? p->refusals.v[p->refusals.n - 1].why : "");
	if (object_parse(p->x.bytes, p->x.len, &p->out, &e) < 0)
		fail_msg("%s", e.text);
}

/* In the object that was written: a section; NULL. */
static inline const struct osection *out_section(const struct pair *p, const char *name)
{
	const struct elf_section *s = elf_find_section(p->out->elf, name);

	return s ? &p->out->sections[s->index] : NULL;
}

static inline const struct elf_symbol *out_symbol(const struct pair *p, const char *name)
{
	const uint32_t *v;

	return object_named(p->out, name, &v) ? object_symbol(p->out, v[0]) : NULL;
}

/* Is a symbol in the section whose own symbol this is? The compiler means it by that, too. */
static inline bool out_within(const struct pair *p, const struct osection *of, const char *symbol)
{
	const struct elf_symbol *sym = out_symbol(p, symbol);

	return streq(of->s->name, symbol) || (sym && object_section_of(p->out, sym) == of);
}

/* How many relocations of a section are against a symbol, or the section that it is in. */
static inline size_t out_uses(const struct pair *p, const char *section, const char *symbol)
{
	const struct osection *s = out_section(p, section);
	size_t n = 0;

	for (size_t i = 0; s && i < s->n_relocs; i++) {
		const struct elf_symbol *sym = object_symbol(p->out, s->relocs[i].symbol);
		const struct osection *of = object_section_of(p->out, sym);

		n += sym->type == STT_SECTION && of ? out_within(p, of, symbol) : streq(sym->name, symbol);
	}
	return n;
}

/* A linker takes it. */
static inline void expect_links(const struct pair *p)
{
	char dir[256], in[280], out[280];
	const char *const argv[] = { "ld", "-r", "-o", out, in, NULL };
	int r;

	cc_dir(dir);
	snprintf(in, sizeof(in), "%s/a.o", dir);
	snprintf(out, sizeof(out), "%s/b.o", dir);
	fixture_write(in, p->x.bytes, p->x.len);
	r = cc_run(argv);
	unlink(in);
	unlink(out);
	rmdir(dir);
	assert_int_equal(r, 0);
}

#endif
