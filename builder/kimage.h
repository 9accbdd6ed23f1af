/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel image on disk: an x86 bzImage (Documentation/arch/x86/boot.rst:
 * setup_sects, payload_offset, payload_length) whose payload is the vmlinux,
 * or that ELF file itself, packed or not. A distribution's image keeps its
 * sections, so code and tables can be read from it, but no symbol table.
 */
#ifndef KLPSH_BUILDER_KIMAGE_H
#define KLPSH_BUILDER_KIMAGE_H

#include "kmod/decompress.h"
#include "kmod/elf.h"

#define KIMAGE_MAX (512u << 20) /* bytes, unpacked */

struct kimage {
	char version[128]; /* "6.1.0-56-amd64 (user@host) #1 SMP ...", "" where the file does not say */
	enum compression packed;
	char *bytes; /* the vmlinux */
	size_t len;
	struct elf *elf; /* over these bytes */
};

/*
 * Read it whole. -ENOEXEC where it is no kernel image for x86_64, or packed in
 * a way that is not known; -EBADMSG damaged; -EFBIG; or what open(2) and
 * read(2) gave; each with e set. Freed with kimage_free.
 */
int kimage_read(const char *path, struct kimage **ret, struct err *e);
/* The same of bytes that were read; they are the caller's. path is for messages. */
int kimage_parse(const char *path, const void *data, size_t len, struct kimage **ret, struct err *e);
/*
 * Over a vmlinux that was unpacked before, len bytes on the heap that are
 * taken over if this succeeds; packed and version are not known then.
 */
int kimage_adopt(const char *path, char *vmlinux, size_t len, struct kimage **ret, struct err *e);
struct kimage *kimage_free(struct kimage *k);
DEFINE_CLEANUP(struct kimage, kimage_free)

#endif
