// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who is made of the files that a patch for a module from outside changes, by
 * what their compilers really read. The patch reaches the module's own objects
 * and nothing else: a change that others would see in part is refused.
 */
#include <limits.h>

#include "builder/includes.h"
#include "builder/mkpatch_own.h"

/* Has the compiler read the file in the user's own folder, where a build changes nothing? */
static bool reads_origin(const struct mkpatch *m, const struct kcmd *cmd, const char *file)
{
	for (size_t i = 0; m->oot_origin[0] && i < cmd->deps.n; i++) {
		const char *name = path_below(cmd->deps.v[i], m->oot_origin);

		if (name && streq(name, file))
			return true;
	}
	return false;
}

static void check_origin(struct mkpatch *m, const char *object, const struct kcmd *cmd, const char *file)
{
	if (reads_origin(m, cmd, file))
		(void)refuse(&m->refusals, REFUSE_FILE, file, NULL, NULL,
			     "%s reads it by its absolute path in the folder of the sources, not in the "
			     "copy that is patched; name it in the makefile by way of $(src)",
			     object);
}

/* The folder that a word and the one behind it name for system headers; NULL. */
static const char *system_folder(const char *word, const char *next)
{
	static const char *const flags[] = { "-isystem", "-idirafter" };

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (begins(word, flags[i]))
			return word[strlen(flags[i])] ? word + strlen(flags[i]) : next;
	return NULL;
}

/* Is the module's file below a folder, as the compiler is told of it in the kernel's tree? */
static bool is_below(const struct mkpatch *m, const char *folder, const char *file)
{
	char path[PATH_MAX], real[PATH_MAX];
	bool whole = *folder == '/';
	int n = snprintf(path, sizeof(path), "%s%s%s", whole ? "" : m->tree->path, whole ? "" : "/", folder);

	if (n >= (int)sizeof(path) || !realpath(path, real))
		return false;
	n = snprintf(path, sizeof(path), "%s/%s", m->base, file);
	return n < (int)sizeof(path) && path_below(path, real);
}

/* Of what is found in such a folder the compiler does not tell kbuild that it has read it (-MMD). */
static void check_system(struct mkpatch *m, const char *object, const struct kcmd *cmd, const char *file)
{
	for (char **v = cmd->cc.v; v && *v; v++) {
		const char *folder = system_folder(v[0], v[1]);

		if (!folder || !is_below(m, folder, file))
			continue;
		(void)refuse(&m->refusals, REFUSE_FILE, file, NULL, NULL,
			     "%s may read it as a system's header (-isystem, -idirafter), which the compiler "
			     "does not tell of; name the folder with -I in the makefile",
			     object);
		return;
	}
}

/* "a:b" is of a and of b. */
static bool is_shared_with(const char *modname, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = modname; (p = strstr(p, name)); p += n)
		if ((p == modname || p[-1] == ':') && (!p[n] || p[n] == ':'))
			return true;
	return false;
}

/* used: the module itself is made of it, too; else *ret_other is who is. */
static void check_stranger(struct mkpatch *m, const struct kbuild_stranger *s, const char *file, bool used,
			   const char **ret_other)
{
	const char *modname = s->cmd->modname;

	if (s->cmd->is_asm)
		(void)refuse(&m->refusals, REFUSE_FILE, file, NULL, NULL,
			     "%s, which is assembly and cannot be livepatched, is made of it", s->object);
	else if (!modname)
		(void)refuse(&m->refusals, REFUSE_FILE, file, NULL, NULL,
			     "%s, which is not an object of the module, is made of it", s->object);
	else if (streq(modname, m->oot_name))
		(void)refuse(&m->refusals, REFUSE_FILE, file, NULL, NULL,
			     "%s is made of it, and of a source outside of the module's folder: %s",
			     s->object, s->cmd->source);
	else if (is_shared_with(modname, m->oot_name))
		(void)refuse(&m->refusals, REFUSE_UNIT, file, NULL, NULL,
			     "%s is made of it, and is an object of several modules: %s", s->object, modname);
	else if (used)
		(void)refuse(
			&m->refusals, REFUSE_FILE, file, NULL, NULL,
			"module %s of the same sources is made of it, too, and a patch for module %s "
			"would leave that one as it is; where that does no harm, build with --target %s.ko",
			modname, m->oot_name, m->oot_name);
	else
		*ret_other = modname;
}

static void check_file(struct mkpatch *m, const char *file)
{
	const struct kbuild *k = m->kbuild;
	size_t before = refusals_count(&m->refusals);
	const char *other = NULL;
	bool used = false;

	for (size_t i = 0; i < k->n; i++) {
		used = used || includes_names(k->v[i].cmd, file);
		check_origin(m, k->v[i].object, k->v[i].cmd, file);
		check_system(m, k->v[i].object, k->v[i].cmd, file);
	}
	for (size_t i = 0; i < k->n_strangers; i++) {
		check_origin(m, k->strangers[i].object, k->strangers[i].cmd, file);
		check_system(m, k->strangers[i].object, k->strangers[i].cmd, file);
		if (includes_names(k->strangers[i].cmd, file))
			check_stranger(m, &k->strangers[i], file, used, &other);
	}
	/* a changed file that no object is made of changes nothing: that is not what was meant */
	if (!used && refusals_count(&m->refusals) == before)
		(void)refuse(&m->refusals, REFUSE_NOT_LINKED, file, NULL, NULL,
			     "no object of module %s is made of this file%s%s", m->oot_name,
			     other ? ", but of module " : "", other ? other : "");
}

int mkpatch_oot_check(struct mkpatch *m, struct err *e)
{
	for (size_t i = 0; i < m->n_files; i++)
		check_file(m, m->files[i].path);
	return mkpatch_judge(m, e);
}

void mkpatch_oot_explain(const struct mkpatch *m, struct refusal *r)
{
	static const char advice[] = "; give the sources that the file of --oot-module was built from";
	size_t n = MIN(strlen(r->why), sizeof(r->why) - sizeof(advice));

	if (m->oot && !r->warning && (r->code == REFUSE_PROOF || r->code == REFUSE_NOT_LINKED))
		memcpy(r->why + n, advice, sizeof(advice));
}
