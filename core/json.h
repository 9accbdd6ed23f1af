/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON values, read and written; the one owner of jansson. Reading is for
 * foreign bytes: bounded length and depth, no duplicate keys, and a getter
 * never fails harder than by answering "not there". Output is ASCII on one
 * line, so that no control or bidi character in it can steer a terminal.
 */
#ifndef KLPSH_CORE_JSON_H
#define KLPSH_CORE_JSON_H

#include "core/err.h"

#define JSON_MAX (16u << 20) /* bytes of one text that is parsed */

struct jv; /* a value; NULL is no value */

/* Parse a whole text. -EFBIG, -EBADMSG with e set. Freed with jv_free. */
int jv_parse(const char *text, size_t len, struct jv **ret, struct err *e);
struct jv *jv_free(struct jv *v);
DEFINE_CLEANUP(struct jv, jv_free)

/* Readers; o may be NULL or of another type, which is as if it were not there. Borrowed. */
const struct jv *jv_get(const struct jv *o, const char *key);
size_t jv_len(const struct jv *list); /* 0 for what is no list */
const struct jv *jv_at(const struct jv *list, size_t i);
/* Text of a string value itself (key NULL), or of a member; NULL when it is none. */
const char *jv_str(const struct jv *o, const char *key);
bool jv_int(const struct jv *o, const char *key, int64_t *ret);
bool jv_real(const struct jv *o, const char *key, double *ret); /* integers too */
bool jv_bool(const struct jv *o, const char *key, bool *ret);

/* Writers. New values are NULL when out of memory, and adding takes over and
 * frees also on failure, so only the last result needs to be looked at. */
struct jv *jv_object(void);
struct jv *jv_list(void);
struct jv *jv_null(void);
struct jv *jv_new_str(const char *s); /* NULL: null; invalid UTF-8 is sanitized */
struct jv *jv_new_int(int64_t v);
struct jv *jv_new_real(double v); /* not finite: null */
struct jv *jv_new_bool(bool v);
int jv_set(struct jv *o, const char *key, struct jv *v); /* 0 or -ENOMEM */
int jv_add(struct jv *list, struct jv *v);
/* One line without a newline; keys in the order in which they were set. Heap or NULL. */
char *jv_dump(const struct jv *v);

#endif
