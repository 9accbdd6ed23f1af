// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See loadedmod.h.
 */
#include "builder/loadedmod.h"

#include <errno.h>
#include <sys/utsname.h>

#include "core/modlist.h"

#define ID_SIZE 129

static bool runs(const char *release)
{
	struct utsname u;

	return uname(&u) >= 0 && streq(u.release, release);
}

static int id_of_file(const struct object *ko, char id[ID_SIZE])
{
	const struct elf_section *s = elf_find_section(ko->elf, ".note.gnu.build-id");

	return s && s->data ? build_id_read(s->data, s->size, id, ID_SIZE) : -ENOENT;
}

int loadedmod_check(const struct root *root, const char *release, const char *name, const struct object *ko,
		    const char *file, struct err *e)
{
	char loaded[ID_SIZE], has[ID_SIZE];

	if (!runs(release) || id_of_file(ko, has) < 0 ||
	    module_build_id(root, name, loaded, sizeof(loaded)) < 0 || streq(loaded, has))
		return 0;
	err_rc(e, RC_REFUSED, -ESTALE,
	       "the module %s that is loaded is not the one in %s (build-id %.16s, not %.16s)", name, file,
	       loaded, has);
	err_hint(e, "another file was put there since: load it (or reboot), or give the file that is loaded");
	return -ESTALE;
}
