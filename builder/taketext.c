// SPDX-License-Identifier: GPL-2.0-or-later
/* See taketext.h. What is in the text, also NULs, is its reader's to judge. */
#include "builder/taketext.h"

#include <errno.h>

int take_text(const char *path, char *text, size_t len, size_t max, char **ret, struct err *e)
{
	char *ended = len <= max ? realloc(text, len + 1) : NULL;

	if (!ended) {
		free(text);
		return len > max ? err_set(e, -EFBIG, "%s is too large (%zu bytes)", path, len)
				 : err_set(e, -ENOMEM, "out of memory");
	}
	ended[len] = '\0';
	*ret = ended;
	return 0;
}
