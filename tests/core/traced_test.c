// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which functions of a livepatch can be counted, where they are, and who else
 * hooks them, from the kernel's tables.
 */
#include "core/traced.h"

#include <errno.h>

#include "tests/lib/says.h"

static const char kallsyms[] = "ffffffff81000000 T _text\n"
			       "ffffffff81001000 t twice\n"
			       "ffffffff81002000 d twice\n"
			       "ffffffff81003000 t twice\n"
			       "ffffffff81004000 T meminfo\n"
			       "ffffffff81005000 t meminfo_more\n"
			       "ffffffffc0000000 t twice\t[jbd2]\n"
			       "ffffffffc0001000 t notrace_me\t[jbd2]\n"
			       "ffffffffc0100000 t lp_meminfo\t[lp]\n"
			       "ffffffffc0100040 t lp_meminfo.cold\t[lp]\n"
			       "ffffffffc0100080 d lp_data\t[lp]\n"
			       "ffffffffc0100100 T lp_twice\t[lp]\n";
static const char traceable[] =
	"twice\ntwice\nmeminfo\nmeminfo_more\ntwice [jbd2]\nlp_meminfo [lp]\nlp_twice [lp]\n";
static const char enabled[] =
	"meminfo (3) R I   M \ttramp: 0xffffffffc0abc000 (klp_ftrace_handler+0x0/0x120) ->a_DIRECT+0x0/0x10\n"
	"\tdirect-->bpf_trampoline_6442+0x0/0x100\n"
	"twice [jbd2] (1) R D\n";

static struct tree *machine(void)
{
	struct tree *t = tree_new();

	tree_write(t, "proc/kallsyms", kallsyms);
	tree_write(t, "sys/kernel/tracing/available_filter_functions", traceable);
	tree_write(t, "sys/kernel/tracing/enabled_functions", enabled);
	tree_write(t, "sys/kernel/debug/kprobes/list",
		   "ffffffff81004000  k  meminfo+0x0    [FTRACE]\n"
		   "ffffffffc0001000  r  notrace_me+0x0  jbd2 \n");
	return t;
}

static struct func of_vmlinux[] = { { .name = (char *)"meminfo", .sympos = 1 },
				    { .name = (char *)"twice", .sympos = 3 } };
static struct func of_jbd2[] = { { .name = (char *)"notrace_me", .sympos = 1 },
				 { .name = (char *)"twice", .sympos = 1 },
				 { .name = (char *)"old", .sympos = 1, .restore = 1 } };
static struct func of_gone[] = { { .name = (char *)"later", .sympos = 1 } };
static struct object objects[] = { { .name = (char *)"vmlinux", .funcs = of_vmlinux, .n_funcs = 2 },
				   { .name = (char *)"jbd2", .funcs = of_jbd2, .n_funcs = 3 },
				   { .name = (char *)"gone", .funcs = of_gone, .n_funcs = 1 } };
static const struct patch patch = { .name = (char *)"lp", .objects = objects, .n_objects = 3 };

static struct traced *find(struct traced_list *l, const char *object, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (streq(l->v[i].object, object) && streq(l->v[i].name, name))
			return &l->v[i];
	return NULL;
}

static void functions_are_found(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	struct traced_list l = { 0 };
	struct err e = { 0 };
	char filter[128];

	assert_int_equal(traced_read(root, &patch, &l, &e), 0);
	assert_int_equal(l.n, 7); /* five originals, two of its own */
	assert_true(find(&l, "vmlinux", "meminfo")->addr == 0xffffffff81004000);
	assert_true(find(&l, "vmlinux", "twice")->addr == 0xffffffff81003000); /* data counts, too */
	assert_true(find(&l, "jbd2", "twice")->addr == 0xffffffffc0000000);
	assert_null(traced_why_not(find(&l, "jbd2", "twice")));
	assert_non_null(strstr(traced_why_not(find(&l, "jbd2", "notrace_me")), "does not see it"));
	assert_non_null(strstr(traced_why_not(find(&l, "gone", "later")), "not in the kernel"));
	assert_int_equal(find(&l, "vmlinux", "twice")->line, 2); /* the second of the two functions */
	assert_int_equal(find(&l, "jbd2", "twice")->line, 5);
	assert_null(find(&l, "jbd2", "old"));
	assert_int_equal(find(&l, "lp", "lp_twice")->line, 7);
	assert_null(find(&l, "lp", "lp_meminfo.cold"));
	traced_filter(find(&l, "vmlinux", "meminfo"), filter, sizeof(filter));
	assert_string_equal(filter, "meminfo");
	traced_filter(find(&l, "lp", "lp_meminfo"), filter, sizeof(filter));
	assert_string_equal(filter, "lp_meminfo:mod:lp");
	traced_done(&l);
}

static void entries_are_counted_by_address(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	struct traced_list l = { 0 };
	struct err e = { 0 };

	assert_int_equal(traced_read(root, &patch, &l, &e), 0);
	traced_hit(&l, 0xffffffff81003000);
	traced_hit(&l, 0xffffffff81003004); /* behind an endbr64 */
	traced_hit(&l, 0xffffffff81001000); /* the namesake */
	traced_hit(&l, 0xffffffff81003100);
	traced_hit(&l, 4); /* no address at all */
	traced_hit(&l, 0);
	traced_hit(&l, UINT64_MAX);
	assert_int_equal(find(&l, "vmlinux", "twice")->hits, 2);
	assert_int_equal(find(&l, "gone", "later")->hits, 0);
	traced_done(&l);
}

/* The second "twice" of vmlinux is gone from the table: notrace, or never a function. */
static void which_of_a_name_is_not_guessed(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	struct traced_list l = { 0 };
	struct err e = { 0 };

	tree_write(t, "sys/kernel/tracing/available_filter_functions", traceable + strlen("twice\n"));
	assert_int_equal(traced_read(root, &patch, &l, &e), 0);
	assert_non_null(strstr(traced_why_not(find(&l, "vmlinux", "twice")), "does not tell which"));
	assert_null(traced_why_not(find(&l, "vmlinux", "meminfo")));
	traced_done(&l);
}

/* kpatch-build makes such modules: two static functions of one name, both patched. */
static void own_functions_of_one_name(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	struct traced_list l = { 0 };
	struct err e = { 0 };

	tree_write(t, "proc/kallsyms",
		   "ffffffff81004000 T meminfo\nffffffffc0100000 t same\t[lp]\n"
		   "ffffffffc0100100 t same\t[lp]\nffffffffc0100100 t alias\t[lp]\n");
	tree_write(t, "sys/kernel/tracing/available_filter_functions",
		   "meminfo\nsame [lp]\nsame [lp]\nalias [lp]\n");
	assert_int_equal(traced_read(root, &patch, &l, &e), 0);
	traced_hit(&l, 0xffffffffc0100000);
	traced_hit(&l, 0xffffffffc0100104);
	traced_hit(&l, 0xffffffffc0100104);
	assert_int_equal(l.n, 5 + 3);
	assert_int_equal(l.v[5].hits + 10 * l.v[6].hits, 21);
	assert_int_equal(l.v[5].line, 2);
	assert_int_equal(l.v[6].line, 3);
	assert_int_equal(find(&l, "lp", "alias")->hits, 2); /* another name of the second */
	traced_done(&l);
}

static void others_are_told(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	struct traced_list l = { 0 };
	struct err e = { 0 };

	assert_int_equal(traced_read(root, &patch, &l, &e), 0);
	assert_string_equal(find(&l, "vmlinux", "meminfo")->others, "a kprobe, 1 other user of ftrace");
	assert_string_equal(find(&l, "jbd2", "twice")->others, "a BPF program or another direct call");
	assert_string_equal(find(&l, "jbd2", "notrace_me")->others, "a kprobe");
	assert_null(find(&l, "vmlinux", "twice")->others);
	traced_done(&l);
}

static void what_is_closed_is_told(void **state)
{
	_cleanup_(tree_freep) struct tree *t = machine();
	_cleanup_(root_freep) struct root *root = tree_root(t);
	struct traced_list l = { 0 };
	struct err e = { 0 };

	tree_write(t, "proc/kallsyms", "0000000000000000 T meminfo\n0000000000000000 t lp_meminfo\t[lp]\n");
	assert_int_equal(traced_read(root, &patch, &l, &e), -EPERM);
	err_says(&e, "hides its addresses");
	traced_done(&l);
	tree_write(t, "proc/kallsyms",
		   "rubbish\n\nffffffff81000000\nffffffff81000000 T\nffffffff81004000 T meminfo\n");
	tree_remove(t, "sys/kernel/tracing/available_filter_functions");
	e = (struct err){ 0 };
	assert_int_equal(traced_read(root, &patch, &l, &e), -ENOENT);
	err_says(&e, "tracefs says nothing of functions");
	traced_done(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_are_found),
		cmocka_unit_test(entries_are_counted_by_address),
		cmocka_unit_test(which_of_a_name_is_not_guessed),
		cmocka_unit_test(own_functions_of_one_name),
		cmocka_unit_test(others_are_told),
		cmocka_unit_test(what_is_closed_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
