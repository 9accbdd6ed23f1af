// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the patches' bytes to the files that they change: which there are, what
 * kinds, what stands in the tree, and what stands there afterwards.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "builder/mkpatch_own.h"
#include "builder/patchapply.h"
#include "builder/patchpath.h"
#include "kmod/decompress.h"

#define SOURCE_MAX (16u << 20) /* bytes of one file */

static struct mfile *file_of(struct mkpatch *m, const char *path)
{
	for (size_t i = 0; i < m->n_files; i++)
		if (streq(m->files[i].path, path))
			return &m->files[i];
	if (array_grow(&m->files, m->n_files, sizeof(*m->files)) < 0)
		return NULL;
	m->files[m->n_files] = (struct mfile){ .path = path };
	return &m->files[m->n_files++];
}

static int add_entry(struct mkpatch *m, const struct pfile *p, bool header)
{
	struct mfile *f = file_of(m, p->path);

	if (!f || array_grow(&f->entries, f->n_entries, sizeof(*f->entries)) < 0)
		return -ENOMEM;
	f->entries[f->n_entries++] = p;
	f->header = header;
	return 0;
}

static int refuse_file(struct mkpatch *m, const struct pfile *p, const char *why)
{
	(void)refuse(&m->refusals, REFUSE_FILE, p->path, NULL, NULL, "%s (line %u of %s)", why, p->line,
		     p->patch);
	return 0;
}

/* Of the kernel's tree alone: elsewhere a folder `tools` is none of its tools. */
static const char *forbidden(const struct mkpatch *m, const char *path)
{
	return m->spec->oot.bytes ? NULL : kbuild_forbidden(path);
}

static int take_c(struct mkpatch *m, const struct pfile *p)
{
	const char *why = forbidden(m, p->path);

	if (why) {
		(void)refuse(&m->refusals, REFUSE_FILE, p->path, NULL, NULL, "the file %s", why);
		return 0;
	}
	switch (p->kind) {
	case PFILE_CREATE:
		return refuse_file(m, p,
				   "a new file would need new rules to compile it; put its functions into a "
				   "file that is there");
	case PFILE_DELETE:
		return refuse_file(m, p,
				   "the file is deleted, but the running kernel has its code; leave the file "
				   "and change who calls it");
	case PFILE_RENAME:
		return refuse_file(m, p, "the file is renamed; make the patch without the renaming");
	case PFILE_MODE:
		return 0;
	default:
		return add_entry(m, p, false);
	}
}

static int take_header(struct mkpatch *m, const struct pfile *p)
{
	const char *why = forbidden(m, p->path);

	if (why) {
		(void)refuse(&m->refusals, REFUSE_FILE, p->path, NULL, NULL, "the file %s", why);
		return 0;
	}
	if (p->kind == PFILE_DELETE || p->kind == PFILE_RENAME)
		return refuse_file(m, p, "a header is deleted or renamed; make the patch without that");
	return p->kind == PFILE_MODE ? 0 : add_entry(m, p, true);
}

static int take(struct mkpatch *m, const struct pfile *p)
{
	switch (ppath_kind(p->path)) {
	case PPATH_DOC:
		mkpatch_note(m, "%s is documentation and makes no difference", p->path);
		return 0;
	case PPATH_C:
		return take_c(m, p);
	case PPATH_HEADER:
		return take_header(m, p);
	case PPATH_ASM:
		return refuse_file(m, p, "assembly has no functions that livepatch could replace");
	case PPATH_KBUILD:
		return refuse_file(m, p,
				   "rules and options of the build cannot be changed in a running kernel");
	default:
		return refuse_file(
			m, p, "the file is neither C nor a header, so it is not known what its change means");
	}
}

static int read_patch(struct mkpatch *m, const struct mkpatch_text *t, struct err *e)
{
	struct patchfile *p;
	int r = patchfile_parse(t->name, t->bytes, t->len, m->spec->strip, &p, e);

	if (r < 0)
		return r;
	if (array_grow(&m->patches, m->n_patches, sizeof(struct patchfile *)) < 0) {
		patchfile_free(p);
		return err_set(e, -ENOMEM, "out of memory");
	}
	m->patches[m->n_patches++] = p;
	for (size_t i = 0; r == 0 && i < p->n; i++)
		r = take(m, &p->files[i]);
	return r < 0 ? err_set(e, r, "out of memory") : 0;
}

int mkpatch_read(struct mkpatch *m, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < m->spec->n_patches; i++)
		r = read_patch(m, &m->spec->patches[i], e);
	if (r < 0)
		return r;
	r = mkpatch_judge(m, e);
	if (r == 0 && m->n_files == 0) {
		err_rc(e, RC_SAME, -EALREADY, "nothing to build: the patch changes no source file");
		err_hint(e, "documentation and file modes make no difference to a running kernel");
		return -EALREADY;
	}
	return r;
}

/* Who includes a file under its own name would not see what a patch changes under another. */
static int refuse_links(const struct mkpatch *m, const char *path, struct err *e)
{
	char part[PATH_MAX];
	struct stat st;

	for (size_t n = strcspn(path, "/"); n < sizeof(part); n += 1 + strcspn(path + n + 1, "/")) {
		FORMAT(part, "%.*s", (int)n, path);
		if (fstatat(m->base_dir, part, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode)) {
			err_rc(e, RC_REFUSED, -ELOOP, "the patch changes %s, but in the sources %s is a link",
			       path, part);
			err_hint(e, "make the patch with the path that the link leads to");
			return -ELOOP;
		}
		if (!path[n])
			return 0;
	}
	return err_set(e, -ENAMETOOLONG, "%s is too long a path", path);
}

static int read_old(const struct mkpatch *m, struct mfile *f, struct err *e)
{
	_cleanup_close_ int fd = -1;
	int r = refuse_links(m, f->path, e);

	if (r < 0)
		return r;
	fd = openat(m->base_dir, f->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : err_set(e, -errno, "%s: %s", f->path, strerror(errno));
	return file_read_fd(f->path, fd, SOURCE_MAX, &f->old, &f->old_len, e);
}

static int apply(const struct mkpatch *m, struct mfile *f, struct err *e)
{
	struct pmoved moved = { 0 };
	int r = read_old(m, f, e);

	if (r < 0)
		return r;
	r = patch_apply_all(f->entries, f->n_entries, f->old, f->old_len, true, &f->new, &f->new_len, &moved,
			    e);
	if (r == 0 && moved.n)
		mkpatch_note(m, "%s: hunk %zu fits %ld line%s further %s (%zu hunk%s moved)", f->path,
			     moved.hunk, labs(moved.lines), labs(moved.lines) == 1 ? "" : "s",
			     moved.lines < 0 ? "up" : "down", moved.n, moved.n == 1 ? "" : "s");
	return r;
}

int mkpatch_apply(struct mkpatch *m, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < m->n_files; i++)
		r = apply(m, &m->files[i], e);
	if (r < 0)
		return r;
	m->farm_files = calloc(m->n_files + 1, sizeof(*m->farm_files));
	if (!m->farm_files)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 0; i < m->n_files; i++)
		m->farm_files[i] =
			(struct farm_file){ m->files[i].path, m->files[i].new, m->files[i].new_len };
	return 0;
}

void mkpatch_files_done(struct mkpatch *m)
{
	for (size_t i = 0; i < m->n_files; i++) {
		free(m->files[i].entries);
		free(m->files[i].old);
		free(m->files[i].new);
	}
	free(m->files);
	free(m->farm_files);
	for (size_t i = 0; i < m->n_patches; i++)
		patchfile_free(m->patches[i]);
	free(m->patches);
}
