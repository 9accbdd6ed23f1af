// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See kconfig.h. A lost BTF option does matter: struct module has members
 * under CONFIG_DEBUG_INFO_BTF_MODULES.
 */
#include "builder/kconfig.h"

#include <errno.h>

struct option {
	const char *name, *value;
	size_t name_len, value_len;
};

struct options {
	struct option *v;
	size_t n;
};

/* "CONFIG_X=value" of a line; false for everything else. */
static bool read_option(const char *line, size_t len, struct option *ret)
{
	const char *eq = len > 7 && memcmp(line, "CONFIG_", 7) == 0 ? memchr(line, '=', len) : NULL;

	if (!eq)
		return false;
	*ret = (struct option){ line, eq + 1, (size_t)(eq - line), len - (size_t)(eq + 1 - line) };
	return true;
}

/* The next option from *at on. */
static bool next_option(const char *text, size_t len, size_t *at, struct option *ret)
{
	while (*at < len) {
		const char *line = text + *at, *nl = memchr(line, '\n', len - *at);
		size_t n = nl ? (size_t)(nl - line) : len - *at;

		*at += n + 1;
		if (read_option(line, n, ret))
			return true;
	}
	return false;
}

int kconfig_value(const char *text, size_t len, const char *option, char *buf, size_t size)
{
	struct option o;
	size_t at = 0, n = strlen(option);

	while (next_option(text, len, &at, &o)) {
		if (o.name_len != n || memcmp(o.name, option, n) != 0)
			continue;
		if (o.value_len >= 2 && o.value[0] == '"' && o.value[o.value_len - 1] == '"')
			o.value++, o.value_len -= 2;
		if (o.value_len >= size || memchr(o.value, '\0', o.value_len))
			return -ENOENT;
		memcpy(buf, o.value, o.value_len);
		buf[o.value_len] = '\0';
		return (int)o.value_len;
	}
	return -ENOENT;
}

/* The proof of an object cannot stand for them: only what its functions use is compared. */
const char *kconfig_unrepeatable(const char *text, size_t len)
{
	static const char *const options[] = { "CONFIG_RANDSTRUCT",
					       "CONFIG_GCC_PLUGIN_RANDSTRUCT",
					       "CONFIG_GCC_PLUGIN_LATENT_ENTROPY",
					       "CONFIG_LTO",
					       "CONFIG_LTO_CLANG",
					       "CONFIG_LTO_GCC" };
	char value[8];

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (kconfig_value(text, len, options[i], value, sizeof(value)) > 0 && !streq(value, "n"))
			return options[i];
	return NULL;
}

static int by_name(const void *a, const void *b)
{
	const struct option *x = a, *y = b;
	int d = memcmp(x->name, y->name, MIN(x->name_len, y->name_len));

	return d ? d : (x->name_len > y->name_len) - (x->name_len < y->name_len);
}

static int read_all(const char *text, size_t len, struct options *ret)
{
	struct option o;
	size_t at = 0;

	while (next_option(text, len, &at, &o)) {
		int r = array_grow(&ret->v, ret->n, sizeof(o));

		if (r < 0)
			return r;
		ret->v[ret->n++] = o;
	}
	if (ret->n)
		qsort(ret->v, ret->n, sizeof(o), by_name);
	return 0;
}

static bool is_number(const struct option *o)
{
	for (size_t i = 0; i < o->value_len; i++)
		if (o->value[i] < '0' || o->value[i] > '9')
			return false;
	return o->value_len > 0;
}

/*
 * May it differ? What stands here changes no byte of any object: versions, and
 * the options that Debian leaves out of /boot/config (the salt goes into notes
 * of vmlinux and the vdso only).
 */
static bool is_immaterial(const struct option *o)
{
	static const char *const begins[] = { "CONFIG_PAHOLE_", "CONFIG_RUSTC_", "CONFIG_CC_VERSION_TEXT",
					      "CONFIG_BINDGEN_VERSION_TEXT" };
	static const char *const names[] = { "CONFIG_BUILD_SALT", "CONFIG_MODULE_SIG_ALL",
					     "CONFIG_MODULE_SIG_KEY", "CONFIG_SYSTEM_TRUSTED_KEYS" };
	static const char end[] = "_VERSION";

	for (size_t i = 0; i < ARRAY_SIZE(begins); i++)
		if (o->name_len >= strlen(begins[i]) && memcmp(o->name, begins[i], strlen(begins[i])) == 0)
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (o->name_len == strlen(names[i]) && memcmp(o->name, names[i], o->name_len) == 0)
			return true;
	return o->name_len >= strlen(end) && is_number(o) &&
	       memcmp(o->name + o->name_len - strlen(end), end, strlen(end)) == 0;
}

static bool same_value(const struct option *a, const struct option *b)
{
	return a->value_len == b->value_len && memcmp(a->value, b->value, a->value_len) == 0;
}

struct differences {
	char *buf;
	size_t size, len;
	int n;
};

/* An option of that name, with both values. */
static void differs(struct differences *d, const struct option *was, const struct option *is)
{
	const struct option *named = was->name_len ? was : is;
	int n;

	if (same_value(was, is) || is_immaterial(named))
		return;
	d->n++;
	n = snprintf(d->buf + d->len, d->size - d->len, "%s%.*s %.*s->%.*s", d->len ? ", " : "",
		     (int)MIN(named->name_len, 60u), named->name, (int)MIN(was->value_len, 20u), was->value,
		     (int)MIN(is->value_len, 20u), is->value);
	/* what does not fit is counted only */
	if (n < 0 || (size_t)n >= d->size - d->len)
		d->buf[d->len] = '\0';
	else
		d->len += (size_t)n;
}

static void compare(struct differences *d, const struct options *was, const struct options *is)
{
	static const struct option off = { "", "n", 0, 1 };
	size_t i = 0, j = 0;

	while (i < was->n || j < is->n) {
		int order = i >= was->n ? 1 : j >= is->n ? -1 : by_name(&was->v[i], &is->v[j]);

		differs(d, order <= 0 ? &was->v[i] : &off, order >= 0 ? &is->v[j] : &off);
		i += order <= 0;
		j += order >= 0;
	}
}

int kconfig_diff(const char *was, size_t was_len, const char *is, size_t is_len, char *buf, size_t size)
{
	struct differences d = { buf, size, 0, 0 };
	struct options a = { 0 }, b = { 0 };
	int r = read_all(was, was_len, &a);

	buf[0] = '\0';
	r = r < 0 ? r : read_all(is, is_len, &b);
	if (r >= 0)
		compare(&d, &a, &b);
	free(a.v);
	free(b.v);
	return r < 0 ? r : d.n;
}
