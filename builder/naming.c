// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See naming.h. A symbol that the object defines itself and keeps local is
 * never an export, whatever it is called. Of vmlinux the letter in the list
 * tells local from global; lists of modules tell exports only.
 */
#include <errno.h>

#include "builder/naming.h"

static int plain(const char *from, char *name, size_t size)
{
	return (size_t)snprintf(name, size, "%s", from) < size ? 0 : -ENAMETOOLONG;
}

static bool is_local(const struct naming *n, const struct extref *ref)
{
	return ref->thing != THING_NONE && !n->d->a.t.v[ref->thing].global;
}

/* What the kernel rewrites when it loads the module, before livepatch relocations are applied. */
static bool is_early(const char *name)
{
	return streq(name, "__fentry__") || strncmp(name, "__x86_", 6) == 0;
}

static int refuse_key(const struct naming *n, const struct extref *ref, const char *module)
{
	if (ref->tracepoint)
		return extref_silence(ref, n->file, module, n->to);
	return refuse(n->to, REFUSE_KEY, n->file, ref->user, ref->section, "the key '%.80s' is in a module",
		      ref->name);
}

static int export_name(const struct naming *n, const struct extref *ref, const struct export *x, char *name,
		       size_t size)
{
	if (ref->key && !streq(x->module, "vmlinux"))
		return refuse_key(n, ref, x->module);
	return plain(ref->name, name, size);
}

static int refuse_unknown(const struct naming *n, const struct extref *ref, size_t all)
{
	if (!all)
		return refuse(n->to, REFUSE_SYMBOL, n->file, ref->user, ref->section,
			      "it uses '%.80s', which %.55s has not", ref->name, n->object);
	return refuse(n->to, REFUSE_SYMBOL, n->file, ref->user, ref->section,
		      "it uses '%.80s'; %.55s has symbols of that name, but none that is %s", ref->name,
		      n->object, is_local(n, ref) ? "local" : "global");
}

static int livepatch_name(const struct naming *n, const struct extref *ref, unsigned position, char *name,
			  size_t size)
{
	if (strlen(n->object) > NAMING_MAX_OBJECT || strlen(ref->name) > NAMING_MAX_SYMBOL)
		return refuse(n->to, REFUSE_NAME, n->file, ref->user, ref->section,
			      "the symbol '%.80s' of '%.60s' is longer than %u characters, or the object "
			      "than %u",
			      ref->name, n->object, NAMING_MAX_SYMBOL, NAMING_MAX_OBJECT);
	if (ref->key && !n->symbols->kernel)
		return refuse_key(n, ref, n->object);
	return (size_t)snprintf(name, size, ".klp.sym.%s.%s,%u", n->object, ref->name, position) < size
		       ? 0
		       : -ENAMETOOLONG;
}

static int listed_name(const struct naming *n, const struct extref *ref, char *name, size_t size)
{
	enum symlist_bind bind = is_local(n, ref) ? SYMLIST_LOCAL : SYMLIST_GLOBAL;
	unsigned position;
	size_t all, found = symlist_find(n->symbols, ref->name, bind, &position, &all);

	if (found == 1)
		return livepatch_name(n, ref, position, name, size);
	if (found > 1)
		return refuse(n->to, REFUSE_AMBIGUOUS, n->file, ref->user, ref->section,
			      "it uses '%.80s', and %zu symbols of %.55s can be meant by that", ref->name,
			      found, n->object);
	/* from elsewhere than the module: exported, but no list says so */
	if (ref->thing == THING_NONE && !n->symbols->kernel && !n->exports && !all)
		return plain(ref->name, name, size);
	return refuse_unknown(n, ref, all);
}

int naming_resolve(void *arg, const struct extref *ref, char *name, size_t size)
{
	const struct naming *n = arg;
	const struct export *x = n->exports && !is_local(n, ref) ? symvers_find(n->exports, ref->name) : NULL;

	if (x)
		return export_name(n, ref, x, name, size);
	if (!n->symbols || is_early(ref->name))
		return plain(ref->name, name, size);
	return listed_name(n, ref, name, size);
}
