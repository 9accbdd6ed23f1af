// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See kcmd.h: a command of kbuild's for another run. Switches for debug
 * information go because they cost a quarter of the time and change no code;
 * every other word stays as kbuild gave it, in its order.
 */
#include <errno.h>

#include "builder/kcmd.h"

/* -g, -g3, -gdwarf-5, -gz=...; but -gno-... takes something away. Also the assembler's. */
static bool is_debug(const char *word)
{
	return (begins(word, "-g") && !begins(word, "-gno-")) || begins(word, "-Wa,-g") ||
	       begins(word, "-Wa,--g");
}

/* -Wp,-MMD,FILE; -Wp,-MD,FILE before 5.5. */
static bool is_depfile(const char *word)
{
	return begins(word, "-Wp,-MMD,") || begins(word, "-Wp,-MD,");
}

/* Words whose next word belongs to them, whatever it looks like. */
static bool takes_next(const char *word)
{
	static const char *const with[] = { "-include", "-imacros", "-isystem",	  "-idirafter",
					    "-iquote",	"-I",	    "-D",	  "-U",
					    "-x",	"--param",  "-Xassembler" };

	for (size_t i = 0; i < ARRAY_SIZE(with); i++)
		if (streq(word, with[i]))
			return true;
	return false;
}

static int add_depfile(struct words *w, const char *depfile)
{
	_cleanup_free_ char *word = NULL;

	if (!depfile)
		return 0;
	if (asprintf(&word, "-Wp,-MMD,%s", depfile) < 0) {
		word = NULL;
		return -ENOMEM;
	}
	return words_add_str(w, word);
}

static int add_kept(struct words *w, const struct words *cc)
{
	int r = 0;

	for (size_t i = 0; i < cc->n && r >= 0; i++) {
		if (is_depfile(cc->v[i]) || is_debug(cc->v[i]))
			continue;
		r = words_add_str(w, cc->v[i]);
		if (r >= 0 && takes_next(cc->v[i]) && i + 1 < cc->n)
			r = words_add_str(w, cc->v[++i]);
	}
	return r;
}

int kcmd_compile(const struct kcmd *k, const struct kcmd_edit *edit, struct words *ret)
{
	struct words w = { 0 };
	int r = add_kept(&w, &k->cc);

	r = r < 0 ? r : words_add_all(&w, edit->extra);
	r = r < 0 ? r : add_depfile(&w, edit->depfile);
	r = r < 0 ? r : words_add_str(&w, "-o");
	r = r < 0 ? r : words_add_str(&w, edit->output);
	r = r < 0 ? r : words_add_str(&w, edit->source ? edit->source : k->source);
	if (r < 0) {
		words_clear(&w);
		return r;
	}
	*ret = w;
	return 0;
}

int kcmd_objtool(const struct kcmd *k, const char *object, struct words *ret)
{
	struct words w = { 0 };
	int r = k->objtool.n ? words_add_all(&w, (const char *const *)k->objtool.v) : -ENOENT;

	r = r < 0 ? r : words_add_str(&w, object);
	if (r < 0) {
		words_clear(&w);
		return r;
	}
	*ret = w;
	return 0;
}

/* A copy with every `from` that is a path, or the begin of one, as `to`. */
static char *move_word(const char *word, const char *from, const char *to)
{
	size_t n = strlen(from), m = strlen(to), len = strlen(word), count = 0, at = 0;
	char *moved;

	for (const char *p = word; (p = strstr(p, from)); p += n)
		count++;
	moved = malloc(len + count * m + 1);
	for (const char *p = word; moved && *p;) {
		if (strncmp(p, from, n) == 0 && (!p[n] || strchr("/\":'=,", p[n]))) {
			memcpy(moved + at, to, m);
			at += m;
			p += n;
		} else {
			moved[at++] = *p++;
		}
	}
	if (moved)
		moved[at] = '\0';
	return moved;
}

static int move_words(const struct words *w, const char *from, const char *to, struct words *ret)
{
	int r = 0;

	for (size_t i = 0; i < w->n && r >= 0; i++) {
		_cleanup_free_ char *word = move_word(w->v[i], from, to);

		r = word ? words_add_str(ret, word) : -ENOMEM;
	}
	return r;
}

int kcmd_move(const struct kcmd *k, const char *from, const char *to, struct kcmd **ret)
{
	_cleanup_(kcmd_freep) struct kcmd *moved = calloc(1, sizeof(*moved));
	int r;

	if (!moved)
		return -ENOMEM;
	moved->object = move_word(k->object, from, to);
	moved->source = move_word(k->source, from, to);
	moved->is_module = k->is_module;
	moved->is_asm = k->is_asm;
	r = moved->object && moved->source ? move_words(&k->cc, from, to, &moved->cc) : -ENOMEM;
	if (r >= 0)
		*ret = TAKE_PTR(moved);
	return MIN(r, 0);
}
