// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See ktree_steps.h: trees of a kernel that another one took the place of, by
 * a change of its packages, its configuration or its compiler. Whoever works
 * in one holds its lock, so one that can be locked is nobody's; the lock's
 * file stays, as others may wait at it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>

#include "builder/ktree_steps.h"

#define KEY_LEN 16 /* hexadecimal digits in a tree's name */

/* "tree-RELEASE-KEY" or what was begun under a temporary name, of another key than ours? */
static bool is_other(const char *name, const char *own)
{
	size_t stem = strlen(own) - KEY_LEN;

	if (strncmp(name, own, stem) != 0 || strspn(name + stem, "0123456789abcdef") != KEY_LEN)
		return false;
	if (strncmp(name + stem, own + stem, KEY_LEN) == 0)
		return false;
	name += stem + KEY_LEN;
	return !*name || strncmp(name, ".tmp-", 5) == 0;
}

static void remove_other(const struct ktree_spec *spec, const char *name, int key_end)
{
	_cleanup_close_ int lock = -1;
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%.*s.lock", spec->cache, key_end, name) >= (int)sizeof(path))
		return;
	lock = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) < 0)
		return;
	if (snprintf(path, sizeof(path), "%s/%s", spec->cache, name) < (int)sizeof(path))
		(void)ktree_remove(path, NULL);
}

void ktree_sweep(const struct ktree_spec *spec, const struct ktree *t)
{
	_cleanup_(closedirp) DIR *d = opendir(spec->cache);
	const char *own = strrchr(t->path, '/') + 1;
	struct dirent *entry;

	while (d && (entry = readdir(d)))
		if (is_other(entry->d_name, own))
			remove_other(spec, entry->d_name, (int)strlen(own));
}
