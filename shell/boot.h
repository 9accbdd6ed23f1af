/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What install, uninstall and boot share: where the boot store is, and for
 * which kernel. The store itself is kmod/bootstore.
 */
#ifndef KLPSH_SHELL_BOOT_H
#define KLPSH_SHELL_BOOT_H

#include "kmod/bootstore.h"
#include "shell/verb.h"

#define BOOT_KERNEL_FLAG                                                                                     \
	{                                                                                                    \
		"kernel", "RELEASE", false, "for this kernel instead of the running one"                     \
	}

struct boot_place {
	const char *base, *state_dir;
	char release[65];
};

/* The store of the call's app, for --kernel=RELEASE or the running kernel. */
int boot_place_find(struct call *c, struct boot_place *ret, struct err *e);

#endif
