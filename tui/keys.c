// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Makes the dispatcher's maps and the manual's table from the one set of
 * lists in keys.h. Decides nothing about what a key does.
 */
#include "tui/keys.h"

#include "tui/term.h"
#include "tui/tui.h"

#define KEY_ROW(act, a, b, c, name, label, help) { act, { a, b, c }, name, label, help },
#define KEYMAP(id, title, LIST)                                                                              \
	static const struct key id##_keys[] = { LIST(KEY_ROW) };                                             \
	const struct keymap keymap_##id = { title, id##_keys, ARRAY_SIZE(id##_keys) };

KEYMAP(global, "all screens", KEYS_GLOBAL)
KEYMAP(list, "lists", KEYS_LIST)
KEYMAP(text, "texts and details", KEYS_TEXT)
KEYMAP(patches, "Patches", KEYS_PATCHES)
KEYMAP(transition, "Transition", KEYS_TRANSITION)
KEYMAP(modules, "Modules", KEYS_MODULES)
KEYMAP(taint, "Taint", KEYS_TAINT)
KEYMAP(log, "Log", KEYS_LOG)
KEYMAP(build, "Build", KEYS_BUILD)
KEYMAP(system, "System", KEYS_SYSTEM)
KEYMAP(history, "History", KEYS_HISTORY)
KEYMAP(guide, "Apply, Rollback", KEYS_GUIDE)
KEYMAP(trace, "Trace", KEYS_TRACE)

#define HELP_IN(screen, name, help) { screen, name, help },
#define HELP_GLOBAL(act, a, b, c, name, label, help) HELP_IN("all screens", name, help)
#define HELP_LIST(act, a, b, c, name, label, help) HELP_IN("lists", name, help)
#define HELP_TEXT(act, a, b, c, name, label, help) HELP_IN("texts and details", name, help)
#define HELP_PATCHES(act, a, b, c, name, label, help) HELP_IN("Patches", name, help)
#define HELP_TRANSITION(act, a, b, c, name, label, help) HELP_IN("Transition", name, help)
#define HELP_MODULES(act, a, b, c, name, label, help) HELP_IN("Modules", name, help)
#define HELP_TAINT(act, a, b, c, name, label, help) HELP_IN("Taint", name, help)
#define HELP_LOG(act, a, b, c, name, label, help) HELP_IN("Log", name, help)
#define HELP_BUILD(act, a, b, c, name, label, help) HELP_IN("Build", name, help)
#define HELP_SYSTEM(act, a, b, c, name, label, help) HELP_IN("System", name, help)
#define HELP_HISTORY(act, a, b, c, name, label, help) HELP_IN("History", name, help)
#define HELP_GUIDE(act, a, b, c, name, label, help) HELP_IN("Apply, Rollback", name, help)
#define HELP_TRACE(act, a, b, c, name, label, help) HELP_IN("Trace", name, help)

const struct tui_key_help tui_keys[] = {
	KEYS_GLOBAL(HELP_GLOBAL) KEYS_LIST(HELP_LIST) KEYS_TEXT(HELP_TEXT) KEYS_PATCHES(HELP_PATCHES)
		KEYS_TRANSITION(HELP_TRANSITION) KEYS_MODULES(HELP_MODULES) KEYS_TAINT(HELP_TAINT)
			KEYS_LOG(HELP_LOG) KEYS_BUILD(HELP_BUILD) KEYS_SYSTEM(HELP_SYSTEM)
				KEYS_HISTORY(HELP_HISTORY) KEYS_GUIDE(HELP_GUIDE) KEYS_TRACE(HELP_TRACE)
};
const size_t tui_keys_len = ARRAY_SIZE(tui_keys);

const struct key *keymap_key(const struct keymap *m, int code)
{
	for (size_t i = 0; m && code && i < m->n; i++)
		for (size_t c = 0; c < ARRAY_SIZE(m->keys[i].codes); c++)
			if (m->keys[i].codes[c] == code)
				return &m->keys[i];
	return NULL;
}

enum action keymap_find(const struct keymap *m, int code)
{
	const struct key *k = keymap_key(m, code);

	return k ? k->act : ACT_NONE;
}
