/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * News of builds from one process to another of the same user.
 */
#include "tests/lib/tree.h"

#include <fcntl.h>
#include <sys/wait.h>

#include "core/err.h"
#include "core/loop.h"
#include "shell/buildnews.h"

#define PATIENCE_US (20 * USEC_PER_SEC)

struct scene {
	struct tree *tree;
	struct loop *loop;
	struct buildnews *news;
	char text[4096]; /* what was told, a line each */
};

static void on_news(const char *text, void *arg)
{
	struct scene *c = arg;
	size_t len = strlen(c->text);

	snprintf(c->text + len, sizeof(c->text) - len, "%s\n", text);
}

static int set_up(void **state)
{
	struct scene *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	c->tree = tree_new();
	setenv("XDG_STATE_HOME", tree_path(c->tree), 1);
	assert_int_equal(loop_new(&c->loop), 0);
	*state = c;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *c = *state;

	buildnews_free(c->news);
	loop_free(c->loop);
	tree_free(c->tree);
	free(c);
	return 0;
}

/* Another process builds. */
static void build(const char *module, int rc)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid) {
		buildnews_add(module, rc);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void append(const struct scene *c, const char *bytes, size_t len)
{
	_cleanup_close_ int fd = -1;
	char path[256];

	FORMAT(path, "%s/klpsh/builds", tree_path(c->tree));
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
}

static void until(struct scene *c, const char *text)
{
	uint64_t deadline = now_mono() + PATIENCE_US;

	while (!strstr(c->text, text)) {
		assert_true(now_mono() < deadline);
		assert_true(loop_once(c->loop, PATIENCE_US) >= 0);
	}
}

static void every_outcome_has_its_words(void **state)
{
	struct scene *c = *state;

	build("before", RC_OK);
	assert_int_equal(buildnews_watch(c->loop, on_news, c, &c->news), 0);
	build("one", RC_OK);
	build("two", RC_REFUSED);
	build("three", RC_SAME);
	build("four", RC_FAILED);
	build("five", RC_SIGNAL + 2);
	until(c, "five");
	assert_string_equal(c->text, "-- build of one has finished: one.ko\n"
				     "-- build of two was refused\n"
				     "-- build of three found no difference\n"
				     "-- build of four has failed\n"
				     "-- build of five was stopped\n");
}

static void builds_of_our_own_are_no_news(void **state)
{
	struct scene *c = *state;

	assert_int_equal(buildnews_watch(c->loop, on_news, c, &c->news), 0);
	buildnews_add("ours", RC_OK);
	build("theirs", RC_OK);
	until(c, "theirs");
	assert_null(strstr(c->text, "ours"));
}

static void rubbish_is_not_told_and_escapes_are_shown(void **state)
{
	struct scene *c = *state;
	char wide[9000];

	assert_int_equal(buildnews_watch(c->loop, on_news, c, &c->news), 0);
	memset(wide, 'x', sizeof(wide));
	append(c, wide, sizeof(wide));
	append(c, "\nx 0 y\n1\n\n1 0 \n1 0 a\033[2Jb\n", strlen("\nx 0 y\n1\n\n1 0 \n1 0 a\033[2Jb\n"));
	until(c, "\n");
	assert_string_equal(c->text, "-- build of a\\x1B[2Jb has finished: a\\x1B[2Jb.ko\n");
}

static void a_file_that_grew_long_begins_anew(void **state)
{
	struct scene *c = *state;
	char wide[70000];

	memset(wide, '\n', sizeof(wide));
	assert_int_equal(buildnews_watch(c->loop, on_news, c, &c->news), 0);
	append(c, wide, sizeof(wide));
	build("one", RC_OK);
	until(c, "one.ko");
}

static void a_link_is_not_followed(void **state)
{
	struct scene *c = *state;

	tree_write(c->tree, "other", "");
	tree_mkdir(c->tree, "klpsh");
	tree_symlink(c->tree, "../other", "klpsh/builds");
	assert_true(buildnews_watch(c->loop, on_news, c, &c->news) < 0);
	build("one", RC_OK);
	assert_int_equal(system("test ! -s $XDG_STATE_HOME/other"), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(every_outcome_has_its_words),
		T(builds_of_our_own_are_no_news),
		T(rubbish_is_not_told_and_escapes_are_shown),
		T(a_file_that_grew_long_begins_anew),
		T(a_link_is_not_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
