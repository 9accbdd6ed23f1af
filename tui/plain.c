// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A screen's data as plain lines: for the text view (v) and for a file (w).
 * The file is always a new one, never behind a link, only its owner's to
 * read, and not made at all in read-only mode or of a captured tree.
 */
#include "core/text.h"
#include "tui/view.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>

/* Append a cell and blanks up to `width` columns. */
static size_t pad_cell(char *line, size_t size, size_t at, const char *cell, size_t width)
{
	size_t has = text_width(cell), pad = width > has ? width - has : 0;
	int n = snprintf(line + at, size - at, "%s%*s ", cell, (int)pad, "");

	return MIN(at + (size_t)n, size - 1);
}

static void add_row(const struct table *tab, size_t i, struct lines *l)
{
	char cell[TABLE_CELL_MAX], line[2048];
	size_t at = 0;

	for (size_t c = 0; c < tab->source->n_columns && at + 1 < sizeof(line); c++) {
		tab->source->cell(tab->ctx, i, c, cell, sizeof(cell));
		at = pad_cell(line, sizeof(line), at, cell, tab->width[c]);
	}
	lines_add(l, STYLE_NORMAL, "%s", line);
}

static void add_heading(const struct table *tab, struct lines *l)
{
	char line[1024] = "";
	size_t at = 0;

	for (size_t c = 0; c < tab->source->n_columns && at + 1 < sizeof(line); c++)
		at = pad_cell(line, sizeof(line), at, tab->source->columns[c].title, tab->width[c]);
	lines_add(l, STYLE_HEADING, "%s", line);
}

static void copy_lines(struct lines *dst, const struct lines *src)
{
	for (size_t i = 0; i < src->n; i++)
		lines_add(dst, src->v[i].style, "%s", src->v[i].text);
}

/* What stands above the list, with a blank line behind it. */
static void add_head(struct view *v, struct lines *l)
{
	if (!v->ops->head_lines)
		return;
	v->ops->head_lines(v, l);
	if (l->n)
		lines_add(l, STYLE_NORMAL, "%s", "");
}

/* What has the keys: the text over the screen, the details, or the list. */
static void plain_lines(struct tui *t, struct lines *l)
{
	const struct table *tab = &t->view->table;

	if (t->in_text || t->in_detail) {
		copy_lines(l, t->in_text ? &t->text.lines : &t->detail.lines);
		return;
	}
	add_head(t->view, l);
	if (!tab->n) {
		list_empty(t->view, l);
		return;
	}
	add_heading(tab, l);
	for (size_t i = 0; i < tab->n; i++)
		add_row(tab, tab->order[i], l);
}

static const char *plain_title(const struct tui *t)
{
	if (t->in_text || t->in_detail)
		return (t->in_text ? t->text.title : t->detail.title) + 1;
	return t->view->ops->title;
}

void tui_text_view(struct tui *t)
{
	struct lines l = { 0 };
	char title[192];
	bool wrap = t->in_detail;

	if (t->in_text)
		return;
	plain_lines(t, &l);
	FORMAT(title, "%s", plain_title(t));
	tui_open_text(t, title, wrap);
	t->text.lines = l;
}

void tui_write_ask(struct tui *t)
{
	if (t->app->root_prefix)
		tui_status(t, STYLE_WARN, " a captured tree is only looked at: nothing is written");
	else if (t->app->set.read_only)
		tui_status(t, STYLE_WARN, " nothing is written in read-only mode");
	else
		prompt_start(&t->prompt, '>', "");
}

/* Where and when it was seen: a file is read elsewhere and later. */
static void write_origin(FILE *out, const struct tui *t)
{
	_cleanup_free_ char *sentence = t->snap ? snapshot_sentence(t->snap) : NULL;
	_cleanup_free_ char *clean = sentence ? text_clean_dup(sentence, strlen(sentence)) : NULL;
	time_t seen = t->snap ? (time_t)(t->snap->wall_us / USEC_PER_SEC) : time(NULL);
	char when[32] = "", host[65] = "";
	struct tm tm;

	if (gmtime_r(&seen, &tm))
		strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
	if (t->snap)
		text_clean(host, sizeof(host), t->snap->host, strlen(t->snap->host));
	fprintf(out, "%s, %s, %s\n%s\n\n", plain_title(t), host, when, clean ? clean : "");
}

static int write_all(struct tui *t, int fd)
{
	struct lines l = { 0 };
	FILE *out = fdopen(fd, "w");
	int r;

	if (!out) {
		close(fd);
		return -ENOMEM;
	}
	plain_lines(t, &l);
	write_origin(out, t);
	for (size_t i = 0; i < l.n; i++)
		fprintf(out, "%.*s\n", (int)strlen(l.v[i].text), l.v[i].text);
	if (l.full)
		fputs("(cut)\n", out);
	lines_done(&l);
	r = ferror(out) ? -EIO : 0;
	return fclose(out) != 0 ? -errno : r;
}

void tui_write(struct tui *t, const char *path)
{
	int fd, r;

	if (!*path) {
		tui_status(t, STYLE_DIM, " no name was given, nothing is written");
		return;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST) {
		tui_status(t, STYLE_WARN, " %s is there already: only new files are written", path);
		return;
	}
	r = fd < 0 ? -errno : write_all(t, fd);
	if (r < 0)
		tui_status(t, STYLE_BAD, " not written%s: %s: %s", fd < 0 ? "" : " to its end", path,
			   strerror(-r));
	else
		tui_status(t, STYLE_GOOD, " written: %s", path);
}
