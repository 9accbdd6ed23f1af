// SPDX-License-Identifier: GPL-2.0-or-later
/* See build_inputs.h. */
#include "shell/build_inputs.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/utsname.h>

#include "builder/kbuild.h"
#include "builder/kimage.h"
#include "builder/source.h"
#include "builder/wrapper.h"
#include "core/modname.h"
#include "shell/view.h"

#define PATCH_MAX (16u << 20) /* bytes */
#define PATCHES_MAX 256

struct build_inputs {
	struct mkpatch_text patches[PATCHES_MAX];
	size_t n;
	char *image, *oot;
	char release[65], image_path[PATH_MAX], modules[PATH_MAX], module[WRAPPER_OBJECT_MAX + 1];
	char source[PATH_MAX], config[PATH_MAX], symvers[PATH_MAX], oot_source[PATH_MAX];
};

static int read_patches(const struct call *c, struct build_inputs *in, struct err *e)
{
	for (size_t i = 0; i < c->n_args; i++) {
		char *bytes;
		size_t len;
		int r;

		if (i == PATCHES_MAX)
			return err_rc(e, RC_USAGE, -E2BIG, "more than %d patches", PATCHES_MAX);
		r = file_read(c->args[i], PATCH_MAX, &bytes, &len, e);
		if (r < 0)
			return r;
		in->patches[in->n++] = (struct mkpatch_text){ c->args[i], bytes, len };
	}
	return 0;
}

static int find_release(const struct call *c, struct build_inputs *in, struct err *e)
{
	const char *release = call_flag(c, "kernel");
	struct utsname uts;

	if (!release)
		release = uname(&uts) == 0 ? uts.release : NULL;
	if (release && !release_is_sane(release))
		return err_rc(e, RC_USAGE, -EINVAL, "'%s' is not a kernel release", release);
	FORMAT(in->release, "%s", release ? release : "");
	return 0;
}

/* The first of the places where a distribution puts it. */
static int find_image(const struct call *c, struct build_inputs *in, struct err *e)
{
	static const char *const places[] = { "/boot/vmlinuz-%s", "/lib/modules/%s/vmlinuz",
					      "/usr/lib/modules/%s/vmlinuz" };
	const char *given = call_flag(c, "image");

	if (given) {
		FORMAT(in->image_path, "%s", given);
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		const char *at = strstr(places[i], "%s");

		FORMAT(in->image_path, "%.*s%s%s", (int)(at - places[i]), places[i], in->release, at + 2);
		if (access(in->image_path, F_OK) == 0)
			return 0;
	}
	err_set(e, -ENOENT, "the image of kernel %s is not installed (no /boot/vmlinuz-%s)", in->release,
		in->release);
	err_hint(e,
		 "apt-get install linux-image-%s, or give it with --image FILE; for another kernel say "
		 "--kernel RELEASE",
		 in->release);
	return -ENOENT;
}

static int read_image(const struct call *c, struct build_inputs *in, struct mkpatch_spec *s, struct err *e)
{
	size_t len;
	int r = find_image(c, in, e);

	r = r < 0 ? r : file_read(in->image_path, KIMAGE_MAX, &in->image, &len, e);
	if (r == 0)
		s->image = (struct mkpatch_text){ in->image_path, in->image, len };
	return r;
}

/* The build process has another folder than we: paths become absolute. */
static int absolute(const struct call *c, const char *flag, char *dst, const char **ret, struct err *e)
{
	const char *given = call_flag(c, flag);

	if (!given)
		return 0;
	if (!realpath(given, dst))
		return err_set(e, -errno, "--%s %s: %s", flag, given, strerror(errno));
	*ret = dst;
	return 0;
}

static int find_files(const struct call *c, struct build_inputs *in, struct mkpatch_spec *s, struct err *e)
{
	int r = absolute(c, "source", in->source, &s->source, e);

	r = r < 0 ? r : absolute(c, "config", in->config, &s->config, e);
	return r < 0 ? r : absolute(c, "symvers", in->symvers, &s->symvers, e);
}

static bool is_target(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && !strchr("/_.+", s[i]) && (s[i] != '-' || i == 0))
			return false;
	return n > 0;
}

/* Words as make's targets and the kernel's options are, so that no flag or other assignment is among them. */
static bool is_targets(const char *s)
{
	if (!s[strspn(s, " ")])
		return false;
	for (const char *p = s + strspn(s, " "); *p; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");

		if (!is_target(p, n) && !kbuild_is_option(p, n))
			return false;
		p += n;
	}
	return true;
}

/* A module from outside of the kernel's tree: its file and its sources belong together. */
static int find_oot(const struct call *c, struct build_inputs *in, struct mkpatch_spec *s, struct err *e)
{
	const char *file = call_flag(c, "oot-module"), *source = call_flag(c, "oot-module-src"),
		   *target = call_flag(c, "target");
	size_t len;
	int r;

	if (!file != !source) {
		err_rc(e, RC_USAGE, -EINVAL, "--%s without --%s", file ? "oot-module" : "oot-module-src",
		       file ? "oot-module-src" : "oot-module");
		err_hint(e,
			 "--oot-module is the module's file as it is loaded, --oot-module-src the folder of "
			 "its sources");
		return -EINVAL;
	}
	if (target && !file)
		return err_rc(
			e, RC_USAGE, -EINVAL,
			"--target is for --oot-module: of the kernel only what the patch touches is built");
	if (target && !is_targets(target))
		return err_rc(e, RC_USAGE, -EINVAL, "--target '%s' is no list of make's targets", target);
	if (!file)
		return 0;
	r = absolute(c, "oot-module-src", in->oot_source, &s->oot_source, e);
	r = r < 0 ? r : file_read(file, MKPATCH_OOT_MAX, &in->oot, &len, e);
	if (r < 0)
		return r;
	s->oot = (struct mkpatch_text){ file, in->oot, len };
	s->oot_targets = target ? target : "modules";
	return 0;
}

/* livepatch_ and the first patch's name, as far as a module may be called so. */
static int name_module(const struct call *c, struct build_inputs *in, struct err *e)
{
	const char *given = call_flag(c, "name"), *base = strrchr(c->args[0], '/');
	size_t len;

	base = base ? base + 1 : c->args[0];
	len = strcspn(base, ".");
	if (given)
		FORMAT(in->module, "%s", given);
	else
		FORMAT(in->module, "livepatch_%.*s", (int)MIN(len, 40), base);
	modname_make(in->module);
	for (char *p = in->module; !given && *p; p++)
		if (!isalnum((unsigned char)*p))
			*p = '_';
	if ((given && strlen(given) >= sizeof(in->module)) || !wrapper_is_module_name(in->module))
		return err_rc(
			e, RC_USAGE, -EINVAL,
			"'%s' is not a name for a module: letters, digits and underscores, at most %u%s",
			given ? given : in->module, WRAPPER_OBJECT_MAX,
			given && (streq(given, "patch") || streq(given, "frame"))
				? " (and the builder's own files are called patch and frame)"
				: "");
	return 0;
}

static int count_flag(const struct call *c, const char *name, unsigned *ret, struct err *e)
{
	uint64_t n;
	int r = call_flag_count(c, name, &n, e);

	if (r == 0)
		*ret = (unsigned)MIN(n, 4096);
	return r;
}

/* A key that cannot be read is told before the build, not behind it. */
static int find_key(struct building *b, struct err *e)
{
	const char *key = call_flag(b->c, "sign-key"), *cert = call_flag(b->c, "sign-cert");

	if (!key && cert) {
		err_rc(e, RC_USAGE, -EINVAL, "--sign-cert without --sign-key");
		err_hint(e, "both may name one file that has the key and its certificate");
		return -EINVAL;
	}
	b->sign_key = key;
	b->sign_cert = cert ? cert : key;
	if (key && access(key, R_OK) < 0)
		return err_set(e, -errno, "--sign-key %s: %s", key, strerror(errno));
	if (cert && access(cert, R_OK) < 0)
		return err_set(e, -errno, "--sign-cert %s: %s", cert, strerror(errno));
	return 0;
}

static int open_output(struct building *b, struct err *e)
{
	const char *dir = call_flag(b->c, "output");

	b->out_name = dir ? dir : ".";
	b->out_dir = open(b->out_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (b->out_dir < 0)
		return err_set(e, -errno, "-o %s: %s", b->out_name, strerror(errno));
	return 0;
}

static int make_spec(struct building *b, struct build_inputs *in, struct err *e)
{
	struct mkpatch_spec *s = &b->spec;
	const struct call *c = b->c;
	int r = find_release(c, in, e);

	r = r < 0 ? r : name_module(c, in, e);
	r = r < 0 ? r : count_flag(c, "jobs", &s->jobs, e);
	r = r < 0 ? r : count_flag(c, "max-objects", &s->max_objects, e);
	r = r < 0 ? r : find_key(b, e);
	if (r == 0 && call_flag(c, "keep"))
		r = cache_keep_name(b->keep, e);
	r = r < 0 ? r : find_files(c, in, s, e);
	r = r < 0 ? r : find_oot(c, in, s, e);
	r = r < 0 ? r : read_patches(c, in, e);
	r = r < 0 ? r : read_image(c, in, s, e);
	if (r < 0)
		return r;
	s->patches = in->patches;
	s->n_patches = in->n;
	s->release = in->release[0] ? in->release : NULL;
	s->module = in->module;
	s->root = c->app->root;
	s->strip = 1;
	s->check = call_flag(c, "check") || c->set.dry_run;
	s->keep = b->keep[0] ? b->keep : NULL;
	s->replace = !call_flag(c, "non-replace");
	s->trust_compiler = call_flag(c, "trust-compiler") != NULL;
	s->tool = "klpsh " KLPSH_VERSION;
	/* A file may have the '-' that a module's name may not: snd-pcm.ko is snd_pcm. */
	FORMAT(b->file, "%s.ko", call_flag(c, "name") ? call_flag(c, "name") : in->module);
	FORMAT(b->kernel, "%s", in->release);
	return s->check ? 0 : open_output(b, e);
}

static void open_modules(const struct call *c, struct build_inputs *in, struct mkpatch_spec *s)
{
	const char *given = call_flag(c, "modules");

	if (given)
		FORMAT(in->modules, "%s", given);
	else
		FORMAT(in->modules, "/lib/modules/%s", in->release);
	s->modules = open(in->modules, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (s->modules >= 0 && s->modules <= STDERR_FILENO) {
		close(s->modules);
		s->modules = -1;
	}
}

int build_inputs_read(struct building *b, struct build_inputs **ret, struct err *e)
{
	_cleanup_(build_inputs_freep) struct build_inputs *in = calloc(1, sizeof(*in));
	int r;

	if (!in)
		return out_of_memory(e);
	r = make_spec(b, in, e);
	if (r < 0)
		return r;
	open_modules(b->c, in, &b->spec);
	*ret = TAKE_PTR(in);
	return 0;
}

struct build_inputs *build_inputs_free(struct build_inputs *in)
{
	for (size_t i = 0; in && i < in->n; i++)
		free((char *)(uintptr_t)in->patches[i].bytes);
	if (in) {
		free(in->image);
		free(in->oot);
	}
	free(in);
	return NULL;
}
