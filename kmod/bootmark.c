// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Marks hold the id of the boot that set them. One that is empty or torn is
 * taken for an earlier boot's: the machine went down while it was written.
 */
#include "kmod/bootmark.h"

#include <errno.h>

#include "core/dirfile.h"
#include "core/statedir.h"

struct mark {
	char name[80];
};

static int mark_open(const char *state_dir, const char *sha256, bool create, struct mark *m, struct err *e)
{
	if (strlen(sha256) != 64 || strspn(sha256, "0123456789abcdef") != 64)
		return err_set(e, -EINVAL, "a crash guard needs the hash of a file");
	FORMAT(m->name, "boot-%s", sha256);
	return statedir_open(state_dir, "state", create, e);
}

/* -ENOENT, where there is no folder yet, is no error: e is left alone then. */
static int mark_open_old(const char *state_dir, const char *sha256, struct mark *m, struct err *e)
{
	struct err why = { 0 };
	int dir = mark_open(state_dir, sha256, false, m, &why);

	if (dir < 0 && dir != -ENOENT && e)
		*e = why;
	return dir;
}

int bootmark_set(const char *state_dir, const char *sha256, const char *boot_id, struct err *e)
{
	struct mark m;
	_cleanup_close_ int dir = mark_open(state_dir, sha256, true, &m, e);
	char text[64];
	int r;

	if (dir < 0)
		return dir;
	FORMAT(text, "%s\n", boot_id);
	r = dirfile_write_text(dir, m.name, 0600, text);
	return r < 0 ? err_set(e, r, "the crash guard %s/state/%s cannot be written, so it is not loaded: %s",
			       state_dir, m.name, strerror(-r))
		     : 0;
}

int bootmark_clear(const char *state_dir, const char *sha256, struct err *e)
{
	struct mark m;
	_cleanup_close_ int dir = mark_open_old(state_dir, sha256, &m, e);
	int r;

	if (dir < 0)
		return dir == -ENOENT ? 0 : dir;
	r = dirfile_remove(dir, m.name);
	return r < 0 ? err_set(e, r, "the crash guard %s/state/%s cannot be removed: %s", state_dir, m.name,
			       strerror(-r))
		     : 0;
}

int bootmark_left(const char *state_dir, const char *sha256, const char *boot_id, struct err *e)
{
	struct mark m;
	_cleanup_close_ int dir = mark_open_old(state_dir, sha256, &m, e);
	char text[64];
	int r;

	if (dir < 0)
		return dir == -ENOENT ? 0 : dir;
	r = dirfile_read_text(dir, m.name, text, sizeof(text));
	if (r == -ENOENT)
		return 0;
	if (r < 0 && r != -EFBIG)
		return err_set(e, r, "the crash guard %s/state/%s cannot be read: %s", state_dir, m.name,
			       strerror(-r));
	return r < 0 || !streq(text, boot_id);
}
