// SPDX-License-Identifier: GPL-2.0-or-later
/* See btf.h. Types stand one behind the other, each with a tail that its kind decides. */
#include "builder/btf.h"

#include <errno.h>
#include <linux/btf.h>

#include "builder/le.h"

#define KIND_LAST BTF_KIND_ENUM64 /* whose tail is known here */

/* Bytes behind a type of this kind, and for each of its members. */
static const struct {
	unsigned char fixed, each;
} tails[KIND_LAST + 1] = {
	[BTF_KIND_INT] = { 4, 0 },     [BTF_KIND_ARRAY] = { 12, 0 },   [BTF_KIND_STRUCT] = { 0, 12 },
	[BTF_KIND_UNION] = { 0, 12 },  [BTF_KIND_ENUM] = { 0, 8 },     [BTF_KIND_FUNC_PROTO] = { 0, 8 },
	[BTF_KIND_VAR] = { 4, 0 },     [BTF_KIND_DATASEC] = { 0, 12 }, [BTF_KIND_DECL_TAG] = { 4, 0 },
	[BTF_KIND_ENUM64] = { 0, 12 },
};

/* The type at *at; moves that behind it. 1, 0 at the end, -EBADMSG, -EOPNOTSUPP. */
static int next(const struct btf *b, size_t *at, struct btf_type_item *ret)
{
	const unsigned char *p = b->types + *at;
	size_t left = b->types_len - *at, len;
	uint32_t name, info;

	if (!left)
		return 0;
	if (left < sizeof(struct btf_type))
		return -EBADMSG;
	name = get_u32(p);
	info = get_u32(p + 4);
	ret->kind = BTF_INFO_KIND(info);
	ret->size = get_u32(p + 8);
	if (!ret->kind || ret->kind > KIND_LAST)
		return -EOPNOTSUPP;
	len = sizeof(struct btf_type) + tails[ret->kind].fixed +
	      (size_t)BTF_INFO_VLEN(info) * tails[ret->kind].each;
	if (len > left || name >= b->strings_len)
		return -EBADMSG;
	ret->name = (const char *)b->strings + name;
	ret->n = BTF_INFO_VLEN(info);
	ret->flag = BTF_INFO_KFLAG(info);
	ret->tail = p + sizeof(struct btf_type);
	*at += len;
	return 1;
}

/* Where the two parts are, by the header. */
static bool find_parts(const unsigned char *p, size_t len, struct btf *ret)
{
	uint32_t head, types, types_len, strings, strings_len;

	if (len < sizeof(struct btf_header) || p[0] != (BTF_MAGIC & 0xff) || p[1] != BTF_MAGIC >> 8 ||
	    p[2] != BTF_VERSION)
		return false;
	head = get_u32(p + 4);
	types = get_u32(p + 8);
	types_len = get_u32(p + 12);
	strings = get_u32(p + 16);
	strings_len = get_u32(p + 20);
	if (head < sizeof(struct btf_header) || head > len || types > len - head ||
	    types_len > len - head - types || strings > len - head || strings_len > len - head - strings)
		return false;
	*ret = (struct btf){ p + head + types, p + head + strings, types_len, strings_len };
	/* then every name in it ends */
	return strings_len && !ret->strings[strings_len - 1];
}

int btf_open(const void *data, size_t len, struct btf *ret, struct err *e)
{
	struct btf b = { 0 };
	struct btf_type_item t;
	size_t at = 0;
	int r;

	if (!find_parts(data, len, &b))
		return err_set(e, -EBADMSG, "BTF is damaged or of another version");
	while ((r = next(&b, &at, &t)) > 0)
		;
	if (r == -EOPNOTSUPP)
		return err_set(e, r, "BTF has a kind of type (%u) that klpsh does not know", t.kind);
	if (r < 0)
		return err_set(e, r, "BTF is damaged");
	*ret = b;
	return 0;
}

int btf_next(const struct btf *b, size_t *at, struct btf_type_item *ret)
{
	return next(b, at, ret);
}

const char *btf_name(const struct btf *b, uint32_t offset)
{
	return offset < b->strings_len ? (const char *)b->strings + offset : NULL;
}

int btf_struct_size(const struct btf *b, const char *name, uint32_t *ret)
{
	size_t at = 0;
	struct btf_type_item t;
	int r = -ENOENT;

	while (next(b, &at, &t) > 0) {
		if (t.kind != BTF_KIND_STRUCT || !streq(t.name, name))
			continue;
		if (r == 0 && *ret != t.size)
			return -EEXIST;
		*ret = t.size;
		r = 0;
	}
	return r;
}
