// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each check of a preflight on a made-up machine: what passes, what warns or
 * fails, and that a closed source is never called a pass.
 */
#include "tests/kmod/fixture.h"
#include "tests/kmod/preflight.h"

static void test_all_is_well(void **state)
{
	struct place *p = *state;

	look(p);
	for (size_t i = 0; i < p->got.n; i++)
		if (p->got.v[i].result != CHECK_PASS)
			fail_msg("%s: %s", p->got.v[i].id, p->got.v[i].evidence);
	assert_int_equal(p->got.n, 17);
	assert_int_equal(p->got.blockers.n, 0);
	assert_int_equal(preflight_verdict(&p->got), CHECK_PASS);
}

static void test_the_verdict_is_the_worst(void **state)
{
	struct place *p = *state;

	tree_remove(p->t, KPROBES);
	expect(p, "kprobes", CHECK_NOT_CHECKED, "no /sys/kernel/debug/kprobes/list");
	assert_int_equal(preflight_verdict(&p->got), CHECK_WARN);
	tree_write(p->t, "proc/sys/kernel/ftrace_enabled", "0\n");
	look(p);
	assert_int_equal(preflight_verdict(&p->got), CHECK_FAIL);
}

static void test_no_livepatch(void **state)
{
	struct place *p = *state;

	expect(p, "is-livepatch", CHECK_PASS, "fix_lp is a livepatch");
	p->file.livepatch = false;
	expect(p, "is-livepatch", CHECK_FAIL, "no livepatch");
	assert_null(preflight_find(&p->got, "functions-exist"));
}

static void test_vermagic(void **state)
{
	struct place *p = *state;

	free(p->file.vermagic);
	p->file.vermagic = strdup("6.1.0-test2 SMP ");
	expect(p, "vermagic", CHECK_FAIL, "built for 6.1.0-test2, but 6.1.0-test runs");
	p->file.vermagic[0] = '\0';
	expect(p, "vermagic", CHECK_FAIL, "does not tell which kernel");
	tree_remove(p->t, "proc/sys/kernel/osrelease");
	expect(p, "vermagic", CHECK_NOT_CHECKED, "not known");
}

static enum keyring_answer has(const struct root *root, const char *id)
{
	return KEYRING_HAS;
}

static enum keyring_answer lacks(const struct root *root, const char *id)
{
	return KEYRING_LACKS;
}

static enum keyring_answer revoked(const struct root *root, const char *id)
{
	return KEYRING_REVOKED;
}

static enum keyring_answer platform(const struct root *root, const char *id)
{
	return KEYRING_PLATFORM;
}

static void test_signature(void **state)
{
	static const struct {
		enum keyring_answer (*answer)(const struct root *, const char *);
		enum check_result result;
		const char *evidence;
	} known[] = {
		{ has, CHECK_PASS, "a key that this kernel has; the signature" },
		{ lacks, CHECK_FAIL, "a key that this kernel does not have, and module.sig_enforce is on" },
		{ platform, CHECK_WARN, "platform keyring" },
		{ revoked, CHECK_FAIL, "told to refuse" },
	};
	struct place *p = *state;

	expect(p, "signature", CHECK_PASS, "tainted (E)");
	tree_write(p->t, "sys/module/module/parameters/sig_enforce", "Y\n");
	expect(p, "signature", CHECK_FAIL, "not signed, and module.sig_enforce is on");
	p->file.is_signed = true;
	p->file.signer = (char[]){ "Some CA" };
	expect(p, "signature", CHECK_NOT_CHECKED, "signed by Some CA");
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		p->key_known = known[i].answer;
		expect(p, "signature", known[i].result, known[i].evidence);
	}
	p->key_known = NULL;
	tree_write(p->t, "sys/module/module/parameters/sig_enforce", "N\n");
	expect(p, "signature", CHECK_PASS, "could not be read; no signature is demanded");
	p->key_known = lacks;
	expect(p, "signature", CHECK_PASS, "a key that this kernel does not have");
	p->key_known = revoked;
	expect(p, "signature", CHECK_FAIL, "told to refuse");
	p->key_known = NULL;
	tree_write(p->t, "sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	p->file.is_signed = false;
	expect(p, "signature", CHECK_FAIL, "locked down");
	tree_remove(p->t, "sys/kernel/security");
	expect(p, "signature", CHECK_NOT_CHECKED, "could not be read");
	tree_write(p->t, "sys/kernel/security/lsm", "capability\n");
	expect(p, "signature", CHECK_PASS, "no signature is demanded");
	tree_remove(p->t, "sys/module/module");
	expect(p, "signature", CHECK_NOT_CHECKED, "could not be read");
}

static void test_already_loaded(void **state)
{
	struct place *p = *state;

	tree_write(p->t, "proc/modules",
		   "fix_lp 16384 1 - Live 0x0 (OEK)\nmod_a 16384 0 - Live 0x0000000000000000\n");
	tree_write(p->t, "sys/module/fix_lp/srcversion", "AAAA\n");
	tree_write(p->t, "sys/module/fix_lp/taint", "OEK\n");
	expect(p, "already-loaded", CHECK_FAIL, "in this very build: leftover");
	fake_patch(p->t, "fix_lp", 1, 0);
	expect(p, "already-loaded", CHECK_FAIL, "in this very build: enabled");
	tree_write(p->t, "sys/module/fix_lp/srcversion", "BBBB\n");
	expect(p, "already-loaded", CHECK_FAIL, "in another build: enabled");
	fake_func(p->t, "fix_lp", "vmlinux", "alpha,1");
	expect(p, "conflicts", CHECK_PASS, "no other patch is enabled");
	tree_remove(p->t, "sys/module/fix_lp/srcversion");
	expect(p, "already-loaded", CHECK_FAIL, "cannot be compared");
	tree_remove(p->t, LP "/fix_lp");
	tree_remove(p->t, "sys/module/fix_lp");
	tree_remove(p->t, "proc/modules");
	expect(p, "already-loaded", CHECK_NOT_CHECKED, "");
	expect(p, "depends", CHECK_NOT_CHECKED, "mod_a");
	expect(p, "objects-loaded", CHECK_NOT_CHECKED, "mod_a");
	expect(p, "functions-exist", CHECK_NOT_CHECKED, "beta of mod_a");
	expect(p, "traceable", CHECK_NOT_CHECKED, "mod_a");
}

static void test_depends_and_objects(void **state)
{
	struct place *p = *state;

	tree_write(p->t, "proc/modules", "mod_a 16384 0 - Loading 0x0000000000000000\n");
	expect(p, "depends", CHECK_FAIL, "mod_a is not ready (Loading)");
	tree_write(p->t, "proc/modules", "");
	expect(p, "depends", CHECK_FAIL, "mod_a is not loaded");
	expect(p, "objects-loaded", CHECK_PASS, "mod_a is not loaded: patched when it is");
	expect(p, "functions-exist", CHECK_PASS, "2 found, others");
	p->file.objects++;
	p->file.n_objects = 1;
	expect(p, "objects-loaded", CHECK_WARN, "mod_a is not loaded");
	p->file.n_depends = 0;
	expect(p, "depends", CHECK_PASS, "needs no module");
}

static void test_transition(void **state)
{
	struct place *p = *state;

	fake_patch(p->t, "other_lp", 1, 1);
	expect(p, "transition", CHECK_FAIL, "other_lp is in transition");
	tree_writef(p->t, "rubbish\n", LP "/other_lp/transition");
	expect(p, "transition", CHECK_NOT_CHECKED, "whether other_lp is in transition");
	tree_writef(p->t, "0\n", LP "/other_lp/transition");
	expect(p, "transition", CHECK_PASS, "no transition runs");
}

static void test_ftrace_enabled(void **state)
{
	struct place *p = *state;

	tree_write(p->t, "proc/sys/kernel/ftrace_enabled", "0\n");
	expect(p, "ftrace-enabled", CHECK_FAIL, "is 0");
	tree_remove(p->t, "proc/sys/kernel/ftrace_enabled");
	expect(p, "ftrace-enabled", CHECK_NOT_CHECKED, "could not be read");
}

static void test_forced(void **state)
{
	struct place *p = *state;

	expect(p, "forced", CHECK_PASS, "no livepatch is enabled");
	fake_patch(p->t, "other_lp", 1, 0);
	expect(p, "forced", CHECK_PASS, "log tells of no");
	tree_write(p->t, "dev/kmsg",
		   "6,1,1000000,-;livepatch: 'other_lp': starting patching transition\n"
		   "4,2,2000000,-;livepatch: forcing remaining tasks\n"
		   "6,3,3000000,-;livepatch: 'other_lp': patching complete\n");
	expect(p, "forced", CHECK_WARN, "other_lp was forced");
	tree_remove(p->t, "dev/kmsg");
	expect(p, "forced", CHECK_NOT_CHECKED, "only the kernel log tells");
}

static void test_functions(void **state)
{
	struct place *p = *state;

	expect(p, "functions-exist", CHECK_PASS, "3 found");
	p->funcs[1].sympos = 0;
	expect(p, "functions-exist", CHECK_FAIL, "dup is ambiguous: 2 of that name in vmlinux");
	p->funcs[1].sympos = 3;
	expect(p, "functions-exist", CHECK_FAIL, "position 3 is asked for, there are 2");
	p->funcs[1].sympos = 1;
	p->funcs[0].old_name = (char[]){ "beta" };
	expect(p, "functions-exist", CHECK_FAIL, "there is no beta in vmlinux");
	p->funcs[0].old_name = (char[]){ "alpha_" };
	expect(p, "functions-exist", CHECK_FAIL, "there is no alpha_ in vmlinux");
	p->funcs[0].old_name = (char[]){ "alpha" };
	p->file.objects_complete = false;
	expect(p, "functions-exist", CHECK_NOT_CHECKED, "does not tell all");
	expect(p, "blockers", CHECK_NOT_CHECKED, "does not tell all");
	tree_write(p->t, "proc/kallsyms", "");
	expect(p, "functions-exist", CHECK_NOT_CHECKED, "kallsyms is empty");
	tree_remove(p->t, "proc/kallsyms");
	expect(p, "functions-exist", CHECK_NOT_CHECKED, "cannot read /proc/kallsyms");
}

/* Names are told even to those who may not see addresses. */
static void test_hidden_addresses(void **state)
{
	struct place *p = *state;

	tree_write(p->t, "proc/kallsyms",
		   "0000000000000000 T alpha\n0000000000000000 t dup\n0000000000000000 t dup\n"
		   "0000000000000000 D gamma\n0000000000000000 t beta\t[mod_a]\n");
	expect(p, "functions-exist", CHECK_PASS, "3 found");
}

static void test_relocations(void **state)
{
	struct place *p = *state;

	expect(p, "klp-relocs", CHECK_PASS, "1 of 2 symbols found, the others");
	p->relocs[0].symbol = (char[]){ "nowhere" };
	expect(p, "klp-relocs", CHECK_FAIL, "there is no nowhere in vmlinux");
	p->relocs[0].symbol = (char[]){ "dup" };
	expect(p, "klp-relocs", CHECK_FAIL, "dup is ambiguous");
	p->relocs[0].sympos = 2;
	expect(p, "klp-relocs", CHECK_PASS, "1 of 2");
	tree_remove(p->t, "proc/kallsyms");
	expect(p, "klp-relocs", CHECK_NOT_CHECKED, "kallsyms");
	p->file.n_relocs = 0;
	expect(p, "klp-relocs", CHECK_PASS, "no livepatch relocations");
}

static void test_traceable(void **state)
{
	struct place *p = *state;

	tree_write(p->t, TRACING "available_filter_functions", "alpha\ndup\nbeta [mod_a]\n");
	expect(p, "traceable", CHECK_NOT_CHECKED, "dup of vmlinux: 1 of 2");
	tree_write(p->t, TRACING "available_filter_functions", "alpha [mod_a]\ndup\ndup\nbeta [mod_a]\n");
	expect(p, "traceable", CHECK_FAIL, "alpha of vmlinux is not in available_filter_functions");
	tree_write(p->t, TRACING "available_filter_functions", "");
	expect(p, "traceable", CHECK_NOT_CHECKED, "empty");
	tree_remove(p->t, "sys/kernel/tracing");
	expect(p, "traceable", CHECK_NOT_CHECKED, "may not be mounted");
	expect(p, "ip-modify", CHECK_NOT_CHECKED, "may not be mounted");
	tree_write(p->t, "sys/kernel/debug/tracing/available_filter_functions",
		   "alpha\ndup\ndup\nbeta [mod_a]\n");
	expect(p, "traceable", CHECK_PASS, "every function");
}

/* ftrace's tables show one of the names of an address, perhaps not the file's. */
static void test_another_name(void **state)
{
	struct place *p = *state;

	tree_write(p->t, "proc/kallsyms",
		   "ffffffff81000100 t __do_alpha\nffffffff81000100 T alpha\nffffffff81000200 t dup\n"
		   "ffffffff81000300 t dup\nffffffff81000400 D gamma\nffffffffc0000000 t beta\t[mod_a]\n");
	tree_write(p->t, TRACING "available_filter_functions", "__do_alpha\ndup\ndup\nbeta [mod_a]\n");
	expect(p, "traceable", CHECK_PASS, "every function");
	tree_write(p->t, TRACING "enabled_functions", "__do_alpha (1) R I   \ttramp: 0x0\n");
	expect(p, "ip-modify", CHECK_FAIL, "alpha of vmlinux");
	/* A name that stands for other code as well proves nothing. */
	tree_write(p->t, "proc/kallsyms",
		   "ffffffff81000100 t __do_alpha\nffffffff81000100 T alpha\nffffffff81000200 t dup\n"
		   "ffffffff81000300 t dup\nffffffff81000350 t __do_alpha\nffffffff81000400 D gamma\n"
		   "ffffffffc0000000 t beta\t[mod_a]\n");
	expect(p, "traceable", CHECK_FAIL, "alpha of vmlinux is not in available_filter_functions");
}

static void test_ipmodify(void **state)
{
	struct place *p = *state;

	tree_write(p->t, TRACING "enabled_functions",
		   "alpha (1) R     \ttramp: 0xffffffffc0400000 (I_DID+0x0/0x10)\n"
		   "\tdirect-->D_IPMODIFY+0x0/0x1\nbeta [mod_b] (1) R I D\n");
	expect(p, "ip-modify", CHECK_PASS, "nobody else");
	/* with several callers 6.12 writes no tabulator */
	tree_write(p->t, TRACING "enabled_functions", "alpha (2) R       M  ->an_ID_func+0x0/0x1d0\n");
	expect(p, "ip-modify", CHECK_PASS, "nobody else");
	tree_write(p->t, TRACING "enabled_functions", "beta [mod_a] (2) R I     M  ->list_func+0x0/0x1\n");
	expect(p, "ip-modify", CHECK_FAIL, "instruction pointer in beta of mod_a");
	tree_write(p->t, TRACING "enabled_functions", "beta [mod_a] (1) R I   \ttramp: 0x0\n");
	expect(p, "ip-modify", CHECK_FAIL, "instruction pointer in beta of mod_a");
	fake_patch(p->t, "other_lp", 1, 0);
	fake_func(p->t, "other_lp", "mod_a", "beta,1");
	expect(p, "ip-modify", CHECK_PASS, "nobody else");
	tree_writef(p->t, "0\n", LP "/other_lp/mod_a/patched");
	expect(p, "ip-modify", CHECK_FAIL, "beta of mod_a");
	tree_write(p->t, TRACING "enabled_functions", "alpha (2) R   D \t->x\n");
	expect(p, "ip-modify", CHECK_WARN, "alpha of vmlinux has a direct caller");
}

static void test_kprobes(void **state)
{
	struct place *p = *state;

	tree_write(p->t, KPROBES,
		   "ffffffff81000100  k  alpha+0x0    [OPTIMIZED]\n"
		   "ffffffffc0000000  k  beta+0x0  mod_b [FTRACE]\n");
	expect(p, "kprobes", CHECK_PASS, "no kprobe");
	tree_write(p->t, KPROBES, "ffffffffc0000000  r  beta+0x0  mod_a [DISABLED][FTRACE]\n");
	expect(p, "kprobes", CHECK_WARN, "a kprobe is on beta of mod_a");
	tree_write(p->t, KPROBES, "ffffffff81000100  k  alpha+0x0    [FTRACE]\n");
	expect(p, "kprobes", CHECK_WARN, "a kprobe is on alpha of vmlinux");
	tree_write(p->t, TRACING "enabled_functions", "alpha (1) R I   \n");
	expect(p, "kprobes", CHECK_FAIL, "alpha of vmlinux");
	expect(p, "ip-modify", CHECK_FAIL, "in alpha of vmlinux, most likely the kprobe there");
	/* Without it, that somebody redirects stays true, but not who. */
	tree_write(p->t, KPROBES, "ffffffffc0000000  k  beta+0x0  mod_a [FTRACE]\n");
	expect(p, "kprobes", CHECK_WARN, "a kprobe is on beta of mod_a");
	expect(p, "ip-modify", CHECK_FAIL, "in alpha of vmlinux");
}

static void test_conflicts(void **state)
{
	struct place *p = *state;

	expect(p, "conflicts", CHECK_PASS, "no other patch is enabled");
	fake_patch(p->t, "other_lp", 1, 0);
	fake_func(p->t, "other_lp", "vmlinux", "epsilon,1");
	expect(p, "conflicts", CHECK_PASS, "no enabled patch has a function of it");
	fake_func(p->t, "other_lp", "vmlinux", "dup,1");
	expect(p, "conflicts", CHECK_PASS, "no enabled patch has a function of it");
	fake_func(p->t, "other_lp", "vmlinux", "alpha,1");
	expect(p, "conflicts", CHECK_PASS, "alpha of vmlinux: stacks on other_lp");
	p->file.replace = 1;
	expect(p, "conflicts", CHECK_WARN, "alpha of vmlinux: replaces other_lp");
	expect(p, "conflicts", CHECK_WARN, "epsilon of vmlinux goes back to the original");
	p->file.replace = -1;
	expect(p, "conflicts", CHECK_WARN, "whether it replaces");
	expect(p, "blockers", CHECK_NOT_CHECKED, "patches or replaces");
}

/* Many findings are counted, not all spelled out. */
static void test_many_findings(void **state)
{
	static struct inspect_func many[40];
	static char nowhere[] = "nowhere";
	struct place *p = *state;

	for (size_t i = 0; i < ARRAY_SIZE(many); i++)
		many[i] = (struct inspect_func){ .old_name = nowhere };
	p->objects[0].funcs = many;
	p->objects[0].n_funcs = ARRAY_SIZE(many);
	expect(p, "functions-exist", CHECK_FAIL, "; and 34 more");
}

/* A loaded patch with state 7 in version 2, and its file. */
static void load_with_state(struct place *p)
{
	struct bytes b = fixture_compile(
		FIXTURE_STRUCTS FIXTURE_LIVEPATCH
		"INFO(srcversion, \"srcversion=BBBB\");\n"
		"struct klp_state { unsigned long id; unsigned int version; void *data; };\n"
		"static struct klp_state states[] = { { 7, 2 }, {} };\n"
		"static int new_a(int a) { return a + 1; }\n"
		"static struct klp_func funcs[] = { { .old_name = \"old_a\", .new_func = new_a }, {} };\n"
		"static struct klp_object objs[] = { { .funcs = funcs }, {} };\n"
		"static struct klp_patch patch = { .mod = &__this_module, .objs = objs, .states = states };\n"
		"int init_module(void) { return klp_enable_patch(&patch); }\n",
		NULL);

	tree_write_bytes(p->t, "var/lib/kpatch/6.1.0-test/fixture_lp.ko", b.data, b.len);
	free(b.data);
	tree_write(p->t, "sys/kernel/livepatch/fixture_lp/enabled", "1\n");
	tree_write(p->t, "sys/kernel/livepatch/fixture_lp/transition", "0\n");
	tree_write(p->t, "sys/module/fixture_lp/srcversion", "BBBB\n");
}

static void test_states(void **state)
{
	struct inspect_state states[] = { { 7, 1 } };
	struct place *p = *state;

	expect(p, "states", CHECK_PASS, "no other patch is enabled");
	load_with_state(p);
	p->file.states_known = true;
	/* a plain patch may leave the state alone, an atomic replace may not */
	expect(p, "states", CHECK_PASS, "no other patch has a system state");
	p->file.replace = 1;
	expect(p, "states", CHECK_FAIL, "fixture_lp has state 7, which this would replace and does not know");
	p->file.replace = -1;
	expect(p, "states", CHECK_NOT_CHECKED, "whether this is a replace is not known");
	/* who has it must have it in no older version */
	p->file.states = states;
	p->file.n_states = 1;
	for (p->file.replace = 0; p->file.replace <= 1; p->file.replace++) {
		states[0].version = 1;
		expect(p, "states", CHECK_FAIL,
		       "fixture_lp has state 7 in version 2, this only in version 1");
		states[0].version = 2;
		expect(p, "states", CHECK_PASS, "state 7 of fixture_lp is supported");
		states[0].version = 3;
		expect(p, "states", CHECK_PASS, "state 7 of fixture_lp is supported");
	}
	p->file.replace = 1;
	p->file.states_known = false;
	p->file.n_states = 0;
	expect(p, "states", CHECK_NOT_CHECKED, "those of the file are not known");
	tree_remove(p->t, "var/lib/kpatch/6.1.0-test/fixture_lp.ko");
	expect(p, "states", CHECK_NOT_CHECKED, "the file of fixture_lp, which would tell its states");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_all_is_well, setup, teardown),
		cmocka_unit_test_setup_teardown(test_the_verdict_is_the_worst, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_livepatch, setup, teardown),
		cmocka_unit_test_setup_teardown(test_vermagic, setup, teardown),
		cmocka_unit_test_setup_teardown(test_signature, setup, teardown),
		cmocka_unit_test_setup_teardown(test_already_loaded, setup, teardown),
		cmocka_unit_test_setup_teardown(test_depends_and_objects, setup, teardown),
		cmocka_unit_test_setup_teardown(test_transition, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ftrace_enabled, setup, teardown),
		cmocka_unit_test_setup_teardown(test_forced, setup, teardown),
		cmocka_unit_test_setup_teardown(test_functions, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hidden_addresses, setup, teardown),
		cmocka_unit_test_setup_teardown(test_relocations, setup, teardown),
		cmocka_unit_test_setup_teardown(test_traceable, setup, teardown),
		cmocka_unit_test_setup_teardown(test_another_name, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ipmodify, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kprobes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_conflicts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_states, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_findings, setup, teardown),
	};

	return cmocka_run_group_tests_name("preflight", tests, NULL, NULL);
}
