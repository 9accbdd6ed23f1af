/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks of the file itself against the running kernel: what load_module()
 * looks at before a livepatch's own code gets its turn (kernel/module/main.c
 * and signing.c).
 */
#include <errno.h>

#include "kmod/checks.h"

static int check_livepatch(const struct preflight_input *in, struct preflight *p)
{
	if (in->file->livepatch)
		return check_add(p, "is-livepatch", CHECK_PASS, NULL, "%s is a livepatch", in->file->name);
	return check_add(p, "is-livepatch", CHECK_FAIL, "klpsh inspect tells what it is",
			 "%s is a module but no livepatch (modinfo has no livepatch=Y)", in->file->name);
}

static int check_vermagic(const struct preflight_input *in, struct preflight *p)
{
	const char *magic = in->file->vermagic, *release = in->snap->release;
	int len = magic ? (int)strcspn(magic, " ") : 0;

	if (!release[0] || streq(release, "?"))
		return check_add(p, "vermagic", CHECK_NOT_CHECKED, NULL,
				 "the running kernel's release is not known");
	if (!len)
		return check_add(p, "vermagic", CHECK_FAIL, "build it for this kernel",
				 "it does not tell which kernel it is for, and %s runs", release);
	if (inspect_matches_release(in->file, release))
		return check_add(p, "vermagic", CHECK_PASS, NULL, "built for %s, which runs", release);
	return check_add(p, "vermagic", CHECK_FAIL, "take the build for this kernel",
			 "built for %.*s, but %s runs", len, magic, release);
}

/* Must modules be signed? 1, 0, -1 unknown; *ret_why: what says so. */
static int signatures_enforced(const struct preflight_input *in, const char **ret_why)
{
	const struct sysfacts *sys = &in->snap->sys;

	if (sys->sig_enforce == 1) {
		*ret_why = "module.sig_enforce is on";
		return 1;
	}
	if (sys->lockdown[0] && !streq(sys->lockdown, "none")) {
		*ret_why = "the kernel is locked down";
		return 1;
	}
	*ret_why = "";
	if (sys->sig_enforce < 0)
		return -1;
	/* A securityfs without lockdown is a kernel without lockdown. */
	return sys->lockdown[0] || root_exists(in->root, "sys/kernel/security/lsm") ? 0 : -1;
}

/* A signature is demanded: is it one of a key that the kernel verifies modules with? */
static int check_signer(const char *signer, enum keyring_answer known, const char *why, struct preflight *p)
{
	switch (known) {
	case KEYRING_HAS:
		return check_add(p, "signature", CHECK_PASS, NULL,
				 "signed by %s, with a key that this kernel has; the signature itself is "
				 "verified at the load",
				 signer);
	case KEYRING_LACKS:
		return check_add(p, "signature", CHECK_FAIL,
				 "sign it with a key that this kernel trusts, or enrol its key (mokutil "
				 "--import) and reboot",
				 "signed by %s, with a key that this kernel does not have, and %s", signer,
				 why);
	case KEYRING_PLATFORM:
		return check_add(p, "signature", CHECK_WARN,
				 "some distributions' kernels take such a key for modules; ask, or try it on "
				 "a machine like this one",
				 "signed by %s, with a key of the platform keyring alone, and %s", signer,
				 why);
	default:
		return check_add(p, "signature", CHECK_NOT_CHECKED, NULL,
				 "signed by %s, and %s: whether the kernel trusts that key could not be read",
				 signer, why);
	}
}

static int check_revoked(const char *signer, struct preflight *p)
{
	return check_add(p, "signature", CHECK_FAIL, "take a build that is signed with another key",
			 "signed by %s, with a key that this kernel has been told to refuse", signer);
}

/* Nobody demands it. */
static int check_unforced(const char *signer, enum keyring_answer known, struct preflight *p)
{
	static const char *const words[] = {
		[KEYRING_UNKNOWN] = "whether the kernel trusts that key could not be read",
		[KEYRING_LACKS] = "a key that this kernel does not have",
		[KEYRING_PLATFORM] = "a key of the platform keyring alone",
		[KEYRING_HAS] = "a key that this kernel has",
	};

	return check_add(p, "signature", CHECK_PASS, NULL, "signed by %s: %s; no signature is demanded",
			 signer, words[known]);
}

static int check_signature(const struct preflight_input *in, struct preflight *p)
{
	const char *why, *signer = in->file->signer ? in->file->signer : "a key without a name";
	int enforced = signatures_enforced(in, &why);
	enum keyring_answer known;

	if (enforced < 0)
		return check_add(p, "signature", CHECK_NOT_CHECKED, NULL,
				 "it is %s; whether this kernel wants a signature could not be read",
				 in->file->is_signed ? "signed" : "not signed");
	if (!in->file->is_signed && enforced)
		return check_add(p, "signature", CHECK_FAIL, "sign it with a key that this kernel trusts",
				 "it is not signed, and %s", why);
	if (!in->file->is_signed)
		return check_add(p, "signature", CHECK_PASS, NULL,
				 "not signed, and no signature is demanded; the kernel will be tainted (E)");
	known = (in->key_known ? in->key_known : keyring_look)(in->root, in->file->sig_id);
	if (known == KEYRING_REVOKED)
		return check_revoked(signer, p);
	return enforced ? check_signer(signer, known, why, p) : check_unforced(signer, known, p);
}

int preflight_same_build(const struct root *root, const struct inspect *file, const struct patch *q)
{
	char id[160], path[160];

	if (file->build_id && module_build_id(root, file->name, id, sizeof(id)) >= 0 && id[0])
		return streq(id, file->build_id);
	if (!file->srcversion)
		return -1;
	if (q && q->srcversion)
		return streq(q->srcversion, file->srcversion);
	FORMAT(path, "sys/module/%s/srcversion", file->name);
	if (root_read_attr(root, path, id, sizeof(id)) < 0)
		return -1;
	return streq(id, file->srcversion);
}

static const char *loaded_hint(const struct patch *q, int same)
{
	if (q && !q->in_sysfs)
		return "it is disabled and only takes the name: remove the module (rmmod), then load";
	if (q && same == 1)
		return "there is nothing to load";
	return "take the loaded one out first, or give the new build another name";
}

static int check_loaded(const struct preflight_input *in, struct preflight *p)
{
	static const char *const builds[] = { "in a build that cannot be compared", "in another build",
					      "in this very build" };
	const struct snapshot *s = in->snap;
	const struct patch *q = patches_find(&s->patches, in->file->name);
	int same;

	if (!q && !modules_find(&s->modules, in->file->name)) {
		if (s->errs[SOURCE_MODULES].code)
			return check_add(p, "already-loaded", CHECK_NOT_CHECKED, NULL, "%s",
					 s->errs[SOURCE_MODULES].text);
		return check_add(p, "already-loaded", CHECK_PASS, NULL, "no module %s is loaded",
				 in->file->name);
	}
	same = preflight_same_build(in->root, in->file, q);
	return check_add(p, "already-loaded", CHECK_FAIL, loaded_hint(q, same),
			 "%s is loaded already, %s%s%s", in->file->name, builds[same + 1], q ? ": " : "",
			 q ? patch_state_word(q) : "");
}

int object_is_loaded(const struct snapshot *s, const char *object)
{
	const struct module *m;

	if (streq(object, "vmlinux"))
		return 1;
	if (s->errs[SOURCE_MODULES].code)
		return -1;
	m = modules_find(&s->modules, object);
	return m && !streq(m->state, "Unloading");
}

static int check_depends(const struct preflight_input *in, struct preflight *p)
{
	const struct snapshot *s = in->snap;
	struct tally t = { 0 };

	for (size_t i = 0; i < in->file->n_depends; i++) {
		const char *name = in->file->depends[i];
		const struct module *m = modules_find(&s->modules, name);

		if (s->errs[SOURCE_MODULES].code)
			tally_add(&t, CHECK_NOT_CHECKED, "%s: %s", name, s->errs[SOURCE_MODULES].text);
		else if (!m)
			tally_add(&t, CHECK_FAIL, "%s is not loaded", name);
		else if (!streq(m->state, "Live"))
			tally_add(&t, CHECK_FAIL, "%s is not ready (%s)", name, m->state);
	}
	return check_tally(p, "depends", &t, "load what it needs first (modprobe)",
			   in->file->n_depends ? "the modules it needs are loaded" : "it needs no module");
}

/* An object that is not there is no failure: it is patched when it comes. */
static int check_objects(const struct preflight_input *in, struct preflight *p)
{
	struct tally t = { 0 };
	size_t there = 0;

	for (size_t i = 0; i < in->file->n_objects; i++) {
		const char *name = in->file->objects[i].name;
		int loaded = object_is_loaded(in->snap, name);

		there += loaded == 1;
		if (loaded < 0)
			tally_add(&t, CHECK_NOT_CHECKED, "whether %s is loaded could not be read", name);
		else if (!loaded)
			tally_add(&t, CHECK_PASS, "%s is not loaded: patched when it is", name);
	}
	if (!there && in->file->n_objects && t.worst == CHECK_PASS)
		t.worst = CHECK_WARN;
	return check_tally(p, "objects-loaded", &t, "nothing is patched until one of them is loaded",
			   "everything it patches is loaded");
}

int check_file(const struct preflight_input *in, struct preflight *p)
{
	int r = check_livepatch(in, p);

	r = r < 0 ? r : check_vermagic(in, p);
	r = r < 0 ? r : check_signature(in, p);
	r = r < 0 ? r : check_loaded(in, p);
	r = r < 0 ? r : check_depends(in, p);
	return r < 0 || !in->file->livepatch ? r : check_objects(in, p);
}
