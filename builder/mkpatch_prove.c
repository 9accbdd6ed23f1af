// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Does each touched object, compiled plainly, stand in the kernel? And then:
 * what does the patch change in it?
 */
#include <errno.h>
#include <fcntl.h>

#include "builder/mkpatch_own.h"
#include "builder/modorder.h"
#include "builder/modproof.h"

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
	int r;

	for (size_t i = 0; i < m->n_modules; i++)
		if (streq(m->modules[i].name, u->object)) {
			u->module = m->modules[i].ko;
			return 0;
		}
	r = read_module(m, u, &ko, e);
	if (r < 0)
		return r;
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

int mkpatch_prove(struct mkpatch *m, struct err *e)
{
	for (size_t i = 0; i < m->n_units; i++) {
		struct err why = { 0 };
		int r = m->units[i].k->cmd->is_module ? find_module(m, &m->units[i], e) : 0;

		if (r < 0)
			return r;
		r = prove(m, &m->units[i], &why);
		if (r < 0 && note_refusal(m, &m->units[i], r, &why, e) < 0)
			return r;
	}
	return mkpatch_judge(m, e);
}

static int compare(struct mkpatch *m, struct munit *u, struct err *e)
{
	const struct diff_options opt = { .file = u->k->source, .sizes = &m->sizes };
	int r = diff_make(u->orig, u->patched, &opt, &m->refusals, &u->diff, e);

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
