// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One file of a patch as git writes it (git-diff(1), "Generating patch text
 * with -p"): a header that tells creation, deletion, renaming and modes, then
 * names and hunks, of which any may be absent. All the header tells must
 * agree; links, submodules, copies and binary content are refused.
 */
#include "builder/patchread.h"

#define NAME_BLANKS_MAX 64u /* in two unquoted names together */

enum git_word {
	GIT_OLD_MODE,
	GIT_NEW_MODE,
	GIT_DELETED,
	GIT_CREATED,
	GIT_FROM,
	GIT_TO,
	GIT_INDEX,
	GIT_COPY,
	GIT_BINARY,
	GIT_DIFFER,
	GIT_SIMILAR,
	GIT_END
};

static const struct {
	const char *start;
	enum git_word word;
} git_lines[] = {
	{ "old mode ", GIT_OLD_MODE },
	{ "new mode ", GIT_NEW_MODE },
	{ "deleted file mode ", GIT_DELETED },
	{ "new file mode ", GIT_CREATED },
	{ "rename from ", GIT_FROM },
	{ "rename to ", GIT_TO },
	{ "index ", GIT_INDEX },
	{ "copy ", GIT_COPY },
	{ "GIT binary patch", GIT_BINARY },
	{ "Binary files ", GIT_DIFFER },
	{ "similarity index ", GIT_SIMILAR },
	{ "dissimilarity index ", GIT_SIMILAR },
};

struct git_header {
	unsigned line;
	struct pspan pair; /* "a/x b/x", behind "diff --git " */
	unsigned mode; /* the new one, 0: not told */
	bool created, deleted, binary;
	char *from, *to; /* of a rename */
	struct pnames names;
	bool has_names;
};

static void header_done(struct git_header *h)
{
	free(h->from);
	free(h->to);
	free(h->names.old);
	free(h->names.new);
}

static enum git_word word_of(struct pspan *s)
{
	for (size_t i = 0; i < ARRAY_SIZE(git_lines); i++)
		if (pspan_starts(*s, git_lines[i].start)) {
			size_t n = strlen(git_lines[i].start);

			*s = (struct pspan){ s->p + n, s->len - n };
			return git_lines[i].word;
		}
	return GIT_END;
}

static int read_mode(const struct preader *rd, struct pspan s, unsigned *ret)
{
	unsigned mode = 0;

	for (size_t i = 0; i < s.len && i < 7; i++)
		mode = s.p[i] >= '0' && s.p[i] <= '7' ? mode * 8 + (unsigned)(s.p[i] - '0') : 1u << 30;
	if (mode == 0120000)
		return preader_refuse(rd, rd->line, "the patch makes or changes a symbolic link");
	if (mode == 0160000)
		return preader_refuse(rd, rd->line,
				      "the patch changes a submodule, whose content is not in it");
	if (s.len != 6 || (mode & ~0777u) != 0100000)
		return preader_refuse(rd, rd->line, "\"%s\" is no mode of a file", pshow(s.p, s.len).s);
	if (ret)
		*ret = mode & 0100 ? 0755 : 0644;
	return 0;
}

/* "index 1234..5678 100644": the mode is told when it does not change. */
static int read_index(const struct preader *rd, struct pspan s)
{
	const char *blank = memchr(s.p, ' ', s.len);

	if (!blank)
		return 0;
	blank++;
	return read_mode(rd, (struct pspan){ blank, s.len - (size_t)(blank - s.p) }, NULL);
}

static int read_name(const struct preader *rd, struct pspan s, char **ret)
{
	_cleanup_free_ char *name = NULL;
	size_t len;

	if (*ret)
		return preader_refuse(rd, rd->line, "damaged: the same is told twice of one file");
	name = ppath_take(&s, &len);
	if (!name)
		return errno == EINVAL
			       ? preader_refuse(rd, rd->line, "damaged: the quotes of a name do not end")
			       : err_set(rd->e, -ENOMEM, "out of memory");
	/* These stand without a/ and b/. */
	return preader_path(rd, rd->line, name, len, rd->strip ? rd->strip - 1 : 0, ret);
}

static int read_line(struct preader *rd, struct git_header *h, enum git_word w, struct pspan s)
{
	switch (w) {
	case GIT_DELETED:
		h->deleted = true;
		return read_mode(rd, s, NULL);
	case GIT_CREATED:
		h->created = true;
		return read_mode(rd, s, &h->mode);
	case GIT_OLD_MODE:
		return read_mode(rd, s, NULL);
	case GIT_NEW_MODE:
		return read_mode(rd, s, &h->mode);
	case GIT_FROM:
		return read_name(rd, s, &h->from);
	case GIT_TO:
		return read_name(rd, s, &h->to);
	case GIT_INDEX:
		return read_index(rd, s);
	case GIT_COPY:
		return preader_refuse(rd, rd->line,
				      "the patch copies a file; make it with git diff --no-renames");
	case GIT_BINARY:
		return preader_refuse(rd, rd->line,
				      "the patch holds binary data in git's own format, "
				      "which is no source");
	case GIT_DIFFER:
		h->binary = true;
		return 0;
	default:
		return 0;
	}
}

static int read_header(struct preader *rd, struct git_header *h)
{
	struct pspan s;

	while (preader_peek(rd, &s)) {
		enum git_word w = word_of(&s);
		int r;

		if (w == GIT_END)
			break;
		preader_next(rd, &s);
		(void)word_of(&s);
		r = preader_no_cr(rd, s);
		r = r < 0 ? r : read_line(rd, h, w, s);
		if (r < 0)
			return r;
	}
	if (!preader_peek_starts(rd, "--- "))
		return 0;
	preader_next(rd, &s);
	h->has_names = true;
	return preader_names(rd, s, &h->names);
}

/* Both halves of "a/x b/x" once they are decoded name the same file. */
static bool same_path(const struct preader *rd, const char *a, size_t a_len, const char *b, size_t b_len,
		      const char **ret)
{
	const char *other;

	return !ppath_refusal(a, a_len, rd->strip, ret) && !ppath_refusal(b, b_len, rd->strip, &other) &&
	       streq(*ret, other);
}

static int keep_path(const struct preader *rd, const char *path, char **ret)
{
	*ret = strdup(path);
	return *ret ? 0 : err_set(rd->e, -ENOMEM, "out of memory");
}

static int no_pair(const struct preader *rd, const struct git_header *h)
{
	return preader_refuse(rd, h->line, "the names in \"%s\" are not two of the same file in the tree",
			      pshow(h->pair.p, h->pair.len).s);
}

/* "a/x" "b/x": at least the first in quotes, which tell where it ends. */
static int split_quoted(const struct preader *rd, const struct git_header *h, char **ret)
{
	struct pspan s = h->pair;
	size_t a_len, b_len = 0;
	_cleanup_free_ char *a = ppath_take(&s, &a_len), *b = NULL;
	const char *path;

	if (a && s.len && s.p[0] == ' ') {
		s = (struct pspan){ s.p + 1, s.len - 1 };
		b = ppath_take(&s, &b_len);
	}
	if (!a || !b || s.len || !same_path(rd, a, a_len, b, b_len, &path))
		return no_pair(rd, h);
	return keep_path(rd, path, ret);
}

/* Without quotes a name may hold blanks: the right one has the same name on both sides. */
static int split_plain(const struct preader *rd, const struct git_header *h, char **ret)
{
	size_t len = h->pair.len;
	_cleanup_free_ char *copy = strndup(h->pair.p, len);
	const char *path;
	unsigned tries = NAME_BLANKS_MAX;

	if (!copy)
		return err_set(rd->e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < len && tries; i++) {
		if (copy[i] != ' ')
			continue;
		tries--;
		copy[i] = '\0';
		if (same_path(rd, copy, i, copy + i + 1, len - i - 1, &path))
			return keep_path(rd, path, ret);
		copy[i] = ' ';
	}
	return no_pair(rd, h);
}

static int split_pair(const struct preader *rd, const struct git_header *h, char **ret)
{
	bool quoted = h->pair.len && h->pair.p[0] == '"';

	if (h->pair.len > 2 * PATCH_PATH_MAX + 16)
		return no_pair(rd, h);
	return quoted ? split_quoted(rd, h, ret) : split_plain(rd, h, ret);
}

static int disagree(const struct preader *rd, const struct git_header *h)
{
	return preader_refuse(rd, h->line, "what the header tells about the file does not agree with itself");
}

static bool eq(const char *a, const char *b)
{
	return a && b && streq(a, b);
}

static int take_rename(const struct preader *rd, struct git_header *h, struct pfile *f)
{
	bool named = !h->has_names || (eq(h->names.old, h->from) && eq(h->names.new, h->to));

	if (!h->from || !h->to || h->created || h->deleted || !named || streq(h->from, h->to))
		return disagree(rd, h);
	f->kind = PFILE_RENAME;
	f->path = TAKE_PTR(h->to);
	f->old_path = TAKE_PTR(h->from);
	return 0;
}

/* Creation, deletion and change, by the names or by the words of the header. */
static int take_plain(const struct preader *rd, struct git_header *h, struct pfile *f)
{
	bool create = h->created, delete = h->deleted;

	if (h->has_names) {
		create = !h->names.old;
		delete = !h->names.new;
		if ((h->created && !create) || (h->deleted && !delete))
			return disagree(rd, h);
	}
	if ((create && delete) || (create && h->deleted) || (delete &&h->created))
		return disagree(rd, h);
	if (h->has_names && !create && !delete &&!streq(h->names.old, h->names.new))
		return preader_refuse(rd, h->line,
				      "two names of one file, \"%s\" and \"%s\", without a rename",
				      pshow(h->names.old, strlen(h->names.old)).s,
				      pshow(h->names.new, strlen(h->names.new)).s);
	f->kind = create ? PFILE_CREATE : delete ? PFILE_DELETE : PFILE_MODIFY;
	f->path = delete ? TAKE_PTR(h->names.old) : TAKE_PTR(h->names.new);
	return f->path ? 0 : split_pair(rd, h, &f->path);
}

static int settle(const struct preader *rd, struct git_header *h, struct pfile *f)
{
	int r = h->from || h->to ? take_rename(rd, h, f) : take_plain(rd, h, f);

	if (r < 0)
		return r;
	f->mode = h->mode;
	if (h->binary)
		f->kind = PFILE_BINARY;
	else if (f->kind == PFILE_MODIFY && !h->has_names) {
		f->kind = PFILE_MODE;
		if (!h->mode)
			return preader_refuse(rd, h->line,
					      "the patch tells of a file but not what to change in it");
	}
	return 0;
}

int preader_git(struct preader *rd, struct pspan first, struct pfile *f)
{
	size_t n = strlen("diff --git ");
	struct git_header h = { .line = rd->line, .pair = { first.p + n, first.len - n } };
	int r = preader_no_cr(rd, first);

	f->line = rd->line;
	r = r < 0 ? r : read_header(rd, &h);
	r = r < 0 ? r : settle(rd, &h, f);
	if (r >= 0 && h.has_names)
		r = preader_hunks(rd, f);
	if (r >= 0 && h.has_names && !f->n_hunks)
		r = preader_refuse(rd, rd->line, "damaged or cut off: no hunk follows the names of a file");
	header_done(&h);
	return r;
}
