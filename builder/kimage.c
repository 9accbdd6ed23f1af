// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See kimage.h. All offsets of the boot header are foreign and checked against
 * the file's length before they are followed.
 */
#include "builder/kimage.h"

#include <errno.h>

#include "builder/le.h"

/* The real-mode header, from the file's begin. */
#define HDR_SETUP_SECTS 0x1f1
#define HDR_MAGIC 0x202 /* "HdrS" */
#define HDR_PROTOCOL 0x206
#define HDR_KERNEL_VERSION 0x20e /* where its text is, counted from 0x200 */
#define HDR_PAYLOAD_OFFSET 0x248
#define HDR_PAYLOAD_LENGTH 0x24c
#define HDR_END 0x250
#define PROTOCOL_PAYLOAD 0x0208 /* since 2.6.26 */

struct bytes {
	const unsigned char *p;
	size_t len;
};

static bool is_elf(struct bytes b)
{
	return b.len >= SELFMAG && memcmp(b.p, ELFMAG, SELFMAG) == 0;
}

static bool is_bzimage(struct bytes b)
{
	return b.len >= HDR_END && memcmp(b.p + HDR_MAGIC, "HdrS", 4) == 0;
}

static void read_version(struct bytes file, char *buf, size_t size)
{
	size_t at = 0x200 + (size_t)get_u16(file.p + HDR_KERNEL_VERSION), n;

	buf[0] = '\0';
	if (at == 0x200 || at >= file.len)
		return;
	n = strnlen((const char *)file.p + at, MIN(file.len - at, size - 1));
	memcpy(buf, file.p + at, n);
	buf[n] = '\0';
}

/* The packed vmlinux within a bzImage. */
static int find_payload(const char *path, struct bytes file, struct bytes *ret, struct err *e)
{
	size_t sectors = file.p[HDR_SETUP_SECTS] ? file.p[HDR_SETUP_SECTS] : 4, at, len;

	if (get_u16(file.p + HDR_PROTOCOL) < PROTOCOL_PAYLOAD)
		return err_set(e, -ENOEXEC, "%s: a kernel image too old to tell where its payload is", path);
	at = (sectors + 1) * 512 + get_u32(file.p + HDR_PAYLOAD_OFFSET);
	len = get_u32(file.p + HDR_PAYLOAD_LENGTH);
	if (len < 4 || at > file.len || len > file.len - at)
		return err_set(e, -EBADMSG, "%s: damaged or cut off: its payload leads outside", path);
	*ret = (struct bytes){ file.p + at, len };
	return 0;
}

/* Ways to pack a kernel that its makefiles know and we do not. */
static const char *other_packing(struct bytes b)
{
	static const struct {
		const char *word, *magic;
		size_t len;
	} known[] = { { "bzip2", "BZh", 3 }, { "lzma", "\x5d\0\0", 3 }, { "lzo", "\x89LZO", 4 } };

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (b.len >= known[i].len && memcmp(b.p, known[i].magic, known[i].len) == 0)
			return known[i].word;
	return NULL;
}

static int keep(struct kimage *k, struct bytes b, struct err *e)
{
	k->bytes = malloc(b.len);
	if (!k->bytes)
		return err_set(e, -ENOMEM, "out of memory");
	memcpy(k->bytes, b.p, b.len);
	k->len = b.len;
	return 0;
}

/* Unpack to at most max bytes. */
static int unpack(const char *path, struct kimage *k, struct bytes b, size_t max, struct err *e)
{
	const char *other = other_packing(b);
	struct err why = { 0 };
	int r;

	k->packed = compression_of(b.p, b.len);
	if (other)
		return err_set(e, -ENOEXEC, "%s is packed with %s, which klpsh cannot unpack", path, other);
	if (k->packed == COMPRESSION_NONE && !is_elf(b))
		return err_set(e, -ENOEXEC, "%s: no kernel is in it, or packed in an unknown way", path);
	if (k->packed == COMPRESSION_NONE)
		return keep(k, b, e);
	r = decompress(k->packed, b.p, b.len, max, &k->bytes, &k->len, &why);
	if (r == -EFBIG && max < KIMAGE_MAX)
		return err_set(e, -EBADMSG, "%s: damaged: more comes out of it than it says (%zu bytes)",
			       path, max);
	return r < 0 ? err_set(e, r, "%s: %s", path, why.text) : 0;
}

/* The build appends the unpacked size; gzip has that at its end by itself. */
static int unpack_payload(const char *path, struct kimage *k, struct bytes file, struct err *e)
{
	struct bytes b = file;
	uint32_t size;
	int r = find_payload(path, file, &b, e);

	if (r < 0)
		return r;
	read_version(file, k->version, sizeof(k->version));
	if (compression_of(b.p, b.len) == COMPRESSION_NONE)
		return unpack(path, k, b, KIMAGE_MAX, e);
	size = get_u32(b.p + b.len - 4);
	if (size > KIMAGE_MAX)
		return err_set(e, -EFBIG, "%s: too big when unpacked: %u bytes, the limit is %u", path, size,
			       KIMAGE_MAX);
	if (compression_of(b.p, b.len) != COMPRESSION_GZIP)
		b.len -= 4;
	r = unpack(path, k, b, size, e);
	if (r >= 0 && k->len != size)
		return err_set(e, -EBADMSG, "%s: damaged: %zu bytes come out of it, and %u should", path,
			       k->len, size);
	return r;
}

static int read_elf(const char *path, struct kimage *k, struct err *e)
{
	struct err why = { 0 };
	int r = elf_open_image(k->bytes, k->len, &k->elf, &why);

	return r < 0 ? err_set(e, r, "%s: %s", path, why.text) : 0;
}

int kimage_parse(const char *path, const void *data, size_t len, struct kimage **ret, struct err *e)
{
	_cleanup_(kimage_freep) struct kimage *k = calloc(1, sizeof(*k));
	struct bytes file = { data, len };
	int r;

	if (!k)
		return err_set(e, -ENOMEM, "out of memory");
	if (is_bzimage(file))
		r = unpack_payload(path, k, file, e);
	else if (is_elf(file) || compression_of(data, len) != COMPRESSION_NONE)
		r = unpack(path, k, file, KIMAGE_MAX, e);
	else
		r = err_set(e, -ENOEXEC, "%s is no kernel image: neither a bzImage nor an ELF vmlinux", path);
	r = r < 0 ? r : read_elf(path, k, e);
	if (r == -ENOEXEC)
		err_hint(e, "an image is /boot/vmlinuz-RELEASE, or the vmlinux of a kernel's build");
	if (r >= 0)
		*ret = TAKE_PTR(k);
	return r;
}

int kimage_adopt(const char *path, char *vmlinux, size_t len, struct kimage **ret, struct err *e)
{
	struct kimage *k = calloc(1, sizeof(*k));
	int r;

	if (!k)
		return err_set(e, -ENOMEM, "out of memory");
	k->bytes = vmlinux;
	k->len = len;
	r = read_elf(path, k, e);
	if (r < 0) {
		k->bytes = NULL;
		kimage_free(k);
		return r;
	}
	*ret = k;
	return 0;
}

int kimage_read(const char *path, struct kimage **ret, struct err *e)
{
	_cleanup_free_ char *data = NULL;
	size_t len;
	int r = file_read(path, KIMAGE_MAX, &data, &len, e);

	return r < 0 ? r : kimage_parse(path, data, len, ret, e);
}

struct kimage *kimage_free(struct kimage *k)
{
	if (k) {
		elf_free(k->elf);
		free(k->bytes);
		free(k);
	}
	return NULL;
}
