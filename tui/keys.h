/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every key, once. A row: action, up to three key codes, its name, the word
 * in the footer ("" for none), the sentence in help and manual. Footer, help
 * screen, tui_keys and the dispatcher are all made from these lists; a key
 * that is in no list does nothing. Capital letters but G O Q R S are actions
 * on the kernel: each opens a dialog first.
 */
#ifndef KLPSH_TUI_KEYS_H
#define KLPSH_TUI_KEYS_H

#include "core/util.h"

enum action {
	ACT_NONE,
	ACT_VIEW_PATCHES,
	ACT_VIEW_TRANSITION,
	ACT_VIEW_MODULES,
	ACT_VIEW_TAINT,
	ACT_VIEW_LOG,
	ACT_VIEW_BUILD,
	ACT_VIEW_SYSTEM,
	ACT_VIEW_HISTORY,
	ACT_VIEW_HELP,
	ACT_UP,
	ACT_DOWN,
	ACT_PAGE_UP,
	ACT_PAGE_DOWN,
	ACT_HOME,
	ACT_END,
	ACT_LEFT,
	ACT_RIGHT,
	ACT_OPEN,
	ACT_BACK,
	ACT_CLEAR,
	ACT_QUIT,
	ACT_FILTER,
	ACT_NEXT_MATCH,
	ACT_SORT,
	ACT_REVERSE,
	ACT_FOLD,
	ACT_FOLLOW,
	ACT_LIVEPATCH_ONLY,
	ACT_RESTART,
	ACT_INSPECT,
	ACT_CHECK,
	ACT_BUILD,
	ACT_STOP_BUILD,
	ACT_PAUSE,
	ACT_REFRESH,
	ACT_SLOWER,
	ACT_FASTER,
	ACT_MAXIMIZE,
	ACT_NEXT_PANE,
	ACT_COPY,
	ACT_TEXT,
	ACT_WRITE,
	ACT_COMMAND,
	ACT_GLYPHS,
	ACT_REDRAW,
	ACT_SUSPEND,
	ACT_INTERRUPT,
	/* Changes of the kernel: from the first to the last. */
	ACT_LOAD,
	ACT_UNLOAD,
	ACT_DISABLE,
	ACT_ENABLE,
	ACT_TURN_ROUND,
	ACT_POKE,
	ACT_APPLY,
	ACT_ROLLBACK,
	ACT_TRACE,
};
#define ACT_CHANGE_FIRST ACT_LOAD
#define ACT_CHANGE_LAST ACT_TRACE

struct key {
	enum action act;
	int codes[3];
	const char *name, *label, *help;
};

#define KEYS_PATCHES(X)                                                                                      \
	X(ACT_FOLD, ' ', 0, 0, "Space", "fold", "fold or unfold the patch or object")                        \
	X(ACT_OPEN, K_ENTER, 0, 0, "Enter", "details", "details: what the kernel and the module say")        \
	X(ACT_DISABLE, 'D', 0, 0, "D", "disable", "disable the patch")                                       \
	X(ACT_ENABLE, 'E', 0, 0, "E", "enable", "enable the patch, where the kernel allows it")              \
	X(ACT_UNLOAD, 'U', 0, 0, "U", "unload", "disable the patch and remove its module")                   \
	X(ACT_TRACE, 'T', 0, 0, "T", "trace", "count whether its new code runs")
#define KEYS_TRANSITION(X)                                                                                   \
	X(ACT_OPEN, K_ENTER, 0, 0, "Enter", "stack",                                                         \
	  "the task with its kernel stack, frames that matter marked")                                       \
	X(ACT_POKE, 'P', 0, 0, "P", "poke", "stop and continue the task's process, so that it wakes once")

#define KEYS_MODULES(X) X(ACT_OPEN, K_ENTER, 0, 0, "Enter", "details", "everything known of the module")

#define KEYS_TAINT(X)                                                                                        \
	X(ACT_OPEN, K_ENTER, 0, 0, "Enter", "details", "what the flag means for support and for loading")

#define KEYS_LOG(X)                                                                                          \
	X(ACT_FOLLOW, 'f', 0, 0, "f", "follow", "follow: stay at the newest line")                           \
	X(ACT_LIVEPATCH_ONLY, 'l', 0, 0, "l", "lp only", "livepatch lines only, or all")                     \
	X(ACT_OPEN, K_ENTER, 0, 0, "Enter", "whole line", "the whole record, wrapped")

#define KEYS_BUILD(X)                                                                                        \
	X(ACT_OPEN, K_ENTER, 0, 0, "Enter", "open",                                                          \
	  "change the field; later the details: a phase's output, a refusal's page")                         \
	X(ACT_INSPECT, 'i', 0, 0, "i", "inspect", "what is in the module that was built")                    \
	X(ACT_CHECK, 'c', 0, 0, "c", "check", "every reason why loading it would fail or stall")             \
	X(ACT_RESTART, 'x', 0, 0, "x", "form", "back to the form, for another build")

#define KEYS_SYSTEM(X)                                                                                       \
	X(ACT_OPEN, K_ENTER, 0, 0, "Enter", "details", "what the fact means and where it was read")

#define KEYS_HISTORY(X) X(ACT_OPEN, K_ENTER, 0, 0, "Enter", "details", "everything that was recorded of it")

#define KEYS_GUIDE(X)                                                                                        \
	X(ACT_OPEN, K_ENTER, 0, 0, "Enter", "go on",                                                         \
	  "do the step, or on to the next; what changes something asks first")                               \
	X(ACT_RESTART, 'x', 0, 0, "x", "start over", "forget how far it is and begin anew")

#define KEYS_TRACE(X)                                                                                        \
	X(ACT_OPEN, K_ENTER, 0, 0, "Enter", "details", "what the count means")                               \
	X(ACT_RESTART, 'x', 0, 0, "x", "count again", "ask for it once more")

#define KEYS_LIST(X)                                                                                         \
	X(ACT_UP, K_UP, 'k', 0, "Up k", "", "one row up")                                                    \
	X(ACT_DOWN, K_DOWN, 'j', 0, "Down j", "", "one row down")                                            \
	X(ACT_PAGE_UP, K_PGUP, K_CTRL('b'), 0, "PgUp ^B", "", "one page up")                                 \
	X(ACT_PAGE_DOWN, K_PGDN, K_CTRL('f'), 0, "PgDn ^F", "", "one page down")                             \
	X(ACT_HOME, K_HOME, 'g', 0, "Home g", "", "first row")                                               \
	X(ACT_END, K_END, 'G', 0, "End G", "", "last row")                                                   \
	X(ACT_FILTER, '/', 0, 0, "/", "filter",                                                              \
	  "filter: part of a text; ! in front inverts, ~ makes it a regex")                                  \
	X(ACT_CLEAR, K_ESC, 0, 0, "Esc", "", "clear the filter, leave the details")                          \
	X(ACT_SORT, 's', 0, 0, "s", "sort", "sort by the next column")                                       \
	X(ACT_REVERSE, 'S', 0, 0, "S", "", "reverse the order")

#define KEYS_TEXT(X)                                                                                         \
	X(ACT_UP, K_UP, 'k', 0, "Up k", "", "one line up")                                                   \
	X(ACT_DOWN, K_DOWN, 'j', 0, "Down j", "", "one line down")                                           \
	X(ACT_LEFT, K_LEFT, 0, 0, "Left", "", "to the left")                                                 \
	X(ACT_RIGHT, K_RIGHT, 0, 0, "Right", "more", "to the right, where lines are longer than the screen") \
	X(ACT_PAGE_UP, K_PGUP, K_CTRL('b'), 0, "PgUp ^B", "", "one page up")                                 \
	X(ACT_PAGE_DOWN, K_PGDN, K_CTRL('f'), ' ', "PgDn ^F Space", "", "one page down")                     \
	X(ACT_HOME, K_HOME, 'g', 0, "Home g", "", "to the start")                                            \
	X(ACT_END, K_END, 'G', 0, "End G", "", "to the end")                                                 \
	X(ACT_FILTER, '/', 0, 0, "/", "search", "search the text")                                           \
	X(ACT_NEXT_MATCH, 'n', 0, 0, "n", "", "next place found")                                            \
	X(ACT_FOLLOW, 'f', 0, 0, "f", "", "follow: stay at the end while text arrives")                      \
	X(ACT_CLEAR, K_ESC, 0, 0, "Esc", "", "leave; stops a command that still runs")

#define KEYS_GLOBAL(X)                                                                                       \
	X(ACT_VIEW_PATCHES, '1', 0, 0, "1", "", "Patches, the home screen")                                  \
	X(ACT_VIEW_TRANSITION, '2', 0, 0, "2", "", "Transition: how far it is and who blocks it")            \
	X(ACT_VIEW_MODULES, '3', 0, 0, "3", "", "Modules")                                                   \
	X(ACT_VIEW_TAINT, '4', 0, 0, "4", "", "Taint: what the flags mean and who brought them")             \
	X(ACT_VIEW_LOG, '5', 0, 0, "5", "", "Kernel log")                                                    \
	X(ACT_VIEW_BUILD, '6', 0, 0, "6", "", "Build: source patches become a livepatch")                    \
	X(ACT_VIEW_SYSTEM, '7', 0, 0, "7", "", "System: the kernel, its settings, audit")                    \
	X(ACT_VIEW_HISTORY, '8', 0, 0, "8", "", "History: who changed what, and how it ended")               \
	X(ACT_TURN_ROUND, 'V', 0, 0, "V", "reverse", "turn the running transition round")                    \
	X(ACT_LOAD, 'L', 0, 0, "L", "load", "load a livepatch from a file; Tab completes its name")          \
	X(ACT_BUILD, 'B', 0, 0, "B", "build", "build a livepatch from source patches")                       \
	X(ACT_STOP_BUILD, 'K', 0, 0, "K", "stop build", "stop the build that runs")                          \
	X(ACT_COMMAND, ':', 0, 0, ":", "command", "run a verb; Tab completes, see `:help`")                  \
	X(ACT_COPY, 'y', 0, 0, "y", "", "copy the selected row to the terminal's clipboard (OSC 52)")        \
	X(ACT_TEXT, 'v', 0, 0, "v", "", "this screen's data as plain text, to read and search")              \
	X(ACT_WRITE, 'w', 0, 0, "w", "", "write this screen's data to a new file that only you can read")    \
	X(ACT_PAUSE, 'p', 0, 0, "p", "", "pause and go on")                                                  \
	X(ACT_REFRESH, 'R', 0, 0, "R", "", "read everything now")                                            \
	X(ACT_SLOWER, '+', 0, 0, "+", "", "longer interval")                                                 \
	X(ACT_FASTER, '-', 0, 0, "-", "", "shorter interval, at least 250 ms")                               \
	X(ACT_NEXT_PANE, K_TAB, K_BACKTAB, 0, "Tab", "more", "next pane")                                    \
	X(ACT_MAXIMIZE, 'O', 0, 0, "O", "", "this pane alone, and back")                                     \
	X(ACT_GLYPHS, '~', 0, 0, "~", "", "ASCII instead of UTF-8 marks, and back")                          \
	X(ACT_REDRAW, K_CTRL('l'), 0, 0, "^L", "", "paint the screen anew")                                  \
	X(ACT_SUSPEND, K_CTRL('z'), 0, 0, "^Z", "", "stop as a job; fg comes back")                          \
	X(ACT_INTERRUPT, K_CTRL('c'), 0, 0, "^C", "", "stops a running command, else only a hint")           \
	X(ACT_VIEW_HELP, '?', 0, 0, "?", "help", "this help")                                                \
	X(ACT_BACK, 'q', 0, 0, "q", "back", "back; on Patches: quit")                                        \
	X(ACT_QUIT, 'Q', 0, 0, "Q", "quit", "quit")                                                          \
	X(ACT_APPLY, 'A', 0, 0, "A", "apply",                                                                \
	  "guided apply of a file, step by step; takes up again what was left")                              \
	X(ACT_ROLLBACK, 'Z', 0, 0, "Z", "roll back", "guided rollback to what the last change found")

struct keymap {
	const char *screen; /* as tui_keys names it */
	const struct key *keys;
	size_t n;
};

/* Keys of every screen, of lists, of texts, of one screen. */
extern const struct keymap keymap_global, keymap_list, keymap_text, keymap_patches, keymap_transition,
	keymap_modules, keymap_taint, keymap_log, keymap_build, keymap_system, keymap_history, keymap_guide,
	keymap_trace;

/* The key with this code in a map, NULL; its action, ACT_NONE. m may be NULL. */
const struct key *keymap_key(const struct keymap *m, int code);
enum action keymap_find(const struct keymap *m, int code);

#endif
