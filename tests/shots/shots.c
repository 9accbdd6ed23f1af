// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `make screenshots`: screens of the real program on made-up machines, written
 * as SVG. Usage: shots FOLDER. What klpsh is asked behind the screens is
 * answered by tests/lib/fake.
 */
#include <errno.h>

#include "tests/lib/fake.h"
#include "tests/lib/fake_euid.h"
#include "tests/tui/screen.h"

#define CELL_W 8.4
#define CELL_H 18
#define QUIET_MS 300 /* after which a picture is complete */
#define FONT "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace"

static const char *folder;

static void put_xml(FILE *out, const char *s)
{
	for (; *s; s++) {
		if (strchr("<>&", *s))
			fprintf(out, "&#%d;", *s);
		else
			fputc(*s, out);
	}
}

/* The made-up machine's folder has another name each time. */
static void hide_folder(char *text)
{
	static const char temp[] = "/tmp/klpsh-tree-XXXXXX", name[] = "/root";
	char *at = strstr(text, "/tmp/klpsh-tree-");
	size_t gone = sizeof(temp) - sizeof(name), rest;

	if (!at || strlen(at) < sizeof(temp) - 1)
		return;
	memcpy(at, name, sizeof(name) - 1);
	rest = strlen(at + sizeof(temp) - 1);
	memmove(at + sizeof(name) - 1, at + sizeof(temp) - 1, rest);
	memset(at + sizeof(name) - 1 + rest, ' ', gone);
}

static bool same_look(const struct vt_cell *a, const struct vt_cell *b)
{
	return a->fg == b->fg && a->bg == b->bg && a->bold == b->bold;
}

/* A run of cells that look the same, from column x on; returns where it ends. */
static int put_run(FILE *out, struct vt *v, int y, int x)
{
	struct vt_cell first, c;
	char text[4096] = "";
	int end = x;
	size_t at = 0;

	vt_cell_at(v, y, x, &first);
	for (c = first; end < vt_columns(v) && at + sizeof(c.text) < sizeof(text);
	     vt_cell_at(v, y, end, &c)) {
		if (!same_look(&c, &first))
			break;
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s", *c.text ? c.text : " ");
		end += MAX(c.width, 1);
	}
	hide_folder(text);
	fprintf(out, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#%06x\"/>", x * CELL_W,
		y * CELL_H, (end - x) * CELL_W, CELL_H, first.bg);
	if (strspn(text, " ") != at) {
		fprintf(out, "<text x=\"%.1f\" y=\"%d\" textLength=\"%.1f\" fill=\"#%06x\"%s>", x * CELL_W,
			y * CELL_H + 13, (end - x) * CELL_W, first.fg,
			first.bold ? " font-weight=\"bold\"" : "");
		put_xml(out, text);
		fputs("</text>", out);
	}
	return end;
}

static void shoot(struct vt *v, const char *name)
{
	char path[512];
	FILE *out;

	vt_settle(v, QUIET_MS);
	FORMAT(path, "%s/%s.svg", folder, name);
	out = fopen(path, "we");
	assert_non_null(out);
	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %d\" width=\"%.0f\" "
		"font-family=\"%s\" font-size=\"14\" xml:space=\"preserve\">\n"
		"<rect width=\"100%%\" height=\"100%%\" fill=\"#1b1f27\"/>\n",
		vt_columns(v) * CELL_W, vt_lines(v) * CELL_H, vt_columns(v) * CELL_W, FONT);
	for (int y = 0; y < vt_lines(v); y++, fputc('\n', out))
		for (int x = 0; x < vt_columns(v);)
			x = put_run(out, v, y, x);
	fputs("</svg>\n", out);
	assert_int_equal(fclose(out), 0);
}

static void a_stall(void **state)
{
	struct fake f = fake_start("stall", 96, 28, "live");

	expect(f.vt, "stalled");
	vt_keys(f.vt, "2");
	expect(f.vt, "12 of 14 tasks");
	vt_keys(f.vt, "\r");
	expect(f.vt, "<- blocks");
	shoot(f.vt, "transition");
	fake_quit(&f);
}

#define EVENT(rest) "{\"v\":1,\"event\":" rest "}\n"
#define PHASE(word, seconds) EVENT("\"phase\",\"phase\":\"" word "\",\"seconds\":" seconds)

static void a_refusal(void **state)
{
	struct fake f = fake_start("ready", 96, 28, "live");

	tree_write(f.tree, "fix.patch",
		   "--- a/fs/proc/cmdline.c\n+++ b/fs/proc/cmdline.c\n"
		   "@@ -20,6 +20,7 @@ static int __init proc_cmdline_init(void)\n"
		   " \tstruct proc_dir_entry *pde;\n \n"
		   "+\tpr_info(\"cmdline: %zu bytes\\n\", strlen(saved_command_line));\n"
		   " \tpde = proc_create_single(\"cmdline\", 0, NULL, cmdline_proc_show);\n"
		   " \tpde_make_permanent(pde);\n \treturn 0;\n");
	fake_answer(&f, "build",
		    PHASE("patch", "0.01") PHASE("prepare", "0.21") PHASE("compile", "2.43") PHASE("prove",
												   "0.06")
			    EVENT("\"refusal\",\"code\":\"init-code\",\"file\":\"fs/proc/"
				  "cmdline.c\",\"function\":"
				  "\"proc_cmdline_init\",\"why\":\"proc_cmdline_init changes, but it has run "
				  "when the kernel "
				  "started and is gone\",\"technique\":\"do in a callback of the patch what "
				  "the changed code "
				  "would have done\"") "{\"v\":1,\"cmd\":[\"build\"],\"rc\":11,\"status\":"
						       "\"refused\",\"data\":null,\"error\":"
						       "{\"code\":\"refused\",\"errno\":\"EPERM\",\"text\":"
						       "\"the patch cannot be built soundly: 1 "
						       "place is refused\",\"hint\":\"\"}}");
	expect(f.vt, "livepatch_fix");
	vt_keys(f.vt, "B");
	expect(f.vt, "source patch to build");
	vt_keys(f.vt, tree_path(f.tree));
	vt_keys(f.vt, "/fix.patch\r");
	expect(f.vt, "Enter: begin");
	vt_keys(f.vt, "B");
	decide(f.vt, "y");
	expect(f.vt, "What helps");
	vt_keys(f.vt, "\r");
	expect(f.vt, "+        pr_info");
	shoot(f.vt, "build");
	fake_quit(&f);
}

static void a_guide(void **state)
{
	struct fake f = fake_start("ready", 96, 28, "live");

	fake_answer(
		&f, "inspect",
		"{\"v\":1,\"rc\":0,\"data\":{\"module\":\"livepatch_cve\",\"livepatch\":true,"
		"\"matches_running\":true,\"build_id\":null,\"sha256\":\"5b1c7f\",\"compression\":\"none\","
		"\"objects\":[{\"name\":\"vmlinux\",\"functions\":[{\"name\":\"tcp_collapse\",\"sympos\":1}]}"
		"]},"
		"\"error\":null}");
	fake_answer(
		&f, "check",
		"{\"v\":1,\"rc\":0,\"data\":{\"verdict\":\"pass\",\"sha256\":\"5b1c7f\",\"checks\":["
		"{\"id\":\"vermagic\",\"result\":\"pass\",\"evidence\":\"the kernel's own\"},"
		"{\"id\":\"symbols\",\"result\":\"pass\",\"evidence\":\"each is there, once\"},"
		"{\"id\":\"ftrace\",\"result\":\"pass\",\"evidence\":\"on; every function can be traced\"}],"
		"\"predicted_blockers\":[]},\"error\":null}");
	expect(f.vt, "livepatch_fix");
	vt_keys(f.vt, "A/root/livepatch_cve.ko\r");
	expect(f.vt, "Step 1 of 7");
	vt_keys(f.vt, "\r");
	expect(f.vt, "done: livepatch_cve");
	vt_keys(f.vt, "\r\r");
	expect(f.vt, "done: pass");
	shoot(f.vt, "apply");
	fake_quit(&f);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest shots[] = {
		cmocka_unit_test(a_stall),
		cmocka_unit_test(a_refusal),
		cmocka_unit_test(a_guide),
	};

	fake_main(argc, argv);
	if (argc != 2) {
		fprintf(stderr, "usage: shots FOLDER\n");
		return 2;
	}
	folder = argv[1];
	return cmocka_run_group_tests(shots, NULL, NULL);
}
