/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each fact from its own file of /sys, /proc or /boot; none depends on another.
 */
#include "core/sysfacts.h"

#include <errno.h>

#define CONFIG_MAX (1u << 20)
#define CMDLINE_MAX (64u << 10)

/* "none [integrity] confidentiality": the word in brackets. */
static void lockdown_read(const struct root *root, char *dst, size_t size)
{
	char buf[128];
	char *open, *close;

	dst[0] = '\0';
	if (root_read_attr(root, "sys/kernel/security/lockdown", buf, sizeof(buf)) < 0)
		return;
	open = strchr(buf, '[');
	close = open ? strchr(open, ']') : NULL;
	if (!close)
		return;
	*close = '\0';
	snprintf(dst, size, "%s", open + 1);
}

int sysfacts_signed(const struct sysfacts *f)
{
	if (f->sig_enforce == 1 || streq(f->lockdown, "integrity") || streq(f->lockdown, "confidentiality"))
		return 1;
	return f->sig_enforce;
}

void boot_id_read(const struct root *root, char buf[37])
{
	if (root_read_attr(root, "proc/sys/kernel/random/boot_id", buf, 37) < 0)
		buf[0] = '\0';
}

int cpulist_count(const char *list)
{
	int n = 0;

	while (*list) {
		char *end;
		unsigned long a = strtoul(list, &end, 10), b = a;

		if (end == list)
			return -EBADMSG;
		if (*end == '-') {
			list = end + 1;
			b = strtoul(list, &end, 10);
			if (end == list)
				return -EBADMSG;
		}
		if (b < a || b > 65536)
			return -EBADMSG;
		n += (int)(b - a + 1);
		if (*end && *end != ',')
			return -EBADMSG;
		list = *end ? end + 1 : end;
	}
	return n;
}

static int config_read(const struct root *root, const char *release)
{
	_cleanup_free_ char *text = NULL;
	char path[160];

	FORMAT(path, "boot/config-%s", release);
	if (root_read_file(root, path, CONFIG_MAX, &text, NULL) < 0)
		return -1;
	if (strstr(text, "\nCONFIG_LIVEPATCH=y\n"))
		return 1;
	return strstr(text, "CONFIG_") ? 0 : -1;
}

/* As much of it as fits. */
static void cmdline_read(const struct root *root, char *dst, size_t size)
{
	_cleanup_free_ char *text = NULL;

	dst[0] = '\0';
	if (root_read_file(root, "proc/cmdline", CMDLINE_MAX, &text, NULL) >= 0)
		snprintf(dst, size, "%.*s", (int)strcspn(text, "\n"), text);
}

int cmdline_has(const struct root *root, const char *word)
{
	_cleanup_free_ char *text = NULL;
	char *save = NULL;
	int r = root_read_file(root, "proc/cmdline", CMDLINE_MAX, &text, NULL);

	if (r < 0)
		return r;
	for (char *w = strtok_r(text, " \t\n", &save); w; w = strtok_r(NULL, " \t\n", &save))
		if (streq(w, word))
			return 1;
	return 0;
}

void sysfacts_read(const struct root *root, const char *release, struct sysfacts *ret)
{
	struct sysfacts f = { .sig_enforce = -1, .ftrace_enabled = -1, .cpus = -1, .ptrace_scope = -1 };
	char buf[256];
	int64_t v;

	lockdown_read(root, f.lockdown, sizeof(f.lockdown));
	(void)root_read_bool(root, "sys/module/module/parameters/sig_enforce", &f.sig_enforce);
	(void)root_read_bool(root, "proc/sys/kernel/ftrace_enabled", &f.ftrace_enabled);
	if (root_read_int(root, "proc/sys/kernel/yama/ptrace_scope", &v) >= 0)
		f.ptrace_scope = (int)v;
	if (root_read_attr(root, "sys/devices/system/cpu/online", buf, sizeof(buf)) > 0 &&
	    cpulist_count(buf) > 0)
		f.cpus = cpulist_count(buf);
	f.livepatch_config = config_read(root, release);
	cmdline_read(root, f.cmdline, sizeof(f.cmdline));
	*ret = f;
}
