// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See source.h. Image, headers and source are three packages that are updated
 * apart; only where all are of one version does a compiled object match the
 * kernel.
 */
#include "builder/source.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "builder/kconfig.h"
#include "kmod/decompress.h"

struct source *source_free(struct source *s)
{
	if (s) {
		free(s->path);
		free(s->config.path);
		free(s->config.data);
		free(s->symvers.path);
		free(s->symvers.data);
		free(s);
	}
	return NULL;
}

/* The value of "NAME: value" in a paragraph. */
static bool field(const char *p, const char *end, const char *name, char *buf, size_t size)
{
	size_t n = strlen(name);

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		const char *stop = nl ? nl : end;

		if ((size_t)(stop - p) > n + 2 && memcmp(p, name, n) == 0 && memcmp(p + n, ": ", 2) == 0) {
			size_t len = (size_t)(stop - p) - n - 2;

			if (len >= size || memchr(p, '\0', (size_t)(stop - p)))
				return false;
			memcpy(buf, p + n + 2, len);
			buf[len] = '\0';
			return true;
		}
		p = stop + 1;
	}
	return false;
}

/* Is this the paragraph of the package, and is it installed? */
static bool is_installed(const char *p, const char *end, const char *package)
{
	char name[128], status[64];
	const char *last;

	if (!field(p, end, "Package", name, sizeof(name)) || !streq(name, package) ||
	    !field(p, end, "Status", status, sizeof(status)))
		return false;
	last = strrchr(status, ' ');
	return last && streq(last, " installed");
}

int source_package_version(const struct root *root, const char *package, char *buf, size_t size)
{
	_cleanup_free_ char *data = NULL;
	const char *p, *end, *blank;
	size_t len;
	int r = root_read_file(root, "var/lib/dpkg/status", SOURCE_STATUS_MAX, &data, &len);

	if (r < 0)
		return r;
	for (p = data; p < data + len; p = end + 2) {
		blank = memmem(p, (size_t)(data + len - p), "\n\n", 2);
		end = blank ? blank : data + len;
		if (is_installed(p, end, package))
			return field(p, end, "Version", buf, size) ? 0 : -EBADMSG;
		if (!blank)
			break;
	}
	return -ENOENT;
}

/* "6.1" of "6.1.0-56-amd64". */
static void series_of(const char *release, char *buf, size_t size)
{
	size_t n = strspn(release, "0123456789");

	if (release[n] == '.')
		n += 1 + strspn(release + n + 1, "0123456789");
	(void)snprintf(buf, size, "%.*s", (int)n, release);
}

static void hint_install(struct err *e, const char *release)
{
	char series[SOURCE_RELEASE_MAX];

	series_of(release, series, sizeof(series));
	err_hint(e, "apt-get install linux-source-%s linux-headers-%s; or give --source DIR, --config FILE",
		 series, release);
}

static int keep_file(struct source_file *f, struct err *e)
{
	int r = f->path ? sha256_hex(f->data, f->len, f->sha) : -ENOMEM;

	return r < 0 ? err_set(e, r, "out of memory") : 0;
}

/* What is named on the command line may be readable to who calls, and not to who builds. */
static int blame_builder(int r, struct err *e)
{
	if (r == -EACCES)
		err_hint(e,
			 "uid %u builds, and must be able to read it: put it where that user may, or as root "
			 "name another user with --as USER",
			 (unsigned)geteuid());
	return r;
}

/* A file that was named on the command line. */
static int read_named(struct source_file *f, const char *path, size_t max, struct err *e)
{
	int r = file_read(path, max, &f->data, &f->len, e);

	f->path = strdup(path);
	return r < 0 ? blame_builder(r, e) : keep_file(f, e);
}

/* The first that is there; what cannot be read is an error, not a reason to look further. */
static int read_first(const struct root *root, const char *release, const char *const *patterns, size_t n,
		      size_t max, struct source_file *f, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		char path[PATH_MAX];
		const char *at = strchr(patterns[i], '@');
		int r;

		FORMAT(path, "%.*s%s%s", (int)(at - patterns[i]), patterns[i], release, at + 1);
		r = root_read_file(root, path, max, &f->data, &f->len);
		if (r == -ENOENT || r == -ENOTDIR)
			continue;
		if (r < 0)
			return err_set(e, r, "/%s: cannot be read: %s", path, strerror(-r));
		return asprintf(&f->path, "/%s", path) < 0 ? err_set(e, -ENOMEM, "out of memory")
							   : keep_file(f, e);
	}
	return -ENOENT;
}

/* Debian takes the options about signing and the salt out of the one in /boot, so it comes last. */
static int find_config(const struct root *root, const struct source_want *w, struct source *s, struct err *e)
{
	static const char *const places[] = { "usr/src/linux-headers-@/.config",
					      "lib/modules/@/build/.config", "boot/config-@" };
	int r = w->config ? read_named(&s->config, w->config, KCONFIG_MAX, e)
			  : read_first(root, w->banner->release, places, ARRAY_SIZE(places), KCONFIG_MAX,
				       &s->config, e);

	if (r == -ENOENT && !w->config) {
		err_set(e, -ENOENT,
			"the configuration of kernel %s is not here: neither in /boot nor with its "
			"headers",
			w->banner->release);
		hint_install(e, w->banner->release);
	}
	return r;
}

static int find_symvers(const struct root *root, const struct source_want *w, struct source *s, struct err *e)
{
	static const char *const places[] = { "usr/src/linux-headers-@/Module.symvers",
					      "lib/modules/@/build/Module.symvers" };
	int r = w->symvers ? read_named(&s->symvers, w->symvers, SOURCE_SYMVERS_MAX, e)
			   : read_first(root, w->banner->release, places, ARRAY_SIZE(places),
					SOURCE_SYMVERS_MAX, &s->symvers, e);

	if (r == -ENOENT && !w->symvers) {
		err_set(e, -ENOENT, "Module.symvers of kernel %s is not here: its headers are not installed",
			w->banner->release);
		hint_install(e, w->banner->release);
	}
	return r;
}

static int find_tarball(const struct root *root, const struct source_want *w, struct source *s, struct err *e)
{
	static const char *const packings[] = { "xz", "zst", "gz", "bz2" };
	char series[SOURCE_RELEASE_MAX], path[PATH_MAX];
	const char *prefix = root_is_live(root) ? "" : root_prefix(root);

	series_of(w->banner->release, series, sizeof(series));
	for (size_t i = 0; i < ARRAY_SIZE(packings); i++) {
		FORMAT(path, "usr/src/linux-source-%s.tar.%s", series, packings[i]);
		if (!root_exists(root, path))
			continue;
		if (asprintf(&s->path, "%s/%s", prefix, path) >= 0)
			return 0;
		s->path = NULL;
		return err_set(e, -ENOMEM, "out of memory");
	}
	err_set(e, -ENOENT, "the source of kernel %s is not installed: no /usr/src/linux-source-%s.tar.xz",
		w->banner->release, series);
	hint_install(e, w->banner->release);
	return -ENOENT;
}

/* "" where dpkg does not know it. */
static int version_of(const struct root *root, const char *package, char buf[64], struct err *e)
{
	int r;

	buf[0] = '\0';
	r = source_package_version(root, package, buf, 64);
	if (r < 0 && r != -ENOENT)
		return err_set(e, r, "the version of %s: /var/lib/dpkg/status cannot be read: %s", package,
			       strerror(-r));
	return 0;
}

static const char *or_unknown(const char *version)
{
	return *version ? version : "of an unknown version";
}

static int refuse_versions(const struct banner *b, const char *headers, const struct source *s, struct err *e)
{
	if (s->is_dir)
		err_rc(e, RC_REFUSED, -ESTALE, "the kernel %s is %s, and its headers are %s", b->release,
		       b->version, headers);
	else
		err_rc(e, RC_REFUSED, -ESTALE,
		       "the kernel %s is %s, its headers are %s, the installed source is %s: they must be "
		       "one",
		       b->release, b->version, *headers ? headers : "not a package", or_unknown(s->version));
	err_hint(e,
		 "the archive offers only the newest: update and boot that kernel, or give the source of %s "
		 "with --source DIR, its Module.symvers with --symvers FILE",
		 b->version);
	return -ESTALE;
}

/* Image, headers and source are of one version, as far as they are packages. */
static int compare_versions(const struct root *root, const struct source_want *w, struct source *s,
			    struct err *e)
{
	char package[128], series[SOURCE_RELEASE_MAX], headers[64] = "";
	int r = 0;

	FORMAT(package, "linux-headers-%s", w->banner->release);
	if (!w->symvers)
		r = version_of(root, package, headers, e);
	series_of(w->banner->release, series, sizeof(series));
	FORMAT(package, "linux-source-%s", series);
	if (r >= 0 && !s->is_dir)
		r = version_of(root, package, s->version, e);
	if (r < 0)
		return r;
	if ((!s->is_dir && !streq(s->version, w->banner->version)) ||
	    (*headers && *w->banner->version && !streq(headers, w->banner->version)))
		return refuse_versions(w->banner, headers, s, e);
	return 0;
}

static int find_source(const struct root *root, const struct source_want *w, struct source *s, struct err *e)
{
	if (!w->dir && !*w->banner->version) {
		err_set(e, -ENOENT,
			"kernel %s is not one of Debian's packages: where its source is, is unknown",
			w->banner->release);
		err_hint(e, "give it with --source DIR");
		return -ENOENT;
	}
	if (!w->dir)
		return find_tarball(root, w, s, e);
	s->is_dir = true;
	s->path = realpath(w->dir, NULL);
	if (s->path && access(s->path, R_OK | X_OK) == 0)
		return 0;
	return blame_builder(err_set(e, -errno, "%s: %s", w->dir, strerror(errno)), e);
}

int source_find(const struct root *root, const struct source_want *w, struct source **ret, struct err *e)
{
	_cleanup_(source_freep) struct source *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return err_set(e, -ENOMEM, "out of memory");
	r = find_source(root, w, s, e);
	r = r < 0 ? r : find_config(root, w, s, e);
	r = r < 0 ? r : find_symvers(root, w, s, e);
	r = r < 0 ? r : compare_versions(root, w, s, e);
	if (r >= 0)
		*ret = TAKE_PTR(s);
	return r;
}
