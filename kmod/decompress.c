// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bounded reading and decompressing of module files. Each format is a pair of
 * begin and step over one growing buffer; a step consumes input, produces
 * output and tells whether the stream ended. The one owner of zlib, liblzma,
 * libzstd and liblz4; knows nothing of ELF.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <lz4.h>
#include <lzma.h>
#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

#include "core/root.h"
#include "kmod/decompress.h"

#define OUT_FIRST (256u << 10)
#define XZ_MEMORY (256u << 20) /* kernels since 6.12 are packed with a dictionary of 128 MiB */
#define ZSTD_WINDOW_LOG 27 /* 128 MiB */
#define LZ4_LEGACY_MAGIC 0x184c2102u
#define LZ4_LEGACY_BLOCK (8u << 20) /* unpacked, at most (lz4 frame format, legacy) */

/* The input that is left and the output so far, with room for one byte over max. */
struct stream {
	const unsigned char *in;
	size_t in_left;
	unsigned char *out;
	size_t out_len, out_size, max;
};

enum compression compression_of(const void *data, size_t len)
{
	static const struct {
		enum compression c;
		size_t len;
		const char *magic;
	} table[] = {
		{ COMPRESSION_GZIP, 2, "\x1f\x8b" },
		{ COMPRESSION_XZ, 6,
		  "\xfd"
		  "7zXZ\0" },
		{ COMPRESSION_ZSTD, 4, "\x28\xb5\x2f\xfd" },
		{ COMPRESSION_LZ4, 4, "\x02\x21\x4c\x18" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (len >= table[i].len && memcmp(data, table[i].magic, table[i].len) == 0)
			return table[i].c;
	return COMPRESSION_NONE;
}

const char *compression_word(enum compression c)
{
	static const char *const words[] = { "none", "gzip", "xz", "zstd", "lz4" };

	return words[c];
}

/* Make room for more output. -EFBIG when the limit has been passed. */
static int stream_grow(struct stream *s)
{
	size_t size;
	void *p;

	if (s->out_len > s->max)
		return -EFBIG;
	if (s->out_len < s->out_size)
		return 0;
	size = MIN(s->out_size ? s->out_size * 2 : OUT_FIRST, s->max + 1);
	p = realloc(s->out, size);
	if (!p)
		return -ENOMEM;
	s->out = p;
	s->out_size = size;
	return 0;
}

/* Account for what a step left over. */
static void stream_advance(struct stream *s, size_t in_left, size_t out_left)
{
	s->in += s->in_left - in_left;
	s->in_left = in_left;
	s->out_len = s->out_size - out_left;
}

static int gzip_run(z_stream *z, struct stream *s)
{
	for (;;) {
		uInt in = (uInt)MIN(s->in_left, 1u << 30);
		int r = stream_grow(s), code;

		if (r < 0)
			return r;
		z->next_in = (Bytef *)(uintptr_t)s->in;
		z->avail_in = in;
		z->next_out = s->out + s->out_len;
		z->avail_out = (uInt)MIN(s->out_size - s->out_len, 1u << 30);
		code = inflate(z, Z_NO_FLUSH);
		stream_advance(s, s->in_left - (in - z->avail_in),
			       s->out_size - (size_t)(z->next_out - s->out));
		if (code == Z_STREAM_END && s->in_left == 0)
			return 0;
		/* more of them, or rubbish that the next round refuses */
		if (code == Z_STREAM_END)
			code = inflateReset(z);
		if (code == Z_MEM_ERROR)
			return -ENOMEM;
		/* Z_BUF_ERROR: no progress, which is the end of the input */
		if (code != Z_OK)
			return s->out_len > s->max ? -EFBIG : -EBADMSG;
	}
}

static int gzip_decompress(struct stream *s)
{
	z_stream z = { 0 };
	int r;

	if (inflateInit2(&z, 15 + 16) != Z_OK)
		return -ENOMEM;
	r = gzip_run(&z, s);
	inflateEnd(&z);
	return r;
}

static int xz_run(lzma_stream *z, struct stream *s)
{
	for (;;) {
		int r = stream_grow(s);
		lzma_ret code;

		if (r < 0)
			return r;
		z->next_in = s->in;
		z->avail_in = s->in_left;
		z->next_out = s->out + s->out_len;
		z->avail_out = s->out_size - s->out_len;
		code = lzma_code(z, LZMA_FINISH);
		stream_advance(s, z->avail_in, z->avail_out);
		if (code == LZMA_STREAM_END)
			return s->out_len > s->max ? -EFBIG : 0;
		if (code == LZMA_MEM_ERROR)
			return -ENOMEM;
		if (code == LZMA_MEMLIMIT_ERROR)
			return -EFBIG;
		if (code != LZMA_OK)
			return s->out_len > s->max ? -EFBIG : -EBADMSG;
	}
}

static int xz_decompress(struct stream *s)
{
	lzma_stream z = LZMA_STREAM_INIT;
	int r;

	if (lzma_stream_decoder(&z, XZ_MEMORY, LZMA_CONCATENATED) != LZMA_OK)
		return -ENOMEM;
	r = xz_run(&z, s);
	lzma_end(&z);
	return r;
}

static int zstd_run(ZSTD_DCtx *z, struct stream *s)
{
	for (;;) {
		ZSTD_inBuffer in = { s->in, s->in_left, 0 };
		ZSTD_outBuffer out;
		size_t left;
		int r = stream_grow(s);

		if (r < 0)
			return r;
		out = (ZSTD_outBuffer){ s->out + s->out_len, s->out_size - s->out_len, 0 };
		left = ZSTD_decompressStream(z, &out, &in);
		if (ZSTD_isError(left))
			return -EBADMSG;
		stream_advance(s, in.size - in.pos, out.size - out.pos);
		if (left == 0 && s->in_left == 0)
			return s->out_len > s->max ? -EFBIG : 0;
		/* nothing left to read, room left to write, and still not done */
		if (s->in_left == 0 && out.pos < out.size)
			return -EBADMSG;
	}
}

static int zstd_decompress(struct stream *s)
{
	ZSTD_DCtx *z = ZSTD_createDCtx();
	int r;

	if (!z)
		return -ENOMEM;
	ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
	r = zstd_run(z, s);
	ZSTD_freeDCtx(z);
	return r;
}

static int stream_append(struct stream *s, const char *data, size_t len)
{
	while (len) {
		int r = stream_grow(s);
		size_t n = r < 0 ? 0 : MIN(len, s->out_size - s->out_len);

		if (r < 0)
			return r;
		memcpy(s->out + s->out_len, data, n);
		s->out_len += n;
		data += n;
		len -= n;
	}
	return 0;
}

/* The next little-endian word of the input. */
static int stream_word(struct stream *s, uint32_t *ret)
{
	if (s->in_left < sizeof(*ret))
		return -EBADMSG;
	memcpy(ret, s->in, sizeof(*ret));
	*ret = le32toh(*ret);
	s->in += sizeof(*ret);
	s->in_left -= sizeof(*ret);
	return 0;
}

/* Blocks, each with its packed length in front; the magic again begins another stream. */
static int lz4_run(struct stream *s, char *block)
{
	while (s->in_left) {
		uint32_t packed;
		int r = stream_word(s, &packed), n;

		if (r >= 0 && packed == LZ4_LEGACY_MAGIC)
			continue;
		if (r < 0 || packed > s->in_left || packed > (uint32_t)LZ4_COMPRESSBOUND(LZ4_LEGACY_BLOCK))
			return -EBADMSG;
		n = LZ4_decompress_safe((const char *)s->in, block, (int)packed, LZ4_LEGACY_BLOCK);
		if (n < 0)
			return -EBADMSG;
		s->in += packed;
		s->in_left -= packed;
		r = stream_append(s, block, (size_t)n);
		if (r < 0)
			return r;
	}
	return 0;
}

static int lz4_decompress(struct stream *s)
{
	_cleanup_free_ char *block = malloc(LZ4_LEGACY_BLOCK);

	return block ? lz4_run(s, block) : -ENOMEM;
}

static int decompress_err(enum compression c, int r, struct err *e)
{
	switch (r) {
	case -EFBIG:
		return err_set(e, r, "too big when unpacked (%s)", compression_word(c));
	case -EBADMSG:
		return err_set(e, r, "damaged or cut off: the %s data cannot be unpacked",
			       compression_word(c));
	case -ENOMEM:
		return err_set(e, r, "out of memory");
	default:
		return err_set(e, r, "cannot be unpacked (%s)", compression_word(c));
	}
}

int decompress(enum compression c, const void *data, size_t len, size_t max, char **ret, size_t *ret_len,
	       struct err *e)
{
	static int (*const run[])(struct stream *) = {
		[COMPRESSION_GZIP] = gzip_decompress,
		[COMPRESSION_XZ] = xz_decompress,
		[COMPRESSION_ZSTD] = zstd_decompress,
		[COMPRESSION_LZ4] = lz4_decompress,
	};
	struct stream s = { .in = data, .in_left = len, .max = max };
	int r = -EINVAL;

	if ((size_t)c < ARRAY_SIZE(run) && run[c])
		r = run[c](&s);
	if (r >= 0 && s.out_len > max)
		r = -EFBIG;
	if (r < 0) {
		free(s.out);
		return decompress_err(c, r, e);
	}
	*ret = (char *)s.out;
	*ret_len = s.out_len;
	return 0;
}

uint32_t checksum(uint32_t from, const void *data, size_t len)
{
	return (uint32_t)crc32_z(from, data, len);
}

int file_read_fd(const char *path, int fd, size_t max, char **ret, size_t *ret_len, struct err *e)
{
	struct stat st;
	int r;

	if (fstat(fd, &st) < 0)
		return err_set(e, -errno, "%s: %s", path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return err_set(e, -EISDIR, "%s is a folder, not a file", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, -EINVAL, "%s is not a regular file", path);
	if ((uint64_t)st.st_size > max)
		return err_set(e, -EFBIG, "%s is too big: %llu bytes, the limit is %zu", path,
			       (unsigned long long)st.st_size, max);
	r = fd_read_all(fd, max, ret, ret_len);
	if (r < 0)
		return err_set(e, r, "%s: %s", path, strerror(-r));
	return 0;
}

int file_read(const char *path, size_t max, char **ret, size_t *ret_len, struct err *e)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return err_set(e, -errno, "%s: %s", path, strerror(errno));
	return file_read_fd(path, fd, max, ret, ret_len, e);
}
