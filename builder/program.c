// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See program.h. PATH is walked here and not by execvp(3), so that what is
 * missing is told before anything is forked.
 */
#include "builder/program.h"

#include <errno.h>
#include <sys/stat.h>

#define ENV_MAX 4096 /* variables; what is more is left out */
#define PATH_USUAL "/usr/bin:/bin:/usr/sbin:/sbin"

static bool is_program(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

int program_find(const char *name, char path[PATH_MAX], struct err *e)
{
	const char *dirs = getenv("PATH");

	if (strchr(name, '/') && strlen(name) < PATH_MAX) {
		strncpy(path, name, PATH_MAX);
		return 0;
	}
	for (const char *d = dirs ? dirs : PATH_USUAL, *end; *name && *d; d = *end ? end + 1 : end) {
		end = strchrnul(d, ':');
		if (*d != '/' ||
		    snprintf(path, PATH_MAX, "%.*s/%s", (int)MIN(end - d, PATH_MAX), d, name) >= PATH_MAX)
			continue;
		if (is_program(path))
			return 0;
	}
	return err_set(e, -ENOENT, "%s is not installed", *name ? name : "a program without a name");
}

static bool is_named(const char *const *vars, const char *var)
{
	size_t len = strcspn(var, "=") + 1;

	for (; vars && *vars; vars++)
		if (strncmp(*vars, var, len) == 0)
			return true;
	return false;
}

const char **program_env(const char *const *add)
{
	const char **v = calloc(ENV_MAX + 1, sizeof(*v));
	size_t n = 0;

	for (char **p = environ; v && p && *p && n < ENV_MAX; p++)
		if (!is_named(add, *p))
			v[n++] = *p;
	for (; v && add && *add && n < ENV_MAX; add++)
		v[n++] = *add;
	return v;
}
