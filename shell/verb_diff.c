/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `diff`: what one livepatch has that another has not. Each side is a file or
 * the name of a loaded patch, whose file is used where it is known. Changes
 * nothing.
 */
#include <errno.h>
#include <fcntl.h>

#include "kmod/decompress.h"
#include "kmod/diff.h"
#include "shell/verbs.h"
#include "shell/view.h"

static const struct field side_fields[] = {
	{ "name", NULL, F_STR, 0, NULL, "name of the livepatch module" },
	{ "loaded", NULL, F_BOOL, 0, NULL, "it was named as a loaded patch" },
	{ "path", "file", F_STR, 0, NULL, "its file, null: not known" },
	{ "build_id", "build-id", F_STR, 0, NULL, "build-id" },
	{ "sha256", NULL, F_STR, FIELD_JSON, NULL, "SHA-256 of the file" },
};
static const struct shape shape_side = SHAPE("side", side_fields);

static const struct field change_fields[] = {
	{ "change", NULL, F_STR, 0, NULL, "added, dropped, changed or unknown" },
	{ "kind", NULL, F_STR, 0, NULL,
	  "object, function, code (of one in both), callback, relocation, state, helper (another function of "
	  "the "
	  "module), "
	  "section or patch" },
	{ "object", NULL, F_STR, 0, NULL, "vmlinux or the name of a module" },
	{ "name", NULL, F_STR, 0, NULL, "what changed" },
	{ "detail", NULL, F_STR, FIELD_TRUNC, NULL, "how" },
};
static const struct shape shape_diff_change = SHAPE("change", change_fields);

static const struct field diff_fields[] = {
	{ "a", NULL, F_ROW, FIELD_JSON, &shape_side, "the first patch" },
	{ "b", NULL, F_ROW, FIELD_JSON, &shape_side, "the second patch" },
	{ "same_build", NULL, F_BOOL, FIELD_JSON, NULL, "both have the same build-id" },
	{ "code_compared", NULL, F_BOOL, FIELD_JSON, NULL,
	  "the code was compared; else only what they patch" },
	{ "changes", NULL, F_ROWS, 0, &shape_diff_change, "from the first to the second" },
	{ "errors", NULL, F_STRS, FIELD_JSON, NULL, "what could not be compared, and why" },
};
static const struct shape shape_diff = SHAPE("diff", diff_fields);

struct side {
	struct inspect *own; /* of a file that was named, or of what the kernel says */
	struct codeview *code;
	const struct inspect *patch;
	bool loaded, from_file;
};

static void side_done(struct side *s)
{
	inspect_free(s->own);
	codeview_free(s->code);
}

/* Not being able to compare code is no failure: it is told. */
static int side_open_code(struct call *c, struct side *s, const void *data, size_t len)
{
	struct err e = { 0 };
	int r = codeview_open(data, len, &s->code, &e);

	if (r < 0 && r != -ENOMEM)
		call_warn(c, "the code of %s cannot be compared: %s", s->patch->name, e.text);
	return r == -ENOMEM ? r : 0;
}

static int side_file(struct call *c, const char *path, struct side *s, struct err *e)
{
	_cleanup_free_ char *data = NULL;
	size_t len;
	int r = file_read(path, INSPECT_MAX_FILE, &data, &len, e);

	r = r < 0 ? r : inspect_bytes(path, data, len, &s->own, e);
	if (r < 0)
		return r;
	if (!s->own->livepatch)
		return err_set(e, -EINVAL, "%s is a module but no livepatch", path);
	s->patch = s->own;
	s->from_file = true;
	return side_open_code(c, s, data, len) < 0 ? out_of_memory(e) : 0;
}

/* The very bytes that were inspected when the loaded patch's file was found. */
static int side_origin(struct call *c, struct side *s)
{
	_cleanup_free_ char *data = NULL;
	_cleanup_(inspect_freep) struct inspect *again = NULL;
	_cleanup_close_ int fd = root_openat(c->app->root, s->patch->path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	size_t len;
	int r = fd < 0 ? fd : file_read_fd(s->patch->path, fd, INSPECT_MAX_FILE, &data, &len, NULL);

	r = r < 0 ? r : inspect_bytes(s->patch->path, data, len, &again, NULL);
	if (r == -ENOMEM)
		return r;
	if (r < 0 || !streq(again->sha256, s->patch->sha256)) {
		call_warn(c, "the code of %s cannot be compared: its file changed meanwhile", s->patch->name);
		return 0;
	}
	return side_open_code(c, s, data, len);
}

static int side_loaded(struct call *c, const struct patch *p, struct side *s, struct err *e)
{
	const struct inspect *file = origin_find(c->app->origin, p->name);

	s->loaded = true;
	if (file && file->objects_complete) {
		s->patch = file;
		s->from_file = true;
		return side_origin(c, s) < 0 ? out_of_memory(e) : 0;
	}
	if (diff_from_patch(p, &s->own) < 0)
		return out_of_memory(e);
	s->patch = s->own;
	if (p->in_sysfs)
		return 0;
	err_rc(e, RC_NOT_FOUND, -ENODATA,
	       "%s is disabled for good, so the kernel no longer tells what it patched", p->name);
	err_hint(e, "give its file instead: none was found where files of loaded patches are looked for");
	return -ENODATA;
}

static bool is_path(const char *word)
{
	return strchr(word, '/') || strstr(word, ".ko");
}

static int side_open(struct call *c, const char *word, struct side *s, struct err *e)
{
	_cleanup_(snapshot_freep) struct snapshot *snap = NULL;
	const struct patch *p;
	int r;

	if (is_path(word)) {
		r = side_file(c, word, s, e);
	} else {
		r = call_livepatch(c, 0, &snap, e);
		p = r < 0 ? NULL : patches_find(&snap->patches, word);
		if (r >= 0)
			r = p ? side_loaded(c, p, s, e) : patch_not_found(snap, word, e);
	}
	if (r < 0 || (s->patch && s->patch->objects_complete))
		return r;
	err_set(e, -ENODATA, "what %s patches could not be read from its file in full", word);
	err_hint(e, "klpsh inspect tells what could be read");
	return -ENODATA;
}

static int fill_side(struct row *parent, const char *key, const struct side *s)
{
	struct row *row = row_sub(parent, key);
	const char *path = s->from_file ? s->patch->path : NULL;
	int r = row ? row_str(row, "name", s->patch->name) : -ENOMEM;

	r = r < 0 ? r : row_bool(row, "loaded", s->loaded);
	if (r >= 0 && path)
		r = row_strf(row, "path", "%s%s", s->loaded && path[0] != '/' ? "/" : "", path);
	r = r < 0 ? r : row_str(row, "build_id", s->patch->build_id);
	return r < 0 || !path ? r : row_str(row, "sha256", s->patch->sha256);
}

static int fill_change(struct row *parent, const struct diff_change *c)
{
	struct row *row = row_add(parent, "changes");
	int r = row ? row_str(row, "change", diff_how_word(c->how)) : -ENOMEM;

	r = r < 0 ? r : row_str(row, "kind", c->kind);
	r = r < 0 ? r : row_str(row, "object", c->object);
	if (r >= 0 && !c->object)
		r = row_human(row, "object", "-");
	r = r < 0 ? r : row_str(row, "name", c->name);
	r = r < 0 ? r : row_str(row, "detail", c->detail);
	return r < 0 || c->detail ? r : row_human(row, "detail", "-");
}

static int fill(struct row *row, const struct side *a, const struct side *b, const struct diff *d)
{
	int r = fill_side(row, "a", a);

	r = r < 0 ? r : fill_side(row, "b", b);
	if (r >= 0 && a->patch->build_id && b->patch->build_id)
		r = row_bool(row, "same_build", d->same_build);
	r = r < 0 ? r : row_bool(row, "code_compared", d->same_build || d->code_compared);
	for (size_t i = 0; r >= 0 && i < d->n; i++)
		r = fill_change(row, &d->v[i]);
	return r;
}

static size_t count(const struct diff *d, enum diff_how how)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n; i++)
		n += d->v[i].how == how;
	return n;
}

/* What was left out of the comparison, in words. */
static int tell_gap(struct report *rep, struct row *row, const char *sentence)
{
	int r = report_note(rep, "%s.", sentence);

	return r < 0 ? r : row_push(row, "errors", sentence);
}

static int tell_gaps(struct report *rep, struct row *row, const struct side *a, const struct side *b,
		     const struct diff *d)
{
	const struct side *sides[] = { a, b };
	char text[256];
	int r = 0;

	for (size_t i = 0; r >= 0 && !d->same_build && i < 2; i++) {
		if (sides[i]->from_file)
			continue;
		FORMAT(text, "The file of %s is not known: callbacks, relocations and code were not compared",
		       sides[i]->patch->name);
		r = tell_gap(rep, row, text);
	}
	if (r >= 0 && !d->same_build && a->from_file && b->from_file && !d->code_compared)
		r = tell_gap(rep, row, "The code was not compared");
	return r;
}

static int headline(struct report *rep, const struct side *a, const struct side *b, const struct diff *d)
{
	const char *x = a->patch->name, *y = b->patch->name;
	size_t added = count(d, DIFF_ADDED), dropped = count(d, DIFF_DROPPED),
	       changed = count(d, DIFF_CHANGED);

	if (d->same_build)
		return report_headline(rep, "%s and %s are the same build.", x, y);
	if (added + dropped + changed)
		return report_headline(rep, "%s -> %s: %zu added, %zu dropped, %zu changed.", x, y, added,
				       dropped, changed);
	if (d->n_unknown || !d->code_compared)
		return report_headline(rep, "%s -> %s: no difference in what could be compared.", x, y);
	return report_headline(rep, "%s -> %s: no difference.", x, y);
}

static enum rc exit_of(const struct diff *d)
{
	if (d->n > d->n_unknown)
		return RC_OK;
	return d->same_build || (d->code_compared && !d->n_unknown) ? RC_SAME : RC_PARTIAL;
}

static int make_report(struct call *c, const struct side *a, const struct side *b, struct report **ret)
{
	struct diff_side x = { a->patch, a->code, a->from_file }, y = { b->patch, b->code, b->from_file };
	struct row *row;
	_cleanup_(report_freep) struct report *rep = report_single(&shape_diff, &row);
	struct diff d;
	int r;

	if (!rep || diff_patches(&x, &y, &d) < 0)
		return -ENOMEM;
	r = fill(row, a, b, &d);
	r = r < 0 ? r : headline(rep, a, b, &d);
	r = r < 0 ? r : tell_gaps(rep, row, a, b, &d);
	rep->rc = exit_of(&d);
	diff_done(&d);
	if (r >= 0)
		*ret = TAKE_PTR(rep);
	return r;
}

static int diff_run(struct call *c, struct report **ret, struct err *e)
{
	struct side a = { 0 }, b = { 0 };
	int r = side_open(c, c->args[0], &a, e);

	r = r < 0 ? r : side_open(c, c->args[1], &b, e);
	if (r >= 0)
		r = make_report(c, &a, &b, ret) < 0 ? out_of_memory(e) : 0;
	side_done(&a);
	side_done(&b);
	return r;
}

static const struct arg diff_args[] = { { "FILE|NAME", ARG_PATCH_OR_FILE },
					{ "FILE|NAME", ARG_PATCH_OR_FILE } };

const struct verb verb_diff = {
	.name = "diff",
	.args = diff_args,
	.n_args = ARRAY_SIZE(diff_args),
	.help = "what a livepatch adds, drops and changes against another",
	.details =
		"Each side is a file (a word with a / or with .ko in it) or the name of a loaded patch. Of a "
		"loaded patch the file it came from is used where it can be found; else only its functions "
		"are "
		"known, and callbacks, livepatch relocations and code are not compared.\n\n"
		"A function is known by its object, its name and its position among those of that name. "
		"Code is compared as it was built: the bytes, and by name or text what their relocations "
		"lead to. So \"changed\" means that the machine code is not the same; another compiler "
		"does that, too. Functions that the modules have besides, and that patched ones may call, "
		"are "
		"told as helpers. Where functions tell no difference but other data do, the sections are "
		"named. What cannot be decided is \"unknown\", never the same.\n\n"
		"Exit code: 0 when there are differences, 12 when there are none, 10 when none were found "
		"but "
		"not everything could be compared.",
	.examples = "klpsh diff fix-v1.ko fix-v2.ko  # two files\n"
		    "klpsh diff livepatch_fix fix-v2.ko  # what an upgrade would change",
	.shape = &shape_diff,
	.run = diff_run,
};
