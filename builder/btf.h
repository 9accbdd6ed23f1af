/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sizes of the kernel's structures, from the BTF in its image
 * (Documentation/bpf/btf.rst): what the elements of its special sections are
 * long, without debug information.
 */
#ifndef KLPSH_BUILDER_BTF_H
#define KLPSH_BUILDER_BTF_H

#include "core/err.h"

struct btf {
	const unsigned char *types, *strings; /* borrowed */
	size_t types_len, strings_len;
};

/* One type. Strings and tail are borrowed. */
struct btf_type_item {
	const char *name; /* "": it has none */
	unsigned kind; /* BTF_KIND_ */
	uint32_t size; /* or another type's id */
	uint32_t n; /* members, parameters, values */
	bool flag; /* kind_flag: members say how many bits they have */
	const unsigned char *tail; /* what its kind has behind */
};

/*
 * Over the bytes of the section .BTF, which stay the caller's. All of it is
 * checked once: -EBADMSG where it is damaged, -EOPNOTSUPP with a kind of type
 * that is not known; e set.
 */
int btf_open(const void *data, size_t len, struct btf *ret, struct err *e);
/*
 * The type at *at, which begins as 0 and is moved behind it; ids count from 1
 * in that order. 1, 0 at the end.
 */
int btf_next(const struct btf *b, size_t *at, struct btf_type_item *ret);
/* A name by its offset; NULL when that is outside. */
const char *btf_name(const struct btf *b, uint32_t offset);
/* sizeof(struct NAME) in bytes. -ENOENT; -EEXIST: there are two of that name, of different sizes. */
int btf_struct_size(const struct btf *b, const char *name, uint32_t *ret);

#endif
