// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The only writer to /sys (kernel/livepatch/core.c: enabled_store,
 * force_store), and the signals of poke. Nothing is decided here: who calls
 * has checked the pins. Errors say what the kernel means by its errno.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>

#include "core/kops.h"
#include "core/patch.h"

static void explain_enable(const char *patch, int value, int code, struct err *e)
{
	switch (-code) {
	case EBUSY:
		err_set(e, code, "the kernel is in another patch's transition");
		err_hint(e, "klpsh status says which; klpsh wait NAME waits for its end");
		break;
	case EINVAL:
		if (value) {
			err_rc(e, RC_UNSUPPORTED, code, "the kernel does not enable %s again", patch);
			err_hint(e, "remove its module and load it anew: klpsh unload %s, klpsh load FILE",
				 patch);
		} else {
			err_set(e, code, "the kernel says that %s is disabled already", patch);
			err_hint(e, "look again: klpsh show %s", patch);
		}
		break;
	case ENOENT:
		err_set(e, code, "%s is gone from sysfs", patch);
		break;
	default:
		err_set(e, code, "the kernel refuses to %s %s: %s", value ? "enable" : "disable", patch,
			strerror(-code));
		err_hint(e, "the kernel log may say more: klpsh log");
	}
}

static int attr_write(const struct root *root, const char *patch, const char *attr, const char *value)
{
	_cleanup_close_ int fd = -1;
	char path[160];

	if (!patch_name_valid(patch))
		return -EINVAL;
	FORMAT(path, "sys/kernel/livepatch/%s/%s", patch, attr);
	fd = root_openat(root, path, O_WRONLY | O_NOFOLLOW);
	if (fd < 0)
		return fd;
	return write(fd, value, strlen(value)) < 0 ? -errno : 0;
}

static int sysfs_enable(const struct kops *k, const char *patch, int value, struct err *e)
{
	int r = attr_write(k->root, patch, "enabled", value ? "1\n" : "0\n");

	if (r < 0)
		explain_enable(patch, value, r, e);
	return r;
}

static int sysfs_force(const struct kops *k, const char *patch, struct err *e)
{
	int r = attr_write(k->root, patch, "force", "1\n");

	if (r == -EINVAL)
		return err_set(e, r, "%s is not in transition any more, so there is nothing to force", patch);
	if (r < 0)
		return err_set(e, r, "the kernel refuses to force %s: %s", patch, strerror(-r));
	return 0;
}

static int pidfd_signal(const struct kops *k, int pidfd, int signo, struct err *e)
{
	if (syscall(SYS_pidfd_send_signal, pidfd, signo, NULL, 0) == 0)
		return 0;
	return err_set(e, -errno, "cannot send %s: %s", signo == SIGSTOP ? "SIGSTOP" : "SIGCONT",
		       strerror(errno));
}

void ops_sysfs_init(struct kops *k, const struct root *root)
{
	k->root = root;
	k->enable = sysfs_enable;
	k->force = sysfs_force;
	k->signal = pidfd_signal;
}
