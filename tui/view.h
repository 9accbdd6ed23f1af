/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a screen is: a small file with one table of operations; and struct
 * tui, the state of one run. A view reads the newest snapshot, fills a table
 * and details, and answers keys with a reaction; one place (tui/draw) draws.
 */
#ifndef KLPSH_TUI_VIEW_H
#define KLPSH_TUI_VIEW_H

#include "core/audit.h"
#include "core/sampler.h"
#include "shell/verb.h"
#include "tui/child.h"
#include "tui/dialog.h"
#include "tui/keys.h"
#include "tui/pager.h"
#include "tui/prompt.h"
#include "tui/table.h"
#include "tui/term.h"

/* What a key did to the screen; a mask. */
enum reaction {
	REACT_NONE = 0, /* nothing to see */
	REACT_REDRAW = 1 << 0,
	REACT_BACK = 1 << 1,
	REACT_QUIT = 1 << 2,
	REACT_UNKNOWN = 1 << 3, /* not mine: pass it on */
};

enum view_id {
	VIEW_PATCHES,
	VIEW_TRANSITION,
	VIEW_MODULES,
	VIEW_TAINT,
	VIEW_LOG,
	VIEW_BUILD,
	VIEW_SYSTEM,
	VIEW_HISTORY,
	VIEW_APPLY,
	VIEW_ROLLBACK,
	VIEW_TRACE,
	VIEW_MAX,
};

struct tui;
struct view;

struct view_ops {
	const char *title;
	char key;
	unsigned needs; /* SNAPSHOT_* */
	bool keys_in_detail; /* its keys mean the same while its details have the others */
	bool below; /* the selected row's details stand below a short list */
	bool list_first; /* and without room for both the list has it, not the details */
	const struct keymap *keys;
	const struct table_source *source; /* ctx is the view */
	/* Entered: read what is read on open. May be NULL. */
	void (*open)(struct view *v);
	/* Another screen is shown now: what only it wanted ends. May be NULL. */
	void (*leave)(struct view *v);
	/* A new snapshot or a changed filter: make the rows anew. May be NULL. */
	void (*update)(struct view *v);
	/* Something was changed from these screens. May be NULL. */
	void (*changed)(struct view *v);
	/* Lines above the table: how many, and draw them. May be NULL. */
	int (*head)(struct view *v, struct rect r, bool draw);
	/* What stands there as plain lines, for texts and files. May be NULL. */
	void (*head_lines)(struct view *v, struct lines *l);
	/* What row i is called, clean; NULL: its first cell. */
	void (*name)(struct view *v, size_t i, char *buf, size_t size);
	/* Details of source row i. */
	void (*detail)(struct view *v, size_t i, struct lines *l);
	/* Sentence where the list is empty. */
	void (*empty)(struct view *v, struct lines *l);
	/* Is the action possible for the selected row? NULL: always. */
	bool (*can)(struct view *v, enum action a);
	unsigned (*act)(struct view *v, enum action a); /* a reaction; may be NULL */
	/* What a change acts on, for source row i: as the verb takes it. False: on nothing. */
	bool (*target)(struct view *v, enum action a, size_t i, char *buf, size_t size);
	void (*done)(struct view *v);
};

extern const struct view_ops view_patches, view_transition, view_modules, view_taint, view_log, view_build,
	view_system, view_history, view_apply, view_rollback, view_trace;

struct view {
	const struct view_ops *ops;
	struct tui *tui;
	struct table table;
	void *data; /* the view's own */
};

struct loglist; /* tui/loglist.h */
struct cmdrun; /* tui/command.c */
struct change_run; /* tui/change.c */
struct query;
struct build; /* tui/build.h */

struct tui {
	struct app *app;
	struct loop *loop;
	struct sampler *sampler;
	struct loop_source *draw, *tick, *input, *signals[7];
	const struct snapshot *snap; /* newest, NULL: still reading */
	struct view views[VIEW_MAX];
	struct view *view; /* the screen shown */
	struct loglist *log;
	uint64_t log_end; /* lines before this are shown: while paused, what came until then */

	struct pager detail; /* of the selected row */
	uint64_t detail_id; /* whose it is */
	struct rect list_at; /* where the list was drawn, its heading first; h 0: it was not */
	bool in_detail; /* the detail pane has the keys */
	bool maximized;
	struct pager text; /* help, text view, output: over everything */
	bool in_text;
	struct cmdrun *command; /* that fills it */
	struct child_list children;
	struct dialog dialog;
	struct change_run *asking; /* its dry run, or its dialog */
	struct change_run *running; /* newest first */
	struct query *lookback; /* tui/lookback.c */
	/* tui/ask.c: who asked. */
	void (*ask_yes)(struct tui *t);
	void (*ask_no)(struct tui *t, const char *why);
	struct build *build; /* tui/build.c; NULL: not asked for so far */
	char trace_asked[64]; /* what T's question is about */
	bool stale; /* rows and details are to be made anew before the next drawing */
	bool leaving; /* Q was said while a change or a build runs */

	struct prompt prompt;
	char candidates[512]; /* of completion */
	char status[384];
	enum style status_style;
	bool paused;
	unsigned interval_ms; /* 0: by itself */
	uint64_t paused_at;
	struct audit_info audit;
	int audit_error;
	struct err audit_err;
	bool audit_known;
	bool ended; /* keys typed behind the last one are not looked at */
};

/* How often is read by itself, and at least in a transition. */
#define TUI_IDLE_MS 5000u
#define TUI_BUSY_MS 1000u
/* Left alone, they look each second whether anything changed, and take so small a part of a processor. */
#define TUI_PROBE_MS 1000u
#define TUI_IDLE_SHARE 1000
#define TUI_READING " reading again" /* the status until it is read */

/* Leave the screens with this exit code. */
void tui_end(struct tui *t, int code);
/* Something changed: draw when the loop is idle. */
void tui_dirty(struct tui *t);
void tui_status(struct tui *t, enum style style, const char *fmt, ...) _printf_(3, 4);
/* Make the current view's rows and details anew from tui->snap. */
void tui_update(struct tui *t);
void tui_show_view(struct tui *t, enum view_id id);
/* Something was changed or refused: what keeps a history of it reads anew. */
void tui_changed(struct tui *t);
/* Put a text over the screen; its lines are in t->text. */
void tui_open_text(struct tui *t, const char *title, bool wrap);
void tui_close_text(struct tui *t);
/* Is a split pane (detail at the right) on the screen? */
bool tui_split(const struct tui *t);
void tui_draw(struct tui *t);
/* Only the line whose age ticks. */
void tui_draw_header(struct tui *t);
/* One key. */
void tui_key(struct tui *t, int key);
/* What the system says of audit; kept until asked again. */
void tui_read_audit(struct tui *t);
/* Sampler's settings for this view and interval. */
void tui_apply_interval(struct tui *t);
void tui_help(struct tui *t);
/* This screen's data as plain text: over the screen; into a file, once a path was typed. */
void tui_text_view(struct tui *t);
void tui_write_ask(struct tui *t);
void tui_write(struct tui *t, const char *path);
/* In the body: draw the list of a view. */
void list_draw(struct view *v, struct rect r);
/* What stands where the list is empty. */
void list_empty(struct view *v, struct lines *l);

/* What the frame needs on every screen: state, alerts, who blocks. */
#define NEEDS_FRAME                                                                                          \
	(SNAPSHOT_PATCHES | SNAPSHOT_TAINT | SNAPSHOT_SYSTEM | SNAPSHOT_TASKS | SNAPSHOT_BLOCKERS |          \
	 SNAPSHOT_LOG)

#define TUI_MIN_LINES 10
#define TUI_MIN_COLUMNS 40
#define TUI_SPLIT_COLUMNS 100

#endif
