// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tui/lines, tui/prompt, tui/keys: what stands behind texts, the typed line
 * and the key table.
 */
#include "core/text.h"
#include "tests/lib/tree.h"
#include "tui/keys.h"
#include "tui/lines.h"
#include "tui/prompt.h"
#include "tui/term.h"
#include "tui/tui.h"

static void lines_are_clean(void **state)
{
	static const char text[] = "one\ttab\n\033]0;x\a\nlast";
	_cleanup_(lines_done) struct lines l = { 0 };

	lines_add(&l, STYLE_NORMAL, "a%sb", "\033[31m\n");
	lines_text(&l, STYLE_NORMAL, text, strlen(text));
	for (size_t i = 0; i < l.n; i++)
		assert_true(text_is_clean(l.v[i].text));
	assert_string_equal(l.v[1].text, "one     tab");
	assert_int_equal(l.n, 4);
}

static void wrapping_loses_nothing(void **state)
{
	_cleanup_(lines_done) struct lines l = { 0 }, w = { 0 };

	lines_fact(&l, "why",
		   "a kernel thread that sleeps in a_very_long_function_name_without_blanks_in_it of 模块");
	for (size_t columns = 8; columns < 90; columns++) {
		_cleanup_free_ char *joined = calloc(1, 512);

		lines_wrap(&w, &l, columns);
		for (size_t i = 0; i < w.n; i++) {
			assert_true(text_width(w.v[i].text) <= columns);
			strncat(joined, w.v[i].text, 511 - strlen(joined));
		}
		assert_non_null(strstr(w.v[0].text, "why"));
		for (size_t i = 0; joined[i];) { /* compare without blanks */
			if (joined[i] == ' ')
				memmove(joined + i, joined + i + 1, strlen(joined + i));
			else
				i++;
		}
		assert_string_equal(joined, "whyakernelthreadthatsleepsina_very_long_function_name_without_"
					    "blanks_in_itof模块");
		lines_done(&w);
	}
}

static void lines_are_bounded(void **state)
{
	_cleanup_(lines_done) struct lines l = { 0 };

	for (int i = 0; i < LINES_MAX + 10; i++)
		lines_add(&l, STYLE_NORMAL, "%d", i);
	assert_int_equal(l.n, LINES_MAX);
	assert_true(l.full);
}

static void type(struct prompt *p, const char *s)
{
	for (; *s; s++)
		prompt_key(p, (unsigned char)*s);
}

static void prompt_edits(void **state)
{
	_cleanup_(prompt_done) struct prompt p = { 0 };

	prompt_start(&p, ':', "");
	type(&p, "list x");
	prompt_key(&p, K_BACKSPACE);
	assert_string_equal(p.text, "list ");
	prompt_key(&p, K_HOME);
	type(&p, ">");
	assert_string_equal(p.text, ">list ");
	prompt_key(&p, K_DELETE);
	assert_string_equal(p.text, ">ist ");
	prompt_key(&p, K_END);
	prompt_key(&p, K_CTRL('w'));
	assert_string_equal(p.text, "");
	prompt_key(&p, 0xe4);
	assert_string_equal(p.text, "ä");
	prompt_key(&p, K_LEFT);
	assert_int_equal(p.at, 0);
	prompt_key(&p, K_RIGHT);
	assert_int_equal(p.at, 2);
	assert_int_equal(prompt_key(&p, 0x1b), PROMPT_CANCEL);
	assert_int_equal(prompt_key(&p, 0x202e), PROMPT_EDITED); /* bidi override: not taken in */
	assert_string_equal(p.text, "ä");
}

static void prompt_is_bounded(void **state)
{
	_cleanup_(prompt_done) struct prompt p = { 0 };

	prompt_start(&p, ':', "");
	for (int i = 0; i < 5000; i++)
		prompt_key(&p, 0x4e2d);
	assert_true(strlen(p.text) < PROMPT_MAX);
	assert_true(text_is_clean(p.text));
}

static void prompt_remembers(void **state)
{
	_cleanup_(prompt_done) struct prompt p = { 0 };

	for (int i = 0; i < PROMPT_HISTORY + 5; i++) {
		char line[16];

		FORMAT(line, "cmd%d", i);
		prompt_remember(&p, line);
	}
	prompt_start(&p, ':', "");
	prompt_key(&p, K_UP);
	assert_string_equal(p.text, "cmd36");
	prompt_key(&p, K_UP);
	assert_string_equal(p.text, "cmd35");
	prompt_key(&p, K_DOWN);
	prompt_key(&p, K_DOWN);
	assert_string_equal(p.text, "");
	assert_int_equal(prompt_key(&p, K_BACKSPACE), PROMPT_CANCEL);
}

/* Of the capitals only these act on the screen alone; each other asks first. */
static void capitals_are_changes_but_for_a_few(void **state)
{
	static const struct keymap *const maps[] = { &keymap_global,  &keymap_list,	  &keymap_text,
						     &keymap_patches, &keymap_transition, &keymap_modules,
						     &keymap_taint,   &keymap_log,	  &keymap_system,
						     &keymap_history, &keymap_build,	  &keymap_guide };

	for (size_t m = 0; m < ARRAY_SIZE(maps); m++)
		for (int code = 'A'; code <= 'Z'; code++) {
			enum action a = keymap_find(maps[m], code);
			bool asks = (a >= ACT_CHANGE_FIRST && a <= ACT_CHANGE_LAST) || a == ACT_BUILD ||
				    a == ACT_STOP_BUILD;

			assert_true(a == ACT_NONE || asks == !strchr("GOQRS", code));
		}
}

static void what_destroys_elsewhere_does_nothing(void **state)
{
	for (size_t i = 0; i < tui_keys_len; i++)
		assert_true(*tui_keys[i].help && *tui_keys[i].screen);
	assert_int_equal(keymap_find(&keymap_global, 'D'), ACT_NONE);
	assert_int_equal(keymap_find(&keymap_global, K_CTRL('d')), ACT_NONE);
	assert_int_equal(keymap_find(&keymap_list, K_DELETE), ACT_NONE);
	assert_int_equal(keymap_find(&keymap_list, K_BACKSPACE), ACT_NONE);
	assert_int_equal(keymap_find(&keymap_global, 0), ACT_NONE);
}

static void no_key_means_two_things(void **state)
{
	static const struct keymap *const screens[] = { &keymap_patches, &keymap_transition, &keymap_modules,
							&keymap_taint,	 &keymap_log,	     &keymap_system,
							&keymap_history };

	for (size_t i = 0; i < keymap_global.n; i++)
		for (int c = 0; c < 3 && keymap_global.keys[i].codes[c]; c++) {
			int code = keymap_global.keys[i].codes[c];

			assert_int_equal(keymap_find(&keymap_list, code), ACT_NONE);
			assert_int_equal(keymap_find(&keymap_text, code), ACT_NONE);
			for (size_t s = 0; s < ARRAY_SIZE(screens); s++)
				assert_int_equal(keymap_find(screens[s], code), ACT_NONE);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_clean),
		cmocka_unit_test(wrapping_loses_nothing),
		cmocka_unit_test(lines_are_bounded),
		cmocka_unit_test(prompt_edits),
		cmocka_unit_test(prompt_is_bounded),
		cmocka_unit_test(prompt_remembers),
		cmocka_unit_test(capitals_are_changes_but_for_a_few),
		cmocka_unit_test(what_destroys_elsewhere_does_nothing),
		cmocka_unit_test(no_key_means_two_things),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
