/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One build from the screens: what is to be built (the form), the klpsh that
 * builds it as a child, and all that it has said so far. It goes on whatever
 * screen is shown. What it says is foreign until it is kept here, clean.
 */
#ifndef KLPSH_TUI_BUILD_H
#define KLPSH_TUI_BUILD_H

#include <limits.h>

#include "shell/buildphases.h"
#include "tui/jsonlines.h"
#include "tui/reply.h"
#include "tui/view.h"

#define BUILD_PATCHES_MAX 16

struct build_form {
	char patches[BUILD_PATCHES_MAX][PROMPT_MAX];
	size_t n_patches;
	char kernel[65]; /* "": the running one */
	char name[64]; /* of the module, "": from the first patch */
	char folder[PROMPT_MAX]; /* for the module, "": the current one */
	bool beside; /* --non-replace */
	bool check; /* no module is made */
};

enum build_state {
	BUILD_FORM, /* nothing was begun */
	BUILD_RUNS,
	BUILD_BUILT, /* or checked: it can be built */
	BUILD_SAME, /* the patch changes no code */
	BUILD_REFUSED,
	BUILD_FAILED,
	BUILD_STOPPED,
};

struct build_step {
	bool begun, ended;
	double seconds;
	char text[200]; /* what it did */
	size_t first, behind; /* its lines of the output */
};

enum finding_kind { FOUND_REFUSAL, FOUND_WARNING, FOUND_FUNCTION, FOUND_NOTE, FOUND_KINDS };

/* All strings are clean; NULL where an event has none. */
struct finding {
	enum finding_kind kind;
	char *what; /* a code, or changed, new, dropped, lines */
	char *object, *file, *function, *section, *text, *technique;
	struct lines place; /* in the patches; made when it is first shown */
	bool placed;
};

struct build {
	struct tui *tui;
	struct build_form form;
	char *here; /* the folder that the screens were started in */
	size_t editing; /* row of the form that is being typed */
	enum build_state state;
	struct child *child;
	bool stopping;
	unsigned serial; /* of the build, from 1: one that another has taken the place of is not meant */
	struct jsonlines line;
	struct build_step steps[BUILD_PHASES];
	size_t step; /* the one that runs */
	uint64_t followed; /* row that the screen's selection went along to, 0: none yet */
	int64_t done, total; /* objects, total 0: other things are done */
	double left; /* seconds that may be left, as it was said at left_at; below 0: unknown */
	uint64_t began, left_at, ended; /* CLOCK_BOOTTIME */
	struct lines output; /* of compilers and make */
	struct finding *found;
	size_t n_found;
	char module[PATH_MAX]; /* "": none was made */
	char sha256[65], kernel[65];
	int64_t size;
	size_t counted[4]; /* functions: changed, new, dropped, only lines */
	char error[512], hint[512]; /* "" none */
};

/* May a build be begun from these screens? False: *ret_why says why not. */
bool build_possible(const struct tui *t, const char **ret_why);
/* The one of these screens, NULL without memory. Made at its first use. */
struct build *build_of(struct tui *t);
void build_free(struct build *b);
/* Begin with this form. 0 or negative errno; what an earlier build said is forgotten. */
int build_start(struct build *b, const struct build_form *form);
/* Ctrl-C for it: its compilers end, the cache stays sound. */
void build_stop(struct build *b);
/* All but the form is forgotten; one that runs is stopped. */
void build_clear(struct build *b);
/* The words behind "klpsh", ended by NULL; borrowed from the form. Heap. */
char **build_words(const struct build_form *f, size_t *ret_n);
/* The same as one line for people. */
void build_command(const struct build_form *f, char *buf, size_t size);
/* "fix.patch: compile, 3 of 12 objects, 4 s, about 9 s left"; false: none runs. */
bool build_progress(const struct build *b, char *buf, size_t size);
/* "3 of 12 objects, 4 s, about 9 s left" of it; "" where none runs. */
void build_progress_here(const struct build *b, char *buf, size_t size);
bool build_runs(const struct tui *t);
/* Each second: what counts time. */
void build_tick(struct tui *t);
/* "built", "refused", ... */
const char *build_state_word(enum build_state s);
/* How an ended one is shown. */
enum style build_state_style(enum build_state s);
/* "2 functions changed, 1 new", or "nothing". */
void build_counts(const struct build *b, char *buf, size_t size);

/* Its module as a path that holds in any folder. */
void build_module_path(const struct build *b, char *buf, size_t size);

/* tui/build_events.c: what it says on stdout, in pieces. */
void build_feed(struct build *b, const char *data, size_t len);

#endif
