/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Facts about the running system that decide what livepatching can do here:
 * lockdown, signature enforcement, ftrace, configuration. What a source does
 * not tell stays unknown.
 */
#ifndef KLPSH_CORE_SYSFACTS_H
#define KLPSH_CORE_SYSFACTS_H

#include "core/root.h"

struct sysfacts {
	char lockdown[24]; /* "none", "integrity", "confidentiality", "" unknown */
	int sig_enforce; /* tri-state */
	int ftrace_enabled; /* tri-state */
	int cpus; /* online; -1 unknown */
	int livepatch_config; /* tri-state: CONFIG_LIVEPATCH in /boot/config-RELEASE */
	int ptrace_scope; /* yama, -1 unknown */
	char cmdline[512];
};

/* Fill what can be read. release: of the running kernel. */
void sysfacts_read(const struct root *root, const char *release, struct sysfacts *ret);

/* Must modules be signed here, by enforcement or lockdown? -1 unknown. */
int sysfacts_signed(const struct sysfacts *f);

/* Identity of this boot, "" unknown. */
void boot_id_read(const struct root *root, char buf[37]);

/* Does the kernel's command line have this word? 1, 0, or negative errno. */
int cmdline_has(const struct root *root, const char *word);

/* Online CPUs from a list such as "0-3,8"; -EBADMSG. */
int cpulist_count(const char *list);

#endif
