// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What `watch` tells of two looks at a transition: begun, ended, reversed, and
 * what only looks like a reversal.
 */
#include "tests/core/fake.h"

#include "shell/changes.h"

struct heard {
	struct changes *c;
	char text[1024];
};

static int hear(const struct notice *n, void *arg)
{
	struct heard *h = arg;
	size_t len = strlen(h->text);

	(void)snprintf(h->text + len, sizeof(h->text) - len, "%s: %s\n", change_name(n->kind), n->text);
	return 0;
}

/* At one patch. */
struct look {
	int enabled, transition; /* of the one patch; -1: it is not there */
	int target; /* as the snapshot takes it */
	bool known; /* the log has said the target */
	unsigned ends;
};

static void look(struct heard *h, struct look l)
{
	struct patch p = { .name = (char *)(uintptr_t) "fix",
			   .in_sysfs = true,
			   .enabled = l.enabled,
			   .transition = l.transition };
	struct snapshot s = { .patches = { &p, l.enabled < 0 ? 0 : 1 },
			      .in_transition = l.transition == 1 ? &p : NULL,
			      .target = l.transition == 1 ? l.target : -1,
			      .tasks = { .total = 60 } };

	s.transition.target = s.target;
	s.transition.since_inferred = !l.known;
	s.transition.ends = l.ends;
	h->text[0] = '\0';
	assert_int_equal(changes_feed(h->c, &s, hear, h), 0);
}

static struct heard begin(void)
{
	struct heard h = { 0 };

	assert_int_equal(changes_new(&h.c), 0);
	look(&h, (struct look){ .enabled = -1 });
	return h;
}

static void a_reversal_is_told(void **state)
{
	struct heard h = begin();

	look(&h, (struct look){ .enabled = 1, .transition = 1, .target = 1, .known = true });
	assert_non_null(strstr(h.text, "transition-began: fix is being enabled"));
	look(&h, (struct look){ .enabled = 0, .transition = 1, .target = 0, .known = true });
	assert_string_equal(
		h.text,
		"transition-reversed: the transition of fix was reversed: it is being disabled now\n");
	changes_free(h.c);
}

/* Who may not read the log has only `enabled`. */
static void a_reversal_is_told_without_the_log(void **state)
{
	struct heard h = begin();

	look(&h, (struct look){ .enabled = 1, .transition = 1, .target = 1 });
	look(&h, (struct look){ .enabled = 0, .transition = 1, .target = 0 });
	assert_non_null(strstr(h.text, "transition-reversed"));
	changes_free(h.c);
}

static void a_first_look_that_was_too_early_is_no_reversal(void **state)
{
	struct heard h = begin();

	/* `enabled` is the old value until the kernel has asked the tasks */
	look(&h, (struct look){ .enabled = 0, .transition = 1, .target = 0 });
	look(&h, (struct look){ .enabled = 1, .transition = 1, .target = 1, .known = true });
	assert_string_equal(h.text, "transition-began: fix is being enabled: 0 of 60 tasks left\n");
	/* but a second turn is one */
	look(&h, (struct look){ .enabled = 0, .transition = 1, .target = 0, .known = true });
	assert_non_null(strstr(h.text, "transition-reversed"));
	changes_free(h.c);
}

static void an_end_and_a_way_back_between_two_looks_are_no_reversal(void **state)
{
	struct heard h = begin();

	look(&h, (struct look){ .enabled = 1, .transition = 1, .target = 1, .known = true });
	look(&h, (struct look){ .enabled = 0, .transition = 1, .target = 0, .known = true, .ends = 1 });
	assert_string_equal(h.text, "transition-ended: the transition of fix has ended: it was enabled\n"
				    "transition-began: fix is being disabled: 0 of 60 tasks left\n");
	changes_free(h.c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reversal_is_told),
		cmocka_unit_test(a_reversal_is_told_without_the_log),
		cmocka_unit_test(a_first_look_that_was_too_early_is_no_reversal),
		cmocka_unit_test(an_end_and_a_way_back_between_two_looks_are_no_reversal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
