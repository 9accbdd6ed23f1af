// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files as they are written: all bytes arrive, however often the writer is
 * interrupted; a file is the old one or the new one; and nothing that stands
 * in the way is written to.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "core/dirfile.h"
#include "core/root.h"
#include "tests/lib/tree.h"

#define MUCH (4u << 20) /* bytes, many times what a pipe holds */

static char much[MUCH];
static unsigned alarms;

static int group_setup(void **state)
{
	for (size_t i = 0; i < MUCH; i++)
		much[i] = (char)(i * 7 + (i >> 11));
	alarm(60);
	return 0;
}

static int setup(void **state)
{
	*state = tree_new();
	return 0;
}

static int teardown(void **state)
{
	tree_free(*state);
	return 0;
}

static int open_folder(struct tree *t)
{
	int dir = open(tree_path(t), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(dir >= 0);
	return dir;
}

static void assert_file(int dir, const char *name, const void *data, size_t len, mode_t mode)
{
	_cleanup_close_ int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	_cleanup_free_ char *text = NULL;
	struct stat st;
	size_t n;

	assert_int_equal(fd_read_all(fd, MUCH, &text, &n), 0);
	assert_int_equal(n, len);
	assert_memory_equal(text, data, len);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, mode);
}

static size_t count_entries(struct tree *t)
{
	_cleanup_(closedirp) DIR *d = opendir(tree_path(t));
	size_t n = 0;

	assert_non_null(d);
	for (struct dirent *entry; (entry = readdir(d));)
		n += !streq(entry->d_name, ".") && !streq(entry->d_name, "..");
	return n;
}

static void on_alarm(int signo)
{
	alarms++;
}

/* In a child: does the pipe give these bytes and then end? A little at a time, so that the writer waits. */
static _Noreturn void read_slowly(int fd)
{
	char buf[3000];
	size_t at = 0;
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0 && at + (size_t)n <= MUCH &&
	       memcmp(buf, much + at, (size_t)n) == 0)
		at += (size_t)n;
	_exit(n == 0 && at == MUCH ? 0 : 1);
}

static void an_interrupted_writer_goes_on(void **state)
{
	const struct itimerval often = { { 0, 100 }, { 0, 100 } }, never = { 0 };
	struct sigaction act = { .sa_handler = on_alarm }, was; /* no SA_RESTART: write(2) stops */
	int fds[2], status = -1, r;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		close(fds[1]);
		read_slowly(fds[0]);
	}
	assert_true(pid > 0);
	close(fds[0]);
	assert_int_equal(sigaction(SIGALRM, &act, &was), 0);
	alarms = 0;
	assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
	r = write_all(fds[1], much, MUCH);
	assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
	assert_int_equal(sigaction(SIGALRM, &was, NULL), 0);
	alarm(60);
	close(fds[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(r, 0);
	assert_int_equal(status, 0);
	assert_true(alarms > 0);
}

static void a_reader_that_is_gone_is_told(void **state)
{
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	close(fds[0]);
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(write_all(fds[1], "x", 1), -EPIPE);
	assert_int_equal(write_all(fds[1], "", 0), 0);
	signal(SIGPIPE, SIG_DFL);
	close(fds[1]);
}

static void bytes_replace_what_was_there(void **state)
{
	_cleanup_close_ int dir = open_folder(*state);

	assert_int_equal(dirfile_write_bytes(dir, "f", 0600, much, MUCH), 0);
	assert_file(dir, "f", much, MUCH, 0600);
	assert_int_equal(dirfile_write_bytes(dir, "f", 0644, "a\0b", 3), 0);
	assert_file(dir, "f", "a\0b", 3, 0644);
	assert_int_equal(dirfile_write_text(dir, "f", 0600, "text\n"), 0);
	assert_file(dir, "f", "text\n", 5, 0600);
	assert_int_equal(count_entries(*state), 1);
}

/* A file may grow to a limit (setrlimit(2)): the second write of it fails. */
static void what_has_no_room_leaves_the_old_file(void **state)
{
	_cleanup_close_ int dir = open_folder(*state);
	struct rlimit was, small;
	int r, created;

	assert_int_equal(dirfile_write_text(dir, "f", 0600, "old"), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	small = (struct rlimit){ 4096, was.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	r = dirfile_write_bytes(dir, "f", 0600, much, MUCH);
	created = dirfile_create(dir, "new", much, MUCH);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	signal(SIGXFSZ, SIG_DFL);
	assert_int_equal(r, -EFBIG);
	assert_int_equal(created, -EFBIG);
	assert_file(dir, "f", "old", 3, 0600);
	assert_int_equal(count_entries(*state), 2);
}

static void a_new_file_is_made_and_none_is_replaced(void **state)
{
	_cleanup_close_ int dir = open_folder(*state);

	assert_int_equal(dirfile_create(dir, "f", "a\0b", 3), 0);
	assert_file(dir, "f", "a\0b", 3, 0600);
	assert_int_equal(dirfile_create(dir, "f", "c", 1), -EEXIST);
	assert_file(dir, "f", "a\0b", 3, 0600);
	assert_int_equal(dirfile_create(dir, "no/f", "c", 1), -ENOENT);
}

static void a_link_is_not_written_through(void **state)
{
	_cleanup_close_ int dir = open_folder(*state);

	tree_symlink(*state, "elsewhere", "link");
	assert_int_equal(dirfile_create(dir, "link", "c", 1), -EEXIST);
	assert_int_equal(dirfile_write_bytes(dir, "link", 0600, "c", 1), 0);
	assert_file(dir, "link", "c", 1, 0600); /* the link has given way */
	assert_int_equal(faccessat(dir, "elsewhere", F_OK, AT_SYMLINK_NOFOLLOW), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_interrupted_writer_goes_on),
		cmocka_unit_test(a_reader_that_is_gone_is_told),
		cmocka_unit_test_setup_teardown(bytes_replace_what_was_there, setup, teardown),
		cmocka_unit_test_setup_teardown(what_has_no_room_leaves_the_old_file, setup, teardown),
		cmocka_unit_test_setup_teardown(a_new_file_is_made_and_none_is_replaced, setup, teardown),
		cmocka_unit_test_setup_teardown(a_link_is_not_written_through, setup, teardown),
	};

	return cmocka_run_group_tests_name("dirfile", tests, group_setup, NULL);
}
