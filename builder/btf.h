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

/*
 * Over the bytes of the section .BTF, which stay the caller's. All of it is
 * checked once: -EBADMSG where it is damaged, -EOPNOTSUPP with a kind of type
 * that is not known; e set.
 */
int btf_open(const void *data, size_t len, struct btf *ret, struct err *e);
/* sizeof(struct NAME) in bytes. -ENOENT; -EEXIST: there are two of that name, of different sizes. */
int btf_struct_size(const struct btf *b, const char *name, uint32_t *ret);

#endif
