/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A note is one line: the inode, a blank, the parameters. They have no newline
 * (kmod/params.h).
 */
#include "core/loadnote.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "core/change.h"
#include "core/dirfile.h"
#include "core/patch.h"
#include "core/statedir.h"

#define FOLDER "params"
#define NOTE_MAX (PARAMS_MAX + 32) /* and the inode */

static int folder_inode(const struct root *root, const char *name, unsigned long long *ret)
{
	_cleanup_close_ int fd = -1;
	char path[160];
	struct stat st;

	if (!patch_name_valid(name))
		return -EINVAL;
	FORMAT(path, "sys/module/%s", name);
	fd = root_openat(root, path, O_PATH | O_DIRECTORY);
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	*ret = st.st_ino;
	return 0;
}

int loadnote_write(const char *run_dir, const struct root *root, const char *name, const char *params,
		   struct err *e)
{
	_cleanup_close_ int dir = statedir_open(run_dir, FOLDER, true, e);
	char text[NOTE_MAX];
	unsigned long long inode = 0;
	int r;

	if (dir < 0)
		return dir;
	r = folder_inode(root, name, &inode);
	FORMAT(text, "%llu %s\n", inode, params);
	r = r < 0 ? r : dirfile_write_text(dir, name, 0600, text);
	return r < 0 ? err_set(e, r, "%s/" FOLDER "/%s cannot be written: %s", run_dir, name, strerror(-r))
		     : 0;
}

char *loadnote_read(const char *run_dir, const struct root *root, const char *name)
{
	_cleanup_close_ int dir = statedir_open(run_dir, FOLDER, false, NULL);
	char text[NOTE_MAX], *end;
	unsigned long long inode = 0;

	if (dir < 0 || folder_inode(root, name, &inode) < 0 ||
	    dirfile_read_text(dir, name, text, sizeof(text)) < 0)
		return NULL;
	if (strtoull(text, &end, 10) != inode || *end != ' ')
		return NULL;
	return strdup(end + 1);
}
