/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows of the History screen: the records that `klpsh history` answers, of
 * which a change has two, joined to one row a change. Clean words, no terminal.
 */
#ifndef KLPSH_TUI_HISTORY_ROWS_H
#define KLPSH_TUI_HISTORY_ROWS_H

#include "core/json.h"

#define HISTORY_WORDS(X)                                                                                     \
	X(TIME, "time")                                                                                      \
	X(TXN, "txn")                                                                                        \
	X(USER, "user")                                                                                      \
	X(TTY, "tty")                                                                                        \
	X(ORIGIN, "origin")                                                                                  \
	X(VERB, "verb")                                                                                      \
	X(TARGET, "target")                                                                                  \
	X(PHASE, "phase")                                                                                    \
	X(RESULT, "result")                                                                                  \
	X(ERRNO, "errno")                                                                                    \
	X(AUDIT, "audit")                                                                                    \
	X(TEXT, "text")                                                                                      \
	X(REASON, "reason")                                                                                  \
	X(FLAGS, "flags")                                                                                    \
	X(PATH, "path")                                                                                      \
	X(SHA256, "sha256")                                                                                  \
	X(BUILD_ID, "build_id")                                                                              \
	X(RELEASE, "kernel")                                                                                 \
	X(OF, "of")                                                                                          \
	X(INVERSE, "inverse")

#define WORD_ENUM(id, key) W_##id,
enum history_word { HISTORY_WORDS(WORD_ENUM) W_MAX };
/* What a word is called in the answer. */
extern const char *const history_words[W_MAX];

struct history_row {
	char *word[W_MAX]; /* clean, NULL: not said */
	int64_t auid; /* -1 unset */
};
struct history_rows {
	struct history_row *v; /* newest first */
	size_t n;
};

/* Rows of an answer's data, bounded: the newest. */
void history_rows_read(struct history_rows *rows, const struct jv *data);
void history_rows_done(struct history_rows *rows);
/* A word of a row, "" when it was not said. */
const char *history_word(const struct history_row *r, enum history_word w);

#endif
