/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a kernel's source, configuration and Module.symvers are. The one file
 * that knows how Debian names its packages: linux-source-X.Y (a tarball below
 * /usr/src), linux-headers-RELEASE, the version in the kernel's own banner,
 * and dpkg's status file. It reads, and installs nothing: what is missing is
 * told with the command that brings it.
 */
#ifndef KLPSH_BUILDER_SOURCE_H
#define KLPSH_BUILDER_SOURCE_H

#include <sys/utsname.h>

#include "core/err.h"
#include "core/hash.h"
#include "core/root.h"

#define SOURCE_RELEASE_MAX 65 /* __NEW_UTS_LEN, NUL */
#define SOURCE_SYMVERS_MAX (64u << 20)
#define SOURCE_STATUS_MAX (128u << 20) /* bytes of dpkg's status file */

/* The kernel about itself: linux_banner, or the text in a bzImage's header. */
struct banner {
	char release[SOURCE_RELEASE_MAX]; /* "6.1.0-56-amd64" */
	char compiler[128]; /* "gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0"; "" where it does not say */
	char version[64]; /* of Debian's package, "6.1.192-2"; "" where it is not Debian's */
	char built[128]; /* "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-14)", as uname -v says it */
};

/* Parse one. -EBADMSG with e set when there is no release in it. */
int banner_parse(const char *text, size_t len, struct banner *ret, struct err *e);
/* Find "Linux version ..." in the bytes of a vmlinux and parse it. -ENOENT with e set. */
int banner_find(const void *image, size_t len, struct banner *ret, struct err *e);
/*
 * Is the image of this name and banner the one that runs? An upgrade may put
 * another of the same release in its place. -ESTALE (exit 11) with e and its
 * hint set when it is not; 0 also for every release but the running one.
 */
int banner_check_running(const struct banner *b, const struct utsname *running, const char *image,
			 struct err *e);
/* A release that may be part of a path and of a command line? */
bool release_is_sane(const char *release);

/* A file that was read: its bytes are what counts from then on. */
struct source_file {
	char *path; /* for messages */
	char *data;
	size_t len;
	char sha[SHA256_HEX];
};

struct source {
	char *path; /* the tarball, or the folder of --source */
	bool is_dir;
	char version[64]; /* of the source package; "" for a folder */
	struct source_file config, symvers;
};

struct source_want {
	const struct banner *banner; /* of the kernel that the patch is for */
	const char *dir, *config, *symvers; /* --source, --config, --symvers; NULL: find them */
};

/*
 * Find and read them below root (what was named on the command line: as it
 * is named). -ENOENT what is missing, -ESTALE (exit 11) when the versions of
 * image, headers and source are not one; with e and its hint set. Freed with
 * source_free.
 */
int source_find(const struct root *root, const struct source_want *w, struct source **ret, struct err *e);
struct source *source_free(struct source *s);
DEFINE_CLEANUP(struct source, source_free)

/*
 * Version of an installed package. -ENOENT when it is not installed,
 * -EBADMSG, or what reading dpkg's status gave.
 */
int source_package_version(const struct root *root, const char *package, char *buf, size_t size);

#endif
