// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The Build screen: the form and the words it becomes, phases and output while
 * it runs, what came of it, a refusal with its place in the patch, and that a
 * build goes on while other screens are shown.
 */
#include "tests/lib/fake.h"
#include "tests/lib/fake_euid.h"
#include "tests/tui/screen.h"

#define EVENT(rest) "{\"v\":1,\"event\":" rest "}\n"
#define PHASE(word, more) EVENT("\"phase\",\"phase\":\"" word "\",\"seconds\":0.25" more)
#define BEGINS                                                                                               \
	PHASE("patch", ",\"text\":\"1 file\"")                                                               \
	EVENT("\"progress\",\"phase\":\"prepare\",\"left_seconds\":70.0")                                    \
	EVENT("\"output\",\"text\":\"unpacking the source\"")                                                \
	PHASE("prepare", "")                                                                                 \
	EVENT("\"progress\",\"phase\":\"compile\",\"done\":3,\"total\":12,\"left_seconds\":9.0")             \
	EVENT("\"output\",\"text\":\"CC fs/proc/cmdline.o\"")
#define ENDS                                                                                                 \
	PHASE("compile", "")                                                                                 \
	PHASE("prove", "")                                                                                   \
	PHASE("compare", "")                                                                                 \
	EVENT("\"function\",\"change\":\"changed\",\"object\":\"vmlinux\",\"file\":\"fs/proc/cmdline.c\","   \
	      "\"function\":\"cmdline_proc_show\",\"why\":\"12 bytes\"")                                     \
	EVENT("\"note\",\"text\":\"a note of the builder\"")                                                 \
	PHASE("resolve", "") PHASE("write", "") PHASE("link", "")
#define RESULT                                                                                               \
	"{\"v\":1,\"cmd\":[\"build\"],\"rc\":0,\"status\":\"ok\",\"data\":{\"event\":\"result\","            \
	"\"seconds\":3.4,\"kernel\":\"6.1.0-56-amd64\",\"functions\":[],"                                    \
	"\"module\":\"/x/livepatch_fix.ko\",\"sha256\":\"abcdef\",\"size\":4711},\"error\":null}"
#define FAILED(rc, text, hint)                                                                               \
	"{\"v\":1,\"cmd\":[\"build\"],\"rc\":" #rc ",\"status\":\"failed\",\"data\":null,\"error\":"         \
	"{\"code\":\"failed\",\"errno\":\"EPERM\",\"text\":\"" text "\",\"hint\":\"" hint "\"}}"
#define REFUSED                                                                                              \
	PHASE("patch", "")                                                                                   \
	PHASE("prepare", "")                                                                                 \
	PHASE("compile", "")                                                                                 \
	PHASE("prove", "")                                                                                   \
	EVENT("\"refusal\",\"code\":\"init-code\",\"file\":\"fs/proc/cmdline.c\",\"function\":"              \
	      "\"proc_cmdline_init\",\"section\":null,\"why\":\"it ran at boot and is gone\","               \
	      "\"technique\":\"do it in a callback\"")                                                       \
	FAILED(11, "refused: 1 place of the patch", "")

static const char patch[] = "--- a/fs/proc/cmdline.c\n"
			    "+++ b/fs/proc/cmdline.c\n"
			    "@@ -8,3 +8,4 @@ static int cmdline_proc_show(struct seq_file *m, void *v)\n"
			    " \tseq_puts(m, saved_command_line);\n"
			    "+\tseq_putc(m, 'x');\n"
			    " \tseq_putc(m, '\\n');\n"
			    " \treturn 0;\n"
			    "@@ -20,2 +21,3 @@ static int __init proc_cmdline_init(void)\n"
			    " {\n"
			    "+\tpr_info(\"never seen\\n\");\n"
			    " \tstruct proc_dir_entry *pde;\n"
			    "--- a/fs/proc/other.c\n"
			    "+++ b/fs/proc/other.c\n"
			    "@@ -1,1 +1,1 @@ proc_cmdline_init\n"
			    "-another file\n"
			    "+is not shown\n";

static struct fake screen_of(int columns, int lines, const char *mode)
{
	struct fake f = fake_start("ready", columns, lines, mode);

	tree_write(f.tree, "fix.patch", patch);
	expect(f.vt, "livepatch_fix");
	vt_keys(f.vt, "6");
	expect(f.vt, "none yet");
	return f;
}

static void type_patch(struct fake *f)
{
	char keys[700];

	FORMAT(keys, "%s/fix.patch\r", tree_path(f->tree));
	vt_keys(f->vt, "\r");
	expect(f->vt, "source patch:");
	vt_keys(f->vt, keys);
	expect(f->vt, "Enter: begin");
}

static void yes(struct fake *f)
{
	decide(f->vt, "y");
}

static struct fake building(int columns, int lines, const char *answer)
{
	struct fake f = screen_of(columns, lines, "live");

	fake_answer(&f, "build", answer);
	type_patch(&f);
	vt_keys(f.vt, "B");
	yes(&f);
	return f;
}

/* Goes down to a row of the form and opens it. */
static void field(struct fake *f, const char *keys, const char *question, const char *text)
{
	vt_keys(f->vt, keys);
	expect(f->vt, question);
	vt_keys(f->vt, text);
	assert_true(vt_wait_gone(f->vt, question));
}

static void the_form_becomes_words(void **state)
{
	struct fake f = screen_of(120, 30, "live");
	char words[1400];

	fake_answer(&f, "build", BEGINS ENDS RESULT);
	type_patch(&f);
	expect(f.vt, "The same as");
	field(&f, "gjj\r", "for the kernel:", "6.1.0-9\r");
	field(&f, "j\r", "the module's name:", "fixed\r");
	field(&f, "j\r", "folder for the module:", "/x y\r");
	vt_keys(f.vt, "j\r");
	expect(f.vt, "stay as they are");
	vt_keys(f.vt, "j\r");
	expect(f.vt, "a check only");
	FORMAT(words,
	       "--json build --kernel 6.1.0-9 --name fixed --output /x y --non-replace --check -- "
	       "%s/fix.patch\n",
	       tree_path(f.tree));
	vt_keys(f.vt, "B");
	expect(f.vt, "--output '/x y'");
	yes(&f);
	assert_true(fake_was_told(&f, words));
	expect(f.vt, "1 function changed");
	vt_keys(f.vt, "x"); /* the form is as it was */
	expect(f.vt, "a check only");
	field(&f, "g\r", "source patch:", "\x15\r"); /* an empty line takes it out */
	expect(f.vt, "none yet");
	fake_quit(&f);
}

static void its_words_lead_to_its_screen(void **state)
{
	struct fake f = screen_of(80, 24, "live");
	char keys[700];

	fake_answer(&f, "build", BEGINS ENDS RESULT);
	FORMAT(keys, "1:build %s/fix.patch\r", tree_path(f.tree));
	vt_keys(f.vt, keys);
	expect(f.vt, "Build a livepatch?");
	yes(&f);
	expect(f.vt, "6 Build");
	expect(f.vt, "/x/livepatch_fix.ko");
	assert_true(fake_was_told(&f, "/fix.patch\n"));
	fake_quit(&f);
}

static void nothing_is_built_without_a_yes(void **state)
{
	struct fake f = screen_of(80, 24, "live");

	vt_keys(f.vt, "B"); /* nothing to build yet: it is asked for */
	expect(f.vt, "source patch to build:");
	vt_keys(f.vt, "\x1b");
	expect(f.vt, "none yet");
	type_patch(&f);
	vt_keys(f.vt, "B");
	expect(f.vt, "Build a livepatch?");
	vt_keys(f.vt, "\r"); /* on Cancel */
	expect(f.vt, "cancelled, nothing was done");
	vt_keys(f.vt, "\r");
	decide(f.vt, "n");
	assert_true(vt_wait_gone(f.vt, "[ Cancel ]"));
	assert_int_equal(fake_count(&f, "build"), 0);
	fake_quit(&f);
}

static void it_runs_and_is_seen(void **state)
{
	static const int sizes[][2] = { { 40, 10 }, { 80, 24 }, { 120, 40 } };

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct fake f = screen_of(sizes[i][0], sizes[i][1], "live");

		fake_hold(&f, "half");
		fake_answer(&f, "build", BEGINS "@hold half\n" ENDS RESULT);
		type_patch(&f);
		vt_keys(f.vt, "\r");
		yes(&f);
		expect(f.vt, "CC fs/proc/cmdline.o"); /* the phase that runs is the one shown */
		vt_keys(f.vt, "1");
		expect(f.vt, "build fix.patch: compile, 3 of 12");
		vt_keys(f.vt, "6");
		expect(f.vt, "CC fs/proc/cmdline.o");
		fake_release(&f, "half");
		expect(f.vt, "/x/livepatch_fix.ko");
		expect(f.vt, "1 function changed");
		assert_int_equal(fake_count(&f, "--json build -- "), 1);
		fake_quit(&f);
	}
}

static void a_refusal_shows_its_place(void **state)
{
	struct fake f = building(80, 40, REFUSED);

	expect(f.vt, "it ran at boot and is gone");
	expect(f.vt, "do it in a callback");
	expect(f.vt, "    8  @@ -20,2 +21,3 @@");
	expect(f.vt, "   10  +        pr_info(");
	assert_false(vt_shows(f.vt, "saved_command_line"));
	assert_false(vt_shows(f.vt, "is not shown"));
	vt_keys(f.vt, "\r/callback\r"); /* a page of its own, to be searched */
	expect(f.vt, "/callback");
	vt_keys(f.vt, "qk");
	expect(f.vt, "refused: 1 place of the patch");
	fake_quit(&f);
}

static void how_it_ended_is_told(void **state)
{
	static const struct {
		const char *answer, *word, *hint;
	} ends[] = {
		{ FAILED(1, "there is no source package", "apt-get install linux-source"), "failed",
		  "apt-get install linux-source" },
		{ FAILED(12, "the patch changes no code", ""), "no change", "the patch changes no code" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		struct fake f = building(80, 24, ends[i].answer);

		expect(f.vt, ends[i].word);
		expect(f.vt, ends[i].hint);
		fake_quit(&f);
	}
}

static void k_stops_it(void **state)
{
	struct fake f = screen_of(80, 24, "live");

	vt_keys(f.vt, "K");
	expect(f.vt, "no build runs");
	fake_hold(&f, "half");
	fake_answer(&f, "build", BEGINS "@hold half\n" ENDS RESULT);
	fake_answer(&f, "interrupted", FAILED(130, "the build was stopped; nothing was written", ""));
	type_patch(&f);
	vt_keys(f.vt, "\r");
	yes(&f);
	expect(f.vt, "CC fs/proc/cmdline.o");
	vt_keys(f.vt, "B");
	expect(f.vt, "a build runs already; K stops it");
	vt_keys(f.vt, "1K");
	expect(f.vt, "Stop the build?");
	vt_keys(f.vt, "n");
	expect(f.vt, "nothing was done");
	vt_keys(f.vt, "1");
	expect(f.vt, "build fix.patch: compile");
	vt_keys(f.vt, "K");
	yes(&f);
	expect(f.vt, "build: stopped");
	vt_keys(f.vt, "6");
	expect(f.vt, "The build was stopped");
	fake_quit(&f);
}

static void leaving_asks(void **state)
{
	struct fake f = screen_of(80, 24, "live");

	fake_hold(&f, "half");
	fake_answer(&f, "build", BEGINS "@hold half\n" ENDS RESULT);
	type_patch(&f);
	vt_keys(f.vt, "\r");
	yes(&f);
	expect(f.vt, "CC fs/proc/cmdline.o");
	vt_keys(f.vt, "Q");
	expect(f.vt, "a build runs and would be stopped");
	assert_true(vt_running(f.vt));
	vt_keys(f.vt, "Q");
	assert_int_equal(vt_wait_exit(f.vt), 0);
	fake_stop(&f);
}

static void the_module_goes_on(void **state)
{
	struct fake f = building(80, 24, BEGINS ENDS RESULT);

	fake_answer(&f, "inspect", "what is in it\n");
	fake_answer(&f, "check", "what a load would meet\n");
	fake_dry(&f, "load", "livepatch_fix");
	expect(f.vt, "/x/livepatch_fix.ko");
	vt_keys(f.vt, "i");
	expect(f.vt, "what is in it");
	vt_keys(f.vt, "qc");
	expect(f.vt, "what a load would meet");
	vt_keys(f.vt, "qL");
	expect(f.vt, "[ Cancel ]");
	assert_true(fake_was_told(&f, "load --dry-run /x/livepatch_fix.ko\n"));
	vt_keys(f.vt, "nA");
	expect(f.vt, "klpsh inspect /x/livepatch_fix.ko");
	fake_quit(&f);
}

static void who_may_build(void **state)
{
	static const struct {
		const char *mode, *why;
	} modes[] = { { "captured", "nothing is built for it" },
		      { "read-only", "nothing is built in read-only mode" } };
	struct fake f;

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		f = screen_of(80, 24, modes[i].mode);
		vt_keys(f.vt, "B");
		expect(f.vt, modes[i].why);
		fake_quit(&f);
	}
	f = screen_of(80, 24, "user");
	fake_answer(&f, "build", BEGINS ENDS RESULT);
	type_patch(&f);
	vt_keys(f.vt, "B");
	yes(&f);
	expect(f.vt, "/x/livepatch_fix.ko");
	fake_quit(&f);
}

static void what_is_said_is_hostile(void **state)
{
	struct fake f = building(
		80, 24,
		"no event at all \x1b]0;title\x07\n{\"event\":7}\n[[[[\n" EVENT(
			"\"phase\",\"phase\":\"no such\",\"seconds\":-1")
			EVENT("\"warning\",\"code\":\"\\u001b[2J\",\"file\":\"a\\u001b[31mb\",\"why\":"
			      "\"\\u202egnol\"")
				EVENT("\"progress\",\"phase\":\"link\",\"done\":-5,\"total\":-9")
					ENDS RESULT);

	expect(f.vt, "/x/livepatch_fix.ko");
	vt_keys(f.vt, "/warning\r");
	expect(f.vt, "[31mb");
	assert_false(vt_raw_has(f.vt, "\x1b[31mb"));
	assert_false(vt_raw_has(f.vt, "\x1b]0;title"));
	fake_quit(&f);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_form_becomes_words),
		cmocka_unit_test(its_words_lead_to_its_screen),
		cmocka_unit_test(nothing_is_built_without_a_yes),
		cmocka_unit_test(it_runs_and_is_seen),
		cmocka_unit_test(a_refusal_shows_its_place),
		cmocka_unit_test(how_it_ended_is_told),
		cmocka_unit_test(k_stops_it),
		cmocka_unit_test(leaving_asks),
		cmocka_unit_test(the_module_goes_on),
		cmocka_unit_test(who_may_build),
		cmocka_unit_test(what_is_said_is_hostile),
	};

	fake_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
