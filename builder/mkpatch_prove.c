// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Does each touched object, compiled plainly, stand in the kernel? And then:
 * what does the patch change in it?
 */
#include <errno.h>
#include <fcntl.h>

#include "builder/loadedmod.h"
#include "builder/mkpatch_own.h"
#include "builder/modorder.h"
#include "builder/modproof.h"
#include "builder/twinproof.h"
#include "builder/unlinked.h"

static int no_module(const struct mkpatch *m, const struct munit *u, struct err *e)
{
	err_rc(e, RC_REFUSED, -ENOENT, "%s belongs to the module %s, whose file is not below /lib/modules/%s",
	       u->k->source, u->object, m->release);
	err_hint(e,
		 "install the kernel's package (linux-image-%s), or say with --modules where its modules are",
		 m->release);
	return -ENOENT;
}

/* The modules' folder is held by descriptor: its path may lead through what this user cannot see. */
static int read_module(const struct mkpatch *m, const struct munit *u, struct object **ret, struct err *e)
{
	static const char *const suffixes[] = { "", ".xz", ".zst", ".gz" };
	char path[PATH_MAX], packed[PATH_MAX + 8];
	int r = m->spec->modules < 0 ? -ENOENT
				     : modorder_find(m->spec->modules, u->object, path, sizeof(path));

	if (r == -ENOTUNIQ)
		return err_rc(e, RC_REFUSED, r, "there are several modules %s below /lib/modules/%s",
			      u->object, m->release);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(suffixes); i++) {
		FORMAT(packed, "%s%s", path, suffixes[i]);
		r = module_read_at(m->spec->modules, packed, ret, e);
		if (r != -ENOENT)
			return r;
		r = 0;
	}
	return no_module(m, u, e);
}

static int find_module(struct mkpatch *m, struct munit *u, struct err *e)
{
	struct object *ko = NULL;
	char where[128];
	int r;

	for (size_t i = 0; i < m->n_modules; i++)
		if (streq(m->modules[i].name, u->object)) {
			u->module = m->modules[i].ko;
			return 0;
		}
	FORMAT(where, "/lib/modules/%s", m->release);
	r = read_module(m, u, &ko, e);
	r = r < 0 ? r : loadedmod_check(m->spec->root, m->release, u->object, ko, where, e);
	if (r < 0) {
		object_free(ko);
		return r;
	}
	if (array_grow(&m->modules, m->n_modules, sizeof(*m->modules)) < 0) {
		object_free(ko);
		return err_set(e, -ENOMEM, "out of memory");
	}
	FORMAT(m->modules[m->n_modules].name, "%s", u->object);
	m->modules[m->n_modules++].ko = ko;
	u->module = ko;
	return 0;
}

static int prove(struct mkpatch *m, struct munit *u, struct err *e)
{
	if (!u->module)
		return proof_vmlinux(u->plain, u->k->source, m->image, &m->ksyms, &u->proof, e);
	return proof_module(u->plain, u->k->source, u->module, &u->proof, e);
}

/* What the proof says against an object is a refusal with its own words. */
static int note_refusal(struct mkpatch *m, const struct munit *u, int r, const struct err *why, struct err *e)
{
	if (why->rc != RC_REFUSED) {
		*e = *why;
		return r;
	}
	(void)refuse(&m->refusals, r == -ENOENT ? REFUSE_NOT_LINKED : REFUSE_PROOF, u->k->source, NULL, NULL,
		     "%s", why->text);
	return 0;
}

/* Is its source the patch's own, and not only one that includes what it changes? */
static bool is_patched(const struct mkpatch *m, const struct munit *u)
{
	for (size_t i = 0; i < m->n_files; i++)
		if (streq(m->files[i].path, u->k->source))
			return true;
	return false;
}

static void drop(struct mkpatch *m, struct munit *u)
{
	size_t i = (size_t)(u - m->units);

	mkpatch_note(m, "%s is left out: nothing of it is in %s", u->k->source,
		     u->module ? u->object : "the kernel");
	mkpatch_unit_done(u);
	memmove(u, u + 1, (m->n_units - i - 1) * sizeof(*u));
	m->n_units--;
}

/*
 * An object that came by a header alone and that the kernel has nothing of.
 * True when it was dropped, or is a refusal of its own.
 */
static bool settle_unlinked(struct mkpatch *m, struct munit *u)
{
	switch (unlinked_judge(u->k->source, u->orig, u->patched)) {
	case UNLINKED_SAME:
	case UNLINKED_GONE:
		drop(m, u);
		return true;
	case UNLINKED_CONSTANTS:
		(void)refuse(&m->refusals, REFUSE_FILE, u->k->source, NULL, NULL,
			     "constants of it change, which the kernel's assembly and headers have by value "
			     "and which are not made anew");
		return true;
	default:
		return false;
	}
}

static int prove_unit(struct mkpatch *m, struct munit *u, struct err *e)
{
	struct err why = { 0 };
	int r = prove(m, u, &why);
	/* what is missing is the code, and not the module's file */
	bool unlinked = r == -ENOENT && why.rc == RC_REFUSED && (!u->k->cmd->is_module || u->module);

	if (r == -ESTALE && m->spec->trust_compiler) {
		refusal_warn(&m->refusals, REFUSE_PROOF, u->k->source, NULL, NULL,
			     "%s; it was asked to be trusted", why.text);
		return 0;
	}
	if (r >= 0 || (unlinked && !is_patched(m, u) && settle_unlinked(m, u)))
		return 0;
	return note_refusal(m, u, r, &why, e);
}

int mkpatch_prove(struct mkpatch *m, struct err *e)
{
	for (size_t i = 0; i < m->n_units;) {
		struct munit *u = &m->units[i];
		size_t n = m->n_units;
		int r = u->k->cmd->is_module ? find_module(m, u, e) : 0;

		r = r < 0 ? r : prove_unit(m, u, e);
		if (r < 0)
			return r;
		i += m->n_units == n;
	}
	return mkpatch_judge(m, e);
}

static int compare(struct mkpatch *m, struct munit *u, struct err *e)
{
	const struct diff_options opt = { .file = u->k->source, .sizes = &m->sizes };
	int r = diff_make(u->orig, u->patched, &opt, &m->refusals, &u->diff, e);

	if (r == 0 && !diff_is_empty(u->diff) &&
	    twinproof(u->diff, u->plain, u->k->source, &m->refusals) == -ENOMEM)
		return err_set(e, -ENOMEM, "out of memory");
	return r == -EPERM ? mkpatch_judge(m, e) : r;
}

int mkpatch_compare(struct mkpatch *m, struct err *e)
{
	for (size_t i = 0; i < m->n_units; i++) {
		int r = compare(m, &m->units[i], e);

		if (r < 0)
			return r;
	}
	return mkpatch_layouts(m, e);
}
