/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Printing for the line front ends. Nothing else in shell/ writes to stdout,
 * but the REPL's prompt.
 */
#include "shell/out.h"

#include <errno.h>
#include <signal.h>
#include <sys/ioctl.h>

#include "core/record.h"
#include "core/text.h"

static int write_errno; /* of the first write that failed, told at exit */

static int flush_data(void)
{
	if (fflush(stdout) == 0)
		return 0;
	if (!write_errno)
		write_errno = errno;
	return -errno;
}

size_t out_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize w;
	uint64_t n;

	if (!isatty(STDOUT_FILENO))
		return 0;
	if (columns && parse_u64(columns, &n) >= 0 && n >= 20 && n <= 4096)
		return (size_t)n;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) < 0 || !w.ws_col)
		return 80;
	return w.ws_col;
}

static bool color_wanted(const struct settings *set)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (set->color >= 0)
		return set->color > 0;
	if (no && *no)
		return false;
	return isatty(STDOUT_FILENO) && term && !streq(term, "dumb");
}

struct render_opts out_opts(const struct settings *set)
{
	return (struct render_opts){ .width = out_width(), .color = color_wanted(set) };
}

void out_error(const char *where, const char *what, const struct err *e)
{
	fprintf(stderr, "%s: ", where ? where : "klpsh");
	if (what && *what)
		fprintf(stderr, "%s: ", what);
	fprintf(stderr, "%s\n", e->text);
	if (e->hint[0])
		fprintf(stderr, "  %s\n", e->hint);
}

static void print_heap(char *text, const char *end)
{
	if (!text) {
		fputs("klpsh: out of memory\n", stderr);
		return;
	}
	fputs(text, stdout);
	fputs(end, stdout);
	free(text);
}

static void print_report(const struct outcome *o)
{
	struct render_opts opts = out_opts(o->set);

	if (!o->report)
		return;
	if (o->set->plain && o->report->shape)
		print_heap(render_tsv(o->report, !o->streamed), "");
	else
		print_heap(render_text(o->report, &opts), "");
}

void out_result(struct app *app, const struct outcome *o)
{
	const char *verb = o->n_cmd && verb_find(o->cmd[0]) ? o->cmd[0] : NULL;

	if (o->set->json)
		print_heap(record_envelope(o->cmd, o->n_cmd, o->rc, o->report, o->err), "\n");
	else
		print_report(o);
	(void)flush_data();
	for (size_t i = 0; app && i < app->n_warnings; i++)
		fprintf(stderr, "klpsh: note: %s\n", app->warnings[i]);
	if (o->err && o->err->code)
		out_error(o->where, verb, o->err);
}

int out_emit(struct call *c, struct report *r)
{
	_cleanup_(report_freep) struct report *report = r;
	struct out_stream *s = c->emit_arg;
	struct outcome o = { .set = &c->set, .report = report, .streamed = s->started };

	call_progress(c, NULL);
	if (c->set.json)
		print_heap(record_data(report), "\n");
	else
		print_report(&o);
	s->started = true;
	return flush_data();
}

void out_progress(const char *line, void *arg)
{
	static bool shown;

	if (!isatty(STDERR_FILENO) || (!line && !shown))
		return;
	shown = line != NULL;
	fprintf(stderr, "\r\033[K%s", line ? line : "");
	fflush(stderr);
}

int out_close(int rc)
{
	int failed = write_errno ? write_errno : ferror(stdout) ? EIO : 0;

	/* Nothing was lost when stdout was closed from the start and nothing printed. */
	if (fclose(stdout) != 0 && !failed && errno != EBADF)
		failed = errno;
	if (!failed)
		return rc;
	if (failed == EPIPE)
		return RC_SIGNAL + SIGPIPE;
	fprintf(stderr, "klpsh: cannot write the output: %s\n", strerror(failed));
	return RC_FAILED;
}
