// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Begins and ends the build as a child, with the form as its words. It is
 * this same program, so what the screen shows is what `klpsh build` does.
 */
#include "tui/build.h"

#include <errno.h>
#include <signal.h>

#include "core/text.h"
#include "tui/command.h"
#include "tui/files.h"
#include "tui/view_guide.h"

struct build *build_of(struct tui *t)
{
	if (t->build)
		return t->build;
	t->build = calloc(1, sizeof(*t->build));
	if (t->build) {
		t->build->tui = t;
		t->build->here = getcwd(NULL, 0);
	}
	return t->build;
}

void build_free(struct build *b)
{
	if (b) {
		build_clear(b);
		free(b->here);
	}
	free(b);
}

bool build_possible(const struct tui *t, const char **ret_why)
{
	if (t->app->root_prefix)
		*ret_why = "a captured tree is only looked at: nothing is built for it";
	else if (t->app->set.read_only)
		*ret_why = "nothing is built in read-only mode";
	else
		return true;
	return false;
}

char **build_words(const struct build_form *f, size_t *ret_n)
{
	char **w = calloc(BUILD_PATCHES_MAX + 12, sizeof(*w));
	const struct {
		const char *flag, *value;
	} flags[] = { { "--kernel", f->kernel }, { "--name", f->name }, { "--output", f->folder } };
	size_t n = 0;

	if (!w)
		return NULL;
	w[n++] = (char *)"build";
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		if (!*flags[i].value)
			continue;
		w[n++] = (char *)flags[i].flag;
		w[n++] = (char *)flags[i].value;
	}
	if (f->beside)
		w[n++] = (char *)"--non-replace";
	if (f->check)
		w[n++] = (char *)"--check";
	w[n++] = (char *)"--";
	for (size_t i = 0; i < f->n_patches; i++)
		w[n++] = (char *)f->patches[i];
	*ret_n = n;
	return w;
}

/* As a shell takes it, whatever is in it. */
static size_t put_word(char *buf, size_t size, size_t at, const char *word)
{
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./=+:,@%-";

	if (*word && strspn(word, plain) == strlen(word))
		return at + (size_t)snprintf(buf + at, size - at, " %s", word);
	at += (size_t)snprintf(buf + at, size - at, " '");
	for (; *word && at < size; word++)
		at += (size_t)snprintf(buf + at, size - at, *word == '\'' ? "'\\''" : "%c", *word);
	return at < size ? at + (size_t)snprintf(buf + at, size - at, "'") : at;
}

/* As a person would type it: `--` only where a name wants it. */
void build_command(const struct build_form *f, char *buf, size_t size)
{
	size_t n = 0, at = (size_t)snprintf(buf, size, "klpsh");
	_cleanup_free_ char **words = build_words(f, &n);
	bool dash = false;

	for (size_t i = 0; i < f->n_patches; i++)
		dash = dash || f->patches[i][0] == '-';
	for (size_t i = 0; words && i < n && at < size; i++)
		if (dash || !streq(words[i], "--"))
			at = put_word(buf, size, at, words[i]);
}

static void finding_done(struct finding *f)
{
	free(f->what);
	free(f->object);
	free(f->file);
	free(f->function);
	free(f->section);
	free(f->text);
	free(f->technique);
	lines_done(&f->place);
}

void build_clear(struct build *b)
{
	build_stop(b);
	b->child = child_forget(b->child);
	for (size_t i = 0; i < b->n_found; i++)
		finding_done(&b->found[i]);
	free(b->found);
	jsonlines_done(&b->line);
	lines_done(&b->output);
	*b = (struct build){
		.tui = b->tui, .form = b->form, .here = b->here, .serial = b->serial, .left = -1
	};
}

/* Screens that show it are made anew, at most once a drawing. */
static void build_tell(struct build *b)
{
	struct tui *t = b->tui;

	t->stale = t->stale || t->view == &t->views[VIEW_BUILD] || t->view == &t->views[VIEW_APPLY];
	tui_dirty(t);
}

bool build_runs(const struct tui *t)
{
	return t->build && t->build->state == BUILD_RUNS;
}

void build_tick(struct tui *t)
{
	if (build_runs(t))
		build_tell(t->build);
}

static void on_out(const char *data, size_t len, void *arg)
{
	build_feed(arg, data, len);
	build_tell(arg);
}

/* Not an event: a warning of klpsh, or of a library. */
static void on_err(const char *data, size_t len, void *arg)
{
	struct build *b = arg;

	lines_text(&b->output, STYLE_WARN, data, len);
	build_tell(b);
}

static enum build_state state_of(const struct build *b, int status)
{
	if (status == RC_OK)
		return BUILD_BUILT;
	if (b->stopping || status == RC_SIGNAL + SIGINT || status == RC_SIGNAL + SIGTERM)
		return BUILD_STOPPED;
	return status == RC_REFUSED ? BUILD_REFUSED : status == RC_SAME ? BUILD_SAME : BUILD_FAILED;
}

enum style build_state_style(enum build_state s)
{
	return s == BUILD_BUILT ? STYLE_GOOD : s == BUILD_SAME || s == BUILD_STOPPED ? STYLE_WARN : STYLE_BAD;
}

static void tell_end(const struct build *b)
{
	tui_status(b->tui, build_state_style(b->state), " build: %s%s%s%s", build_state_word(b->state),
		   *b->error ? ": " : "", b->error,
		   b->tui->view == &b->tui->views[VIEW_BUILD] ? "" : "; 6 shows it");
}

static void on_end(int status, void *arg)
{
	struct build *b = arg;

	b->child = NULL;
	build_feed(b, "\n", 1);
	b->ended = now_boot();
	b->state = state_of(b, status);
	if (b->step < BUILD_PHASES)
		b->steps[b->step].behind = b->output.n;
	if (b->state == BUILD_FAILED && !*b->error && status > RC_SIGNAL)
		FORMAT(b->error, "klpsh itself was ended by signal %d", status - RC_SIGNAL);
	tell_end(b);
	guide_build_ended(b->tui);
	build_tell(b);
}

static const struct child_events build_events = { on_out, on_err, on_end };

int build_start(struct build *b, const struct build_form *form)
{
	struct build_form kept = *form; /* it may be our own */
	size_t n = 0;
	_cleanup_free_ char **words = build_words(&kept, &n);
	_cleanup_free_ char **argv = words ? tui_argv_json(b->tui, words, n) : NULL;
	int r;

	if (!argv)
		return -ENOMEM;
	build_clear(b);
	b->form = kept;
	r = child_start(&b->tui->children, b->tui->loop, argv, &build_events, b, &b->child);
	if (r < 0)
		return r;
	b->state = BUILD_RUNS;
	b->serial++;
	b->began = now_boot();
	b->steps[0].begun = true;
	build_tell(b);
	return 0;
}

void build_stop(struct build *b)
{
	if (!b->child)
		return;
	b->stopping = true;
	child_signal(b->child, SIGINT);
}

/* The first patch, and how many more. */
static void build_label(const struct build *b, char *buf, size_t size)
{
	const struct build_form *f = &b->form;
	const char *name = files_last_part(f->patches[0]);
	char clean[128];

	text_clean(clean, sizeof(clean), name, strlen(name));
	if (f->n_patches > 1)
		snprintf(buf, size, "%s and %zu more", clean, f->n_patches - 1);
	else
		snprintf(buf, size, "%s", clean);
}

void build_progress_here(const struct build *b, char *buf, size_t size)
{
	char objects[64] = "", took[32], left[64];
	uint64_t now = now_boot(), seconds = (now - b->began) / USEC_PER_SEC; /* whole: they tick */

	*buf = '\0';
	if (b->state != BUILD_RUNS)
		return;
	text_duration(took, sizeof(took), (double)seconds);
	build_left(b->left < 0 ? 0 : b->left - (double)(now - b->left_at) / USEC_PER_SEC, left, sizeof(left));
	if (b->total > 0)
		FORMAT(objects, "%lld of %lld objects, ", (long long)b->done, (long long)b->total);
	snprintf(buf, size, "%s%s%s", objects, took, left);
}

bool build_progress(const struct build *b, char *buf, size_t size)
{
	char label[160], here[160];

	if (b->state != BUILD_RUNS)
		return false;
	build_label(b, label, sizeof(label));
	build_progress_here(b, here, sizeof(here));
	snprintf(buf, size, "build %s: %s, %s", label,
		 b->stopping		  ? "it is being stopped"
		 : b->step < BUILD_PHASES ? build_phase_name(b->step)
					  : "it ends",
		 here);
	return true;
}

const char *build_state_word(enum build_state s)
{
	static const char *const words[] = {
		[BUILD_FORM] = "not begun",  [BUILD_RUNS] = "runs",	  [BUILD_BUILT] = "done",
		[BUILD_SAME] = "no change",  [BUILD_REFUSED] = "refused", [BUILD_FAILED] = "failed",
		[BUILD_STOPPED] = "stopped",
	};

	return words[s];
}

void build_counts(const struct build *b, char *buf, size_t size)
{
	static const char *const words[] = { "changed", "new", "dropped" };
	size_t at = 0;

	snprintf(buf, size, "nothing");
	for (size_t i = 0; i < ARRAY_SIZE(words) && at < size; i++)
		if (b->counted[i])
			at += (size_t)snprintf(buf + at, size - at, "%s%zu function%s %s", at ? ", " : "",
					       b->counted[i], b->counted[i] == 1 ? "" : "s", words[i]);
}

void build_module_path(const struct build *b, char *buf, size_t size)
{
	bool beside = *b->module && *b->module != '/' && b->here;

	snprintf(buf, size, "%s%s%s", beside ? b->here : "", beside ? "/" : "", b->module);
}
