// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `build`: source patches become a livepatch module. Reads what only this user
 * may read (patches, the kernel's image), and leaves everything else to a
 * process without rights.
 */
#include <errno.h>

#include "shell/build_inputs.h"
#include "shell/buildnews.h"
#include "shell/verbs.h"
#include "shell/view.h"

static int prepare(struct building *b, struct build_inputs **ret, struct err *e)
{
	int r = build_inputs_read(b, ret, e);

	r = r < 0 ? r : jail_user_choose(b->c->app->root, call_flag(b->c, "as"), &b->user, e);
	return r < 0 ? r : cache_open("", &b->user, &b->cache, e);
}

/* A check leaves nothing that somebody waits for. */
static void tell_others(const struct building *b, int rc)
{
	char name[sizeof(b->file)];

	FORMAT(name, "%.*s", (int)strcspn(b->file, "."), b->file);
	if (!b->spec.check)
		buildnews_add(name, rc);
}

static int build_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(build_inputs_freep) struct build_inputs *in = NULL;
	struct building b = { .c = c, .out_dir = -1, .verbose = call_flag(c, "verbose"), .spec.modules = -1 };
	int r = prepare(&b, &in, e);

	if (r >= 0) {
		r = building_run(&b, e);
		tell_others(&b, r < 0 ? (int)err_exit(e) : RC_OK);
	}
	if (r == -EIO)
		building_tell_tail(&b);
	building_tell_kept(&b);
	if (r == 0) {
		*ret = building_result(&b);
		r = *ret ? 0 : out_of_memory(e);
	}
	closep(&b.spec.modules);
	building_done(&b);
	return r;
}

static const struct arg build_args[] = { { "PATCH", ARG_FILE, .many = true } };

static const struct flag build_flags[] = {
	{ "name", "NAME", .letter = 'n',
	  .help = "of the module; else livepatch_ and the first patch's name" },
	{ "output", "DIR", .letter = 'o', .help = "folder for the module instead of the current one" },
	{ "check", NULL,
	  .help = "up to the comparison and the refusals, without a module; so does --dry-run" },
	{ "kernel", "RELEASE", .help = "for this kernel instead of the running one" },
	{ "source", "DIR", .help = "the kernel's source, instead of the distribution's package" },
	{ "config", "FILE", .help = "its configuration" },
	{ "image", "FILE", .help = "its image (vmlinuz or vmlinux)" },
	{ "symvers", "FILE", .help = "its Module.symvers" },
	{ "modules", "DIR", .help = "its modules, instead of /lib/modules/RELEASE" },
	{ "oot-module", "FILE",
	  .help = "the patches are for this module from outside of the kernel's tree, as it is loaded" },
	{ "oot-module-src", "DIR", .help = "its sources; the patches' paths are relative to it" },
	{ "target", "TARGETS",
	  .help = "what kbuild is to make of these sources (modules), and CONFIG_X=m for it" },
	{ "non-replace", NULL,
	  .help = "leave other livepatches as they are; else this one replaces them all" },
	{ "as", "USER", .help = "as root: compile as this user" },
	{ "jobs", "N", .letter = 'j', .help = "compilers at a time; else as many as processors" },
	{ "max-objects", "N", .help = "objects that a changed header may touch (64)" },
	{ "trust-compiler", NULL,
	  .help = "take another version of the compiler than the kernel's, and go on where the proof fails" },
	{ "sign-key", "FILE", .help = "sign the module with this private key (PEM)" },
	{ "sign-cert", "FILE", .help = "its certificate (PEM or DER); else it is in the key's file" },
	{ "keep", NULL, .help = "keep the build's folder (patched view, objects, log) and say where it is" },
	{ "verbose", NULL, .help = "show what compilers and make print" },
};

const struct verb verb_build = {
	.name = "build",
	.args = build_args,
	.n_args = ARRAY_SIZE(build_args),
	.flags = build_flags,
	.n_flags = ARRAY_SIZE(build_flags),
	.danger = DANGER_MILD,
	.help = "make a livepatch module from source patches",
	.details = "Compiles only what the patches touch, with the kernel's own compiler and "
		   "configuration; proves against the kernel's image that this reproduces the kernel "
		   "byte for byte; compares each object with its patched twin, and makes a module of the "
		   "functions that differ. Several patches become one module. What cannot be built "
		   "soundly is refused, with the reason and what helps (exit 11); a patch that changes "
		   "no code is exit 12. Needs the kernel's source and header packages, no debug "
		   "information. The first build for a kernel prepares its source, which takes a minute; "
		   "later ones take seconds. A module from outside of the kernel's "
		   "tree is patched with --oot-module and --oot-module-src: kbuild makes it of a copy of its "
		   "sources, and the file that you name is what the proof compares with. The Makefile of "
		   "these sources is run for that, as the user who compiles; it can read what that user can, "
		   "and write only into the build's own folder (a kernel without Landlock cannot see to "
		   "that, and "
		   "a note says so). The tree of --source is built as it is: name only one that you trust. "
		   "Everything that a "
		   "build made on the way "
		   "is removed when it ends; with --keep the patched view, the objects, what was linked and "
		   "a log stay in a folder that is named at the end, until you remove it with 'rm -r "
		   "FOLDER'. Nothing is ever compiled as root: root's builds run as --as "
		   "USER, else as the user that sudo was called by, else as nobody.",
	.examples =
		"klpsh build --check fix.patch  # can it be done, and what would change\n"
		"klpsh build -o /root fix.patch  # for the running kernel\n"
		"klpsh build --kernel 6.1.0-56-amd64 -n fix one.patch two.patch  # for another one\n"
		"klpsh build --oot-module /lib/modules/6.1.0-56-amd64/updates/dkms/foo.ko --oot-module-src "
		"/usr/src/foo-1.0 fix.patch  # for a module of your own",
	.shape = &shape_build,
	.stream = true,
	.run = build_run,
};
