// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The two other lives of a screen test's program: the screens on a made-up
 * machine, and the klpsh that they start. See fake.h.
 */
#include "tests/lib/fake.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/wait.h>

#include "shell/app.h"
#include "shell/flags.h"
#include "tui/tui.h"

#define PATIENCE_MS 10000

/* In the klpsh behind the screens. */

static volatile sig_atomic_t interrupted;

static void on_int(int signo)
{
	interrupted = 1;
}

static void write_log(int dir, int argc, char **argv)
{
	char line[4096];
	size_t at = 0;
	int fd = openat(dir, "log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	for (int i = 1; i < argc && at < sizeof(line) - 1; i++)
		at += (size_t)snprintf(line + at, sizeof(line) - at, "%s%s", i > 1 ? " " : "", argv[i]);
	at = MIN(at, sizeof(line) - 2);
	line[at++] = '\n';
	if (fd >= 0 && write(fd, line, at) < 0)
		_exit(125);
	close(fd);
}

static bool has_word(int argc, char **argv, const char *begin)
{
	for (int i = 1; i < argc; i++)
		if (strncmp(argv[i], begin, strlen(begin)) == 0)
			return true;
	return false;
}

static const char *verb_of(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (argv[i][0] != '-')
			return argv[i];
	return "";
}

/* Until the file is gone, or SIGINT. */
static void hold(const char *folder, int dir, const char *name)
{
	int watch = inotify_init1(IN_CLOEXEC);

	inotify_add_watch(watch, folder, IN_DELETE);
	while (!interrupted && faccessat(dir, name, F_OK, 0) == 0)
		poll(&(struct pollfd){ .fd = watch, .events = POLLIN }, 1, 1000);
	close(watch);
}

static void note(int dir, const char *name)
{
	char file[32], text[512];
	ssize_t n = -1;
	int fd;

	FORMAT(file, "note-%s", name);
	fd = openat(dir, file, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		n = read(fd, text, sizeof(text));
	if (n > 0)
		fprintf(stderr, "klpsh: note: %.*s\n", (int)n, text);
}

/* What stands before each line "@hold NAME", and then its wait. */
static void say(const char *folder, int dir, char *text)
{
	char *at, name[32];

	while ((at = strstr(text, "@hold "))) {
		printf("%.*s", (int)(at - text), text);
		fflush(stdout);
		FORMAT(name, "hold-%.*s", (int)strcspn(at + 6, "\n"), at + 6);
		hold(folder, dir, name);
		text = at + strcspn(at, "\n");
		text += *text == '\n';
		if (interrupted)
			return;
	}
	printf("%s\n", text);
	fflush(stdout);
}

static int answer(const char *folder, int dir, const char *name)
{
	static char buf[1u << 20];
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof(buf) - 1);
	const char *rc;

	if (n < 0) {
		fprintf(stderr, "klpsh: the fake has no answer '%s'\n", name);
		return 1;
	}
	buf[n] = '\0';
	say(folder, dir, buf);
	if (interrupted && strstr(buf, "@hold "))
		return answer(folder, dir, "interrupted");
	note(dir, name);
	rc = strstr(buf, "\"rc\":");
	return rc ? atoi(rc + 5) : 0;
}

static _Noreturn void be_klpsh(const char *folder, int argc, char **argv)
{
	int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct sigaction sa = { .sa_handler = on_int };
	const char *name = verb_of(argc, argv);
	char held[32];

	sigaction(SIGINT, &sa, NULL);
	write_log(dir, argc, argv);
	if (has_word(argc, argv, "--dry-run"))
		name = "dry";
	else if (has_word(argc, argv, "--yes") || has_word(argc, argv, "--confirm="))
		name = "done";
	FORMAT(held, "hold-%s", name);
	hold(folder, dir, held);
	_exit(answer(folder, dir, interrupted ? "interrupted" : name));
}

/* In the screens. */

static _Noreturn void be_screens(char **argv)
{
	struct app app = { 0 };
	struct settings set;
	struct err e = { 0 };
	int r;

	setlocale(LC_CTYPE, "");
	settings_init(&set);
	set.read_only = streq(argv[1], "read-only");
	r = app_open(&app, argv[0], &set, &e);
	app.state_dir = getenv("FAKE_STATE");
	if (!streq(argv[1], "captured"))
		app.root_prefix = NULL; /* it shall take the tree for the machine it runs on */
	r = r < 0 ? 126 : tui_run(&app);
	app_close(&app);
	exit(r);
}

void fake_main(int argc, char **argv)
{
	const char *folder = getenv("FAKE_DIR");

	if (argc > 0 && streq(argv[0], "klpsh") && folder)
		be_klpsh(folder, argc, argv);
	if (argc == 4 && streq(argv[1], "--screens"))
		be_screens(argv + 2);
}

/* In the tests. */

void fake_screens(struct fake *f, int columns, int lines, const char *mode)
{
	const char *argv[] = { "/proc/self/exe", "--screens", tree_path(f->tree), mode, NULL };
	char dir[600], state[600], euid[32];
	const char *env[] = { dir, euid, state, NULL };
	struct vt_opts o = { .lines = lines, .columns = columns, .env = env };

	FORMAT(dir, "FAKE_DIR=%s/fake", tree_path(f->tree));
	FORMAT(state, "FAKE_STATE=%s/kept", tree_path(f->tree));
	FORMAT(euid, "FAKE_EUID=%d", streq(mode, "user") ? 1000 : 0);
	f->vt = vt_start(argv, &o);
	assert_non_null(f->vt);
}

struct fake fake_start(const char *kind, int columns, int lines, const char *mode)
{
	struct fake f = { .tree = tree_new() };
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		execl("/bin/sh", "sh", "tests/lib/mkroot.sh", kind, tree_path(f.tree), (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	tree_write(f.tree, "fake/log", "");
	fake_answer(&f, "history", "{\"v\":1,\"rc\":0,\"data\":[],\"error\":null}"); /* asked at the start */
	fake_screens(&f, columns, lines, mode);
	return f;
}

void fake_stop(struct fake *f)
{
	vt_free(f->vt);
	tree_free(f->tree);
}

void fake_quit(struct fake *f)
{
	vt_keys(f->vt, "Q");
	assert_int_equal(vt_wait_exit(f->vt), 0);
	fake_stop(f);
}

void fake_answer(struct fake *f, const char *file, const char *json)
{
	tree_writef(f->tree, json, "fake/%s", file);
}

void fake_dry(struct fake *f, const char *verb, const char *target)
{
	char json[2048];

	FORMAT(json,
	       "{\"v\":1,\"cmd\":[\"%s\"],\"rc\":0,\"status\":\"ok\",\"changed\":true,\"data\":{\"verb\":\"%"
	       "s\","
	       "\"target\":\"%s\",\"result\":\"would\",\"title\":\"%s %s?\",\"facts\":[\"a fact read now\"],"
	       "\"undo\":\"a way back\",\"command\":\"klpsh %s %s\",\"danger\":\"moderate\","
	       "\"pin\":\"build-id:abc\",\"before\":\"0be4\",\"confirm\":null,\"notes\":[]},\"error\":null,"
	       "\"audit\":null}",
	       verb, verb, target, verb, target, verb, target);
	fake_answer(f, "dry", json);
}

void fake_done(struct fake *f, const char *verb, const char *target, const char *result)
{
	bool stalled = streq(result, "stalled");
	char json[2048];

	FORMAT(json,
	       "{\"v\":1,\"cmd\":[\"%s\"],\"rc\":%d,\"status\":\"ok\",\"changed\":true,\"data\":{\"verb\":\"%"
	       "s\","
	       "\"target\":\"%s\",\"result\":\"%s\",\"seconds\":1.5,\"notes\":[],\"choices\":[]},\"error\":"
	       "null,"
	       "\"audit\":\"recorded\"}",
	       verb, stalled ? 7 : 0, verb, target, result);
	fake_answer(f, streq(result, "interrupted") ? "interrupted" : "done", json);
}

void fake_failed(struct fake *f, const char *file, int rc, const char *text, const char *hint)
{
	char json[2048];

	FORMAT(json,
	       "{\"v\":1,\"cmd\":[],\"rc\":%d,\"status\":\"failed\",\"changed\":false,\"data\":null,"
	       "\"error\":{\"code\":\"failed\",\"errno\":\"ESTALE\",\"text\":\"%s\",\"hint\":\"%s\"},"
	       "\"audit\":null}",
	       rc, text, hint);
	fake_answer(f, file, json);
}

void fake_hold(struct fake *f, const char *what)
{
	tree_writef(f->tree, "", "fake/hold-%s", what);
}

void fake_release(struct fake *f, const char *what)
{
	char path[64];

	FORMAT(path, "fake/hold-%s", what);
	tree_remove(f->tree, path);
}

char *fake_log(struct fake *f)
{
	char path[600], *text = calloc(1, 1 << 20);
	int fd;
	ssize_t n;

	assert_non_null(text);
	FORMAT(path, "%s/fake/log", tree_path(f->tree));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = read(fd, text, (1 << 20) - 1);
	assert_true(n >= 0);
	close(fd);
	return text;
}

struct told {
	struct fake *f;
	const char *words;
};

static bool pred_told(struct vt *v, void *arg)
{
	const struct told *t = arg;
	_cleanup_free_ char *log = fake_log(t->f);

	return strstr(log, t->words) != NULL;
}

bool fake_was_told(struct fake *f, const char *words)
{
	struct told t = { f, words };

	return vt_wait_for(f->vt, pred_told, &t, PATIENCE_MS);
}

int fake_count(struct fake *f, const char *word)
{
	_cleanup_free_ char *log = fake_log(f);
	int n = 0;

	for (const char *at = log; (at = strstr(at, word)); at++)
		n++;
	return n;
}
