// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A thin layer over jansson, whose values ours are. It bounds the depth of
 * nesting itself; the length is ours to check.
 */
#include "core/json.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>

#include "core/text.h"

static json_t *in(const struct jv *v)
{
	return (json_t *)(uintptr_t)v;
}

static struct jv *out(json_t *j)
{
	return (struct jv *)j;
}

int jv_parse(const char *text, size_t len, struct jv **ret, struct err *e)
{
	json_error_t why;
	json_t *j;

	if (len > JSON_MAX)
		return err_set(e, -EFBIG, "too long for JSON: %zu bytes", len);
	j = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	if (!j)
		return err_set(e, -EBADMSG, "not JSON: %s, at byte %d", why.text, why.position);
	*ret = out(j);
	return 0;
}

struct jv *jv_free(struct jv *v)
{
	json_decref(in(v));
	return NULL;
}

const struct jv *jv_get(const struct jv *o, const char *key)
{
	return out(json_object_get(in(o), key));
}

size_t jv_len(const struct jv *list)
{
	return json_array_size(in(list));
}

const struct jv *jv_at(const struct jv *list, size_t i)
{
	return out(json_array_get(in(list), i));
}

static json_t *member(const struct jv *o, const char *key)
{
	return key ? in(jv_get(o, key)) : in(o);
}

const char *jv_str(const struct jv *o, const char *key)
{
	return json_string_value(member(o, key));
}

bool jv_int(const struct jv *o, const char *key, int64_t *ret)
{
	json_t *j = member(o, key);

	if (!json_is_integer(j))
		return false;
	*ret = json_integer_value(j);
	return true;
}

bool jv_real(const struct jv *o, const char *key, double *ret)
{
	json_t *j = member(o, key);

	if (!json_is_number(j))
		return false;
	*ret = json_number_value(j);
	return true;
}

bool jv_bool(const struct jv *o, const char *key, bool *ret)
{
	json_t *j = member(o, key);

	if (!json_is_boolean(j))
		return false;
	*ret = json_is_true(j);
	return true;
}

struct jv *jv_object(void)
{
	return out(json_object());
}

struct jv *jv_list(void)
{
	return out(json_array());
}

struct jv *jv_null(void)
{
	return out(json_null());
}

/* jansson refuses strings that are not valid UTF-8; controls it escapes itself. */
struct jv *jv_new_str(const char *s)
{
	_cleanup_free_ char *clean = NULL;
	json_t *j;

	if (!s)
		return jv_null();
	j = json_string(s);
	if (j)
		return out(j);
	clean = text_clean_dup(s, strlen(s));
	return clean ? out(json_string(clean)) : NULL;
}

struct jv *jv_new_int(int64_t v)
{
	return out(json_integer(v));
}

struct jv *jv_new_real(double v)
{
	return out(isfinite(v) ? json_real(v) : json_null());
}

struct jv *jv_new_bool(bool v)
{
	return out(json_boolean(v));
}

int jv_set(struct jv *o, const char *key, struct jv *v)
{
	return json_object_set_new(in(o), key, in(v)) < 0 ? -ENOMEM : 0;
}

int jv_add(struct jv *list, struct jv *v)
{
	return json_array_append_new(in(list), in(v)) < 0 ? -ENOMEM : 0;
}

char *jv_dump(const struct jv *v)
{
	/* ASCII: a C1 control or a bidi override in it must not steer a terminal. */
	size_t flags = JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY | JSON_REAL_PRECISION(9);

	return v ? json_dumps(in(v), flags) : NULL;
}
