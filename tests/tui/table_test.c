// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tui/table: the selection is an identity, orders are total, filters count.
 */
#include "tests/lib/tree.h"
#include "tui/table.h"

#include <errno.h>

struct item {
	const char *name;
	int value;
	size_t parent;
};
struct items {
	struct item v[16];
	size_t n;
};

static size_t items_count(void *ctx)
{
	return ((struct items *)ctx)->n;
}

static uint64_t items_id(void *ctx, size_t i)
{
	return table_hash_str(0, ((struct items *)ctx)->v[i].name);
}

static void items_cell(void *ctx, size_t i, size_t column, char *buf, size_t size)
{
	const struct item *it = &((struct items *)ctx)->v[i];

	if (column == 0)
		snprintf(buf, size, "%s", it->name);
	else
		snprintf(buf, size, "%d", it->value);
}

static int items_compare(void *ctx, size_t a, size_t b, size_t column)
{
	const struct items *t = ctx;

	return column == 0 ? strcmp(t->v[a].name, t->v[b].name) : t->v[a].value - t->v[b].value;
}

static size_t items_parent(void *ctx, size_t i)
{
	return ((struct items *)ctx)->v[i].parent;
}

static const struct column columns[] = {
	{ "NAME", 8, 40, 0, COL_FLEX, "" },
	{ "VALUE", 5, 10, 2, COL_RIGHT, "" },
};
static const struct table_source source = {
	.columns = columns,
	.n_columns = 2,
	.count = items_count,
	.id = items_id,
	.cell = items_cell,
	.compare = items_compare,
	.parent = items_parent,
};

#define TOP TABLE_NO_PARENT

static const struct items sample = {
	{ { "delta", 3, TOP }, { "alpha", 1, TOP }, { "charlie", 1, TOP }, { "bravo", 2, TOP } }, 4
};

struct state {
	struct items items;
	struct table t;
};

static int setup(void **state)
{
	struct state *s = calloc(1, sizeof(*s));

	s->items = sample;
	table_init(&s->t, &source, &s->items);
	assert_int_equal(table_update(&s->t), 0);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct state *s = *state;

	table_done(&s->t);
	free(s);
	return 0;
}

static const char *shown(struct state *s, size_t place)
{
	return s->items.v[s->t.order[place]].name;
}

static const char *selected(struct state *s)
{
	size_t i = 99;

	assert_true(table_selected(&s->t, &i));
	return s->items.v[i].name;
}

static void selection_survives_sorting(void **state)
{
	struct state *s = *state;

	table_move(&s->t, 2);
	assert_string_equal(selected(s), "charlie");
	for (int k = 0; k < 3; k++) {
		table_sort_next(&s->t);
		table_update(&s->t);
		assert_string_equal(selected(s), "charlie");
	}
	s->t.reverse = true;
	table_update(&s->t);
	assert_string_equal(selected(s), "charlie");
}

static void selection_survives_removal_of_others(void **state)
{
	struct state *s = *state;

	table_move(&s->t, 2);
	memmove(s->items.v, s->items.v + 1, 3 * sizeof(struct item));
	s->items.n = 3;
	table_update(&s->t);
	assert_string_equal(selected(s), "charlie");
	assert_int_equal(s->t.cursor, 1);
}

static void selection_moves_to_the_place_of_a_removed_row(void **state)
{
	struct state *s = *state;

	table_move(&s->t, 3);
	s->items.n = 3;
	table_update(&s->t);
	assert_string_equal(selected(s), "charlie");
	s->items.n = 0;
	table_update(&s->t);
	assert_false(table_selected(&s->t, &(size_t){ 0 }));
	table_move(&s->t, 1);
	table_end(&s->t);
}

static void order_is_total(void **state)
{
	struct state *s = *state;

	s->t.sort = 1;
	table_update(&s->t);
	/* alpha and charlie tie at 1: the source's order decides. */
	assert_string_equal(shown(s, 0), "alpha");
	assert_string_equal(shown(s, 1), "charlie");
	assert_string_equal(shown(s, 3), "delta");
	s->t.reverse = true;
	table_update(&s->t);
	assert_string_equal(shown(s, 0), "delta");
	assert_string_equal(shown(s, 3), "alpha");
	s->t.sort = -1;
	s->t.reverse = false;
	table_update(&s->t);
	assert_string_equal(shown(s, 0), "delta");
}

static void sorting_comes_round(void **state)
{
	struct state *s = *state;

	table_sort_next(&s->t);
	table_sort_next(&s->t);
	assert_int_equal(s->t.sort, 1);
	table_sort_next(&s->t);
	assert_int_equal(s->t.sort, -1);
}

static void filter_counts(void **state)
{
	struct state *s = *state;

	assert_int_equal(filter_set(&s->t.filter, "LPH", NULL), 0);
	table_update(&s->t);
	assert_int_equal(s->t.n, 1);
	assert_int_equal(s->t.matched, 1);
	assert_int_equal(s->t.total, 4);
	assert_string_equal(selected(s), "alpha");
	filter_set(&s->t.filter, "!alpha", NULL);
	table_update(&s->t);
	assert_int_equal(s->t.matched, 3);
	filter_set(&s->t.filter, "~^(alpha|bravo)$", NULL);
	table_update(&s->t);
	assert_int_equal(s->t.matched, 2);
	filter_set(&s->t.filter, "!~^(alpha|bravo)$", NULL);
	table_update(&s->t);
	assert_int_equal(s->t.matched, 2);
	filter_set(&s->t.filter, "", NULL);
	table_update(&s->t);
	assert_int_equal(s->t.matched, 4);
}

static void bad_expression_keeps_the_old_filter(void **state)
{
	struct state *s = *state;
	struct err e = { 0 };

	filter_set(&s->t.filter, "alpha", NULL);
	/* libc would take seconds and gigabytes for these */
	assert_int_equal(filter_set(&s->t.filter, "~((a{1,255}){1,255}){1,20}", &e), -EINVAL);
	assert_int_equal(filter_set(&s->t.filter, "~(", &e), -EINVAL);
	assert_non_null(strstr(e.text, "regular expression"));
	assert_string_equal(s->t.filter.text, "alpha");
	/* Half-typed marks hide nothing. */
	assert_int_equal(filter_set(&s->t.filter, "!", NULL), 0);
	assert_int_equal(filter_set(&s->t.filter, "!~", NULL), 0);
	table_update(&s->t);
	assert_int_equal(s->t.n, 4);
}

static void tree_keeps_children_below(void **state)
{
	struct state *s = *state;

	s->items = (struct items){ { { "zulu", 1, TOP },
				     { "kid-one", 9, 0 },
				     { "kid-two", 8, 0 },
				     { "alpha", 2, TOP },
				     { "kid-three", 7, 3 } },
				   5 };
	s->t.sort = 0;
	table_update(&s->t);
	assert_string_equal(shown(s, 0), "alpha");
	assert_string_equal(shown(s, 1), "kid-three");
	assert_string_equal(shown(s, 2), "zulu");
	assert_string_equal(shown(s, 3), "kid-one");
	assert_string_equal(shown(s, 4), "kid-two");
	filter_set(&s->t.filter, "kid-two", NULL);
	table_update(&s->t);
	assert_int_equal(s->t.n, 2); /* with its parent */
	assert_string_equal(shown(s, 0), "zulu");
	assert_int_equal(s->t.matched, 1);
	assert_int_equal(s->t.total, 2);
}

static void scrolling_keeps_the_cursor_in_sight(void **state)
{
	struct state *s = *state;

	table_end(&s->t);
	table_scroll(&s->t, 2);
	assert_int_equal(s->t.top, 2);
	table_home(&s->t);
	table_scroll(&s->t, 2);
	assert_int_equal(s->t.top, 0);
	table_move(&s->t, -5);
	assert_int_equal(s->t.cursor, 0);
	table_move(&s->t, 500);
	assert_int_equal(s->t.cursor, 3);
}

static void following_stays_at_the_end(void **state)
{
	struct state *s = *state;

	s->t.follow = true;
	table_update(&s->t);
	assert_string_equal(selected(s), "bravo");
	s->items.v[s->items.n++] = (struct item){ "echo", 5, TOP };
	table_update(&s->t);
	assert_string_equal(selected(s), "echo");
}

static void columns_drop_before_they_vanish(void **state)
{
	struct state *s = *state;
	int w[TABLE_COLUMNS_MAX];

	table_layout(&s->t, 60, w);
	assert_true(w[0] > 0 && w[1] > 0);
	table_layout(&s->t, 9, w);
	assert_true(w[0] >= 6);
	assert_int_equal(w[1], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(selection_survives_sorting, setup, teardown),
		cmocka_unit_test_setup_teardown(selection_survives_removal_of_others, setup, teardown),
		cmocka_unit_test_setup_teardown(selection_moves_to_the_place_of_a_removed_row, setup,
						teardown),
		cmocka_unit_test_setup_teardown(order_is_total, setup, teardown),
		cmocka_unit_test_setup_teardown(sorting_comes_round, setup, teardown),
		cmocka_unit_test_setup_teardown(filter_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(bad_expression_keeps_the_old_filter, setup, teardown),
		cmocka_unit_test_setup_teardown(tree_keeps_children_below, setup, teardown),
		cmocka_unit_test_setup_teardown(scrolling_keeps_the_cursor_in_sight, setup, teardown),
		cmocka_unit_test_setup_teardown(following_stays_at_the_end, setup, teardown),
		cmocka_unit_test_setup_teardown(columns_drop_before_they_vanish, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
