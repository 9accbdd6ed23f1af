// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See kcmd.h. Since 6.2 the line is `savedcmd_OBJECT := ...`, before `cmd_`.
 * Here: the file's lines, and what the object depends on.
 */
#include "builder/kcmd_own.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "kmod/decompress.h"

/* The next line without its newline. */
static bool next_line(struct text *rest, struct text *ret)
{
	const char *nl = rest->len ? memchr(rest->p, '\n', rest->len) : NULL;

	if (!rest->len)
		return false;
	*ret = (struct text){ rest->p, nl ? (size_t)(nl - rest->p) : rest->len };
	rest->p += ret->len + (nl ? 1 : 0);
	rest->len -= ret->len + (nl ? 1 : 0);
	return true;
}

/* Is it "PREFIXname := value"? */
static bool assigns(struct text line, const char *prefix, struct text *ret_name, struct text *ret_value)
{
	size_t n = strlen(prefix);
	const char *sign;

	if (line.len < n || memcmp(line.p, prefix, n) != 0)
		return false;
	sign = memmem(line.p + n, line.len - n, " := ", 4);
	if (!sign || sign == line.p + n)
		return false;
	*ret_name = (struct text){ line.p + n, (size_t)(sign - line.p) - n };
	*ret_value = (struct text){ sign + 4, line.len - (size_t)(sign + 4 - line.p) };
	return true;
}

void kcmd_plain_path(char *path)
{
	char *start = path + (*path == '/'), *out = start;
	unsigned depth = 0; /* folders that are written and that ".." can take away */

	for (const char *p = start; *p;) {
		size_t n = strcspn(p, "/"), whole = n + (p[n] == '/');
		bool up = n == 2 && memcmp(p, "..", 2) == 0;

		if (up && depth) {
			for (depth--, out--; out > start && out[-1] != '/';)
				out--;
		} else if (n && !(n == 1 && *p == '.')) {
			depth += !up;
			memmove(out, p, whole);
			out += whole;
		}
		p += whole;
	}
	*out = '\0';
}

/* "include/config/EXT4_FS"; before 5.12 "include/config/ext4/fs.h". */
static int add_config(struct kcmd *k, const char *p, size_t len)
{
	_cleanup_free_ char *name = strndup(p, len);

	if (!name)
		return -ENOMEM;
	if (has_ending(name, ".h")) {
		name[strlen(name) - 2] = '\0';
		for (char *c = name; *c; c++)
			*c = (char)(*c == '/' ? '_' : *c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
	}
	return words_add_str(&k->configs, name);
}

/* A line of dependencies: one file, or one option. */
static int add_dep(struct kcmd *k, struct text line)
{
	static const char config[] = "$(wildcard include/config/";
	size_t n = strlen(config);

	while (line.len && strchr(" \t\\\r", line.p[line.len - 1]))
		line.len--;
	while (line.len && (*line.p == ' ' || *line.p == '\t'))
		line.p++, line.len--;
	if (!line.len)
		return 0;
	if (line.len > n && memcmp(line.p, config, n) == 0 && line.p[line.len - 1] == ')')
		return add_config(k, line.p + n, line.len - n - 1);
	return *line.p == '$' ? 0 : words_add(&k->deps, line.p, line.len);
}

/* The list runs on while lines end in a backslash. */
static int take_deps(struct kcmd *k, struct text line, struct text *rest)
{
	int r = add_dep(k, line);

	while (r >= 0 && line.len && line.p[line.len - 1] == '\\' && next_line(rest, &line))
		r = add_dep(k, line);
	return r;
}

/* The value of -DNAME=VALUE, without the quotes that make it a C string. */
static int take_define(const struct kcmd *k, const char *name, char **ret)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < k->cc.n; i++) {
		const char *v = k->cc.v[i];
		size_t len = strlen(v);

		if (strncmp(v, "-D", 2) != 0 || strncmp(v + 2, name, n) != 0 || v[2 + n] != '=')
			continue;
		v += n + 3;
		len -= n + 3;
		if (len >= 2 && v[0] == '"' && v[len - 1] == '"')
			v++, len -= 2;
		free(*ret);
		*ret = strndup(v, len);
		if (!*ret)
			return -ENOMEM;
	}
	return 0;
}

static int take_facts(struct kcmd *k)
{
	int r = take_define(k, "KBUILD_MODFILE", &k->modfile);

	r = r < 0 ? r : take_define(k, "KBUILD_MODNAME", &k->modname);
	r = r < 0 ? r : take_define(k, "KBUILD_BASENAME", &k->basename);
	k->is_module = words_has(&k->cc, "-DMODULE");
	return r;
}

static int take_lines(const char *path, struct kcmd *k, struct text rest, struct err *e)
{
	struct text line, name, value;
	int r = 0;

	while (r >= 0 && next_line(&rest, &line)) {
		if (assigns(line, "savedcmd_", &name, &value) || assigns(line, "cmd_", &name, &value)) {
			r = kcmd_take_command(path, k, name, value, e);
		} else if (assigns(line, "deps_", &name, &value)) {
			r = take_deps(k, value, &rest);
			if (r < 0)
				err_set(e, r, "%s: %s", path,
					r == -E2BIG ? "too many dependencies" : "out of memory");
		}
	}
	if (r >= 0 && !k->object)
		return err_set(e, -EBADMSG, "%s: no command of kbuild is in it", path);
	return r;
}

int kcmd_parse(const char *path, const void *text, size_t len, struct kcmd **ret, struct err *e)
{
	_cleanup_(kcmd_freep) struct kcmd *k = calloc(1, sizeof(*k));
	int r;

	if (!k)
		return err_set(e, -ENOMEM, "out of memory");
	if (len > KCMD_MAX)
		return err_set(e, -EFBIG, "%s: longer than %u bytes", path, KCMD_MAX);
	if (len && memchr(text, '\0', len))
		return err_set(e, -EBADMSG, "%s: no file of kbuild: a NUL byte is in it", path);
	r = take_lines(path, k, (struct text){ text, len }, e);
	if (r < 0)
		return r;
	r = k->object ? take_facts(k) : -EBADMSG;
	if (r < 0)
		return err_set(e, r, "%s: %s", path, strerror(-r));
	*ret = TAKE_PTR(k);
	return 0;
}

int kcmd_parse_deps(const void *text, size_t len, struct kcmd **ret)
{
	_cleanup_(kcmd_freep) struct kcmd *k = calloc(1, sizeof(*k));
	struct text rest = { text, len }, line, name, value;
	int r = k && !memchr(text, '\0', len) ? 0 : k ? -ENOENT : -ENOMEM;

	while (r >= 0 && next_line(&rest, &line)) {
		if (assigns(line, "deps_", &name, &value)) {
			r = take_deps(k, value, &rest);
		} else if (assigns(line, "source_", &name, &value)) {
			free(k->source);
			k->source = strndup(value.p, value.len);
			r = k->source ? 0 : -ENOMEM;
		}
	}
	if (r >= 0 && !k->source && !k->deps.n)
		return -ENOENT;
	if (r >= 0 && !k->source)
		k->source = strdup("");
	if (r < 0 || !k->source)
		return r < 0 ? r : -ENOMEM;
	*ret = TAKE_PTR(k);
	return 0;
}

int kcmd_read(int tree, const char *object, struct kcmd **ret, struct err *e)
{
	const char *slash = strrchr(object, '/'), *base = slash ? slash + 1 : object;
	_cleanup_(kcmd_freep) struct kcmd *k = NULL;
	_cleanup_close_ int fd = -1;
	_cleanup_free_ char *data = NULL;
	char path[PATH_MAX];
	size_t len = 0;
	int r, n = snprintf(path, sizeof(path), "%.*s.%s.cmd", (int)(base - object), object, base);

	if (n < 0 || (size_t)n >= sizeof(path))
		return err_set(e, -ENAMETOOLONG, "%s: the name is too long", object);
	fd = openat(tree, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return err_set(e, -errno, "%s: cannot be opened: %s", path, strerror(errno));
	r = file_read_fd(path, fd, KCMD_MAX, &data, &len, e);
	r = r < 0 ? r : kcmd_parse(path, data, len, &k, e);
	if (r < 0 || !k)
		return r;
	if (!streq(k->object, object))
		return err_set(e, -EBADMSG, "%s: it is about %s", path, k->object);
	*ret = TAKE_PTR(k);
	return 0;
}

struct kcmd *kcmd_free(struct kcmd *k)
{
	if (k) {
		words_clear(&k->cc);
		words_clear(&k->objtool);
		words_clear(&k->deps);
		words_clear(&k->configs);
		free(k->object);
		free(k->source);
		free(k->modfile);
		free(k->modname);
		free(k->basename);
		free(k);
	}
	return NULL;
}
