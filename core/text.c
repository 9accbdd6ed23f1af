/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sanitizer and the widths of characters. The tables of ranges are our
 * own, after Unicode 15 (UAX #11 wide and fullwidth; general categories Mn,
 * Me, Cf), coarse where a terminal's are: a block of combining marks is one
 * range. No locale is consulted, so that files and tests give the same bytes
 * everywhere.
 */
#include "core/text.h"

#include <time.h>

struct range {
	uint32_t first, last;
};

/* Characters that change how others are shown, or cannot be seen at all. */
static const struct range deceptive[] = {
	{ 0x0000, 0x001f }, { 0x007f, 0x009f },	  { 0x00ad, 0x00ad },	{ 0x061c, 0x061c },
	{ 0x115f, 0x1160 }, { 0x17b4, 0x17b5 },	  { 0x180b, 0x180f },	{ 0x200b, 0x200f },
	{ 0x2028, 0x202e }, { 0x2060, 0x206f },	  { 0x3164, 0x3164 },	{ 0xd800, 0xf8ff },
	{ 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },	  { 0xffa0, 0xffa0 },	{ 0xfff0, 0xfffb },
	{ 0xfffe, 0xffff }, { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0000, 0x10ffff },
};

static const struct range zero_width[] = {
	{ 0x0300, 0x036f }, { 0x0483, 0x0489 }, { 0x0591, 0x05bd },   { 0x05bf, 0x05bf },
	{ 0x05c1, 0x05c2 }, { 0x05c4, 0x05c5 }, { 0x05c7, 0x05c7 },   { 0x0610, 0x061a },
	{ 0x064b, 0x065f }, { 0x0670, 0x0670 }, { 0x06d6, 0x06dc },   { 0x06df, 0x06e4 },
	{ 0x06e7, 0x06e8 }, { 0x06ea, 0x06ed }, { 0x0711, 0x0711 },   { 0x0730, 0x074a },
	{ 0x07a6, 0x07b0 }, { 0x07eb, 0x07f3 }, { 0x0816, 0x082d },   { 0x0859, 0x085b },
	{ 0x0898, 0x089f }, { 0x08ca, 0x0902 }, { 0x093a, 0x093a },   { 0x093c, 0x093c },
	{ 0x0941, 0x0948 }, { 0x094d, 0x094d }, { 0x0951, 0x0957 },   { 0x0962, 0x0963 },
	{ 0x0981, 0x0981 }, { 0x09bc, 0x09bc }, { 0x09c1, 0x09c4 },   { 0x09cd, 0x09cd },
	{ 0x0e31, 0x0e31 }, { 0x0e34, 0x0e3a }, { 0x0e47, 0x0e4e },   { 0x0eb1, 0x0eb1 },
	{ 0x0eb4, 0x0ebc }, { 0x0ec8, 0x0ece }, { 0x1ab0, 0x1ace },   { 0x1dc0, 0x1dff },
	{ 0x20d0, 0x20f0 }, { 0x302a, 0x302d }, { 0x3099, 0x309a },   { 0xa66f, 0xa672 },
	{ 0xa674, 0xa67d }, { 0xfe20, 0xfe2f }, { 0x101fd, 0x101fd }, { 0x1e000, 0x1e02a },
};

static const struct range double_width[] = {
	{ 0x1100, 0x115f },   { 0x231a, 0x231b },   { 0x2329, 0x232a },	  { 0x23e9, 0x23ec },
	{ 0x23f0, 0x23f0 },   { 0x23f3, 0x23f3 },   { 0x25fd, 0x25fe },	  { 0x2614, 0x2615 },
	{ 0x2648, 0x2653 },   { 0x267f, 0x267f },   { 0x2693, 0x2693 },	  { 0x26a1, 0x26a1 },
	{ 0x26aa, 0x26ab },   { 0x26bd, 0x26be },   { 0x26c4, 0x26c5 },	  { 0x26ce, 0x26ce },
	{ 0x26d4, 0x26d4 },   { 0x26ea, 0x26ea },   { 0x26f2, 0x26f3 },	  { 0x26f5, 0x26f5 },
	{ 0x26fa, 0x26fa },   { 0x26fd, 0x26fd },   { 0x2705, 0x2705 },	  { 0x270a, 0x270b },
	{ 0x2728, 0x2728 },   { 0x274c, 0x274c },   { 0x274e, 0x274e },	  { 0x2753, 0x2755 },
	{ 0x2757, 0x2757 },   { 0x2795, 0x2797 },   { 0x27b0, 0x27b0 },	  { 0x27bf, 0x27bf },
	{ 0x2b1b, 0x2b1c },   { 0x2b50, 0x2b50 },   { 0x2b55, 0x2b55 },	  { 0x2e80, 0x303e },
	{ 0x3041, 0x33ff },   { 0x3400, 0x4dbf },   { 0x4e00, 0xa4cf },	  { 0xa960, 0xa97f },
	{ 0xac00, 0xd7a3 },   { 0xf900, 0xfaff },   { 0xfe10, 0xfe19 },	  { 0xfe30, 0xfe6f },
	{ 0xff01, 0xff60 },   { 0xffe0, 0xffe6 },   { 0x16fe0, 0x18cff }, { 0x1b000, 0x1b2ff },
	{ 0x1f004, 0x1f004 }, { 0x1f0cf, 0x1f0cf }, { 0x1f18e, 0x1f18e }, { 0x1f191, 0x1f19a },
	{ 0x1f200, 0x1f320 }, { 0x1f32d, 0x1f335 }, { 0x1f337, 0x1f37c }, { 0x1f37e, 0x1f393 },
	{ 0x1f3a0, 0x1f3ca }, { 0x1f3cf, 0x1f3d3 }, { 0x1f3e0, 0x1f3f0 }, { 0x1f3f4, 0x1f3f4 },
	{ 0x1f3f8, 0x1f43e }, { 0x1f440, 0x1f440 }, { 0x1f442, 0x1f4fc }, { 0x1f4ff, 0x1f53d },
	{ 0x1f54b, 0x1f54e }, { 0x1f550, 0x1f567 }, { 0x1f57a, 0x1f57a }, { 0x1f595, 0x1f596 },
	{ 0x1f5a4, 0x1f5a4 }, { 0x1f5fb, 0x1f64f }, { 0x1f680, 0x1f6c5 }, { 0x1f6cc, 0x1f6cc },
	{ 0x1f6d0, 0x1f6d2 }, { 0x1f6d5, 0x1f6d7 }, { 0x1f6dc, 0x1f6df }, { 0x1f6eb, 0x1f6ec },
	{ 0x1f6f4, 0x1f6fc }, { 0x1f7e0, 0x1f7eb }, { 0x1f7f0, 0x1f7f0 }, { 0x1f90c, 0x1f93a },
	{ 0x1f93c, 0x1f945 }, { 0x1f947, 0x1f9ff }, { 0x1fa70, 0x1faff }, { 0x20000, 0x3fffd },
};

static bool in_ranges(const struct range *t, size_t n, uint32_t cp)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (cp < t[mid].first)
			hi = mid;
		else if (cp > t[mid].last)
			lo = mid + 1;
		else
			return true;
	}
	return false;
}

int text_cp_width(uint32_t cp)
{
	if (cp < 0x300)
		return 1;
	if (in_ranges(zero_width, ARRAY_SIZE(zero_width), cp))
		return 0;
	return in_ranges(double_width, ARRAY_SIZE(double_width), cp) ? 2 : 1;
}

size_t text_decode(const char *s, size_t len, uint32_t *ret_cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)s;
	uint32_t cp;
	size_t n;

	if (!len)
		return 0;
	if (p[0] < 0x80) {
		*ret_cp = p[0];
		return 1;
	}
	n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || len < n)
		return 0;
	cp = p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		cp = cp << 6 | (p[i] & 0x3f);
	}
	if (cp < least[n] || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		return 0;
	*ret_cp = cp;
	return n;
}

/* One character of src as it is to be shown; out holds at least 16 bytes. */
static size_t clean_one(const char *s, size_t len, char *out, size_t *ret_out)
{
	uint32_t cp;
	size_t n;

	/* Nearly all there is: printable ASCII, needing no table. */
	if (*s >= 0x20 && *s < 0x7f) {
		*out = *s;
		*ret_out = 1;
		return 1;
	}
	n = text_decode(s, len, &cp);
	if (!n) {
		*ret_out = (size_t)snprintf(out, 16, "\\x%02X", (unsigned char)*s);
		return 1;
	}
	if (in_ranges(deceptive, ARRAY_SIZE(deceptive), cp)) {
		*ret_out = (size_t)snprintf(out, 16, cp < 0x80 ? "\\x%02X" : "\\u{%04X}", cp);
		return n;
	}
	memcpy(out, s, n);
	*ret_out = n;
	return n;
}

size_t text_clean(char *dst, size_t size, const char *src, size_t len)
{
	size_t done = 0, i = 0;

	if (!size)
		return 0;
	while (i < len) {
		char one[16];
		size_t n;

		i += clean_one(src + i, len - i, one, &n);
		if (done + n >= size)
			break;
		memcpy(dst + done, one, n);
		done += n;
	}
	dst[done] = '\0';
	return done;
}

char *text_clean_dup(const char *src, size_t len)
{
	size_t size = 1, i = 0;
	char one[16], *dst;

	if (!src)
		len = 0;
	while (i < len) {
		size_t n;

		i += clean_one(src + i, len - i, one, &n);
		size += n;
	}
	dst = malloc(size);
	if (dst)
		text_clean(dst, size, src ? src : "", len);
	return dst;
}

bool text_is_clean(const char *s)
{
	size_t len = strlen(s);
	uint32_t cp;

	while (len) {
		size_t n = text_decode(s, len, &cp);

		if (!n || in_ranges(deceptive, ARRAY_SIZE(deceptive), cp))
			return false;
		s += n;
		len -= n;
	}
	return true;
}

size_t text_fit(const char *s, size_t columns, size_t *ret_width)
{
	size_t len = strlen(s), at = 0, width = 0;

	while (at < len) {
		uint32_t cp;
		size_t n = text_decode(s + at, len - at, &cp);
		size_t w = 1;

		if (n)
			w = (size_t)text_cp_width(cp);
		else
			n = 1;
		if (width + w > columns)
			break;
		width += w;
		at += n;
	}
	if (ret_width)
		*ret_width = width;
	return at;
}

size_t text_width(const char *s)
{
	size_t w;

	text_fit(s, SIZE_MAX / 2, &w);
	return w;
}

void text_duration(char *dst, size_t size, double seconds)
{
	uint64_t s;

	if (!(seconds >= 0) || seconds > 1e15) {
		snprintf(dst, size, "n/a");
		return;
	}
	s = (uint64_t)seconds;
	if (s < 60)
		snprintf(dst, size, "%llu s", (unsigned long long)s);
	else if (s < 3600)
		snprintf(dst, size, "%llu min %llu s", (unsigned long long)s / 60,
			 (unsigned long long)s % 60);
	else if (s < 86400)
		snprintf(dst, size, "%llu h %llu min", (unsigned long long)s / 3600,
			 (unsigned long long)s % 3600 / 60);
	else
		snprintf(dst, size, "%llu d %llu h", (unsigned long long)s / 86400,
			 (unsigned long long)s % 86400 / 3600);
}

void text_bytes(char *dst, size_t size, uint64_t bytes)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	double n = (double)bytes / 1024;
	size_t i = 0;

	if (bytes < 1024) {
		snprintf(dst, size, "%llu B", (unsigned long long)bytes);
		return;
	}
	/* What would be rounded to 1024 is one of the next unit. */
	for (; n >= 1023.5 && i + 1 < ARRAY_SIZE(units); i++)
		n /= 1024;
	if (n < 9.95 && (uint64_t)(n * 10 + 0.5) % 10)
		snprintf(dst, size, "%.1f %s", n, units[i]);
	else
		snprintf(dst, size, "%.0f %s", n, units[i]);
}

void text_time(char *dst, size_t size, uint64_t wall_us)
{
	time_t t = (time_t)(wall_us / USEC_PER_SEC);
	struct tm tm;
	char day[40];

	if (!gmtime_r(&t, &tm) || !strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm)) {
		snprintf(dst, size, "n/a");
		return;
	}
	snprintf(dst, size, "%s.%06uZ", day, (unsigned)(wall_us % USEC_PER_SEC));
}
