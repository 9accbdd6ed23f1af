// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See patchfile.h. Here: where a file begins among the prose, and the headers of
 * plain diffs, in which only the time 0 or /dev/null tells that a file is
 * created or deleted.
 */
#include "builder/patchfile.h"

#include "builder/patchread.h"

/* diff -N gives a file that is not there the time 0, told in some time zone. No time at all may mean it. */
static bool is_absent(struct pspan time)
{
	return !time.len || pspan_starts(time, "\t1970-01-01 ") || pspan_starts(time, "\t1969-12-31 ");
}

static int settle_plain(const struct preader *rd, struct pnames *n, struct pfile *f)
{
	const struct phunk *h = f->hunks;
	bool create = !n->old, delete = !n->new;

	if (!f->n_hunks)
		return preader_refuse(rd, f->line, "damaged or cut off: no hunk follows the names of a file");
	if (n->old && n->new && !streq(n->old, n->new))
		return preader_refuse(rd, f->line,
				      "two names of one file, \"%s\" and \"%s\", without a rename",
				      pshow(n->old, strlen(n->old)).s, pshow(n->new, strlen(n->new)).s);
	if (f->n_hunks == 1 && !h->old_start && !h->old_count)
		create = create || is_absent(n->old_time);
	if (f->n_hunks == 1 && !h->new_start && !h->new_count)
		delete = delete || is_absent(n->new_time);
	if (create && delete)
		return preader_refuse(rd, f->line, "damaged: a file that is neither before nor after");
	f->kind = create ? PFILE_CREATE : delete ? PFILE_DELETE : PFILE_MODIFY;
	f->path = n->new ? TAKE_PTR(n->new) : TAKE_PTR(n->old);
	return 0;
}

static int read_plain(struct preader *rd, struct pspan first, struct pfile *f)
{
	struct pnames n = { 0 };
	int r;

	f->line = rd->line;
	r = preader_names(rd, first, &n);
	r = r < 0 ? r : preader_hunks(rd, f);
	r = r < 0 ? r : settle_plain(rd, &n, f);
	free(n.old);
	free(n.new);
	return r;
}

/* "Binary files a/x and b/x differ"; either may be /dev/null. */
static int read_binary(const struct preader *rd, struct pspan s, struct pfile *f)
{
	size_t skip = strlen("Binary files "), tail = strlen(" differ");
	_cleanup_free_ char *copy = strndup(s.p + skip, s.len - skip - tail);
	const char *a, *b;
	unsigned tries = 64;

	f->line = rd->line;
	f->kind = PFILE_BINARY;
	if (!copy)
		return err_set(rd->e, -ENOMEM, "out of memory");
	for (char *p = strstr(copy, " and "); p && tries--; p = strstr(p + 1, " and ")) {
		size_t at = (size_t)(p - copy);
		bool no_a, no_b;

		*p = '\0';
		no_a = streq(copy, "/dev/null") || ppath_refusal(copy, at, rd->strip, &a);
		no_b = streq(p + 5, "/dev/null") || ppath_refusal(p + 5, strlen(p + 5), rd->strip, &b);
		if ((!no_a && !no_b && streq(a, b)) || (!no_a && streq(p + 5, "/dev/null")) ||
		    (!no_b && streq(copy, "/dev/null")))
			return (f->path = strdup(no_a ? b : a)) ? 0
								: err_set(rd->e, -ENOMEM, "out of memory");
		*p = ' ';
	}
	return preader_refuse(rd, rd->line, "\"%s\": not two names of one file in the tree",
			      pshow(s.p, s.len).s);
}

/* A created or deleted file comes whole, in one hunk. */
static int check_whole(const struct preader *rd, const struct pfile *f)
{
	const struct phunk *h = f->hunks;
	bool whole = f->n_hunks < 2;

	if (f->n_hunks && f->kind == PFILE_CREATE)
		whole = whole && !h->old_count;
	if (f->n_hunks && f->kind == PFILE_DELETE)
		whole = whole && !h->new_count && h->old_start == 1;
	if (whole || (f->kind != PFILE_CREATE && f->kind != PFILE_DELETE))
		return 0;
	return preader_refuse(rd, f->line, "damaged: a file is %s, but its hunks are not the whole of it",
			      f->kind == PFILE_CREATE ? "created" : "deleted");
}

typedef int (*read_fn)(struct preader *rd, struct pspan s, struct pfile *f);

static int read_file(struct preader *rd, struct patchfile *p, struct pspan s, read_fn fn)
{
	struct pfile *f;
	int r;

	if (p->n >= PATCH_FILES_MAX)
		return preader_too_big(rd, "files", PATCH_FILES_MAX);
	if (array_grow(&p->files, p->n, sizeof(*p->files)) < 0)
		return err_set(rd->e, -ENOMEM, "out of memory");
	f = &p->files[p->n++];
	*f = (struct pfile){ .patch = p->name };
	r = fn(rd, s, f);
	return r < 0 ? r : check_whole(rd, f);
}

static int read_differ(struct preader *rd, struct pspan s, struct pfile *f)
{
	return read_binary(rd, s, f);
}

static bool is_differ(struct pspan s)
{
	size_t tail = strlen(" differ");

	return pspan_starts(s, "Binary files ") && s.len > strlen("Binary files ") + tail &&
	       memcmp(s.p + s.len - tail, " differ", tail) == 0;
}

/* Diffs of other kinds, told by a line of theirs. */
static int check_foreign(const struct preader *rd, struct pspan s)
{
	if (pspan_starts(s, "diff --cc ") || pspan_starts(s, "diff --combined ") || pspan_starts(s, "@@@ -"))
		return preader_refuse(
			rd, rd->line,
			"a combined diff of a merge; make one against one parent: git diff A B");
	if (pspan_starts(s, "***************") && preader_peek_starts(rd, "*** "))
		return preader_refuse(rd, rd->line, "a context diff; make a unified one: diff -u");
	if (pspan_starts(s, "@@ -"))
		return preader_refuse(rd, rd->line, "a hunk without the names of its file before it");
	if (pspan_starts(s, "GIT binary patch"))
		return preader_refuse(rd, rd->line, "binary data in git's own format, which is no source");
	return 0;
}

static int read_one(struct preader *rd, struct patchfile *p, struct pspan s)
{
	if (pspan_starts(s, "diff --git "))
		return read_file(rd, p, s, preader_git);
	if (pspan_starts(s, "--- ") && preader_peek_starts(rd, "+++ "))
		return read_file(rd, p, s, read_plain);
	if (is_differ(s))
		return read_file(rd, p, s, read_differ);
	return check_foreign(rd, s);
}

/* "12,14c12", "5a6": a diff without -u; "12c" a script for ed. */
static bool is_old_style(struct pspan s, bool *ret_ed)
{
	const char *digits = "0123456789,";
	size_t n = 0;

	while (n < s.len && strchr(digits, s.p[n]))
		n++;
	if (!n || s.p[0] == ',' || n == s.len || !strchr("acd", s.p[n]))
		return false;
	*ret_ed = n + 1 == s.len;
	for (size_t i = n + 1; i < s.len; i++)
		if (!strchr(digits, s.p[i]))
			return false;
	return true;
}

static int nothing_found(const struct preader *rd, const char *bytes)
{
	struct preader again = *rd;
	struct pspan s;
	bool ed;

	again.at = bytes;
	again.line = 0;
	while (preader_next(&again, &s))
		if (is_old_style(s, &ed))
			return preader_refuse(rd, again.line, "%s; make a unified one: diff -u",
					      ed ? "a script for ed" : "a diff without context");
	err_rc(rd->e, RC_REFUSED, -EINVAL, "%s: no changes found in it", rd->name);
	err_hint(rd->e, "give what git diff or diff -u prints");
	return -EINVAL;
}

/* What holds for every line, so that nothing else need ask. */
static int check_lines(const struct preader *rd, size_t len)
{
	struct preader all = *rd;
	struct pspan s;

	if (len > PATCH_BYTES_MAX)
		return preader_too_big(rd, "bytes", PATCH_BYTES_MAX);
	while (preader_next(&all, &s)) {
		if (s.len > PATCH_LINE_MAX)
			return preader_too_big(&all, "bytes in one line", PATCH_LINE_MAX);
		if (memchr(s.p, '\0', s.len))
			return preader_refuse(rd, all.line, "a NUL byte: this is no text, or text in UTF-16");
	}
	return 0;
}

static int read_all(struct preader *rd, struct patchfile *p, const char *bytes, size_t len)
{
	struct pspan s;
	int r = check_lines(rd, len);

	while (r >= 0 && preader_next(rd, &s))
		r = read_one(rd, p, s);
	if (r < 0)
		return r;
	return p->n ? 0 : nothing_found(rd, bytes);
}

int patchfile_parse(const char *name, const char *bytes, size_t len, unsigned strip, struct patchfile **ret,
		    struct err *e)
{
	_cleanup_(patchfile_freep) struct patchfile *p = calloc(1, sizeof(*p));
	struct preader rd = { .name = name, .at = bytes, .end = bytes + len, .strip = strip, .e = e };
	int r;

	if (!p || !(p->name = strdup(name)))
		return err_set(e, -ENOMEM, "out of memory");
	r = read_all(&rd, p, bytes, len);
	if (r >= 0)
		*ret = TAKE_PTR(p);
	return r;
}

static void file_done(struct pfile *f)
{
	for (size_t i = 0; i < f->n_hunks; i++)
		free(f->hunks[i].lines);
	free(f->hunks);
	free(f->path);
	free(f->old_path);
}

struct patchfile *patchfile_free(struct patchfile *p)
{
	if (p) {
		for (size_t i = 0; i < p->n; i++)
			file_done(&p->files[i]);
		free(p->files);
		free(p->name);
		free(p);
	}
	return NULL;
}
