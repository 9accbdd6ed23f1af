// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines of paths, in modules.dep with a colon and what they depend on behind.
 */
#include <errno.h>
#include <fcntl.h>

#include "builder/modorder.h"
#include "core/modname.h"
#include "kmod/decompress.h"

#define LIST_MAX (32u << 20) /* bytes */

/* The path of a line, up to and with ".ko"; 0: none. */
static size_t path_len(const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len), *ko;

	if (colon)
		len = (size_t)(colon - line);
	ko = memmem(line, len, ".ko", 3);
	return ko ? (size_t)(ko - line) + 3 : 0;
}

static bool names(const char *line, size_t len, const char *name)
{
	const char *slash = memrchr(line, '/', len);
	const char *file = slash ? slash + 1 : line;

	return modname_same(file, len - (size_t)(file - line) - 3, name);
}

/* It is opened beneath the folder, so it must not lead out of it. */
static bool leads_out(const char *line, size_t len)
{
	return line[0] == '/' || memmem(line, len, "..", 2) || memchr(line, '\0', len);
}

static int find_in(const char *text, size_t len, const char *name, char *ret, size_t size)
{
	const char *found = NULL;
	size_t found_len = 0;

	for (const char *p = text, *end = text + len; p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = nl ? (size_t)(nl - p) : (size_t)(end - p), path = path_len(p, n);

		if (path > 3 && !leads_out(p, path) && names(p, path, name)) {
			if (found)
				return -ENOTUNIQ;
			found = p;
			found_len = path;
		}
		p += n + 1;
	}
	if (!found)
		return -ENOENT;
	if (found_len >= size)
		return -ENAMETOOLONG;
	memcpy(ret, found, found_len);
	ret[found_len] = '\0';
	return 0;
}

/* depmod's list first: of a module that DKMS or updates/ replaces it names only the one that is loaded. */
int modorder_find(int dir, const char *name, char *ret, size_t size)
{
	static const char *const lists[] = { "modules.dep", "modules.order" };
	int r = -ENOENT;

	for (size_t i = 0; r == -ENOENT && i < ARRAY_SIZE(lists); i++) {
		_cleanup_close_ int fd = openat(dir, lists[i], O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
		_cleanup_free_ char *text = NULL;
		size_t len;

		if (fd < 0)
			continue;
		r = file_read_fd(lists[i], fd, LIST_MAX, &text, &len, NULL);
		r = r < 0 ? r : find_in(text, len, name, ret, size);
	}
	return r;
}
