// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which change a rollback undoes and in which steps, from a written history
 * and a written list of patches.
 */
#include <errno.h>

#include "shell/goback.h"
#include "tests/lib/tree.h"

#define BOOT "11111111-2222-3333-4444-555555555555"

struct place {
	struct patch patches[8];
	struct patches p;
	struct history_entry entries[16];
	struct patch_ref refs[16][4];
	struct history_list l;
	struct goback g;
	const struct history_entry *stuck;
	char txns[16][8];
};

static int setup(void **state)
{
	struct place *w = calloc(1, sizeof(*w));

	w->p.v = w->patches;
	w->l.v = w->entries;
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	free(*state);
	return 0;
}

static char *words(const char *s)
{
	return (char *)(uintptr_t)s;
}

/* A patch that is enabled now; its build-id is its name's. */
static struct patch *now(struct place *w, const char *name)
{
	struct patch *q = &w->patches[w->p.n++];

	*q = (struct patch){ .name = words(name),
			     .in_sysfs = true,
			     .loaded = true,
			     .enabled = 1,
			     .build_id = words(name),
			     .replace = -1,
			     .forced = 0,
			     .stack_order = (int)w->p.n };
	return q;
}

static struct patch *leftover(struct place *w, const char *name)
{
	struct patch *q = now(w, name);

	q->in_sysfs = false;
	q->enabled = 0;
	q->stack_order = -1;
	return q;
}

/* A change that found `before` ("a b", oldest first) and ended so (NULL: it did not). */
static struct history_entry *changed(struct place *w, const char *verb, const char *target,
				     const char *before, const char *result)
{
	size_t at = w->l.n;
	struct history_entry *h = &w->entries[w->l.n++];
	_cleanup_free_ char *copy = strdup(before);
	char *save = NULL;

	snprintf(w->txns[at], sizeof(w->txns[at]), "t%zu", at);
	*h = (struct history_entry){ .verb = words(verb),
				     .target = words(target),
				     .phase = words("intent"),
				     .result = words("pending"),
				     .boot_id = words(BOOT),
				     .txn = w->txns[at],
				     .before = w->refs[at],
				     .before_known = true };
	for (char *n = strtok_r(copy, " ", &save); n; n = strtok_r(NULL, " ", &save)) {
		struct patch_ref *ref = &h->before[h->n_before++];

		FORMAT(ref->name, "%s", n);
		FORMAT(ref->build_id, "%s", n);
	}
	if (result) {
		struct history_entry *o = &w->entries[w->l.n++];

		*o = *h;
		o->phase = words("outcome");
		o->result = words(result);
	}
	return h;
}

static const struct history_entry *find(struct place *w, const char *name)
{
	const struct history_entry *h = NULL;
	struct err e = { 0 };

	if (goback_find(&w->l, BOOT, &w->p, name, NULL, &h, &w->stuck, &e) < 0)
		fail_msg("%s", e.text);
	return h;
}

static void find_fails(struct place *w, const char *name, int code, const char *text)
{
	const struct history_entry *h = NULL;
	struct err e = { 0 };

	assert_int_equal(goback_find(&w->l, BOOT, &w->p, name, NULL, &h, &w->stuck, &e), code);
	if (!strstr(e.text, text))
		fail_msg("%s", e.text);
	assert_null(h);
}

/* The steps as words: "-a" disable, "x a" remove, "+a" load. */
static void expect(struct place *w, bool replaces, const char *want, bool gap)
{
	const struct history_entry *h = find(w, NULL);
	char got[256] = "";

	assert_int_equal(goback_compare(h, &w->p, &w->g, NULL), 0);
	assert_int_equal(goback_steps(h, &w->p, replaces, &w->g, NULL), 0);
	if (w->stuck)
		goback_leftovers(w->stuck, &w->p, &w->g);
	for (size_t i = 0; i < w->g.n; i++) {
		size_t len = strlen(got);

		snprintf(got + len, sizeof(got) - len, "%s%c%s", i ? " " : "", "-x+"[w->g.v[i].kind],
			 w -> g.v[i].name);
	}
	assert_string_equal(got, want);
	assert_int_equal(w->g.gap, gap);
}

static void test_stacked(void **state)
{
	struct place *w = *state;

	changed(w, "load", "a", "", "done");
	changed(w, "load", "b", "a", "done");
	now(w, "a");
	now(w, "b");
	expect(w, false, "-b xb", false);
}

static void test_plain_ones_replaced(void **state)
{
	struct place *w = *state;

	changed(w, "replace", "r", "a b", "done");
	now(w, "r");
	expect(w, false, "-r xr +a +b", true);
	leftover(w, "b");
	expect(w, false, "xb -r xr +a +b", true);
}

/* The former one is an atomic replace itself: one transition, no gap. */
static void test_replace_replaced(void **state)
{
	struct place *w = *state;

	changed(w, "replace", "r2", "r1 s", "done");
	now(w, "r2");
	leftover(w, "r1");
	expect(w, true, "xr1 +r1 xr2 +s", false);
}

/* The same name in another build cannot be loaded beside it. */
static void test_same_name(void **state)
{
	struct place *w = *state;

	changed(w, "replace", "r", "r", "done");
	now(w, "r")->build_id = words("another");
	expect(w, true, "-r xr +r", true);
}

static void test_unloaded(void **state)
{
	struct place *w = *state;

	changed(w, "unload", "a", "a b", "done");
	now(w, "b");
	expect(w, false, "-b xb +a +b", true);
	w->patches[0] = (struct patch){
		.name = words("a"), .in_sysfs = true, .enabled = 1, .build_id = words("a"), .stack_order = 1
	};
	expect(w, false, "+b", false); /* the lower one is there again */
}

static void test_already(void **state)
{
	struct place *w = *state;

	changed(w, "load", "b", "a", "done");
	now(w, "a");
	assert_int_equal(goback_compare(find(w, NULL), &w->p, &w->g, NULL), 1);
}

/* What failed or was turned round has changed nothing: no more than that is undone, unless it is named. */
static void test_came_to_nothing(void **state)
{
	static const char *const results[] = { "failed", "reversed", "undone", "refused" };

	for (size_t i = 0; i < ARRAY_SIZE(results); i++) {
		struct place *w;

		teardown(state);
		setup(state);
		w = *state;
		changed(w, "load", "a", "", "done");
		changed(w, "load", "b", "a", results[i]);
		changed(w, "poke", "17", "a", "done");
		now(w, "a");
		assert_string_equal(find(w, NULL)->target, "b");
		assert_int_equal(goback_compare(find(w, NULL), &w->p, &w->g, NULL), 1);
		assert_string_equal(find(w, "a")->target, "a");
		now(w, "b"); /* it is there all the same */
		find_fails(w, "a", -EINVAL, "the last change was load b");
	}
}

static void test_worker_was_killed(void **state)
{
	struct place *w = *state;

	changed(w, "load", "a", "", NULL);
	now(w, "a");
	expect(w, false, "-a xa", false);
}

static void test_name(void **state)
{
	struct place *w = *state;

	changed(w, "load", "a", "", "done");
	changed(w, "load", "b", "a", "done");
	now(w, "a");
	now(w, "b");
	assert_string_equal(find(w, "b")->target, "b");
	find_fails(w, "a", -EINVAL, "the last change was load b, not of a");
	find_fails(w, "c", -ENOENT, "no change of c");
}

static void test_transaction(void **state)
{
	struct place *w = *state;
	const struct history_entry *h = NULL;
	struct err e = { 0 };

	changed(w, "load", "a", "", "done");
	changed(w, "load", "b", "a", "done");
	now(w, "a");
	now(w, "b");
	assert_int_equal(goback_find(&w->l, BOOT, &w->p, NULL, "t0", &h, &w->stuck, &e), -ESTALE);
	assert_non_null(strstr(e.text, "the last change is load b (t2), and no longer t0"));
	assert_null(h);
	assert_int_equal(goback_find(&w->l, BOOT, &w->p, NULL, "t2", &h, &w->stuck, &e), 0);
	assert_string_equal(h->target, "b");
}

static void test_other_boot(void **state)
{
	struct place *w = *state;

	find_fails(w, NULL, -ENOENT, "no change is recorded");
	changed(w, "load", "a", "", "done")->boot_id = words("another");
	now(w, "a");
	find_fails(w, NULL, -ENOENT, "no change is recorded");
}

static void test_transition_runs(void **state)
{
	struct place *w = *state;

	changed(w, "load", "a", "", "stalled");
	now(w, "a")->transition = 1;
	find_fails(w, NULL, -EBUSY, "a is in transition");
}

static void test_forced(void **state)
{
	struct place *w = *state;
	struct err e = { 0 };

	changed(w, "load", "a", "", "stalled");
	changed(w, "force", "a", "a", "done");
	now(w, "a");
	find_fails(w, NULL, -EPERM, "forced");
	w->l.n = 2; /* not in the history, but the kernel log tells */
	w->patches[0].forced = 1;
	assert_int_equal(goback_compare(find(w, NULL), &w->p, &w->g, NULL), 0);
	assert_int_equal(goback_steps(find(w, NULL), &w->p, false, &w->g, &e), -EPERM);
}

/* Between the force and now the patch was loaded: the force is older. */
static void test_forced_before(void **state)
{
	struct place *w = *state;

	changed(w, "force", "x", "", "done");
	changed(w, "load", "a", "", "done");
	now(w, "a");
	expect(w, false, "-a xa", false);
}

/* A rollback that got stuck half-way is taken up; a finished one is a change as any other. */
static void test_rollback_again(void **state)
{
	struct place *w = *state;
	struct history_entry *h = changed(w, "replace", "r", "a b", "done");

	changed(w, "rollback", "r", "r", "failed")->of = h->txn;
	now(w, "a");
	expect(w, false, "+b", false);
	w->entries[3].result = words("done");
	expect(w, true, "+r xa", false);
}

/* All is as it was, but the module that was to go is still there. */
static void test_leftover_of_a_rollback(void **state)
{
	struct place *w = *state;
	struct history_entry *h = changed(w, "replace", "r2", "r1", "done");

	changed(w, "rollback", "r2", "r2", "stalled")->of = h->txn;
	now(w, "r1");
	leftover(w, "r2");
	assert_int_equal(goback_compare(find(w, NULL), &w->p, &w->g, NULL), 1);
	assert_int_equal(goback_steps(find(w, NULL), &w->p, true, &w->g, NULL), 0);
	goback_leftovers(w->stuck, &w->p, &w->g);
	assert_int_equal(w->g.n, 1);
	assert_int_equal(w->g.v[0].kind, GOBACK_REMOVE);
	assert_string_equal(w->g.v[0].name, "r2");
}

static void test_unknown_before(void **state)
{
	struct place *w = *state;
	struct err e = { 0 };

	changed(w, "load", "a", "", "done")->before_known = false;
	now(w, "a");
	assert_int_equal(goback_compare(find(w, NULL), &w->p, &w->g, &e), -ENODATA);
	assert_non_null(strstr(e.text, "does not tell"));
}

static void test_no_build_id(void **state)
{
	struct place *w = *state;

	changed(w, "load", "b", "a", "done");
	now(w, "a")->build_id = NULL;
	now(w, "b");
	expect(w, false, "-b xb -a xa +a", true); /* who cannot be known is not kept for the same */
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	static const struct CMUnitTest tests[] = {
		TEST(test_stacked),
		TEST(test_plain_ones_replaced),
		TEST(test_replace_replaced),
		TEST(test_same_name),
		TEST(test_unloaded),
		TEST(test_already),
		TEST(test_came_to_nothing),
		TEST(test_worker_was_killed),
		TEST(test_name),
		TEST(test_transaction),
		TEST(test_other_boot),
		TEST(test_transition_runs),
		TEST(test_forced),
		TEST(test_forced_before),
		TEST(test_rollback_again),
		TEST(test_leftover_of_a_rollback),
		TEST(test_unknown_before),
		TEST(test_no_build_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
