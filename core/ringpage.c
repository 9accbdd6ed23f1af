// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * struct buffer_data_page: a time stamp of 8 bytes, then the number of bytes
 * that were written with two flags in its upper bits, then events. An event
 * (struct ring_buffer_event) begins with 32 bits, of which the lowest five are
 * its length in words, or a type. Little-endian: the builder's machines are.
 */
#include "core/ringpage.h"

#include <errno.h>

#define PAGE_HEADER 16
#define COMMIT_MASK 0xfffffU /* a page is far smaller than that */
#define MISSED_EVENTS (1U << 31)
#define TYPE_PADDING 29
#define TYPE_EXTEND 30
#define TYPE_STAMP 31

/* "\tfield:unsigned long ip;\toffset:8;\tsize:8;..." */
static int field_offset(const char *format, const char *field, size_t *ret)
{
	const char *at = strstr(format, field), *offset = at ? strstr(at, "offset:") : NULL,
		   *end = at ? strchr(at, '\n') : NULL;

	if (!offset || (end && offset > end))
		return -EBADMSG;
	*ret = strtoul(offset + strlen("offset:"), NULL, 10);
	return *ret < 4096 ? 0 : -EBADMSG;
}

int ringlayout_parse(const char *format, struct ringlayout *ret)
{
	const char *id = strstr(format, "ID: ");
	unsigned long type = id ? strtoul(id + 4, NULL, 10) : 0;
	struct ringlayout l = { 0 };
	int r = field_offset(format, "unsigned long ip;", &l.ip);

	if (r < 0 || !type || type > UINT16_MAX)
		return -EBADMSG;
	l.type = (uint16_t)type;
	*ret = l;
	return 0;
}

static uint32_t u32_at(const unsigned char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* Where an event's data is and ends. False: no more events. */
static bool event_data(const unsigned char *p, const unsigned char *end, const unsigned char **data,
		       const unsigned char **behind)
{
	uint32_t head = u32_at(p), words = head & 31;
	uint64_t len;

	*data = NULL;
	p += 4;
	if (words == TYPE_PADDING && !(head >> 5)) /* the rest of the page */
		return false;
	if (words == TYPE_EXTEND || words == TYPE_STAMP) {
		*behind = p + MIN(4, end - p);
		return true;
	}
	if (words && words != TYPE_PADDING) {
		*data = p;
		*behind = p + words * 4;
		return words * 4 <= (uint64_t)(end - p);
	}
	if (end - p < 4 || (len = u32_at(p)) < 4 || len > (uint64_t)(end - p))
		return false;
	*data = words ? NULL : p + 4;
	*behind = p + len;
	return true;
}

size_t ringpage_walk(const struct ringlayout *l, const void *page, size_t len,
		     void (*hit)(void *arg, uint64_t ip), void *arg, bool *ret_missed)
{
	const unsigned char *p = page, *end, *data, *behind = NULL;
	size_t n = 0;

	*ret_missed = false;
	if (len < PAGE_HEADER)
		return 0;
	*ret_missed = u32_at(p + 8) & MISSED_EVENTS;
	end = p + PAGE_HEADER + MIN((size_t)(u32_at(p + 8) & COMMIT_MASK), len - PAGE_HEADER);
	for (p += PAGE_HEADER; end - p >= 4 && event_data(p, end, &data, &behind); p = behind) {
		uint16_t type;
		uint64_t ip;

		if (!data || behind - data < (ptrdiff_t)(l->ip + sizeof(ip)))
			continue;
		memcpy(&type, data, sizeof(type));
		if (type != l->type)
			continue;
		memcpy(&ip, data + l->ip, sizeof(ip));
		hit(arg, ip);
		n++;
	}
	return n;
}
