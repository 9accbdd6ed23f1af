// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See kcmd.h. Since 6.2 the line is `savedcmd_OBJECT := ...`, before `cmd_`.
 * kbuild wrote the command for make, so `$` stands as `$$` and `#` as
 * `$(pound)`; both are undone, every other `$(` is refused.
 */
#include "builder/kcmd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "kmod/decompress.h"

#define STEPS_MAX 64

struct text {
	const char *p;
	size_t len;
};

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

/* What make makes of it, into room of as many bytes. -EOPNOTSUPP for a variable of make's. */
static ssize_t make_unescape(struct text in, char *out)
{
	static const char pound[] = "$(pound)";
	size_t n = 0;

	for (size_t i = 0; i < in.len; i++) {
		if (in.p[i] != '$') {
			out[n++] = in.p[i];
		} else if (i + 1 < in.len && in.p[i + 1] == '$') {
			out[n++] = '$';
			i++;
		} else if (in.len - i >= strlen(pound) && memcmp(in.p + i, pound, strlen(pound)) == 0) {
			out[n++] = '#';
			i += strlen(pound) - 1;
		} else {
			return -EOPNOTSUPP;
		}
	}
	return (ssize_t)n;
}

/* A program's name and not a shell's word or an assignment to the environment. */
static bool is_program(const char *word)
{
	static const char *const reserved[] = { "if",	 "then", "else", "elif", "fi",	 "for", "while",
						"until", "do",	 "done", "case", "esac", "{",	"}",
						"!",	 "set",	 "exec", "trap", "eval", ":" };

	for (size_t i = 0; i < ARRAY_SIZE(reserved); i++)
		if (streq(word, reserved[i]))
			return false;
	return *word && *word != '-' && !strchr(word, '=');
}

static int refuse(struct err *e, const char *path, const char *why)
{
	return err_set(e, -EOPNOTSUPP, "%s: kbuild's command cannot be repeated: %s", path, why);
}

/* Move a word of `from` away. */
static char *take_word(struct words *from, size_t i)
{
	char *word = from->v[i];

	memmove(from->v + i, from->v + i + 1, (from->n - i) * sizeof(*from->v));
	from->n--;
	return word;
}

/* The compiler's step: `-o OBJECT` and the source, which stands last, leave the argv. */
static int take_compiler(const char *path, struct kcmd *k, struct words *step, struct err *e)
{
	size_t i;

	if (step->has_syntax || !is_program(step->v[0]))
		return refuse(e, path, "it is more than a program and its arguments");
	for (i = 1; i < step->n && !streq(step->v[i], "-o"); i++)
		;
	if (!words_has(step, "-c") || i + 2 >= step->n || step->v[step->n - 1][0] == '-')
		return refuse(e, path, "it does not compile one file to one object");
	if (!streq(step->v[i + 1], k->object))
		return refuse(e, path, "it makes another object");
	free(take_word(step, i));
	free(take_word(step, i));
	k->source = take_word(step, step->n - 1);
	k->is_asm = has_ending(k->source, ".S");
	if (!k->is_asm && !has_ending(k->source, ".c"))
		return refuse(e, path, "its source is neither C nor assembly");
	k->cc = *step;
	*step = (struct words){ 0 };
	return 0;
}

static bool mentions_objtool(const struct words *step)
{
	for (size_t i = 0; i < step->n; i++)
		if (has_ending(step->v[i], "/objtool"))
			return true;
	return false;
}

static int take_objtool(const char *path, struct kcmd *k, struct words *step, struct err *e)
{
	if (k->objtool.n || step->has_syntax || !has_ending(step->v[0], "/objtool") || step->n < 2 ||
	    !streq(step->v[step->n - 1], k->object))
		return refuse(e, path, "objtool is called in an unknown way");
	free(take_word(step, step->n - 1));
	k->objtool = *step;
	*step = (struct words){ 0 };
	return 0;
}

/* The first step is the compiler's; later on only objtool's is wanted. */
static int take_steps(const char *path, struct kcmd *k, const char *text, size_t len, struct err *e)
{
	struct words step = { 0 };
	size_t at = 0, n = 0;
	int r;

	while ((r = words_step(text, len, &at, &step)) > 0) {
		if (++n > STEPS_MAX)
			r = refuse(e, path, "it has too many steps");
		else if (!step.n)
			continue;
		else if (!k->cc.n)
			r = take_compiler(path, k, &step, e);
		else if (mentions_objtool(&step))
			r = take_objtool(path, k, &step, e);
		if (r < 0)
			break;
	}
	words_clear(&step);
	if (r == -ENOMEM || r == -E2BIG)
		return err_set(e, r, "%s: %s", path, r == -E2BIG ? "too many words" : "out of memory");
	if (r >= 0 && !k->cc.n)
		return err_set(e, -EBADMSG, "%s: the command is empty", path);
	return r;
}

static int take_command(const char *path, struct kcmd *k, struct text name, struct text value, struct err *e)
{
	_cleanup_free_ char *shell = malloc(value.len + 1);
	ssize_t n;

	if (!shell)
		return err_set(e, -ENOMEM, "out of memory");
	if (k->object)
		return err_set(e, -EBADMSG, "%s: two commands in one file", path);
	k->object = strndup(name.p, name.len);
	if (!k->object)
		return err_set(e, -ENOMEM, "out of memory");
	n = make_unescape(value, shell);
	if (n < 0)
		return refuse(e, path, "it holds a variable of make");
	return take_steps(path, k, shell, (size_t)n, e);
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
			r = take_command(path, k, name, value, e);
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
