// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The worker's half of a load: the bytes into the store, the module into the
 * kernel, and a look at what became of it.
 */
#include <errno.h>

#include "core/loadnote.h"
#include "kmod/store.h"
#include "kmod/verify.h"
#include "shell/loading.h"

/* Files of patches that may be wanted back are never dropped. */
static void prune(struct act *a, const struct image *i)
{
	const struct change *c = &a->change;
	_cleanup_free_ const char **keep = calloc(c->n_before + 2, sizeof(*keep));
	struct err e = { 0 };

	if (!keep)
		return;
	for (size_t k = 0; k < c->n_before; k++)
		keep[k] = c->before[k].sha256;
	keep[c->n_before] = i->content;
	if (store_prune(a->state_dir, a->conf->store_keep, (char *const *)(uintptr_t)keep, &e) < 0)
		act_note(a, "old files stay in the store: %s", e.text);
}

void loading_keep(struct act *a, const struct image *i)
{
	struct err e = { 0 };

	if (store_put(a->state_dir, i, &e) < 0)
		act_note(a, "rollback will not have the bytes of %s: %s", i->inspect->name, e.text);
	else
		prune(a, i);
}

int loading_insert(struct act *a, const struct image *i, const char *params, struct err *e)
{
	struct err why = { 0 };
	int fd = i->memfd, r = 0;

	if (a->conf->load_from_file) {
		r = image_verify_file(i, e);
		fd = i->file;
	}
	r = r < 0 ? r : act_load(a, fd, i->inspect->name, params, e);
	if (r >= 0 && loadnote_write(a->run_dir, a->root, i->inspect->name, params, &why) < 0)
		act_note(a, "a rollback will not know the parameters of %s: %s", i->inspect->name, why.text);
	return r;
}

int loading_verify(struct act *a, const struct image *i, struct err *e)
{
	const char *name = i->inspect->name;
	struct verified v = { 0 };
	int r = verify_load(a->root, i->inspect, &v);

	if (r < 0)
		return err_set(e, r, "out of memory");
	a->result.verified = v.yes;
	if (v.yes == 0) {
		r = err_rc(e, RC_FAILED, -EIO, "%s was loaded, but is not as it should be: %s", name, v.text);
		err_hint(e, "klpsh show %s and klpsh log tell more; klpsh rollback takes it out again", name);
	} else if (v.text) {
		FORMAT(a->result.says, "%s: not all could be verified: %s", name, v.text);
	}
	verified_done(&v);
	return r;
}

int loading_do(struct act *a, struct err *e)
{
	struct loading *l = a->arg;
	enum act_wait_end end;
	int r;

	loading_keep(a, l->image);
	r = loading_insert(a, l->image, l->params, e);
	return r < 0 ? r : act_wait(a, l->image->inspect->name, &end, e);
}
