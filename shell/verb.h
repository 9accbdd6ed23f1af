/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one list of commands. One-shot, REPL, scripts, the TUI's `:` and keys,
 * help, the manual and completions all come from it. A verb never prints: it
 * returns a report, or streams reports through call_emit; what it could not
 * see it tells through call_warn, how long it waits through call_progress.
 */
#ifndef KLPSH_SHELL_VERB_H
#define KLPSH_SHELL_VERB_H

#include "core/ask.h"
#include "core/conf.h"
#include "core/kops.h"
#include "core/report.h"
#include "core/root.h"
#include "core/sampler.h"
#include "kmod/origin.h"

enum danger { DANGER_NONE, DANGER_MILD, DANGER_MODERATE, DANGER_SEVERE };

enum arg_kind {
	ARG_WORD,
	ARG_PATCH,
	ARG_INSTALLED,
	ARG_TID,
	ARG_FILE,
	ARG_PATCH_OR_FILE,
	ARG_NUMBER,
	ARG_VERB,
	ARG_ARMED,
	ARG_OPTION
};

struct arg {
	const char *name; /* "NAME", shown in usage */
	enum arg_kind kind;
	bool optional;
	bool many; /* last one only: any number */
};

struct flag {
	const char *name; /* "follow" for --follow */
	const char *value; /* metavariable, NULL: takes no value */
	bool value_optional; /* --wait or --wait=SEC */
	const char *help;
	char letter; /* 'o' for -o, which takes its value from the next word; 0: none */
	const char *words; /* the values there are, with blanks between them; NULL: any */
};

/* Settings of one front end; `set` changes them for a session. */
struct settings {
	bool json, plain, read_only, dry_run, yes, no_input, keep_going, echo;
	int color; /* -1 auto, 0 never, 1 always */
	const char *reason;
	double wait; /* seconds, negative: not given; HUGE_VAL: without a limit */
	bool interactive;
};

/* Everything wired by main.c; one a process. shell/app.h opens and closes it. */
struct app {
	struct root *root;
	const char *root_prefix; /* NULL: live */
	struct conf conf;
	struct err conf_err; /* why the site's policy could not be read, code 0: it could */
	struct origin *origin;
	struct funcmap map;
	struct transition track; /* shared by the calls of one session */
	struct settings set;
	bool in_shell; /* a session: REPL, script, the TUI's `:` */
	bool quit; /* `quit` was said; the front end ends the session */
	bool told; /* a verb of this line has said what has changed: no news any more */
	unsigned source_depth; /* scripts running inside one another */
	bool script_failed; /* the last script met an error, not just a state with a code */
	/* Supplied by front ends that can run scripts: returns an exit code. NULL: cannot. */
	int (*source)(struct app *app, const char *path, struct err *e);
	/* One line about a wait that lasts, NULL: wipe it. NULL: nobody wants to know. */
	void (*progress)(const char *line, void *arg);
	void *progress_arg;
	/* Put a question to the person. NULL: nobody can be asked. */
	enum answer (*ask)(struct app *app, const struct ask *ask);
	/* The machine's own, but for tests. */
	const struct kops *kops; /* NULL: the real one */
	const char *state_dir, *run_dir, *boot_dir; /* NULL: STATE_DIR, RUN_DIR, BOOT_DIR */
	char **warnings; /* of the last call, clean text */
	size_t n_warnings;
};

/* Where records and armed changes are, and the locks: the machine's own, but for tests. */
const char *app_state_dir(const struct app *app);
const char *app_run_dir(const struct app *app);

struct verb;
struct call {
	struct app *app;
	const struct verb *verb;
	char **args; /* positionals, NULL-terminated */
	size_t n_args;
	const char **flag_values; /* one a verb flag: NULL not given, "" given bare */
	struct settings set; /* of this call */
	/* Stream one report now; negative: the reader is gone, stop. */
	int (*emit)(struct call *c, struct report *r); /* takes ownership */
	void *emit_arg;
	/* Set by a signal (Ctrl-C) or the TUI: stop as soon as possible. */
	volatile int *interrupted;
};

struct verb {
	const char *name;
	const struct arg *args;
	size_t n_args;
	const struct flag *flags;
	size_t n_flags;
	enum danger danger;
	const char *help; /* one line */
	const char *details; /* paragraphs for help VERB and the manual */
	const char *examples; /* lines "klpsh ...  # what", NULL none */
	const struct shape *shape; /* of its report, NULL: free text */
	bool stream; /* emits reports */
	bool helps; /* may run beside a change that waits for its transition */
	bool shell_only; /* set, source, quit: not one-shot */
	/* 0 and a report (may be NULL when it streamed), or negative errno, e set. */
	int (*run)(struct call *c, struct report **ret, struct err *e);
};

extern const struct verb *const verbs[];
extern const size_t verbs_len;

/* Exact name; NULL. There are no abbreviations. */
const struct verb *verb_find(const char *name);
/* The nearest verb for a typing error, or NULL. */
const struct verb *verb_nearest(const char *name);
/* "list [--json]"-like usage line. Heap. */
char *verb_usage(const struct verb *v);
/* Word for a danger: "none", "mild", "moderate", "severe". */
const char *danger_word(enum danger d);

/* Value of a flag by name: NULL not given. */
const char *call_flag(const struct call *c, const char *name);
/* Stream a report; takes ownership. Negative: stop. Without a reader it is dropped: 0. */
int call_emit(struct call *c, struct report *r);
/* Something that could not be seen, for stderr; sanitized here. */
void call_warn(struct call *c, const char *fmt, ...) _printf_(2, 3);
/* Show (or wipe, line NULL) a line about the wait that lasts. */
void call_progress(struct call *c, const char *line);

/*
 * Parse argv (argv[0] is the verb; flags of the verb and global flags may
 * stand anywhere after it), run it. The report and err are the caller's
 * (*ret NULL when there is none). Returns the exit code. ret_set gets the
 * settings of this call, as far as they could be parsed; emit, ret_set and e
 * may be NULL. interrupted may be NULL: the call cannot be interrupted then
 * but by a signal of its own loop.
 */
int verb_dispatch(struct app *app, char *const *argv, size_t argc,
		  int (*emit)(struct call *, struct report *), void *emit_arg, volatile int *interrupted,
		  struct settings *ret_set, struct report **ret, struct err *e);

#endif
