/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kpatch install and uninstall: the boot store that both names share.
 */
#include "shell/kpatch_own.h"

#include <errno.h>
#include <spawn.h>
#include <sys/wait.h>

#define SYSTEMCTL "/usr/bin/systemctl"
#define UNIT "klpsh.service"

/* What is installed is loaded at boot by the unit. A machine without systemd has its own way. */
static void enable_unit(const struct kpatch *k)
{
	static char *const argv[] = { (char *)"systemctl", (char *)"--quiet", (char *)"enable", (char *)UNIT,
				      NULL };
	static char *const env[] = { (char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };
	int status = 0;
	pid_t pid;

	if (k->app->root_prefix || access(SYSTEMCTL, X_OK) < 0)
		return;
	fflush(stdout);
	if (posix_spawn(&pid, SYSTEMCTL, NULL, NULL, argv, env) != 0)
		return kp_warn("note: %s could not be started, so %s may not be enabled", SYSTEMCTL, UNIT);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (status)
		kp_warn("note: %s is not enabled, so nothing is loaded at boot by itself", UNIT);
}

/* [-k RELEASE | --kernel-version=RELEASE] WORD; false: not so. */
static bool parse(struct kpatch *k, char *const *args, size_t n, const char **ret_release,
		  const char **ret_word)
{
	static const char flag[] = "--kernel-version";
	size_t len = sizeof(flag) - 1;

	*ret_release = k->release;
	*ret_word = args[n - 1];
	if ((*ret_word)[0] == '-' || !**ret_word)
		return false;
	if (n == 1)
		return true;
	if (n == 3 && (streq(args[0], "-k") || streq(args[0], flag)))
		*ret_release = args[1];
	else if (n == 2 && strncmp(args[0], flag, len) == 0 && args[0][len] == '=')
		*ret_release = args[0] + len + 1;
	else
		return false;
	return **ret_release && !strchr(*ret_release, '/') && (*ret_release)[0] != '.';
}

static const struct kp_installed *find(const struct kp_store *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (kp_same_name(s->v[i].name, name))
			return &s->v[i];
	return NULL;
}

static int install(struct kpatch *k, const char *release, const char *file, const struct kp_store *s)
{
	_cleanup_(inspect_freep) struct inspect *i = NULL;
	struct err e = { 0 };
	char flag[96];

	if (!kp_is_file(file))
		return kp_fail(&e, "%s is not a module: its name has no .ko", file);
	if (inspect_file(file, &i, &e) < 0)
		return kp_fail(&e, "cannot install %s", file);
	if (!inspect_matches_release(i, release))
		return kp_fail(&e, "invalid module version %.*s for kernel %s",
			       i->vermagic ? (int)strcspn(i->vermagic, " ") : 1,
			       i->vermagic ? i->vermagic : "?", release);
	if (find(s, file))
		return kp_fail(&e, "%s is already installed", file);
	kp_say("installing %s (%s)", file, release);
	FORMAT(flag, "--kernel=%s", release);
	if (kp_verb(k, "install", file, flag, NULL) != RC_OK)
		return kp_fail(&k->e, "cannot install %s", file);
	enable_unit(k);
	return RC_OK;
}

int kp_install(struct kpatch *k, char *const *args, size_t n)
{
	const char *release, *file;
	struct kp_store s = { 0 };
	int rc = RC_FAILED;

	if (!parse(k, args, n, &release, &file))
		return KP_USAGE;
	if (kp_store_read(k, release, &s) >= 0)
		rc = install(k, release, file, &s);
	kp_store_free(&s);
	return rc;
}

static int uninstall(struct kpatch *k, const char *release, const char *word, const struct kp_store *s)
{
	const struct kp_installed *i = find(s, word);
	struct err none = { 0 };
	char flag[96];

	if (!i)
		return kp_fail(&none, "%s is not installed for kernel %s", word, release);
	kp_say("uninstalling %s (%s)", i->path, release);
	FORMAT(flag, "--kernel=%s", release);
	if (kp_verb(k, "uninstall", i->name, flag, NULL) != RC_OK)
		return kp_fail(&k->e, "cannot uninstall %s", i->path);
	return RC_OK;
}

int kp_uninstall(struct kpatch *k, char *const *args, size_t n)
{
	const char *release, *word;
	struct kp_store s = { 0 };
	int rc = RC_FAILED;

	if (!parse(k, args, n, &release, &word))
		return KP_USAGE;
	if (kp_store_read(k, release, &s) >= 0)
		rc = uninstall(k, release, word, &s);
	kp_store_free(&s);
	return rc;
}
