// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See patchapply.h. A file is lines that point into the old content or into
 * the patch; applying makes a new list of them and copies no text.
 */
#include "builder/patchapply.h"

#include <errno.h>

#include "builder/linemark.h"
#include "builder/patchpath.h"
#include "builder/patchplace.h"

struct work {
	struct ptext text;
	bool exists;
	struct pmoved moved;
};

#define refuse(f, e, fmt, ...)                                                                               \
	err_rc(e, RC_REFUSED, -EINVAL, "%s: line %u: %s " fmt, (f)->patch, (f)->line, (f)->path,             \
	       ##__VA_ARGS__)

static void note_moved(struct pmoved *m, size_t hunk, size_t stated, size_t at)
{
	if (stated == at)
		return;
	if (!m->n++) {
		m->hunk = hunk + 1;
		m->lines = (long)at - (long)stated;
	}
}

/* Line of each hunk, on the heap. */
static int find_places(const struct pfile *f, const struct ptext *t, size_t *at, struct pmoved *m,
		       struct err *e)
{
	struct pplace p = { f, t, 0 };
	size_t floor = 0, before = m->n;

	for (size_t i = 0; i < f->n_hunks; i++) {
		int r = pplace_find(&p, i, floor, &at[i], e);

		if (r < 0)
			return r;
		note_moved(m, i, pplace_stated(&f->hunks[i]), at[i]);
		floor = at[i] + f->hunks[i].old_count;
	}
	/* Where the file is not the one that the patch was made for, line numbers prove nothing. */
	for (size_t i = 0; m->n > before && i < f->n_hunks; i++) {
		int r = at[i] == pplace_stated(&f->hunks[i]) ? pplace_only(&p, i, e) : 0;

		if (r < 0)
			return r;
	}
	return 0;
}

static size_t new_lines(const struct pfile *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n_hunks; i++)
		n += f->hunks[i].new_count;
	return n;
}

static void copy_lines(struct ptext *to, const struct ptext *from, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++)
		to->v[to->n++] = from->v[i];
}

static void put_hunk(struct ptext *to, const struct ptext *from, size_t at, const struct phunk *h)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct pline *l = &h->lines[i];

		if (l->tag == '+')
			to->v[to->n++] = (struct tline){ l->text, l->len, 0, !l->no_eol };
		else if (l->tag == ' ')
			to->v[to->n++] = from->v[at];
		at += l->tag != '+';
	}
}

/* at: where each hunk goes. */
static int put_hunks(const struct pfile *f, const size_t *at, struct ptext *text, struct err *e)
{
	struct ptext to = { calloc(text->n + new_lines(f) + 1, sizeof(*to.v)), 0 };
	size_t done = 0;

	if (!to.v)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < f->n_hunks; i++) {
		copy_lines(&to, text, done, at[i]);
		put_hunk(&to, text, at[i], &f->hunks[i]);
		done = at[i] + f->hunks[i].old_count;
	}
	copy_lines(&to, text, done, text->n);
	ptext_done(text);
	*text = to;
	return 0;
}

static int apply_hunks(const struct pfile *f, struct work *w, struct err *e)
{
	_cleanup_free_ size_t *at = calloc(f->n_hunks + 1, sizeof(*at));
	int r;

	if (!at)
		return err_set(e, -ENOMEM, "out of memory");
	r = find_places(f, &w->text, at, &w->moved, e);
	return r < 0 ? r : put_hunks(f, at, &w->text, e);
}

static int check_before(const struct pfile *f, const struct work *w, struct err *e)
{
	if (f->kind == PFILE_BINARY)
		return refuse(f, e, "is binary; the patch tells that it changes, but not how");
	if (f->kind == PFILE_CREATE && w->exists)
		return refuse(f, e, "is created by the patch, but is there already");
	if (f->kind != PFILE_CREATE && !w->exists)
		return refuse(f, e, "is %s by the patch, but there is no such file",
			      f->kind == PFILE_DELETE	? "deleted"
			      : f->kind == PFILE_RENAME ? "renamed"
							: "changed");
	return 0;
}

static int apply_one(const struct pfile *f, struct work *w, struct err *e)
{
	int r = check_before(f, w, e);

	r = r < 0 ? r : apply_hunks(f, w, e);
	if (r < 0)
		return r;
	if (f->kind == PFILE_DELETE && w->text.n)
		return refuse(f, e,
			      "is deleted by the patch, but holds more than the patch takes out: \"%s\"",
			      pshow(w->text.v[0].p, w->text.v[0].len).s);
	w->exists = f->kind != PFILE_DELETE;
	return 0;
}

static int join(const struct ptext *t, const char *path, bool markers, char **ret, size_t *ret_len,
		struct err *e)
{
	enum ppath_kind kind = ppath_kind(path);
	_cleanup_free_ bool *marks = NULL;

	if (markers && (kind == PPATH_C || kind == PPATH_HEADER) && linemark_find(t, &marks) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	return ptext_join(t, marks, ret, ret_len, e);
}

int patch_apply_all(const struct pfile *const *v, size_t n, const char *old, size_t len, bool markers,
		    char **ret_new, size_t *ret_len, struct pmoved *ret_moved, struct err *e)
{
	struct work w = { .exists = old != NULL };
	char *out = NULL;
	size_t out_len = 0;
	int r = ptext_split(old ? old : "", old ? len : 0, &w.text, e);

	for (size_t i = 0; r >= 0 && i < n; i++)
		r = apply_one(v[i], &w, e);
	if (r >= 0 && w.exists && n)
		r = join(&w.text, v[n - 1]->path, markers, &out, &out_len, e);
	ptext_done(&w.text);
	if (r < 0)
		return r;
	*ret_new = out;
	*ret_len = out_len;
	if (ret_moved)
		*ret_moved = w.moved;
	return 0;
}

int patch_apply(const struct pfile *f, const char *old, size_t len, bool markers, char **ret_new,
		size_t *ret_len, struct pmoved *ret_moved, struct err *e)
{
	return patch_apply_all(&f, 1, old, len, markers, ret_new, ret_len, ret_moved, e);
}
