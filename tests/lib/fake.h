/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Screens that think they may change the kernel, and a klpsh that only writes
 * down what it was told. The test program is all three: the tests; with
 * --screens the TUI on a made-up machine that it takes for the running one;
 * and, because the screens start /proc/self/exe, the klpsh behind them. So
 * nothing in the product can be told to run something else.
 *
 * In the folder FAKE_DIR: `log` has a line of words a run; `dry`, `done` and
 * `VERB` are what is answered to --dry-run, to --yes (or --confirm=), and to
 * other verbs; where `hold-dry` or `hold-done` exists, that answer waits until
 * the file is gone or SIGINT comes (then `interrupted` is the answer). What is
 * in `note-VERB` is said on stderr, as klpsh says its notes. A line "@hold NAME" in
 * an answer waits the same way for `hold-NAME`; SIGINT there ends it as `interrupted`.
 */
#ifndef KLPSH_TESTS_LIB_FAKE_H
#define KLPSH_TESTS_LIB_FAKE_H

#include "tests/lib/tree.h"
#include "tests/lib/vt.h"

/* For main(): does what argv asks for and ends, or returns when it is the tests' turn. */
void fake_main(int argc, char **argv);

struct fake {
	struct tree *tree; /* the machine, and below fake/ the folder */
	struct vt *vt;
};

/* The screens on a machine of mkroot.sh; mode: "live", "captured", "read-only", "user". */
struct fake fake_start(const char *kind, int columns, int lines, const char *mode);
/* A session that goes on with another machine's tree. */
void fake_screens(struct fake *f, int columns, int lines, const char *mode);
void fake_stop(struct fake *f);
/* Q, which must end it with 0, and then fake_stop. */
void fake_quit(struct fake *f);
/* What is answered: result word, title, target, exit code, error (NULL none). */
void fake_answer(struct fake *f, const char *file, const char *json);
void fake_dry(struct fake *f, const char *verb, const char *target);
void fake_done(struct fake *f, const char *verb, const char *target, const char *result);
void fake_failed(struct fake *f, const char *file, int rc, const char *text, const char *hint);
void fake_hold(struct fake *f, const char *what);
void fake_release(struct fake *f, const char *what);
/* Every line of words so far. Heap. */
char *fake_log(struct fake *f);
/* Wait until a line with this is there. */
bool fake_was_told(struct fake *f, const char *words);
/* Number of runs with this word. */
int fake_count(struct fake *f, const char *word);

#endif
