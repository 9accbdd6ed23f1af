// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See linkmod.h. make is silent but for what goes wrong. Debug information of
 * the frame is left out, and the folder's path is kept out of what remains;
 * BTF for the module is not made, as a prepared tree has no vmlinux for it.
 */
#include "builder/linkmod.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "builder/wrapper.h"
#include "core/dirfile.h"
#include "core/hash.h"
#include "kmod/decompress.h"

#define OWN_ENV 4 /* variables of our own */
#define ENV_MAX 16
#define VALUE_MAX 1024 /* bytes of a make variable or path */

struct listener {
	const struct linkmod_spec *s;
	char first[256]; /* error that kbuild told */
};

static bool line_begins(const char *line, size_t len, const char *with)
{
	size_t n = strlen(with);

	return len >= n && memcmp(line, with, n) == 0;
}

/* modpost: "NAME" [PATH.ko] undefined! */
static bool is_expected(const struct linkmod_spec *s, const char *line, size_t len)
{
	static const char before[] = "WARNING: modpost: \"", after[] = "\" [", end[] = "] undefined!";
	const char *name = line + sizeof(before) - 1, *quote;

	if (!line_begins(line, len, before) || len < sizeof(before) + sizeof(end) ||
	    memcmp(line + len - (sizeof(end) - 1), end, sizeof(end) - 1) != 0)
		return false;
	quote = memmem(name, len - (sizeof(before) - 1), after, sizeof(after) - 1);
	for (size_t i = 0; quote && i < s->n_expected; i++)
		if (strlen(s->expected[i]) == (size_t)(quote - name) &&
		    memcmp(s->expected[i], name, (size_t)(quote - name)) == 0)
			return true;
	return false;
}

/* modpost names ten undefined symbols; klpmod_rewrite() names what is missing among the others. */
static bool is_noise(const char *line, size_t len)
{
	return line_begins(line, len, "WARNING: modpost: suppressed ");
}

/* What make says of itself: that a command failed, after the command said why. */
static bool is_echo(const char *line, size_t len)
{
	return line_begins(line, len, "make: ") || line_begins(line, len, "make[");
}

static bool is_error(const char *line, size_t len)
{
	return memmem(line, len, "error: ", 7) || memmem(line, len, "ERROR: ", 7) ||
	       memmem(line, len, "undefined reference", 19);
}

static void hear(void *arg, const char *line, size_t len)
{
	struct listener *l = arg;

	if (!len || is_noise(line, len) || is_expected(l->s, line, len))
		return;
	/* the first error is the cause; another line is better than none */
	if (!l->first[0] || (is_error(line, len) && !is_error(l->first, strlen(l->first))))
		FORMAT(l->first, "%.*s", (int)MIN(len, sizeof(l->first) - 1), line);
	if (l->s->line && !is_echo(line, len))
		l->s->line(l->s->arg, line, len);
}

static int write_file(const char *name, int dir, const void *data, size_t len, struct err *e)
{
	int r = dirfile_create(dir, name, data, len);

	return r < 0 ? err_set(e, r, "%s cannot be written: %s", name, strerror(-r)) : 0;
}

/* modpost reads what kbuild notes for each object it compiles; of the shipped one there is nothing. */
static int write_inputs(const struct linkmod_spec *s, int dir, struct err *e)
{
	_cleanup_free_ char *kbuild = NULL;
	int r = wrapper_kbuild(s->module, &kbuild, e);

	r = r < 0 ? r : write_file("Kbuild", dir, kbuild, strlen(kbuild), e);
	r = r < 0 ? r : write_file("frame.c", dir, s->frame, strlen(s->frame), e);
	r = r < 0 ? r : write_file("patch.o_shipped", dir, s->patch, s->patch_len, e);
	return r < 0 ? r : write_file(".patch.o.cmd", dir, "\n", 1, e);
}

/* No blanks, nothing that make or the shell that it uses would see as more than a word. */
int linkmod_check_word(const char *what, const char *word, struct err *e)
{
	static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_.+-~@";
	size_t len = strlen(word);

	if (len && len < VALUE_MAX && strspn(word, good) == len && word[0] != '-')
		return 0;
	err_set(e, -EINVAL, "the %s \"%s\" has characters that make cannot take", what, word);
	err_hint(e, "letters, digits and / _ . + - @ are possible, no blanks");
	return -EINVAL;
}

static int check_spec(const struct linkmod_spec *s, struct err *e)
{
	int r = linkmod_check_word("kernel tree", s->tree, e);

	r = r < 0 ? r : linkmod_check_word("build folder", s->folder, e);
	r = r < 0 ? r : linkmod_check_word("compiler", s->cc, e);
	return r < 0 ? r : linkmod_check_word("kernel release", s->release, e);
}

/* *ret_silent: it said nothing that a reader should have heard. */
static int run_make(const struct linkmod_spec *s, bool *ret_silent, struct err *e)
{
	char folder[VALUE_MAX + 8], cc[VALUE_MAX + 8], release[VALUE_MAX + 32], flags[VALUE_MAX + 64];
	const char *argv[] = { "make",
			       "-s",
			       "--no-print-directory",
			       "-C",
			       s->tree,
			       folder,
			       cc,
			       release,
			       flags,
			       "KBUILD_MODPOST_WARN=1",
			       "CONFIG_DEBUG_INFO_BTF_MODULES=",
			       "modules",
			       NULL };
	const char *env[ENV_MAX] = { "LC_ALL=C", "KBUILD_VERBOSE=", "MAKEFLAGS=", "MFLAGS=" };
	struct child_spec c = { .argv = argv, .env = env, .timeout_s = s->timeout_s };
	struct listener l = { .s = s };
	struct err why = { 0 };
	int status = 0, r;

	for (size_t i = 0, n = OWN_ENV; s->env && s->env[i]; i++) {
		if (n == ENV_MAX - 1)
			return err_set(e, -E2BIG, "the environment for make is too long");
		env[n++] = s->env[i];
	}
	FORMAT(folder, "M=%s", s->folder);
	FORMAT(cc, "CC=%s", s->cc);
	FORMAT(release, "KERNELRELEASE=%s", s->release);
	FORMAT(flags, "KCFLAGS=-g0 -ffile-prefix-map=%s/=", s->folder);
	r = child_run(&c, hear, &l, &status, e);
	if (r < 0)
		return r;
	r = child_failed(&c, status, &why);
	if (r < 0 && l.first[0])
		return err_set(e, r, "kbuild could not link the module: %s", l.first);
	*ret_silent = !l.first[0];
	return r < 0 ? err_set(e, r, "kbuild could not link the module: %s", why.text) : 0;
}

static int read_module(const struct linkmod_spec *s, int dir, char **ret, size_t *ret_len, struct err *e)
{
	char name[WRAPPER_OBJECT_MAX + 8];
	_cleanup_close_ int fd = -1;

	FORMAT(name, "%s.ko", s->module);
	fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, -errno, "kbuild left no %s: %s", name, strerror(errno));
	return file_read_fd(name, fd, LINKMOD_MAX, ret, ret_len, e);
}

/* All that decides how the module comes out; the folder does not. */
static int make_key(const struct linkmod_spec *s, char **ret)
{
	char frame[SHA256_HEX], patch[SHA256_HEX];

	if (sha256_hex(s->frame, strlen(s->frame), frame) < 0 ||
	    sha256_hex(s->patch, s->patch_len, patch) < 0 ||
	    asprintf(ret, "link 1\n%s\n%s\n%s\n%s\n%s\n%s\n", s->key, s->cc, s->release, s->module, frame,
		     patch) < 0)
		return -ENOMEM;
	return 0;
}

static int link_in(const struct linkmod_spec *s, bool *ret_silent, char **ret, size_t *ret_len, struct err *e)
{
	_cleanup_close_ int dir = open(s->folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int r;

	if (dir < 0)
		return err_set(e, -errno, "the build folder %s: %s", s->folder, strerror(errno));
	r = write_inputs(s, dir, e);
	r = r < 0 ? r : run_make(s, ret_silent, e);
	return r < 0 ? r : read_module(s, dir, ret, ret_len, e);
}

int linkmod(const struct linkmod_spec *s, char **ret, size_t *ret_len, struct err *e)
{
	char *made = NULL;
	_cleanup_free_ char *key = NULL;
	bool silent = false;
	int r = check_spec(s, e);

	if (r >= 0 && s->cache && make_key(s, &made) < 0)
		r = err_set(e, -ENOMEM, "out of memory");
	if (r < 0)
		return r;
	key = made;
	if (key && cache_get(s->cache, key, ret, ret_len, NULL) == 0)
		return 0;
	r = link_in(s, &silent, ret, ret_len, e);
	if (r >= 0 && key && silent)
		(void)cache_put(s->cache, key, *ret, *ret_len, NULL); /* it is but linked again */
	return r;
}
