/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /etc/klpsh.conf: "key = value" lines before any section. A key we do not
 * know is an error, so that a typing error cannot quietly mean the default.
 */
#include "core/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <sys/stat.h>

#include "core/transition.h"

struct reading {
	struct conf *conf;
	struct err *e;
	const char *path;
	FILE *file;
	unsigned line; /* the one being read, from 1 */
	unsigned bad_line; /* of the first bad key or value, 0: none */
};

/* A key with two words; yes is the one that is not the default. */
struct choice {
	const char *key, *no, *yes;
	size_t place; /* of a bool in struct conf */
};

const char *audit_policy_word(enum audit_policy a)
{
	static const char *const words[] = { "default", "required", "best-effort", "off" };

	return words[a];
}

static int bad(struct reading *rd, const char *key, const char *value, const char *want)
{
	rd->bad_line = rd->line;
	err_set(rd->e, -EINVAL, "%s, line %u: %s = %s: %s", rd->path, rd->line, key, value, want);
	err_hint(rd->e, "mend the line, or remove it to get the default");
	return 0;
}

static int set_audit(struct reading *rd, const char *value)
{
	for (enum audit_policy a = AUDIT_REQUIRED; a <= AUDIT_OFF; a++)
		if (streq(value, audit_policy_word(a))) {
			rd->conf->audit = a;
			return 1;
		}
	return bad(rd, "audit", value, "must be required, best-effort or off");
}

static int set_stall_after(struct reading *rd, const char *value)
{
	uint64_t v;

	if (parse_u64(value, &v) < 0 || v < 1 || v > 86400)
		return bad(rd, "stall-after", value, "must be a number of seconds from 1 to 86400");
	rd->conf->stall_after = (unsigned)v;
	return 1;
}

static int set_store_keep(struct reading *rd, const char *value)
{
	uint64_t v;

	if (parse_u64(value, &v) < 0 || v < 2 || v > 10000)
		return bad(rd, "store-keep", value, "must be a number of files from 2 to 10000");
	rd->conf->store_keep = (unsigned)v;
	return 1;
}

/* One of two words; *ret becomes true for yes. */
static int set_either(struct reading *rd, const struct choice *c, const char *value, bool *ret)
{
	char want[64];

	if (streq(value, c->yes) || streq(value, c->no)) {
		*ret = streq(value, c->yes);
		return 1;
	}
	FORMAT(want, "must be %s or %s", c->no, c->yes);
	return bad(rd, c->key, value, want);
}

static const struct choice choices[] = {
	{ "audit-consumer", "daemon", "kernel", offsetof(struct conf, audit_consumer_kernel) },
	{ "allow-force", "no", "yes", offsetof(struct conf, allow_force) },
	{ "allow-preflight-off", "no", "yes", offsetof(struct conf, allow_preflight_off) },
	{ "load-from", "memfd", "file", offsetof(struct conf, load_from_file) },
};

static int add_module_dir(struct reading *rd, const char *value)
{
	struct conf *c = rd->conf;

	if (*value != '/')
		return bad(rd, "module-dir", value, "must be an absolute path");
	if (c->n_module_dirs == CONF_MODULE_DIRS)
		return bad(rd, "module-dir", value, "too many folders, 8 at most");
	c->module_dirs[c->n_module_dirs] = strdup(value);
	if (!c->module_dirs[c->n_module_dirs])
		return bad(rd, "module-dir", value, "out of memory");
	c->n_module_dirs++;
	return 1;
}

static int on_key(void *user, const char *section, const char *name, const char *value)
{
	struct reading *rd = user;

	if (rd->bad_line)
		return 0;
	if (*section)
		return bad(rd, name, value, "sections are not known here");
	if (streq(name, "audit"))
		return set_audit(rd, value);
	if (streq(name, "stall-after"))
		return set_stall_after(rd, value);
	if (streq(name, "module-dir"))
		return add_module_dir(rd, value);
	if (streq(name, "store-keep"))
		return set_store_keep(rd, value);
	for (size_t i = 0; i < ARRAY_SIZE(choices); i++)
		if (streq(name, choices[i].key))
			return set_either(rd, &choices[i], value,
					  (bool *)((char *)rd->conf + choices[i].place));
	return bad(rd, name, value, "unknown key");
}

/*
 * Hands inih one line at a time and counts. Longer lines than it takes would
 * come in pieces, and the second piece be read as a key of its own.
 */
static char *read_line(char *buf, int size, void *arg)
{
	struct reading *rd = arg;

	if (rd->bad_line || !fgets(buf, size, rd->file))
		return NULL;
	rd->line++;
	if (strchr(buf, '\n') || feof(rd->file))
		return buf;
	rd->bad_line = rd->line;
	err_set(rd->e, -EINVAL, "%s, line %u: too long, or binary", rd->path, rd->line);
	return NULL;
}

/* Who may write the policy may change the kernel: only root may. */
static int check_owner(const char *path, int fd, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return err_set(e, -EINVAL, "%s is not a regular file", path);
	if (st.st_uid != 0)
		err_rc(e, RC_PERMISSION, -EPERM, "%s belongs to uid %u, not to root", path, st.st_uid);
	else if (st.st_mode & (S_IWGRP | S_IWOTH))
		err_rc(e, RC_PERMISSION, -EPERM, "%s can be written by others than root (mode %04o)", path,
		       st.st_mode & 07777);
	else
		return 0;
	err_hint(e, "look at what it says, then: chown root:root %s; chmod 0644 %s", path, path);
	return -EPERM;
}

int conf_read(const char *path, struct conf *ret, struct err *e)
{
	struct conf c = { .stall_after = STALL_AFTER_DEFAULT, .store_keep = STORE_KEEP_DEFAULT };
	struct reading rd = { .conf = &c, .e = e, .path = path };
	_cleanup_(fclosep) FILE *f = NULL;
	int fd, line, r;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (fd < 0 && errno == ENOENT) {
		*ret = c;
		return 0;
	}
	if (fd >= 0)
		f = fdopen(fd, "r");
	if (!f)
		return err_set(e, -errno, "cannot open %s: %m", path);
	r = check_owner(path, fd, e);
	if (r < 0)
		return r;
	c.present = true;
	rd.file = f;
	line = ini_parse_stream(read_line, &rd, on_key, &rd);
	r = ferror(f) || line < 0 ? -EIO : line > 0 || rd.bad_line ? -EINVAL : 0;
	if (r == -EIO)
		err_set(e, r, "cannot read %s", path);
	else if (line > 0 && (!rd.bad_line || (unsigned)line < rd.bad_line))
		err_set(e, r, "%s, line %d: not of the form key = value", path, line);
	if (r < 0)
		conf_free(&c);
	else
		*ret = c;
	return r;
}

enum audit_policy conf_audit_policy(const struct conf *c, const struct root *root)
{
	static const char *const daemons[] = { "usr/sbin/auditd", "sbin/auditd", "usr/bin/auditd" };

	if (c->audit != AUDIT_DEFAULT)
		return c->audit;
	for (size_t i = 0; i < ARRAY_SIZE(daemons); i++)
		if (root_exists(root, daemons[i]))
			return AUDIT_REQUIRED;
	return AUDIT_BEST_EFFORT;
}

void conf_free(struct conf *c)
{
	for (size_t i = 0; i < c->n_module_dirs; i++)
		free(c->module_dirs[i]);
	*c = (struct conf){ 0 };
}
