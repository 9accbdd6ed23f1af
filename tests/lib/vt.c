// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The pty and libvterm behind vt.h. Both ends of the pty stay open here, so
 * that the last bytes and the terminal's modes can be read after the program
 * has ended. All raw bytes are kept, for what must never be written.
 */
#include "tests/lib/vt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>
#include <vterm.h>

#define RAW_MAX (64u << 20)

struct vt {
	VTerm *term;
	VTermScreen *screen;
	int master, slave;
	int lines, columns;
	pid_t pid;
	int status; /* once pid is 0 */
	bool alternate, cursor;
	struct termios before;
	char *raw;
	size_t n_raw, raw_size;
};

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static int on_prop(VTermProp prop, VTermValue *val, void *user)
{
	struct vt *v = user;

	if (prop == VTERM_PROP_ALTSCREEN)
		v->alternate = val->boolean;
	if (prop == VTERM_PROP_CURSORVISIBLE)
		v->cursor = val->boolean;
	return 1;
}

static const VTermScreenCallbacks callbacks = { .settermprop = on_prop };

/* What libvterm answers (device attributes) goes back as if typed. */
static void on_answer(const char *s, size_t len, void *user)
{
	struct vt *v = user;

	if (write(v->master, s, len) < 0)
		return;
}

static void keep_raw(struct vt *v, const char *buf, size_t len)
{
	if (v->n_raw + len + 1 > v->raw_size) {
		size_t size = (v->n_raw + len + 1) * 2;
		char *p = v->n_raw + len < RAW_MAX ? realloc(v->raw, size) : NULL;

		if (!p)
			return;
		v->raw = p;
		v->raw_size = size;
	}
	memcpy(v->raw + v->n_raw, buf, len);
	v->n_raw += len;
	v->raw[v->n_raw] = '\0';
}

/* Take in what is there within ms. False: nothing came. */
static bool pump(struct vt *v, int ms)
{
	struct pollfd p = { .fd = v->master, .events = POLLIN };
	char buf[65536];
	ssize_t n;

	if (poll(&p, 1, ms) <= 0 || !(p.revents & POLLIN))
		return false;
	n = read(v->master, buf, sizeof(buf));
	if (n <= 0)
		return false;
	keep_raw(v, buf, (size_t)n);
	vterm_input_write(v->term, buf, (size_t)n);
	return true;
}

static void set_env(const char *const *env, const char *term)
{
	static const char *const drop[] = { "NO_COLOR", "COLORFGBG", "KLPSH_THEME", "LINES",
					    "COLUMNS",	"TMUX",	     "STY",	    "LC_ALL" };

	for (size_t i = 0; i < sizeof(drop) / sizeof(*drop); i++)
		unsetenv(drop[i]);
	setenv("LANG", "C.UTF-8", 1);
	setenv("TERM", term ? term : "xterm-256color", 1);
	for (; env && *env; env++) {
		char *copy = strdup(*env), *eq = copy ? strchr(copy, '=') : NULL;

		if (eq) {
			*eq = '\0';
			setenv(copy, eq + 1, 1);
		} else if (copy) {
			unsetenv(copy);
		}
		free(copy);
	}
}

static _Noreturn void run_child(const struct vt *v, const char *const *argv, const struct vt_opts *o)
{
	struct rlimit none = { 0, 0 };
	sigset_t empty;

	login_tty(v->slave);
	for (int fd = 3; fd < 64; fd++)
		close(fd);
	setrlimit(RLIMIT_CORE, &none);
	/* Whoever runs the tests may ignore signals (nohup does); a terminal does not. */
	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	sigemptyset(&empty);
	sigprocmask(SIG_SETMASK, &empty, NULL);
	set_env(o->env, o->term);
	execvp(argv[0], (char *const *)argv);
	_exit(127);
}

struct vt *vt_start(const char *const *argv, const struct vt_opts *o)
{
	struct winsize ws = { .ws_row = (unsigned short)o->lines, .ws_col = (unsigned short)o->columns };
	struct vt *v = calloc(1, sizeof(*v));

	if (!v)
		return NULL;
	if (openpty(&v->master, &v->slave, NULL, NULL, &ws) < 0) {
		free(v);
		return NULL;
	}
	fcntl(v->master, F_SETFD, FD_CLOEXEC);
	tcgetattr(v->slave, &v->before);
	v->lines = o->lines;
	v->columns = o->columns;
	v->cursor = true;
	v->term = vterm_new(o->lines, o->columns);
	vterm_set_utf8(v->term, 1);
	vterm_output_set_callback(v->term, on_answer, v);
	v->screen = vterm_obtain_screen(v->term);
	vterm_screen_set_callbacks(v->screen, &callbacks, v);
	vterm_screen_enable_altscreen(v->screen, 1);
	vterm_screen_reset(v->screen, 1);
	v->pid = fork();
	if (v->pid == 0)
		run_child(v, argv, o);
	if (v->pid < 0)
		return vt_free(v);
	return v;
}

struct vt *vt_free(struct vt *v)
{
	if (!v)
		return NULL;
	if (v->pid > 0) {
		kill(v->pid, SIGKILL);
		waitpid(v->pid, NULL, 0);
	}
	close(v->master);
	close(v->slave);
	vterm_free(v->term);
	free(v->raw);
	free(v);
	return NULL;
}

bool vt_running(struct vt *v)
{
	if (v->pid > 0 && waitpid(v->pid, &v->status, WNOHANG) == v->pid)
		v->pid = 0;
	return v->pid > 0;
}

bool vt_wait_for(struct vt *v, bool (*pred)(struct vt *v, void *arg), void *arg, int ms)
{
	int64_t until = now_ms() + ms;

	for (;;) {
		int64_t left = until - now_ms();

		if (pred(v, arg))
			return true;
		if (left <= 0)
			return false;
		if (!pump(v, (int)(left > 50 ? 50 : left)) && !vt_running(v) && !pump(v, 0))
			return pred(v, arg);
	}
}

static bool pred_shows(struct vt *v, void *arg)
{
	return vt_shows(v, arg);
}

static bool pred_gone(struct vt *v, void *arg)
{
	return !vt_shows(v, arg);
}

bool vt_wait(struct vt *v, const char *text)
{
	return vt_wait_for(v, pred_shows, (void *)text, VT_PATIENCE_MS);
}

bool vt_wait_gone(struct vt *v, const char *text)
{
	return vt_wait_for(v, pred_gone, (void *)text, VT_PATIENCE_MS);
}

void vt_settle(struct vt *v, int quiet_ms)
{
	int64_t until = now_ms() + VT_PATIENCE_MS;

	while (now_ms() < until && pump(v, quiet_ms))
		;
}

static bool pred_ended(struct vt *v, void *arg)
{
	return !vt_running(v);
}

int vt_wait_exit(struct vt *v)
{
	if (!vt_wait_for(v, pred_ended, NULL, VT_PATIENCE_MS))
		return -1;
	while (pump(v, 0))
		;
	return v->status;
}

void vt_key_bytes(struct vt *v, const char *keys, size_t len)
{
	while (len > 0) {
		ssize_t n = write(v->master, keys, len);

		if (n <= 0)
			return;
		keys += n;
		len -= (size_t)n;
		pump(v, 0);
	}
}

void vt_keys(struct vt *v, const char *keys)
{
	vt_key_bytes(v, keys, strlen(keys));
}

void vt_resize(struct vt *v, int lines, int columns)
{
	struct winsize ws = { .ws_row = (unsigned short)lines, .ws_col = (unsigned short)columns };

	v->lines = lines;
	v->columns = columns;
	vterm_set_size(v->term, lines, columns);
	ioctl(v->master, TIOCSWINSZ, &ws);
}

void vt_signal(struct vt *v, int signo)
{
	if (v->pid > 0)
		kill(v->pid, signo);
}

void vt_feed(struct vt *v, const char *bytes)
{
	vterm_input_write(v->term, bytes, strlen(bytes));
}

char *vt_line(struct vt *v, int line)
{
	VTermRect r = { line, line + 1, 0, v->columns };
	size_t size = (size_t)v->columns * 24 + 1, n;
	char *s = calloc(1, size);

	if (!s || line < 0 || line >= v->lines)
		return s;
	n = vterm_screen_get_text(v->screen, s, size - 1, r);
	while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\n'))
		n--;
	s[n] = '\0';
	return s;
}

char *vt_text(struct vt *v)
{
	size_t size = (size_t)v->lines * ((size_t)v->columns * 24 + 2) + 1, at = 0;
	char *s = calloc(1, size);

	for (int i = 0; s && i < v->lines; i++) {
		char *line = vt_line(v, i);
		size_t n = line ? strlen(line) : 0;

		memcpy(s + at, line ? line : "", n);
		s[at + n] = '\n';
		at += n + 1;
		free(line);
	}
	return s;
}

bool vt_shows(struct vt *v, const char *text)
{
	char *s = vt_text(v);
	bool found = s && strstr(s, text);

	free(s);
	return found;
}

#define FOREGROUND 0xd8dee9
#define BACKGROUND 0x1b1f27

static unsigned rgb_of(const struct vt *v, VTermColor c, unsigned standard)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(&c) || VTERM_COLOR_IS_DEFAULT_BG(&c))
		return standard;
	vterm_screen_convert_color_to_rgb(v->screen, &c);
	return (unsigned)c.rgb.red << 16 | (unsigned)c.rgb.green << 8 | c.rgb.blue;
}

static size_t put_utf8(char *to, uint32_t c)
{
	static const unsigned char lead[] = { 0, 0xc0, 0xe0, 0xf0 };
	size_t more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;

	for (size_t i = more; i > 0; i--, c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3f));
	to[0] = (char)(lead[more] | c);
	return more + 1;
}

void vt_cell_at(struct vt *v, int line, int column, struct vt_cell *ret)
{
	VTermScreenCell cell;
	size_t at = 0;

	*ret = (struct vt_cell){ .width = 1, .fg = FOREGROUND, .bg = BACKGROUND };
	if (!vterm_screen_get_cell(v->screen, (VTermPos){ line, column }, &cell))
		return;
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] && cell.chars[i] != UINT32_MAX; i++)
		at += put_utf8(ret->text + at, cell.chars[i]);
	ret->width = cell.width;
	ret->bold = cell.attrs.bold;
	ret->fg = rgb_of(v, cell.attrs.reverse ? cell.bg : cell.fg,
			 cell.attrs.reverse ? BACKGROUND : FOREGROUND);
	ret->bg = rgb_of(v, cell.attrs.reverse ? cell.fg : cell.bg,
			 cell.attrs.reverse ? FOREGROUND : BACKGROUND);
}

int vt_lines(const struct vt *v)
{
	return v->lines;
}

int vt_columns(const struct vt *v)
{
	return v->columns;
}

bool vt_reversed(struct vt *v, const char *text)
{
	for (int y = 0; y < v->lines; y++) {
		char *line = vt_line(v, y), *at = strstr(line, text);
		VTermScreenCell cell;
		bool found = at != NULL;

		if (found)
			vterm_screen_get_cell(v->screen, (VTermPos){ y, (int)(at - line) }, &cell);
		free(line);
		if (found && cell.attrs.reverse)
			return true;
	}
	return false;
}

const char *vt_raw(const struct vt *v, size_t *ret_len)
{
	*ret_len = v->n_raw;
	return v->raw;
}

bool vt_raw_has(const struct vt *v, const char *bytes)
{
	return v->raw && memmem(v->raw, v->n_raw, bytes, strlen(bytes));
}

bool vt_alternate(const struct vt *v)
{
	return v->alternate;
}

bool vt_cursor_shown(const struct vt *v)
{
	return v->cursor;
}

pid_t vt_pid(const struct vt *v)
{
	return v->pid;
}

const struct termios *vt_modes_before(const struct vt *v)
{
	return &v->before;
}

struct termios vt_modes(const struct vt *v)
{
	struct termios t = { 0 };

	tcgetattr(v->slave, &t);
	return t;
}
