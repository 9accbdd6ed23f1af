// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See confine.h. The system calls are made directly, with numbers and bits of
 * our own where the headers that we are built with are older than the kernel.
 * What a kernel's Landlock does not know yet is not asked of it; moving and
 * linking between folders it forbids by itself in its first version.
 */
#include "builder/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define FS_REFER (1ULL << 13) /* to link or move into another folder: version 2 */
#define FS_TRUNCATE (1ULL << 14) /* version 3 */
#define SCOPE_SOCKET (1ULL << 0) /* version 6 */
#define SCOPE_SIGNAL (1ULL << 1)

#define FS_FILE (LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE)
#define FS_MAKE                                                                                              \
	(LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |          \
	 LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |       \
	 LANDLOCK_ACCESS_FS_MAKE_SYM)
#define FS_REMOVE (LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE)

/* As version 6 has it; older ones take less of it. */
struct ruleset {
	uint64_t fs, net, scoped;
};

/* Which version the kernel has; below 1: none. */
static long version(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

static struct ruleset guarded(long v)
{
	struct ruleset r = { .fs = LANDLOCK_ACCESS_FS_WRITE_FILE | FS_MAKE | FS_REMOVE };

	r.fs |= (v >= 2 ? FS_REFER : 0) | (v >= 3 ? FS_TRUNCATE : 0);
	r.scoped = v >= 6 ? SCOPE_SOCKET | SCOPE_SIGNAL : 0;
	return r;
}

static int allow(int rules, int fd, uint64_t access)
{
	const struct landlock_path_beneath_attr a = { .allowed_access = access, .parent_fd = fd };

	return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &a, 0) < 0 ? -errno : 0;
}

static int add_rules(int rules, uint64_t fs, int folder, int above)
{
	_cleanup_close_ int null = open("/dev/null", O_PATH | O_CLOEXEC);
	int r = null < 0 ? -errno : allow(rules, null, fs & FS_FILE);

	r = r < 0 ? r : allow(rules, folder, fs);
	return r < 0 || above < 0 ? r : allow(rules, above, LANDLOCK_ACCESS_FS_REMOVE_DIR);
}

static int restrict_self(int rules)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -errno;
	return syscall(SYS_landlock_restrict_self, rules, 0) < 0 ? -errno : 0;
}

int confine_writes(int folder, int above, struct err *e)
{
	long v = version();
	const struct ruleset guard = guarded(v);
	_cleanup_close_ int rules = -1;
	int r;

	if (v < 1)
		return -EOPNOTSUPP;
	rules = (int)syscall(SYS_landlock_create_ruleset, &guard, v >= 6 ? sizeof(guard) : sizeof(guard.fs),
			     0);
	r = rules < 0 ? -errno : add_rules(rules, guard.fs, folder, above);
	r = r < 0 ? r : restrict_self(rules);
	return r < 0 ? err_set(e, r, "the build process cannot be confined to its folder: %s", strerror(-r))
		     : 0;
}
