// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files "guide-apply" and "guide-rollback" below STATE_DIR/state, which is
 * root's alone. They are not synced: a machine that lost them with its memory
 * has lost its livepatches too. Whatever stands in them is read bounded, and
 * shown clean.
 */
#include "tui/guide_note.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "core/alive.h"
#include "core/dirfile.h"
#include "core/statedir.h"
#include "core/sysfacts.h"
#include "core/text.h"
#include "shell/app.h"

#define NOTE_MAX 65536

static const char *const names[] = { [GUIDE_APPLY] = "guide-apply", [GUIDE_ROLLBACK] = "guide-rollback" };

/* What is the kernel's to say, or was true at that moment only, is asked again. */
static bool is_kept(enum guide_kind kind, size_t i)
{
	return kind == GUIDE_APPLY ? i <= APPLY_INSPECT : i <= BACK_ROLLBACK;
}

static struct jv *steps_value(const struct guide *g)
{
	struct jv *list = jv_list();

	for (size_t i = 0; i < g->n; i++) {
		struct jv *o = jv_object();

		(void)jv_set(o, "state", jv_new_str(step_state_word(g->steps[i].state)));
		(void)jv_set(o, "said", jv_new_str(g->steps[i].summary));
		if (jv_add(list, o) < 0)
			return jv_free(list);
	}
	return list;
}

static struct jv *wanted_value(const struct guide *g)
{
	struct jv *list = jv_list();

	for (size_t i = 0; i < g->n_wanted; i++)
		if (jv_add(list, jv_new_str(g->wanted[i])) < 0)
			return jv_free(list);
	return list;
}

static char *to_text(const struct guide *g)
{
	_cleanup_(jv_freep) struct jv *o = jv_object();
	uint64_t start = 0;
	char boot[37];

	boot_id_read(g->tui->app->root, boot);
	(void)process_start(g->tui->app->root, getpid(), &start);
	if (jv_set(o, "pid", jv_new_int(getpid())) < 0 ||
	    jv_set(o, "start", jv_new_int((int64_t)start)) < 0 || jv_set(o, "boot", jv_new_str(boot)) < 0 ||
	    jv_set(o, "source", jv_new_str(g->source)) < 0 || jv_set(o, "file", jv_new_str(g->file)) < 0 ||
	    jv_set(o, "patch", jv_new_str(g->patch)) < 0 ||
	    jv_set(o, "build_id", jv_new_str(g->build_id)) < 0 ||
	    jv_set(o, "sha256", jv_new_str(g->sha256)) < 0 || jv_set(o, "pin", jv_new_str(g->pin)) < 0 ||
	    jv_set(o, "undoes", jv_new_str(g->undoes)) < 0 || jv_set(o, "wanted", wanted_value(g)) < 0 ||
	    jv_set(o, "steps", steps_value(g)) < 0)
		return NULL;
	return jv_dump(o);
}

/* In place of an older one, without waiting for the disk. */
static void write_note(int dir, const char *name, const char *text)
{
	char temp[64];

	FORMAT(temp, DIRFILE_TEMP "%s", name);
	(void)unlinkat(dir, temp, 0);
	if (dirfile_create(dir, temp, text, strlen(text)) >= 0 && renameat(dir, temp, dir, name) < 0)
		(void)unlinkat(dir, temp, 0);
}

static int open_dir(const struct tui *t, bool create)
{
	const char *why;

	return tui_may_change(t, &why) ? statedir_open(app_state_dir(t->app), "state", create, NULL) : -EPERM;
}

void guide_note_keep(const struct guide *g)
{
	bool apply = g->kind == GUIDE_APPLY, /* of which the last step may be left out */
		keep = g->current > g->first && g->current < (apply ? (size_t)APPLY_INSTALL : g->n);
	_cleanup_close_ int dir = open_dir(g->tui, keep);
	_cleanup_free_ char *text = dir >= 0 && keep ? to_text(g) : NULL;

	if (text)
		write_note(dir, names[g->kind], text);
	else if (dir >= 0)
		(void)unlinkat(dir, names[g->kind], 0);
}

static struct jv *read_note(struct tui *t, enum guide_kind kind)
{
	_cleanup_close_ int dir = open_dir(t, false), fd = -1;
	_cleanup_free_ char *text = NULL;
	struct jv *o = NULL;
	size_t len;

	if (dir < 0)
		return NULL;
	fd = openat(dir, names[kind], O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || statefile_check(fd, names[kind], NULL) < 0 ||
	    fd_read_all(fd, NOTE_MAX, &text, &len) < 0)
		return NULL;
	return jv_parse(text, len, &o, NULL) < 0 ? NULL : o;
}

static const char *text_of(const struct jv *o, const char *key)
{
	const char *s = jv_str(o, key);

	return s ? s : "";
}

/* As it was told; a change that ran then has ended without us. */
static bool recall_step(struct guide *g, size_t i, const struct jv *o)
{
	const char *state = text_of(o, "state"), *said = text_of(o, "said");

	if (streq(state, step_state_word(STEP_RUNNING)) && g->kind == GUIDE_ROLLBACK && i == BACK_ROLLBACK)
		guide_set(g, i, STEP_WARNED, "begun before the screens ended; 8 tells how it went");
	else if (streq(state, step_state_word(STEP_DONE)))
		guide_set(g, i, STEP_DONE, "%s", said);
	else if (streq(state, step_state_word(STEP_WARNED)))
		guide_set(g, i, STEP_WARNED, "%s", said);
	else
		return false;
	lines_add(&g->steps[i].found, STYLE_DIM, "As it was told before; x begins anew.");
	return true;
}

static void recall_facts(struct guide *g, const struct jv *o)
{
	FORMAT(g->file, "%s", text_of(o, "file"));
	FORMAT(g->patch, "%s", text_of(o, "patch"));
	FORMAT(g->build_id, "%s", text_of(o, "build_id"));
	FORMAT(g->sha256, "%s", text_of(o, "sha256"));
	FORMAT(g->pin, "%s", text_of(o, "pin"));
	FORMAT(g->undoes, "%s", text_of(o, "undoes"));
	guide_take_wanted(g, jv_get(o, "wanted"));
}

/* Screens that are there still have it before them. */
static bool is_anothers(const struct tui *t, const struct jv *o)
{
	int64_t pid = 0, start = 0;

	return jv_int(o, "pid", &pid) && jv_int(o, "start", &start) && pid > 0 && pid <= INT32_MAX &&
	       start > 0 && process_alive(t->app->root, (int)pid, (uint64_t)start);
}

/* A rollback is of the patches of one boot. */
static bool is_of_now(struct tui *t, enum guide_kind kind, const struct jv *o)
{
	char boot[37];

	boot_id_read(t->app->root, boot);
	return o && !is_anothers(t, o) && (kind == GUIDE_APPLY || streq(boot, text_of(o, "boot")));
}

bool guide_note_recall(struct tui *t, enum guide_kind kind, struct guide *ret)
{
	_cleanup_(jv_freep) struct jv *o = read_note(t, kind);
	const struct jv *steps = jv_get(o, "steps");
	bool any = false;

	if (!is_of_now(t, kind, o))
		return false;
	guide_init(ret, t, kind, *text_of(o, "source") ? text_of(o, "source") : text_of(o, "file"));
	if (kind == GUIDE_APPLY && !*ret->source && !*ret->file)
		return false;
	ret->recalled = true;
	recall_facts(ret, o);
	for (size_t i = ret->first; i < ret->n && is_kept(kind, i); i++) {
		if (!recall_step(ret, i, jv_at(steps, i)))
			break;
		any = true;
	}
	ret->recalled = false;
	return any;
}

bool guide_note_hint(struct tui *t, char *buf, size_t size)
{
	for (int kind = GUIDE_APPLY; kind <= GUIDE_ROLLBACK; kind++) {
		_cleanup_(jv_freep) struct jv *o = read_note(t, kind);
		const char *path = *text_of(o, "source") ? text_of(o, "source") : text_of(o, "file");
		char what[256];

		if (!is_of_now(t, kind, o))
			continue;
		text_clean(what, sizeof(what), path, strlen(path));
		if (kind == GUIDE_APPLY)
			snprintf(buf, size, " a guided apply of %s was left: A takes it up", what);
		else
			snprintf(buf, size, " a guided rollback was left: Z takes it up");
		return true;
	}
	return false;
}
