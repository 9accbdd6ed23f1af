// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The dialog as a widget, without a terminal: which keys answer, which do
 * nothing, and when it expires.
 */
#include "tests/lib/tree.h"

#include "tui/dialog.h"
#include "tui/term.h"

#define NOW (1000 * USEC_PER_SEC)

static void open_one(struct dialog *d)
{
	struct lines l = { 0 };

	lines_add(&l, STYLE_NORMAL, "enabled since 3 min");
	assert_int_equal(dialog_open(d, &(struct question){ "disable x?", "disable x", &l, false }, NOW), 0);
	lines_done(&l);
	assert_true(d->open);
}

static void the_focus_starts_on_cancel(void **state)
{
	struct dialog d = { 0 };

	open_one(&d);
	assert_int_equal(d.focus, BUTTON_CANCEL);
	assert_int_equal(dialog_key(&d, K_ENTER), DIALOG_NO);
	dialog_close(&d);
}

static void moved_to_the_verb_enter_is_a_yes(void **state)
{
	static const int moves[] = { K_TAB, K_BACKTAB, K_RIGHT };
	struct dialog d = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(moves); i++) {
		open_one(&d);
		assert_int_equal(dialog_key(&d, moves[i]), DIALOG_MOVED);
		assert_int_equal(d.focus, BUTTON_DO);
		assert_int_equal(dialog_key(&d, K_ENTER), DIALOG_YES);
		assert_int_equal(dialog_key(&d, K_LEFT), DIALOG_MOVED);
		assert_int_equal(dialog_key(&d, K_ENTER), DIALOG_NO);
	}
	dialog_close(&d);
}

static void only_y_n_enter_and_esc_answer(void **state)
{
	struct dialog d = { 0 };

	open_one(&d);
	for (int key = 1; key <= K_UNKNOWN; key = key == 0x3000 ? KEY_CODE_BASE : key + 1) {
		enum dialog_event e = dialog_key(&d, key);

		if (key == 'y')
			assert_int_equal(e, DIALOG_YES);
		else if (key == 'n' || key == K_ESC || key == K_ENTER || key == K_CTRL('c'))
			assert_int_equal(e, DIALOG_NO);
		else
			assert_true(e == DIALOG_NOTHING || e == DIALOG_MOVED);
		d.focus = BUTTON_CANCEL;
	}
	dialog_close(&d);
}

/* Keys that people press to get rid of something act on nothing, also on the verb's button. */
static void deleting_keys_do_nothing(void **state)
{
	static const int keys[] = { K_CTRL('d'), K_BACKSPACE, K_DELETE, ' ', 'Y', 'D', 'q', 'Q' };
	struct dialog d = { 0 };

	open_one(&d);
	dialog_key(&d, K_TAB);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		assert_int_equal(dialog_key(&d, keys[i]), DIALOG_NOTHING);
	assert_int_equal(d.focus, BUTTON_DO);
	dialog_close(&d);
}

static void unanswered_it_expires_after_a_minute(void **state)
{
	struct dialog d = { 0 };

	open_one(&d);
	assert_false(dialog_expired(&d, NOW + 60 * USEC_PER_SEC - 1));
	assert_true(dialog_expired(&d, NOW + 60 * USEC_PER_SEC));
	dialog_close(&d);
	assert_false(dialog_expired(&d, NOW + 61 * USEC_PER_SEC));
}

static void foreign_names_are_cleaned(void **state)
{
	struct lines l = { 0 };
	struct dialog d = { 0 };

	assert_int_equal(
		dialog_open(&d, &(struct question){ "unload \033[2J?", "unload \033[2J", &l, true }, NOW), 0);
	assert_null(strchr(d.text.title, '\033'));
	assert_null(strchr(d.action, '\033'));
	dialog_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_focus_starts_on_cancel),
		cmocka_unit_test(moved_to_the_verb_enter_is_a_yes),
		cmocka_unit_test(only_y_n_enter_and_esc_answer),
		cmocka_unit_test(deleting_keys_do_nothing),
		cmocka_unit_test(unanswered_it_expires_after_a_minute),
		cmocka_unit_test(foreign_names_are_cleaned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
