// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs the TUI on a pty inside the lab's guest, goes to Transition, and tells
 * in TAP whether the screen shows what is expected, at each size. What does
 * not fit into a small list is looked for in the details (Enter), page by
 * page, as a person would. Usage: tui_probe KLPSH 80x24,40x10 STRING...
 * "log" instead: does the screen Log do its part (no transition may run)?
 */
#include "tests/lib/vt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPECTED_MAX 32
#define PAGES_MAX 30

struct probe {
	struct vt *vt;
	char *const *expected;
	int n;
	bool seen[EXPECTED_MAX];
};

static int count;

static void tap(bool good, const char *size, const char *what)
{
	printf("%s %d - the TUI at %s: %s\n", good ? "ok" : "not ok", ++count, size, what);
}

/* Note what the screen shows now. True: everything has been seen. */
static bool look(struct vt *v, void *arg)
{
	struct probe *p = arg;
	bool all = true;

	for (int i = 0; i < p->n; i++) {
		p->seen[i] = p->seen[i] || vt_shows(v, p->expected[i]);
		all = all && p->seen[i];
	}
	return all;
}

/* The details of every row, page by page. */
static void look_closer(struct probe *p)
{
	for (int row = 0; row < 3 && !look(p->vt, p); row++) {
		vt_keys(p->vt, "\r");
		vt_settle(p->vt, 150);
		for (int page = 0; page < PAGES_MAX && !look(p->vt, p); page++) {
			vt_keys(p->vt, "j");
			vt_settle(p->vt, 60);
		}
		vt_keys(p->vt, "qj");
		vt_settle(p->vt, 150);
	}
}

static void show_screen(struct vt *v)
{
	char *text = vt_text(v), *save = NULL;

	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		printf("# |%s\n", l);
	free(text);
}

static void probe_size(const char *klpsh, const char *size, char *const *expected, int n)
{
	const char *argv[] = { klpsh, NULL };
	struct vt_opts o = { .lines = 24, .columns = 80 };
	struct probe p = { .expected = expected, .n = n < EXPECTED_MAX ? n : EXPECTED_MAX };

	if (sscanf(size, "%dx%d", &o.columns, &o.lines) != 2) {
		tap(false, size, "is no size");
		return;
	}
	p.vt = vt_start(argv, &o);
	if (!p.vt || !vt_wait(p.vt, "1 Patches")) {
		tap(false, size, "the screens do not come up");
		vt_free(p.vt);
		return;
	}
	vt_keys(p.vt, "2");
	if (!vt_wait_for(p.vt, look, &p, 5000))
		look_closer(&p);
	for (int i = 0; i < p.n; i++) {
		char what[256];

		snprintf(what, sizeof(what), "shows '%s'", expected[i]);
		tap(p.seen[i], size, what);
		if (!p.seen[i])
			show_screen(p.vt);
	}
	vt_keys(p.vt, "Q");
	tap(vt_wait_exit(p.vt) == 0 && !vt_alternate(p.vt), size, "ends cleanly and gives the terminal back");
	vt_free(p.vt);
}

static void kernel_says(const char *text)
{
	FILE *log = fopen("/dev/kmsg", "we");

	if (log)
		fprintf(log, "<6>%s\n", text);
	if (log)
		fclose(log);
}

/* Its lines come by themselves, long before anything is read again, but not while it is paused. */
static void probe_log(const char *klpsh)
{
	const char *argv[] = { klpsh, NULL };
	struct vt_opts o = { .lines = 24, .columns = 80 };
	struct vt *v = vt_start(argv, &o);

	vt_keys(v, "5+++");
	tap(vt_wait(v, "read every 60 s") && vt_wait(v, "follow"), "80x24", "the log follows");
	kernel_says("klpsh probe one");
	tap(vt_wait(v, "klpsh probe one"), "80x24", "a line of the log comes at once");
	vt_keys(v, "p");
	tap(vt_wait(v, "PAUSED"), "80x24", "pauses");
	kernel_says("klpsh probe two");
	vt_keys(v, "k");
	vt_settle(v, 1500);
	tap(!vt_shows(v, "klpsh probe two"), "80x24", "paused, nothing comes");
	vt_keys(v, "G");
	vt_settle(v, 500);
	tap(!vt_shows(v, "klpsh probe two"), "80x24", "nor with a key");
	vt_keys(v, "pG");
	tap(vt_wait(v, "klpsh probe two"), "80x24", "goes on");
	vt_keys(v, "Q");
	tap(vt_wait_exit(v) == 0, "80x24", "ends");
	vt_free(v);
}

int main(int argc, char **argv)
{
	char *sizes, *save = NULL;

	if (argc == 3 && !strcmp(argv[2], "log")) {
		probe_log(argv[1]);
		printf("1..%d\n", count);
		return 0;
	}
	if (argc < 4) {
		fprintf(stderr, "usage: tui_probe KLPSH SIZE,SIZE... STRING...; tui_probe KLPSH log\n");
		return 2;
	}
	sizes = strdup(argv[2]);
	for (char *s = strtok_r(sizes, ",", &save); s; s = strtok_r(NULL, ",", &save))
		probe_size(argv[1], s, argv + 3, argc - 3);
	printf("1..%d\n", count);
	free(sizes);
	return 0;
}
