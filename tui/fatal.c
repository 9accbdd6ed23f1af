// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Restores the terminal on fatal signals, and catches stderr while the screen
 * is up (a memfd in place of descriptor 2), so that a library's complaint
 * neither tears the picture nor is lost. In the handler only tcsetattr, pread,
 * write, sigaction and raise are used.
 */
#include "tui/fatal.h"

#include "core/text.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define CAUGHT_MAX 16384

static const int fatal_signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP };
static struct {
	volatile sig_atomic_t armed;
	int fd;
	struct termios saved;
	char text[256];
	size_t len;
} fatal;

static struct {
	int original; /* the real stderr */
	int memory; /* what stands in for it */
	off_t seen;
} caught = { -1, -1, 0 };

static char fatal_stack[32768];

static void fatal_copy_stderr(void)
{
	char buf[512];
	off_t at = 0;
	ssize_t n;

	while (at < CAUGHT_MAX && (n = pread(caught.memory, buf, sizeof(buf), at)) > 0) {
		if (write(caught.original, buf, (size_t)n) < 0)
			break;
		at += n;
	}
}

static void fatal_handler(int signo)
{
	if (fatal.armed) {
		fatal.armed = 0;
		tcsetattr(fatal.fd, TCSANOW, &fatal.saved);
		if (write(fatal.fd, fatal.text, fatal.len) < 0)
			_exit(128 + signo);
		if (caught.memory >= 0)
			fatal_copy_stderr();
	}
	raise(signo); /* blocked now; SA_RESETHAND lets the default action follow */
}

void fatal_arm(int fd, const struct termios *saved, const char *text)
{
	stack_t stack = { .ss_sp = fatal_stack, .ss_size = sizeof(fatal_stack) };
	struct sigaction sa = { .sa_handler = fatal_handler, .sa_flags = (int)SA_RESETHAND | SA_ONSTACK };

	fatal.fd = fd;
	fatal.saved = *saved;
	fatal.len = strnlen(text, sizeof(fatal.text));
	memcpy(fatal.text, text, fatal.len);
	fatal.armed = 1;
	sigaltstack(&stack, NULL);
	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(fatal_signals); i++)
		sigaction(fatal_signals[i], &sa, NULL);
}

void fatal_disarm(void)
{
	fatal.armed = 0;
	for (size_t i = 0; i < ARRAY_SIZE(fatal_signals); i++)
		signal(fatal_signals[i], SIG_DFL);
}

int stderr_catch(void)
{
	_cleanup_close_ int memory = -1;

	if (!isatty(STDERR_FILENO) || caught.memory >= 0)
		return 0;
	memory = memfd_create("klpsh-stderr", MFD_CLOEXEC);
	if (memory < 0)
		return -errno;
	caught.original = dup(STDERR_FILENO);
	if (caught.original < 0)
		return -errno;
	if (dup2(memory, STDERR_FILENO) < 0) {
		close(TAKE_FD(caught.original));
		return -errno;
	}
	caught.memory = TAKE_FD(memory);
	caught.seen = 0;
	return 0;
}

int stderr_poll(char *line, unsigned long size)
{
	struct stat st;
	char buf[512];
	ssize_t n;
	off_t from;
	char *last;

	if (caught.memory < 0 || fstat(caught.memory, &st) < 0 || st.st_size <= caught.seen)
		return 0;
	from = MAX(caught.seen, st.st_size - (off_t)sizeof(buf) + 1);
	caught.seen = st.st_size;
	n = pread(caught.memory, buf, sizeof(buf) - 1, from);
	while (n > 0 && buf[n - 1] == '\n')
		n--;
	if (n <= 0)
		return 0;
	buf[n] = '\0';
	last = strrchr(buf, '\n');
	last = last ? last + 1 : buf;
	text_clean(line, size, last, strlen(last));
	return 1;
}

void stderr_release(void)
{
	_cleanup_free_ char *all = NULL;
	char clean[4096];
	char *save = NULL;
	ssize_t n;

	if (caught.memory < 0)
		return;
	dup2(caught.original, STDERR_FILENO);
	close(TAKE_FD(caught.original));
	all = calloc(1, CAUGHT_MAX + 1);
	n = all ? pread(caught.memory, all, CAUGHT_MAX, 0) : 0;
	close(TAKE_FD(caught.memory));
	if (n <= 0)
		return;
	for (char *l = strtok_r(all, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		text_clean(clean, sizeof(clean), l, strlen(l));
		fprintf(stderr, "%s\n", clean);
	}
}
