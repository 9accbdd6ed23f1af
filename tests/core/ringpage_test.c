// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pages of the trace buffer as the kernel writes them, and as nobody should.
 */
#include "core/ringpage.h"

#include <errno.h>

#include "tests/lib/tree.h"

static const char format[] = "name: function\nID: 1\nformat:\n"
			     "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
			     "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
			     "\tfield:unsigned long ip;\toffset:8;\tsize:8;\tsigned:0;\n"
			     "\tfield:unsigned long parent_ip;\toffset:16;\tsize:8;\tsigned:0;\n";

struct seen {
	uint64_t ip[16];
	size_t n;
};

static void hit(void *arg, uint64_t ip)
{
	struct seen *s = arg;

	if (s->n < ARRAY_SIZE(s->ip))
		s->ip[s->n++] = ip;
}

struct page {
	unsigned char b[4096];
	size_t n; /* bytes behind the header */
};

static void put(struct page *p, const void *data, size_t len)
{
	memcpy(p->b + 16 + p->n, data, len);
	p->n += len;
	memcpy(p->b + 8, &(uint32_t){ (uint32_t)p->n }, 4);
}

static void put_u32(struct page *p, uint32_t v)
{
	put(p, &v, 4);
}

static void put_call(struct page *p, uint16_t type, uint64_t ip)
{
	unsigned char data[24] = { 0 };

	memcpy(data, &type, 2);
	memcpy(data + 8, &ip, 8);
	put_u32(p, sizeof(data) / 4);
	put(p, data, sizeof(data));
}

static struct ringlayout layout(void)
{
	struct ringlayout l;

	assert_int_equal(ringlayout_parse(format, &l), 0);
	assert_int_equal(l.ip, 8);
	assert_int_equal(l.type, 1);
	return l;
}

static void calls_are_told(void **state)
{
	struct ringlayout l = layout();
	struct page p = { 0 };
	struct seen s = { 0 };
	bool missed;

	put_call(&p, 1, 0xffffffff81000004);
	put_u32(&p, 30 | 7 << 5); /* time goes on */
	put_u32(&p, 1);
	put_u32(&p, 31); /* a time stamp */
	put_u32(&p, 2);
	put_call(&p, 5, 0x1); /* an event of another kind */
	put_u32(&p, 29 | 3 << 5); /* padding: what was discarded */
	put_u32(&p, 8);
	put_u32(&p, 0x41414141);
	put_u32(&p, 0); /* a long event has its length behind */
	put_u32(&p, 4 + 24);
	put(&p, (unsigned char[24]){ 1, 0, [8] = 0x34, 0x12 }, 24);
	put_call(&p, 1, 0xffffffffc0000010);
	put_u32(&p, 29); /* the rest is empty */
	put_call(&p, 1, 0x2);
	assert_int_equal(ringpage_walk(&l, p.b, sizeof(p.b), hit, &s, &missed), 3);
	assert_int_equal(s.n, 3);
	assert_true(s.ip[0] == 0xffffffff81000004 && s.ip[1] == 0x1234 && s.ip[2] == 0xffffffffc0000010);
	assert_false(missed);
	p.b[11] |= 0x80; /* the kernel's mark */
	assert_int_equal(ringpage_walk(&l, p.b, sizeof(p.b), hit, &s, &missed), 3);
	assert_true(missed);
}

/* Each page in a block of its own size: what is read behind it ASan tells. */
static void cut_and_wild_pages(void **state)
{
	struct ringlayout l = layout();
	struct page p = { 0 };
	bool missed;
	uint32_t seed = 1;

	for (int i = 0; i < 20; i++)
		put_call(&p, 1, 0xffffffff81000000 + (uint64_t)i);
	for (size_t len = 0; len < 16 + p.n; len++) {
		unsigned char *cut = malloc(len + 1);
		struct seen s = { 0 };

		memcpy(cut, p.b, len);
		assert_true(ringpage_walk(&l, cut, len, hit, &s, &missed) <= (len - MIN(len, 16)) / 28);
		free(cut);
	}
	for (int i = 0; i < 5000; i++) {
		size_t len = 16 + (size_t)i % 200;
		unsigned char *wild = malloc(len);
		struct seen s = { 0 };

		for (size_t k = 0; k < len; k++)
			wild[k] = (unsigned char)((seed = seed * 1103515245 + 12345) >> 16);
		ringpage_walk(&l, wild, len, hit, &s, &missed);
		free(wild);
	}
}

static void formats_that_say_nothing(void **state)
{
	static const char *const bad[] = { "", "ID: 1\n", "ID: 99999\n\tfield:unsigned long ip;\toffset:8;\n",
					   "ID: 1\n\tfield:unsigned long ip;\n\tx\toffset:8;\n",
					   "ID: 1\n\tfield:unsigned long ip;\toffset:99999;\n" };
	struct ringlayout l;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(ringlayout_parse(bad[i], &l), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_are_told),
		cmocka_unit_test(cut_and_wild_pages),
		cmocka_unit_test(formats_that_say_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
