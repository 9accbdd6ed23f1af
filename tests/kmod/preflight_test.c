// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each check of a preflight on a made-up machine: what passes, what warns or
 * fails, and that a closed source is never called a pass.
 */
#include "tests/core/fake.h"

#include "kmod/preflight.h"

#define TRACING "sys/kernel/tracing/"
#define KPROBES "sys/kernel/debug/kprobes/list"

static struct inspect_func vmlinux_funcs[] = { { (char[]){ "alpha" }, (char[]){ "new_alpha" }, 0 },
					       { (char[]){ "dup" }, (char[]){ "new_dup" }, 2 } };
static struct inspect_func mod_funcs[] = { { (char[]){ "beta" }, (char[]){ "new_beta" }, 0 } };
static struct inspect_reloc relocs[] = { { (char[]){ "vmlinux" }, (char[]){ "gamma" }, 0 },
					 { (char[]){ "absent" }, (char[]){ "delta" }, 1 } };
static char *depends[] = { (char[]){ "mod_a" } };

/* A file for which everything is right; tests bend it. */
struct place {
	struct tree *t;
	struct inspect file;
	struct inspect_object objects[2];
	struct inspect_func funcs[2], more[1];
	struct inspect_reloc relocs[2];
	struct funcmap map;
	struct snapshot *snap;
	struct preflight got;
};

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	alarm(120);
	p->t = fake_machine();
	tree_write(p->t, "proc/modules", "mod_a 16384 0 - Live 0x0000000000000000\n");
	tree_write(p->t, "proc/kallsyms",
		   "ffffffff81000100 T alpha\nffffffff81000200 t dup\nffffffff81000300 t dup\n"
		   "ffffffff81000400 D gamma\nffffffffc0000000 t beta\t[mod_a]\n"
		   "ffffffffc0000100 t alpha\t[mod_a]\n");
	tree_write(p->t, "proc/sys/kernel/ftrace_enabled", "1\n");
	tree_write(p->t, "sys/module/module/parameters/sig_enforce", "N\n");
	tree_write(p->t, "sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
	tree_write(p->t, TRACING "available_filter_functions",
		   "alpha\ndup\ndup\n__ftrace_invalid_address___16\nbeta [mod_a]\n");
	tree_write(p->t, TRACING "enabled_functions", "");
	tree_write(p->t, KPROBES, "");
	tree_write(p->t, "dev/kmsg", "6,1,1000000,-;Linux version 6.1.0-test\n");
	fake_task(p->t, &(struct fake_task){ 7, 7, "worker", 'D', true, "-1\n",
					     "[<0>] msleep+0x2d/0x40\n[<0>] kthread+0xda/0x100\n" });
	memcpy(p->funcs, vmlinux_funcs, sizeof(p->funcs));
	memcpy(p->more, mod_funcs, sizeof(p->more));
	memcpy(p->relocs, relocs, sizeof(p->relocs));
	p->objects[0] = (struct inspect_object){ .funcs = p->funcs, .n_funcs = 2 };
	p->objects[1] = (struct inspect_object){ .funcs = p->more, .n_funcs = 1 };
	p->file = (struct inspect){ .livepatch = true,
				    .depends = depends,
				    .n_depends = 1,
				    .replace = 0,
				    .objects = p->objects,
				    .n_objects = 2,
				    .objects_complete = true,
				    .relocs = p->relocs,
				    .n_relocs = 2 };
	p->file.name = strdup("fix_lp");
	p->file.vermagic = strdup("6.1.0-test SMP preempt mod_unload modversions ");
	p->file.srcversion = strdup("AAAA");
	p->objects[0].name = strdup("vmlinux");
	p->objects[1].name = strdup("mod_a");
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	preflight_done(&p->got);
	snapshot_free(p->snap);
	free(p->file.name);
	free(p->file.vermagic);
	free(p->file.srcversion);
	free(p->objects[0].name);
	free(p->objects[1].name);
	tree_free(p->t);
	free(p);
	return 0;
}

static void look(struct place *p)
{
	_cleanup_(root_freep) struct root *root = tree_root(p->t);
	struct preflight_input in = { .root = root, .file = &p->file, .map = p->map.old_of ? &p->map : NULL };

	preflight_done(&p->got);
	p->snap = snapshot_free(p->snap);
	assert_int_equal(snapshot_take(root,
				       SNAPSHOT_PATCHES | SNAPSHOT_MODULES | SNAPSHOT_SYSTEM | SNAPSHOT_LOG,
				       NULL, &p->snap),
			 0);
	in.snap = p->snap;
	assert_int_equal(preflight_run(&in, &p->got), 0);
}

/* Look, and expect this of the check; evidence: a part of it. */
static void expect(struct place *p, const char *id, enum check_result result, const char *evidence)
{
	const struct check *c;

	look(p);
	c = preflight_find(&p->got, id);
	if (!c)
		fail_msg("no check %s", id);
	if (c->result != result || !strstr(c->evidence, evidence))
		fail_msg("%s: %s, \"%s\"; expected %s, \"%s\"", id, check_result_name(c->result), c->evidence,
			 check_result_name(result), evidence);
	assert_true(result < CHECK_WARN ? !c->hint : c->hint && *c->hint);
}

static void test_all_is_well(void **state)
{
	struct place *p = *state;

	look(p);
	for (size_t i = 0; i < p->got.n; i++)
		if (p->got.v[i].result != CHECK_PASS)
			fail_msg("%s: %s", p->got.v[i].id, p->got.v[i].evidence);
	assert_int_equal(p->got.n, 16);
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

static void test_signature(void **state)
{
	struct place *p = *state;

	expect(p, "signature", CHECK_PASS, "tainted (E)");
	tree_write(p->t, "sys/module/module/parameters/sig_enforce", "Y\n");
	expect(p, "signature", CHECK_FAIL, "not signed, and module.sig_enforce is on");
	p->file.is_signed = true;
	p->file.signer = (char[]){ "Some CA" };
	expect(p, "signature", CHECK_NOT_CHECKED, "signed by Some CA");
	tree_write(p->t, "sys/module/module/parameters/sig_enforce", "N\n");
	expect(p, "signature", CHECK_PASS, "cannot be known");
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
	expect(p, "transition", CHECK_NOT_CHECKED, "other_lp");
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
}

static void sleeper(struct place *p, int tid, char state, bool kthread, const char *stack)
{
	fake_task(p->t, &(struct fake_task){ tid, tid, "sleeper", state, kthread, "-1\n", stack });
}

static void test_blockers(void **state)
{
	struct place *p = *state;

	sleeper(p, 20, 'D', true, "[<0>] msleep+0x2d/0x40\n[<0>] beta+0x1/0x20 [mod_a]\n");
	sleeper(p, 21, 'S', false, "[<0>] alpha+0x1/0x20\n");
	sleeper(p, 22, 'S', false, "[<0>] beta+0x1/0x20\n[<0>] beta+0x1/0x20 [mod_b]\n");
	sleeper(p, 23, 'R', false, "[<0>] alpha+0x1/0x20\n");
	expect(p, "blockers", CHECK_WARN, "2 of 4 sleeping tasks");
	assert_int_equal(p->got.blockers.n, 2);
	assert_int_equal(p->got.blockers.v[0].task.tid, 20);
	assert_int_equal(p->got.blockers.v[0].cls, STALL_SLEEPING);
	assert_int_equal(p->got.blockers.v[0].unblock, UNBLOCK_REVERSE_ONLY);
	assert_string_equal(p->got.blockers.v[0].object, "mod_a");
	assert_string_equal(p->got.blockers.v[0].function, "beta");
	assert_non_null(strstr(p->got.blockers.v[0].reason, "would replace"));
	assert_null(strstr(p->got.blockers.v[0].advice, "reverse"));
	assert_int_equal(p->got.blockers.v[1].unblock, UNBLOCK_KERNEL_SIGNAL);
}

/* dup at position 2 begins at ...300 and ends where gamma begins. */
static void test_namesakes_by_size(void **state)
{
	struct place *p = *state;

	tree_write(p->t, "proc/kallsyms",
		   "ffffffff81000100 T alpha\nffffffff81000200 t dup\nffffffff81000300 t dup\n"
		   "ffffffff81000450 D gamma\nffffffffc0000000 t beta\t[mod_a]\n");
	sleeper(p, 20, 'D', true, "[<0>] dup+0x1/0x100\n");
	expect(p, "blockers", CHECK_PASS, "none of 2");
	sleeper(p, 21, 'D', true, "[<0>] dup+0x1/0x150\n");
	expect(p, "blockers", CHECK_WARN, "1 of 3");
	assert_int_equal(p->got.blockers.v[0].task.tid, 21);
}

static int old_of(void *ctx, const char *module, const char *new_func, const char **ret_object,
		  const char **ret_old)
{
	bool lp = streq(module, "other_lp");

	if (!lp || (!streq(new_func, "their_alpha") && !streq(new_func, "their_epsilon")))
		return -ENODATA;
	*ret_object = "vmlinux";
	*ret_old = new_func + strlen("their_");
	return 0;
}

static void test_former_patch(void **state)
{
	struct place *p = *state;

	p->map = (struct funcmap){ .old_of = old_of };
	fake_patch(p->t, "other_lp", 1, 0);
	fake_func(p->t, "other_lp", "vmlinux", "alpha,1");
	fake_func(p->t, "other_lp", "vmlinux", "epsilon,1");
	sleeper(p, 20, 'D', true, "[<0>] their_alpha+0x1/0x20 [other_lp]\n");
	sleeper(p, 21, 'D', true, "[<0>] alpha+0x1/0x20\n");
	sleeper(p, 22, 'D', true, "[<0>] their_epsilon+0x1/0x20 [other_lp]\n");
	sleeper(p, 23, 'D', true, "[<0>] a_helper+0x1/0x20 [other_lp]\n");
	expect(p, "blockers", CHECK_WARN, "1 of 5");
	assert_int_equal(p->got.blockers.v[0].task.tid, 20);
	assert_string_equal(p->got.blockers.v[0].function, "alpha");
	p->file.replace = 1;
	expect(p, "blockers", CHECK_WARN, "2 of 5");
	assert_int_equal(p->got.blockers.v[1].task.tid, 22);
	assert_string_equal(p->got.blockers.v[1].function, "epsilon");
}

static void test_unseen_tasks(void **state)
{
	struct place *p = *state;

	fake_task(p->t, &(struct fake_task){ 20, 20, "dark", 'S', false, "-1\n", NULL });
	expect(p, "blockers", CHECK_PASS, "none of 1");
	tree_fifo(p->t, "proc/20/task/20/stack");
	expect(p, "blockers", CHECK_NOT_CHECKED, "1 could not be looked at");
	tree_remove(p->t, "proc/20");
	tree_remove(p->t, "proc/7");
	expect(p, "blockers", CHECK_NOT_CHECKED, "none of 0");
}

/* Many findings are counted, not all spelled out. */
static void test_many_findings(void **state)
{
	static struct inspect_func many[40];
	struct place *p = *state;

	for (size_t i = 0; i < ARRAY_SIZE(many); i++)
		many[i] = (struct inspect_func){ .old_name = (char[]){ "nowhere" } };
	p->objects[0].funcs = many;
	p->objects[0].n_funcs = ARRAY_SIZE(many);
	expect(p, "functions-exist", CHECK_FAIL, "; and 34 more");
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
		cmocka_unit_test_setup_teardown(test_ipmodify, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kprobes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_conflicts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_blockers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_namesakes_by_size, setup, teardown),
		cmocka_unit_test_setup_teardown(test_former_patch, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unseen_tasks, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_findings, setup, teardown),
	};

	return cmocka_run_group_tests_name("preflight", tests, NULL, NULL);
}
