// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A build as a verb runs it, with a build process that says what a test wants:
 * what is told in which form, that the module is there whole or not at all, and
 * that nothing is left of a build that is stopped.
 */
#include "tests/builder/kernel.h"
#include "tests/lib/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "builder/jail.h"
#include "core/record.h"
#include "shell/building.h"
#include "shell/verbs.h"

#define MODULE_LEN 200000u

struct bench {
	struct tree *tree;
	char dir[PATH_MAX];
	struct app app;
	struct call call;
	volatile int interrupted;
	struct building b;
	char *text, *json; /* all that was told */
	unsigned events, stop_after; /* the reader goes away then; 0: never */
};

static void append(char **to, const char *what)
{
	_cleanup_free_ char *before = TAKE_PTR(*to);

	assert_true(asprintf(to, "%s%s", before ? before : "", what) >= 0);
}

static int on_emit(struct call *c, struct report *report)
{
	_cleanup_(report_freep) struct report *r = report;
	struct bench *t = c->emit_arg;
	_cleanup_free_ char *json = record_data(r);

	append(&t->text, r->text);
	append(&t->json, json);
	append(&t->json, "\n");
	return ++t->events == t->stop_after ? -EPIPE : 0;
}

static void bench_open(struct bench *t, int (*process)(int, void *))
{
	memset(t, 0, sizeof(*t));
	t->tree = tree_new();
	tree_mkdir(t->tree, "out");
	FORMAT(t->dir, "%s/out", tree_path(t->tree));
	t->call = (struct call){ .app = &t->app,
				 .verb = &verb_build,
				 .emit = on_emit,
				 .emit_arg = t,
				 .interrupted = &t->interrupted };
	t->b = (struct building){ .c = &t->call,
				  .process = process,
				  .out_dir = open(t->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
				  .out_name = t->dir,
				  .file = "livepatch_fix.ko",
				  .kernel = "6.1.0-1-amd64",
				  .spec.modules = -1 };
	assert_true(t->b.out_dir >= 0);
	assert_int_equal(jail_user_choose(NULL, geteuid() ? NULL : "65534", &t->b.user, NULL), 0);
	t->b.cache = calloc(1, sizeof(*t->b.cache));
	assert_non_null(t->b.cache);
	t->b.cache->fd = open(t->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void bench_close(struct bench *t)
{
	building_done(&t->b);
	free(t->text);
	free(t->json);
	tree_free(t->tree);
}

static int run(struct bench *t, struct err *e)
{
	*e = (struct err){ 0 };
	return building_run(&t->b, e);
}

static size_t files_in(const char *dir)
{
	_cleanup_(closedirp) DIR *d = opendir(dir);
	size_t n = 0;

	assert_non_null(d);
	for (struct dirent *de; (de = readdir(d));)
		n += !streq(de->d_name, ".") && !streq(de->d_name, "..");
	return n;
}

static void put_old_module(const struct bench *t)
{
	tree_write(t->tree, "out/livepatch_fix.ko", "the old one");
}

static void expect_old_module(const struct bench *t)
{
	_cleanup_free_ char *got = NULL;
	char path[PATH_MAX + 32];
	size_t len;

	FORMAT(path, "%s/livepatch_fix.ko", t->dir);
	assert_int_equal(file_read(path, 1u << 20, &got, &len, NULL), 0);
	assert_string_equal(got, "the old one");
	assert_int_equal(files_in(t->dir), 1);
}

/* Processes: what the build says. */
static struct mkpatch_sink sink_of(struct wire_out *w, int channel)
{
	struct mkpatch_sink s;

	*w = (struct wire_out){ .channel = channel };
	wire_sink(w, &s);
	return s;
}

static void say_module(const struct mkpatch_sink *s)
{
	static char module[MODULE_LEN];

	for (size_t i = 0; i < sizeof(module); i++)
		module[i] = (char)(i * 13);
	(void)s->module(s->arg, module, sizeof(module));
}

static int good_build(int channel, void *spec)
{
	struct wire_out w;
	struct mkpatch_sink s = sink_of(&w, channel);
	struct refusal warning = {
		.code = REFUSE_LAYOUT, .warning = true, .file = "a/b.h", .why = "it grows"
	};

	s.phase(s.arg, PHASE_PATCH, "");
	s.phase(s.arg, PHASE_COMPILE, "");
	s.ahead(s.arg, &(struct mkpatch_ahead){ 1, 4, 9000 });
	s.line(s.arg, "cc says\t\x1b[1mhello", 18);
	s.note(s.arg, "a note");
	s.phase(s.arg, PHASE_COMPARE, "2 objects");
	s.function(s.arg,
		   &(struct mkpatch_function){ "vmlinux", "fs/a.c", "one", "changed", "8 bytes, were 4", 0 });
	s.function(s.arg, &(struct mkpatch_function){ "vmlinux", "fs/a.c", "show", "changed", "", 17 });
	s.function(s.arg, &(struct mkpatch_function){ "ext4", "fs/ext4/b.c", "two", "new", "", -1 });
	s.function(s.arg,
		   &(struct mkpatch_function){ "vmlinux", "fs/a.c", "three", "lines", "line numbers", -1 });
	s.refusal(s.arg, &warning);
	s.phase(s.arg, PHASE_DONE, "");
	say_module(&s);
	wire_end(&w, 0, &(struct err){ 0 });
	return 0;
}

static int refused_build(int channel, void *spec)
{
	struct wire_out w;
	struct mkpatch_sink s = sink_of(&w, channel);
	struct refusal r = {
		.code = REFUSE_DATA, .file = "fs/a.c", .function = "limit", .why = "it changed"
	};
	struct err e = { 0 };

	s.phase(s.arg, PHASE_COMPARE, "");
	say_module(&s);
	s.refusal(s.arg, &r);
	s.refusal(s.arg, &(struct refusal){ .code = REFUSE_NOT_LINKED, .why = "kbuild names a file" });
	err_rc(&e, RC_REFUSED, -EPERM, "it cannot be built soundly: 1 reason");
	err_hint(&e, "see what helps");
	wire_end(&w, -EPERM, &e);
	return 1;
}

static void a_build_ends_with_its_module_in_the_folder(void **state)
{
	_cleanup_free_ char *got = NULL;
	char path[PATH_MAX + 32];
	struct bench t;
	struct stat st;
	struct err e;
	size_t len;

	bench_open(&t, good_build);
	put_old_module(&t);
	assert_int_equal(run(&t, &e), 0);
	FORMAT(path, "%s/livepatch_fix.ko", t.dir);
	assert_int_equal(file_read(path, 1u << 20, &got, &len, NULL), 0);
	assert_int_equal(len, MODULE_LEN);
	for (size_t i = 0; i < len; i++)
		assert_int_equal((unsigned char)got[i], (unsigned char)(i * 13));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(files_in(t.dir), 1);
	bench_close(&t);
}

static void expect_in(const char *text, const char *part)
{
	if (!text || !strstr(text, part))
		fail_msg("no \"%s\" in:\n%s", part, text ? text : "");
}

/* The terminal's line of a build that began 4 s ago and was said, 2 s ago, to take so many more. */
static void expect_progress(const struct mkpatch_ahead *ahead, const char *want)
{
	struct building b = { .phase = PHASE_COMPILE,
			      .tail = { (char *)(uintptr_t) "CC fs/a.o" },
			      .n_lines = 1 };
	char line[512];

	b.begun_us = now_mono() - 4100000;
	b.ahead_us = ahead ? now_mono() - 2000000 : 0;
	b.ahead = ahead ? *ahead : (struct mkpatch_ahead){ 0 };
	building_progress_line(&b, line, sizeof(line));
	assert_string_equal(line, want);
}

static void who_waits_reads_how_far_it_is_and_how_long_it_still_takes(void **state)
{
	expect_progress(NULL, "compile, phase 3 of 8, 4 s: CC fs/a.o");
	expect_progress(&(struct mkpatch_ahead){ 0, 0, 72900 },
			"compile, phase 3 of 8, 4 s, about 1 min 10 s left: CC fs/a.o");
	expect_progress(&(struct mkpatch_ahead){ 3, 12, 11900 },
			"compile, phase 3 of 8, 3 of 12 objects, 4 s, about 9 s left: CC fs/a.o");
	/* it takes longer than it used to: nothing is made up */
	expect_progress(&(struct mkpatch_ahead){ 0, 0, 2100 }, "compile, phase 3 of 8, 4 s: CC fs/a.o");
}

static void people_read_what_changed_and_what_comes_next(void **state)
{
	_cleanup_(report_freep) struct report *r = NULL;
	char built[PATH_MAX + 200];
	struct bench t;
	struct err e;

	bench_open(&t, good_build);
	assert_int_equal(run(&t, &e), 0);
	expect_in(t.text, "  note: a note\n");
	expect_in(t.text, "  changed       fs/a.c: one (8 bytes, were 4)\n");
	expect_in(t.text, "  changed       fs/a.c: show,17\n");
	expect_in(t.text, "  new           fs/ext4/b.c: two of ext4\n");
	expect_in(t.text, "  same          fs/a.c: three (line numbers)\n");
	expect_in(t.text, "  warning: a/b.h [struct-layout]\n    it grows\n");
	expect_in(t.text, " s  2 objects\n");
	/* compilers are heard only when asked for */
	assert_null(strstr(t.text, "cc says"));
	r = building_result(&t.b);
	assert_non_null(r);
	FORMAT(built, "Built %s/livepatch_fix.ko: 2 functions changed, 1 new, for 6.1.0-1-amd64.\n", t.dir);
	expect_in(r->text, built);
	expect_in(r->text, "klpsh load");
	bench_close(&t);
}

static void a_module_of_this_folder_is_told_by_its_name_alone(void **state)
{
	static const char *const names[][2] = { { ".", "livepatch_fix.ko" },
						{ "/root", "/root/livepatch_fix.ko" },
						{ "here/", "here/livepatch_fix.ko" },
						{ "/", "/livepatch_fix.ko" } };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct building b = { .out_name = names[i][0], .file = "livepatch_fix.ko" };
		char path[64];

		building_path(&b, path, sizeof(path));
		assert_string_equal(path, names[i][1]);
	}
}

static void programs_read_an_object_an_event(void **state)
{
	_cleanup_(report_freep) struct report *r = NULL;
	_cleanup_free_ char *result = NULL;
	struct bench t;
	struct err e;

	bench_open(&t, good_build);
	t.call.set.json = true;
	assert_int_equal(run(&t, &e), 0);
	expect_in(t.json, "{\"event\":\"phase\",\"phase\":\"patch\",\"seconds\":");
	expect_in(t.json, ",\"children_seconds\":0.0}");
	expect_in(t.json, "{\"event\":\"progress\",\"phase\":\"compile\",");
	expect_in(t.json, "\"done\":1,\"total\":4,\"left_seconds\":9.0,");
	expect_in(t.json, "\"event\":\"output\"");
	expect_in(t.json, "\"event\":\"note\",\"phase\":null,\"seconds\":null,\"text\":\"a note\"");
	expect_in(t.json, "\"event\":\"function\"");
	expect_in(t.json, "\"change\":\"new\",\"object\":\"ext4\",\"code\":null,\"file\":\"fs/ext4/b.c\","
			  "\"function\":\"two\"");
	expect_in(t.json, "\"event\":\"warning\"");
	assert_null(strstr(t.json, "\x1b"));
	r = building_result(&t.b);
	result = record_data(r);
	expect_in(result, "{\"event\":\"result\"");
	expect_in(result, "/livepatch_fix.ko\"");
	expect_in(result, "\"size\":200000");
	expect_in(result, "\"sha256\":\"");
	expect_in(result, "\"kernel\":\"6.1.0-1-amd64\"");
	expect_in(result, "{\"object\":\"vmlinux\",\"file\":\"fs/a.c\",\"name\":\"one\",\"sympos\":0,");
	expect_in(result, "\"name\":\"show\",\"sympos\":17,");
	expect_in(result, "\"name\":\"two\",\"sympos\":null,");
	/* where only line numbers differ, nothing is patched */
	assert_null(strstr(result, "three"));
	bench_close(&t);
}

/* However it ends; the path is that of the cache that was opened, whatever the build process says. */
static void a_folder_that_is_kept_is_told_with_the_way_to_remove_it(void **state)
{
	int (*const builds[])(int, void *) = { good_build, refused_build };

	for (size_t i = 0; i < ARRAY_SIZE(builds); i++) {
		char want[2 * PATH_MAX];
		struct bench t;
		struct err e;

		bench_open(&t, builds[i]);
		FORMAT(t.b.cache->path, "%s", t.dir);
		FORMAT(t.b.keep, "kept-1");
		(void)run(&t, &e);
		building_tell_kept(&t.b);
		assert_null(strstr(t.json, "\"kept\"")); /* it ended before it had one */
		tree_mkdir(t.tree, "out/tmp/kept-1");
		building_tell_kept(&t.b);
		FORMAT(want, "remove it with 'rm -r %s/tmp/kept-1'\n", t.dir);
		expect_in(t.text, want);
		FORMAT(want, "\"folder\":\"%s/tmp/kept-1\"", t.dir);
		expect_in(t.json, "{\"event\":\"kept\"");
		expect_in(t.json, want);
		bench_close(&t);
	}
}

static void a_check_promises_no_module(void **state)
{
	_cleanup_(report_freep) struct report *r = NULL;
	_cleanup_free_ char *json = NULL;
	struct building b = { .spec.check = true, .kernel = "6.1.0-1-amd64" };

	r = building_result(&b);
	json = record_data(r);
	assert_string_equal(r->text, "The patch can be built: 0 functions changed, 0 new.\n");
	expect_in(json, "\"module\":null,\"sha256\":null,\"size\":null");
}

static void a_refused_build_says_why_and_leaves_the_folder_alone(void **state)
{
	struct bench t;
	struct err e;

	bench_open(&t, refused_build);
	put_old_module(&t);
	assert_int_equal(run(&t, &e), -EPERM);
	assert_int_equal(err_exit(&e), RC_REFUSED);
	assert_string_equal(e.text, "it cannot be built soundly: 1 reason");
	assert_string_equal(e.hint, "see what helps");
	expect_in(t.text,
		  "refused: fs/a.c: limit [data-value]\n    it changed\n    What helps: set the new value");
	/* one that is of no file */
	expect_in(t.text, "refused: [not-in-kernel]\n    kbuild names a file\n");
	expect_in(t.json, "\"code\":\"not-in-kernel\",\"file\":null");
	expect_in(t.json, "\"event\":\"refusal\"");
	expect_in(t.json, "\"code\":\"data-value\",\"file\":\"fs/a.c\",\"function\":\"limit\"");
	expect_in(t.json, "\"technique\":\"set the new value");
	expect_old_module(&t);
	bench_close(&t);
}

/* A disk that takes no more, as the limit of a file's size makes any. */
static void a_module_that_cannot_be_written_is_not_there_at_all(void **state)
{
	struct rlimit old, small;
	struct bench t;
	struct err e;
	int r;

	bench_open(&t, good_build);
	put_old_module(&t);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = (struct rlimit){ MODULE_LEN / 2, old.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	r = run(&t, &e);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(r, -EFBIG);
	expect_in(e.text, "/livepatch_fix.ko was not written: ");
	expect_old_module(&t);
	bench_close(&t);
}

static void a_folder_that_is_gone_is_told(void **state)
{
	struct bench t;
	struct err e;

	bench_open(&t, good_build);
	tree_remove(t.tree, "out");
	assert_int_equal(run(&t, &e), -ENOENT);
	expect_in(e.text, "was not written: No such file or directory");
	bench_close(&t);
}

static int killed_build(int channel, void *spec)
{
	struct wire_out w;
	struct mkpatch_sink s = sink_of(&w, channel);

	say_module(&s);
	raise(SIGKILL);
	return 0;
}

static int silent_build(int channel, void *spec)
{
	return 0;
}

static void a_build_process_that_vanishes_is_told(void **state)
{
	struct bench t;
	struct err e;

	bench_open(&t, killed_build);
	assert_int_equal(run(&t, &e), -EIO);
	assert_string_equal(e.text, "the build process was ended by signal 9");
	expect_in(e.hint, "nothing was written");
	assert_int_equal(files_in(t.dir), 0);
	bench_close(&t);

	bench_open(&t, silent_build);
	assert_int_equal(run(&t, &e), -EIO);
	assert_string_equal(e.text, "the build process ended without a result");
	bench_close(&t);
}

static int wait_for_the_end(void)
{
	while (pause() < 0)
		;
	return 0;
}

static int mad_build(int channel, void *spec)
{
	(void)jail_send(channel, "?!", 2);
	return wait_for_the_end();
}

static void a_build_process_that_talks_rubbish_is_ended(void **state)
{
	struct bench t;
	struct err e;

	bench_open(&t, mad_build);
	assert_int_equal(run(&t, &e), -EBADMSG);
	assert_string_equal(e.text, "the build process said something that is not understood");
	assert_int_equal(files_in(t.dir), 0);
	bench_close(&t);
}

/* With a child and a grandchild that do not want to go, and whose numbers it tells. */
static int endless_build(int channel, void *spec)
{
	struct wire_out w;
	struct mkpatch_sink s = sink_of(&w, channel);
	char number[40];
	pid_t pid = fork();

	if (pid == 0) {
		signal(SIGTERM, SIG_IGN);
		signal(SIGINT, SIG_IGN);
		pid = fork();
		FORMAT(number, "pid %d", (int)getpid());
		s.note(s.arg, number);
		return wait_for_the_end();
	}
	s.phase(s.arg, PHASE_COMPILE, "");
	return wait_for_the_end();
}

/* Every process that was told of in notes. */
static void expect_gone(const char *told)
{
	unsigned n = 0;

	for (const char *at = told; (at = strstr(at, "pid ")); at++, n++) {
		pid_t pid = (pid_t)atoi(at + 4);

		assert_true(pid > 1);
		if (kill(pid, 0) == 0 || errno != ESRCH)
			fail_msg("process %d is left", (int)pid);
	}
	assert_int_equal(n, 2);
}

static int on_emit_pids(struct call *c, struct report *report)
{
	struct bench *t = c->emit_arg;
	int r = on_emit(c, report);

	/* both are there: now Ctrl-C */
	if (t->events == 2 && !t->stop_after)
		kill(getpid(), SIGINT);
	return r;
}

static void ctrl_c_ends_every_process_and_leaves_nothing(void **state)
{
	struct bench t;
	struct err e;

	bench_open(&t, endless_build);
	put_old_module(&t);
	t.call.emit = on_emit_pids;
	assert_int_equal(run(&t, &e), -EINTR);
	assert_int_equal(t.interrupted, SIGINT);
	assert_int_equal(err_exit(&e), RC_SIGNAL + SIGINT);
	assert_string_equal(e.text, "the build was stopped; nothing was written");
	expect_gone(t.text);
	expect_old_module(&t);
	bench_close(&t);
}

static void a_reader_that_goes_away_ends_the_build(void **state)
{
	struct bench t;
	struct err e;

	bench_open(&t, endless_build);
	t.call.emit = on_emit_pids;
	t.stop_after = 2;
	assert_int_equal(run(&t, &e), -EINTR);
	assert_int_equal(t.interrupted, 0);
	expect_gone(t.text);
	bench_close(&t);
}

static int failing_build(int channel, void *spec)
{
	struct wire_out w;
	struct mkpatch_sink s = sink_of(&w, channel);
	struct err e = { 0 };
	char line[40];

	for (unsigned i = 0; i < 100; i++) {
		FORMAT(line, "line %u.", i);
		s.line(s.arg, line, strlen(line));
	}
	err_set(&e, -EIO, "make failed");
	wire_end(&w, -EIO, &e);
	return 1;
}

static void of_a_build_that_fails_the_last_lines_are_shown(void **state)
{
	struct bench t;
	struct err e;

	bench_open(&t, failing_build);
	assert_int_equal(run(&t, &e), -EIO);
	assert_null(t.text);
	building_tell_tail(&t.b);
	assert_int_equal(t.events, BUILDING_TAIL);
	expect_in(t.text, "    | line 76.\n");
	expect_in(t.text, "    | line 99.\n");
	assert_null(strstr(t.text, "line 75."));
	bench_close(&t);

	/* who has seen them all is not shown them twice */
	bench_open(&t, failing_build);
	t.b.verbose = true;
	assert_int_equal(run(&t, &e), -EIO);
	building_tell_tail(&t.b);
	assert_int_equal(t.events, 100);
	bench_close(&t);
}

/* The real thing, as far as it comes without a kernel's source. */
#define BANNER                                                                                               \
	"Linux version 5.99.0-1-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0, "  \
	"GNU ld (GNU Binutils for Debian) 2.40) #1 SMP PREEMPT_DYNAMIC Debian 5.99.9-1 (2026-01-01)"
#define PATCH "--- a/fs/proc/cmdline.c\n+++ b/fs/proc/cmdline.c\n@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n"

static int build_really(struct bench *t, const char *patch, const char *release, struct err *e)
{
	static const struct kernel_sym syms[] = { { "_text", KERNEL_BASE, 'T' },
						  { "do_it", KERNEL_BASE + 0x10, 't' } };
	const struct kernel_opts o = { .banner = BANNER };
	const struct mkpatch_text text = { "fix.patch", patch, strlen(patch) };
	struct kernel_places at;
	struct bytes image = kernel_make(syms, ARRAY_SIZE(syms), &o, &at);
	int r;

	bench_open(t, NULL);
	t->b.spec = (struct mkpatch_spec){ .patches = &text,
					   .n_patches = 1,
					   .image = { "vmlinuz", image.data, image.len },
					   .release = release,
					   .module = "livepatch_fix",
					   .modules = -1,
					   .strip = 1,
					   .tool = "klpsh test" };
	r = run(t, e);
	free(image.data);
	return r;
}

static void without_the_source_package_the_one_command_is_named(void **state)
{
	struct bench t;
	struct err e;

	assert_int_equal(build_really(&t, PATCH, "5.99.0-1-amd64", &e), -ENOENT);
	assert_string_equal(e.text, "the source of kernel 5.99.0-1-amd64 is not installed: no "
				    "/usr/src/linux-source-5.99.tar.xz");
	expect_in(e.hint, "apt-get install linux-source-5.99 linux-headers-5.99.0-1-amd64; or ");
	assert_int_equal(err_exit(&e), RC_NOT_FOUND);
	assert_int_equal(files_in(t.dir), 0);
	bench_close(&t);
}

static void an_image_of_another_kernel_is_refused(void **state)
{
	struct bench t;
	struct err e;

	assert_int_equal(build_really(&t, PATCH, "6.1.0-1-amd64", &e), -ESTALE);
	assert_string_equal(e.text, "vmlinuz is the image of kernel 5.99.0-1-amd64, not of 6.1.0-1-amd64");
	expect_in(e.hint, "--kernel RELEASE");
	assert_int_equal(err_exit(&e), RC_REFUSED);
	bench_close(&t);
}

static void what_is_no_patch_is_told_by_its_name(void **state)
{
	struct bench t;
	struct err e;

	assert_true(build_really(&t, "just some text\n", "5.99.0-1-amd64", &e) < 0);
	expect_in(e.text, "fix.patch");
	assert_int_equal(err_exit(&e), RC_REFUSED);
	bench_close(&t);
}

static void a_patch_of_documentation_alone_changes_nothing(void **state)
{
	struct bench t;
	struct err e;

	assert_int_equal(
		build_really(&t,
			     "--- a/Documentation/x.rst\n+++ b/Documentation/x.rst\n@@ -1,3 +1,3 @@\n"
			     " one\n-two\n+TWO\n three\n",
			     "5.99.0-1-amd64", &e),
		-EALREADY);
	assert_int_equal(err_exit(&e), RC_SAME);
	expect_in(t.text, "note: Documentation/x.rst is documentation");
	bench_close(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_build_ends_with_its_module_in_the_folder),
		cmocka_unit_test(people_read_what_changed_and_what_comes_next),
		cmocka_unit_test(who_waits_reads_how_far_it_is_and_how_long_it_still_takes),
		cmocka_unit_test(a_module_of_this_folder_is_told_by_its_name_alone),
		cmocka_unit_test(programs_read_an_object_an_event),
		cmocka_unit_test(a_folder_that_is_kept_is_told_with_the_way_to_remove_it),
		cmocka_unit_test(a_check_promises_no_module),
		cmocka_unit_test(a_refused_build_says_why_and_leaves_the_folder_alone),
		cmocka_unit_test(a_module_that_cannot_be_written_is_not_there_at_all),
		cmocka_unit_test(a_folder_that_is_gone_is_told),
		cmocka_unit_test(a_build_process_that_vanishes_is_told),
		cmocka_unit_test(a_build_process_that_talks_rubbish_is_ended),
		cmocka_unit_test(ctrl_c_ends_every_process_and_leaves_nothing),
		cmocka_unit_test(a_reader_that_goes_away_ends_the_build),
		cmocka_unit_test(of_a_build_that_fails_the_last_lines_are_shown),
		cmocka_unit_test(without_the_source_package_the_one_command_is_named),
		cmocka_unit_test(an_image_of_another_kernel_is_refused),
		cmocka_unit_test(what_is_no_patch_is_told_by_its_name),
		cmocka_unit_test(a_patch_of_documentation_alone_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
