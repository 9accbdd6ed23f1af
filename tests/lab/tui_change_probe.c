// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs the TUI on a pty inside the lab's guest by a list of steps, and tells
 * in TAP which of them came true. Usage: tui_change_probe KLPSH 80x24 STEP...
 *   key:KEYS       type (\r, \t and \e are understood)
 *   see:TEXT       wait until the screen shows it
 *   long:TEXT      the same for what compiles: minutes, where the machine is emulated
 *   gone:TEXT      wait until it no longer does
 *   put:FILE=TEXT  write into a file of the machine (a handle of the lab's target)
 */
#include "tests/lib/vt.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE_MS 60000
#define LONG_MS (15 * 60000)

static int count;

static bool pred_shows(struct vt *v, void *arg)
{
	return vt_shows(v, arg);
}

static bool pred_gone(struct vt *v, void *arg)
{
	return !vt_shows(v, arg);
}

static void show_screen(struct vt *v)
{
	char *text = vt_text(v), *save = NULL;

	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		printf("# |%s\n", l);
	free(text);
}

static void type_keys(struct vt *v, const char *s)
{
	static const char names[] = "rte", bytes[] = "\r\t\033";

	for (; *s; s++) {
		const char *name = *s == '\\' && s[1] ? strchr(names, s[1]) : NULL;
		char key = name ? bytes[name - names] : *s;

		s += name ? 1 : 0;
		vt_key_bytes(v, &key, 1);
	}
}

static bool put_file(char *step)
{
	char *text = strchr(step, '=');
	int fd;
	bool good;

	if (!text)
		return false;
	*text++ = '\0';
	fd = open(step, O_WRONLY | O_CLOEXEC);
	good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	if (fd >= 0)
		close(fd);
	return good;
}

/* False: what is to come does not make sense any more. */
static bool run_step(struct vt *v, char *step)
{
	char *what = strchr(step, ':');
	bool good = true;

	if (!what)
		return false;
	*what++ = '\0';
	if (strcmp(step, "key") == 0) {
		type_keys(v, what);
		return true;
	}
	if (strcmp(step, "put") == 0)
		good = put_file(what);
	else if (strcmp(step, "gone") == 0)
		good = vt_wait_for(v, pred_gone, what, PATIENCE_MS);
	else
		good = vt_wait_for(v, pred_shows, what, strcmp(step, "long") == 0 ? LONG_MS : PATIENCE_MS);
	printf("%s %d - the TUI by keys alone: %s '%s'\n", good ? "ok" : "not ok", ++count, step, what);
	if (!good)
		show_screen(v);
	return good;
}

int main(int argc, char **argv)
{
	struct vt_opts o = { .lines = 24, .columns = 80 };
	bool good = true;
	struct vt *v;

	if (argc < 4 || sscanf(argv[2], "%dx%d", &o.columns, &o.lines) != 2) {
		fprintf(stderr, "usage: tui_change_probe KLPSH COLUMNSxLINES STEP...\n");
		return 2;
	}
	v = vt_start((const char *[]){ argv[1], NULL }, &o);
	good = v && vt_wait(v, "1 Patches");
	for (int i = 3; good && i < argc; i++)
		good = run_step(v, argv[i]);
	if (v && vt_running(v))
		vt_keys(v, "QQ");
	good = v && vt_wait_exit(v) == 0 && !vt_alternate(v) && good;
	printf("%s %d - the TUI by keys alone: to its end, and gives the terminal back\n",
	       good ? "ok" : "not ok", ++count);
	printf("1..%d\n", count);
	vt_free(v);
	return 0;
}
