// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Questions and changes as children of the screens. One may ask at a time; of
 * those that run several may, because a stuck transition is helped by others
 * (reverse, poke): klpsh's own lock decides what may run together.
 */
#include "tui/change_own.h"

#include "core/text.h"
#include "tui/ask.h"
#include "tui/command.h"
#include "tui/outcome.h"

#include <errno.h>

#define RUNNING_MAX 4
#define TYPED_NAME '='
#define TYPED_REASON '#'

static void tell(struct change_run *c, enum change_event event, const struct reply *a)
{
	if (c->told)
		c->told(event, a, c->arg);
}

static char *flag_word(const char *flag, const char *value)
{
	char *s = NULL;

	return asprintf(&s, "%s%s", flag, value) < 0 ? NULL : s;
}

static int run_words(struct change_run *c, char *const *flags, size_t n_flags, query_fn done)
{
	size_t n;
	_cleanup_free_ char **words = change_run_words(c, flags, n_flags, &n);

	return words ? query_start(c->tui, words, n, done, c, &c->query) : -ENOMEM;
}

static void ignore_output(const char *data, size_t len, void *arg)
{
}

static void on_recorded(int status, void *arg)
{
	tui_changed(arg);
}

/*
 * A no is recorded as a no: the verb itself does that when it is run without
 * a yes and without anybody to ask, which by contract changes nothing.
 */
static void record_no(struct tui *t, const struct change_run *c)
{
	static const struct child_events events = { .out = ignore_output, .end = on_recorded };
	char *flags[] = { (char *)"--no-input" };
	size_t n;
	_cleanup_free_ char **words = change_run_words(c, flags, ARRAY_SIZE(flags), &n);
	_cleanup_free_ char **argv = words ? tui_argv(t, words, n) : NULL;
	struct child *child;

	if (argv)
		(void)child_start(&t->children, t->loop, argv, &events, t, &child);
}

/* The one that asks is over, before anything was done. */
static void give_up(struct tui *t, const char *why)
{
	struct change_run *c = t->asking;

	t->asking = NULL;
	if (c->asked)
		record_no(t, c);
	query_cancel(c->query);
	tui_status(t, STYLE_DIM, " %s: %s, nothing was done", c->label, why);
	tell(c, CHANGE_DECLINED, NULL);
	change_run_free(c);
}

bool tui_may_change(const struct tui *t, const char **ret_why)
{
	if (t->app->root_prefix)
		*ret_why = "a captured tree is only looked at: nothing is changed";
	else if (t->app->set.read_only)
		*ret_why = "nothing is changed in read-only mode";
	else if (geteuid() != 0)
		*ret_why = "only root changes the kernel: start klpsh as root";
	else
		return true;
	return false;
}

static void unlink_run(struct tui *t, struct change_run *c)
{
	struct change_run **at = &t->running;

	while (*at && *at != c)
		at = &(*at)->next;
	if (*at)
		*at = c->next;
}

static void on_done(const struct reply *a, void *arg)
{
	struct change_run *c = arg;
	struct tui *t = c->tui;

	c->query = NULL;
	unlink_run(t, c);
	outcome_status(t, c->label, a);
	if (!c->told && outcome_failed(a))
		outcome_text(t, c->label, "failed", a);
	sampler_refresh(t->sampler);
	tui_changed(t);
	tell(c, CHANGE_DONE, a);
	change_run_free(c);
	tui_dirty(t);
}

/* After the yes: klpsh does it. */
static void run_change(struct tui *t)
{
	struct change_run *c = t->asking;
	_cleanup_free_ char *expect = c->pin ? flag_word("--expect=", c->pin) : NULL;
	_cleanup_free_ char *before = c->before ? flag_word("--expect-before=", c->before) : NULL;
	char *flags[] = { (char *)"--yes", expect, before, c->flags[0], c->flags[1] };
	int r;

	if (c->confirm) /* a typed name is this one's yes */
		flags[0] = NULL;
	r = (c->pin && !expect) || (c->before && !before) ? -ENOMEM
							  : run_words(c, flags, ARRAY_SIZE(flags), on_done);
	if (r < 0) {
		give_up(t, strerror(-r));
		return;
	}
	t->asking = NULL;
	t->status[0] = '\0';
	c->since = now_boot();
	c->next = t->running;
	t->running = c;
	sampler_refresh(t->sampler);
	tell(c, CHANGE_STARTED, NULL);
	tui_dirty(t);
}

static bool has_reason(const struct change_run *c)
{
	for (size_t i = 1; i < c->n_words; i++)
		if (strncmp(c->words[i], "--reason", 8) == 0)
			return true;
	return c->flags[1] != NULL;
}

/* Yes was said; a severe one wants its name typed and a reason as well. */
static void answered_yes(struct tui *t)
{
	struct change_run *c = t->asking;
	char label[160];

	if (c->confirm && !c->flags[0]) {
		FORMAT(label, "type %.64s to %.16s it: ", c->confirm, c->words[0]);
		prompt_ask(&t->prompt, TYPED_NAME, label);
	} else if (c->confirm && !has_reason(c)) {
		prompt_ask(&t->prompt, TYPED_REASON, "the reason, for the records: ");
	} else {
		run_change(t);
	}
}

void change_typed(struct tui *t, char lead, const char *text)
{
	struct change_run *c = t->asking;
	char *word;

	if (!c)
		return;
	if (lead == TYPED_NAME && !streq(text, c->confirm)) {
		give_up(t, "that is not its name");
		return;
	}
	if (lead == TYPED_REASON && !text[strspn(text, " ")]) {
		give_up(t, "no reason was given");
		return;
	}
	word = flag_word(lead == TYPED_NAME ? "--confirm=" : "--reason=", text);
	if (!word) {
		give_up(t, "no memory");
		return;
	}
	c->flags[lead == TYPED_NAME ? 0 : 1] = word;
	answered_yes(t);
}

void change_untyped(struct tui *t)
{
	if (t->asking)
		give_up(t, "left");
}

static int open_dialog(struct tui *t, struct change_run *c, const struct reply *a)
{
	const char *title = jv_str(a->data, "title"), *danger = jv_str(a->data, "danger"),
		   *target = jv_str(a->data, "target");
	struct lines text = { 0 };
	char action[160];
	int r;

	FORMAT(action, "%s %s", c->words[0], target ? target : "");
	if (target) /* shorter than a file's path */
		text_clean(c->label, sizeof(c->label), action, strlen(action));

	reply_question(a, &text);
	r = ask_open(t,
		     &(struct question){ title ? title : c->label, c->label, &text,
					 danger && streq(danger, "severe") },
		     answered_yes, give_up);
	lines_done(&text);
	return r;
}

static int keep(char **to, const char *word)
{
	*to = word ? strdup(word) : NULL;
	return word && !*to ? -ENOMEM : 0;
}

/* It may be done: the question. */
static void ask_person(struct tui *t, struct change_run *c, const struct reply *a)
{
	if (keep(&c->pin, jv_str(a->data, "pin")) < 0 || keep(&c->before, jv_str(a->data, "before")) < 0 ||
	    keep(&c->confirm, jv_str(a->data, "confirm")) < 0 || open_dialog(t, c, a) < 0) {
		give_up(t, "no memory");
		return;
	}
	c->asked = true;
}

/* The dry run's answer. */
static void on_asked(const struct reply *a, void *arg)
{
	struct change_run *c = arg;
	struct tui *t = c->tui;
	const char *error = reply_error(a);
	enum change_event end = CHANGE_NOT_POSSIBLE;

	c->query = NULL;
	tui_dirty(t);
	if (!error && a->rc == RC_OK && streq(reply_result(a), "would")) {
		ask_person(t, c, a);
		return;
	}
	t->asking = NULL;
	if (!error && a->rc == RC_OK) {
		const char *state = jv_str(a->data, "state");

		end = CHANGE_NOTHING_TO_DO;
		tui_status(t, STYLE_GOOD, " %s: nothing to do, it is already so%s%s", c->label,
			   state ? ": " : "", state ? state : "");
	} else {
		tui_status(t, STYLE_BAD, " %s: %s", c->label, error ? error : rc_name(a->rc));
		if (!c->told)
			outcome_text(t, c->label, "not possible now", a);
	}
	tui_changed(t);
	tell(c, end, a);
	change_run_free(c);
}

static size_t count_running(const struct tui *t)
{
	size_t n = 0;

	for (const struct change_run *c = t->running; c; c = c->next)
		n++;
	return n;
}

void change_begin(struct tui *t, char *const *words, size_t n, change_fn told, void *arg)
{
	change_begin_expecting(t, words, n, "", told, arg);
}

void change_begin_expecting(struct tui *t, char *const *words, size_t n, const char *pin, change_fn told,
			    void *arg)
{
	char expect[96], *flags[] = { (char *)"--dry-run", *pin ? expect : NULL };
	struct change_run *c;
	const char *why;
	int r = -ENOMEM;

	if (!tui_may_change(t, &why)) {
		tui_status(t, STYLE_WARN, " %s: %s", words[0], why);
		return;
	}
	if (t->asking || ask_has_keys(t) || count_running(t) >= RUNNING_MAX) {
		tui_status(t, STYLE_WARN, " %s: too much runs already; wait for its end", words[0]);
		return;
	}
	FORMAT(expect, "--expect=%s", pin);
	c = change_run_new(t, words, n);
	if (c)
		r = run_words(c, flags, ARRAY_SIZE(flags), on_asked);
	if (r < 0) {
		tui_status(t, STYLE_BAD, " cannot run it: %s", strerror(-r));
		change_run_free(c);
		return;
	}
	c->told = told;
	c->arg = arg;
	t->asking = c;
	tui_status(t, STYLE_DIM, " %s: looking what it would meet; Esc leaves", c->label);
}

void change_target(struct tui *t, const char *verb, const char *target)
{
	char *words[] = { (char *)verb, (char *)target };

	change_begin(t, words, target ? 2 : 1, NULL, NULL);
}

bool change_has_keys(const struct tui *t)
{
	return t->asking != NULL;
}

void change_key(struct tui *t, int key)
{
	if (key == K_ESC || key == K_CTRL('c') || key == 'q')
		give_up(t, "left");
}

bool change_progress(const struct tui *t, char *buf, size_t size)
{
	const struct change_run *c = t->running;
	char took[32], more[48] = "";
	size_t n = count_running(t);
	uint64_t seconds;

	if (!c)
		return false;
	seconds = (now_boot() - c->since) / USEC_PER_SEC;
	text_duration(took, sizeof(took), (double)seconds);
	if (n > 1)
		FORMAT(more, " (and %zu more)", n - 1);
	snprintf(buf, size, " %s: waiting for the kernel, %s%s; Ctrl-C ends the waiting only", c->label, took,
		 more);
	return true;
}

bool change_interrupt(struct tui *t)
{
	if (!t->running)
		return false;
	query_interrupt(t->running->query);
	tui_status(t, STYLE_WARN, " the waiting for %s ends; the kernel goes on with it", t->running->label);
	return true;
}

void change_untell(struct tui *t, const void *arg)
{
	if (t->asking && t->asking->arg == arg)
		t->asking->told = NULL;
	for (struct change_run *c = t->running; c; c = c->next)
		if (c->arg == arg)
			c->told = NULL;
}

void change_close(struct tui *t)
{
	if (t->asking) {
		query_cancel(t->asking->query);
		change_run_free(t->asking);
	}
	while (t->running) {
		struct change_run *next = t->running->next;

		query_forget(t->running->query);
		change_run_free(t->running);
		t->running = next;
	}
	t->asking = NULL;
	dialog_close(&t->dialog);
}
