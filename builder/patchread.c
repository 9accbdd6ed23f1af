// SPDX-License-Identifier: GPL-2.0-or-later
/* See patchread.h: the lines of a patch, the limits, and the names of its files. */
#include "builder/patchread.h"

int preader_too_big(const struct preader *rd, const char *what, unsigned limit)
{
	return err_rc(rd->e, RC_REFUSED, -EFBIG, "%s: line %u: too big for a livepatch: more than %u %s",
		      rd->name, rd->line, limit, what);
}

bool preader_next(struct preader *rd, struct pspan *ret)
{
	size_t left = (size_t)(rd->end - rd->at);
	const char *eol = left ? memchr(rd->at, '\n', left) : NULL;

	if (!left)
		return false;
	*ret = (struct pspan){ rd->at, eol ? (size_t)(eol - rd->at) : left };
	rd->at = eol ? eol + 1 : rd->end;
	rd->line++;
	return true;
}

bool preader_peek(const struct preader *rd, struct pspan *ret)
{
	struct preader copy = *rd;

	return preader_next(&copy, ret);
}

bool preader_peek_starts(const struct preader *rd, const char *prefix)
{
	struct pspan s;

	return preader_peek(rd, &s) && pspan_starts(s, prefix);
}

int preader_no_cr(const struct preader *rd, struct pspan s)
{
	if (!s.len || s.p[s.len - 1] != '\r')
		return 0;
	(void)preader_refuse(rd, rd->line, "the patch has Windows line ends");
	err_hint(rd->e, "a mail program or an editor put them there: dos2unix takes them out");
	return -EINVAL;
}

int preader_path(const struct preader *rd, unsigned line, const char *name, size_t len, unsigned strip,
		 char **ret)
{
	const char *path, *why;
	int r;

	if (len == 9 && memcmp(name, "/dev/null", 9) == 0) {
		*ret = NULL;
		return 0;
	}
	why = ppath_refusal(name, len, strip, &path);
	if (why) {
		r = preader_refuse(rd, line, "the path \"%s\" %s", pshow(name, len).s, why);
		if (strip)
			err_hint(rd->e,
				 "paths begin in the tree's top folder, behind a/ and b/ or one other name; "
				 "make the patch with git diff");
		return r;
	}
	*ret = strdup(path);
	return *ret ? 0 : err_set(rd->e, -ENOMEM, "out of memory");
}

static int take_name(const struct preader *rd, struct pspan s, char **ret, struct pspan *ret_time)
{
	struct pspan rest = { s.p + 4, s.len - 4 };
	_cleanup_free_ char *name = NULL;
	size_t len;
	int r = preader_no_cr(rd, s);

	if (r < 0)
		return r;
	name = ppath_take(&rest, &len);
	if (!name && errno == ENOMEM)
		return err_set(rd->e, -ENOMEM, "out of memory");
	if (!name || (rest.len && rest.p[0] != '\t'))
		return preader_refuse(rd, rd->line, "damaged: the name of a file is quoted wrongly");
	*ret_time = rest;
	return preader_path(rd, rd->line, name, len, rd->strip, ret);
}

int preader_names(struct preader *rd, struct pspan first, struct pnames *ret)
{
	struct pspan second;
	int r = take_name(rd, first, &ret->old, &ret->old_time);

	if (r < 0)
		return r;
	if (!preader_next(rd, &second) || !pspan_starts(second, "+++ "))
		return preader_refuse(rd, rd->line, "damaged or cut off: a line \"+++\" must follow \"---\"");
	return take_name(rd, second, &ret->new, &ret->new_time);
}
