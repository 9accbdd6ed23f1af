// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pictures of what is not a numbered screen or needs a klpsh behind it:
 * questions, details of each kind of row, guides, a trace, lists of one row
 * and of 2,000. Each in four sizes.
 */
#include "tests/lib/fake.h"
#include "tests/lib/fake_euid.h"
#include "tests/lib/golden.h"
#include "tests/tui/screen.h"

#define ENTRY(minute, txn, verb, target, result)                                                             \
	"{\"time\":\"2026-11-21T10:" minute ":00Z\",\"txn\":\"" txn "\",\"auid\":1000,\"user\":\"ann\","     \
	"\"tty\":\"pts/3\",\"origin\":\"ssh 10.0.0.7\",\"verb\":\"" verb "\",\"target\":\"" target "\","     \
	"\"phase\":\"outcome\",\"result\":\"" result                                                         \
	"\",\"errno\":null,\"audit\":\"recorded\",\"inverse\":null}"
#define ANSWER(data) "{\"v\":1,\"rc\":0,\"data\":" data ",\"error\":null}"
#define FUNCTION(name, object, kind, entered, why)                                                           \
	"{\"name\":\"" name "\",\"object\":\"" object "\",\"kind\":\"" kind "\",\"entered\":" entered        \
	",\"why\":" why ",\"others\":null}"

static const char one_change[] = ANSWER("[" ENTRY("05", "t1", "load", "livepatch_fix", "done") "]");
static const char traced[] = ANSWER(
	"{\"event\":\"result\",\"patch\":\"livepatch_fix\",\"seconds\":10.0,\"calls\":42,"
	"\"entries\":42,\"lost\":0,\"verdict\":\"ran\",\"functions\":[" FUNCTION(
		"meminfo_proc_show", "vmlinux", "original", "42",
		"null") "," FUNCTION("gone", "jbd2", "original", "null",
				     "\"its module is not loaded\"") "," FUNCTION("lp_meminfo",
										  "livepatch_fix", "own",
										  "42", "null") "]}");
static const char hooks[] =
	ANSWER("{\"functions\":3,\"hooked\":[{\"name\":\"meminfo_proc_show\",\"object\":\"vmlinux\","
	       "\"others\":\"a kprobe, 2 other users of ftrace\"}],\"hooks_unseen\":[\"the list of kprobes "
	       "is closed\"]}");
static const char way_back[] = ANSWER(
	"{\"verb\":\"rollback\",\"target\":\"livepatch_fix\",\"result\":\"would\","
	"\"title\":\"Roll back: load livepatch_fix\",\"facts\":[\"undoes: load livepatch_fix, by ann\","
	"\"step 1: disable livepatch_fix\"],\"undo\":\"klpsh load again\",\"command\":\"klpsh rollback\","
	"\"danger\":\"moderate\",\"pin\":\"build-id:abc\",\"of\":\"7a7a\",\"after\":[]}");

/* 2,000 changes, which is more than anybody reads. */
static void answer_many_changes(struct fake *f)
{
	char *data = NULL;
	size_t size;
	FILE *out = open_memstream(&data, &size);

	fputs("{\"v\":1,\"rc\":0,\"error\":null,\"data\":[", out);
	for (int i = 0; i < 2000; i++)
		fprintf(out, "%s" ENTRY("05", "t%d", "load", "livepatch_%d", "done"), i ? "," : "", i, i);
	fputs("]}", out);
	fclose(out);
	fake_answer(f, "history", data);
	free(data);
}

static void answer(struct fake *f)
{
	fake_dry(f, "disable", "livepatch_fix");
	fake_answer(f, "trace", traced);
	fake_answer(f, "system", hooks);
	fake_answer(f, "history", one_change);
}

static void answer_force(struct fake *f)
{
	fake_dry(f, "force", "klpsh_lp_nap");
}

static void answer_back(struct fake *f)
{
	fake_answer(f, "dry", way_back);
	fake_answer(f, "history", one_change);
}

static const struct scene {
	const char *name, *kind; /* kind NULL: it goes on where the one before was */
	void (*answers)(struct fake *f);
	const char *shown; /* when it has come up */
	struct {
		const char *keys, *shown; /* what must be there before the next; NULL: the picture */
	} steps[4];
	bool captured; /* so that no age of this machine's is in it */
} scenes[] = {
	{ "question", "ready", answer, "livepatch_fix", { { "D", "[ Cancel ]" } } },
	{ "force", "stall", answer_force, "klpsh_lp_nap", { { ":force klpsh_lp_nap\r", "[ Cancel ]" } } },
	{ "apply",
	  "ready",
	  answer,
	  "livepatch_fix",
	  { { "A", "file to apply:" }, { "/x/lp.ko\r", "Step 1 of 7" } } },
	{ "rollback", "ready", answer_back, "livepatch_fix", { { "Z", "Step 1 of" } } },
	{ "trace", "ready", answer, "livepatch_fix", { { "T", "[ Cancel ]" }, { "y", "its own code ran" } } },
	{ "system", "ready", answer, "livepatch_fix", { { "7G", "other hooks" }, { "\r", NULL } } },
	{ "history", "ready", answer, "livepatch_fix", { { "8", "recorded" }, { "\r", NULL } } },
	{ "patch", "stacked", NULL, "livepatch_two", { { "\r", NULL } } },
	{ "object", "stacked", NULL, "livepatch_two", { { " j\r", NULL } } },
	{ "function", "stacked", NULL, "livepatch_two", { { " j jj\r", NULL } } },
	{ "task", "stall", NULL, "klpsh_lp_nap", { { "2", "kworker" }, { "\r", NULL } } },
	{ "module", "ready", NULL, "livepatch_fix", { { "3j\r", NULL } } },
	{ "flag", "ready", NULL, "livepatch_fix", { { "4\r", NULL } } },
	{ "record", "ready", NULL, "livepatch_fix", { { "5", "follow" }, { "\r", NULL } }, true },
	{ "tasks 2000", "full", NULL, "2000 of", { { "2", "daemon1" }, { "p", "PAUSED" } }, true },
	{ "log 2000", NULL, NULL, "PAUSED", { { "5", "message 2000" } } },
	{ "history 2000", "ready", answer_many_changes, "livepatch_fix", { { "8", "livepatch_9 " } } },
};

static void come_up(const struct scene *s, struct fake *f)
{
	if (s->kind && f->vt)
		fake_stop(f);
	if (s->kind)
		*f = fake_start(s->kind, 80, 24, s->captured ? "captured" : "live");
	vt_resize(f->vt, 24, 80);
	if (s->answers)
		s->answers(f);
	expect(f->vt, s->shown);
	for (size_t i = 0; i < ARRAY_SIZE(s->steps) && s->steps[i].keys; i++) {
		vt_keys(f->vt, s->steps[i].keys);
		if (s->steps[i].shown)
			expect(f->vt, s->steps[i].shown);
	}
}

static void pictures(void **state)
{
	static const int sizes[][2] = { { 80, 24 }, { 40, 10 }, { 120, 40 }, { 200, 60 } };
	_cleanup_(golden_closep) struct golden *g = golden_open("live");
	struct fake f = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(scenes); i++) {
		come_up(&scenes[i], &f);
		for (size_t k = 0; k < ARRAY_SIZE(sizes); k++) {
			char what[64];

			vt_resize(f.vt, sizes[k][1], sizes[k][0]);
			FORMAT(what, "%s %dx%d", scenes[i].name, sizes[k][0], sizes[k][1]);
			golden_check(g, f.vt, what);
		}
	}
	fake_stop(&f);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pictures),
	};

	fake_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
