/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See remember.h.
 */
#include "shell/remember.h"

#include "core/util.h"
#include "shell/histfile.h"
#include "shell/line.h"
#include "shell/quote.h"

static void take_up(const char *line, void *arg)
{
	line_remember(line);
}

int remember_open(void)
{
	struct err e = { 0 };
	int fd = histfile_open(NULL, &e);

	if (fd >= 0)
		(void)histfile_read(fd, take_up, NULL);
	else
		fprintf(stderr, "klpsh: note: %s\n", e.text);
	return MAX(fd, -1);
}

/* A line with a leading blank stays out of the file. */
static void remember_line(int fd, const char *line, bool blank)
{
	if (!line[strspn(line, " \t")])
		return;
	line_remember(line);
	if (fd >= 0 && !blank)
		(void)histfile_add(fd, line);
}

void remember_text(int fd, const char *text, const struct commands *cmds)
{
	bool blank = strspn(text, " \t") > 0;
	_cleanup_free_ char *line = NULL;
	char *rest;

	if (strchr(text, '\n') && cmds)
		line = commands_join(cmds);
	else
		line = strdup(text);
	/* Several lines are only left where they could not be parsed: to be mended one by one. */
	for (rest = line; rest;)
		remember_line(fd, strsep(&rest, "\n"), blank);
}
