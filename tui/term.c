// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The only file that knows ncurses. Takes the terminal over and gives it back
 * in every case: at the end, on Ctrl-Z, on fatal signals (tui/fatal). raw()
 * makes Ctrl-C, Ctrl-Z and Ctrl-\ plain keys; SIGWINCH comes through the loop,
 * so ncurses' own signal handlers never run. Text is drawn character by
 * character in our own widths, so that a terminal library that counts a
 * character otherwise cannot shift a column.
 */
#include "tui/term.h"

#include "core/text.h"
#include "tui/fatal.h"
#include "tui/glyph.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <wchar.h>

struct paint {
	short color; /* foreground, -1: the terminal's own */
	attr_t attr;
};

static const struct paint themes[][STYLE_MAX] = {
	[THEME_DEFAULT] = {
		[STYLE_NORMAL] = { -1, 0 }, [STYLE_DIM] = { -1, A_DIM }, [STYLE_BOLD] = { -1, A_BOLD },
		[STYLE_BAR] = { -1, A_REVERSE }, [STYLE_HEADING] = { COLOR_CYAN, A_BOLD },
		[STYLE_GOOD] = { COLOR_GREEN, 0 }, [STYLE_WARN] = { COLOR_YELLOW, 0 },
		[STYLE_BAD] = { COLOR_RED, A_BOLD }, [STYLE_ALERT] = { COLOR_RED, A_BOLD | A_REVERSE },
		[STYLE_KEY] = { COLOR_CYAN, A_BOLD }, [STYLE_HIT] = { COLOR_YELLOW, A_BOLD },
	},
	[THEME_LIGHT] = {
		[STYLE_NORMAL] = { -1, 0 }, [STYLE_DIM] = { -1, 0 }, [STYLE_BOLD] = { -1, A_BOLD },
		[STYLE_BAR] = { -1, A_REVERSE }, [STYLE_HEADING] = { COLOR_BLUE, A_BOLD },
		[STYLE_GOOD] = { COLOR_GREEN, A_BOLD }, [STYLE_WARN] = { COLOR_MAGENTA, 0 },
		[STYLE_BAD] = { COLOR_RED, A_BOLD }, [STYLE_ALERT] = { COLOR_RED, A_BOLD | A_REVERSE },
		[STYLE_KEY] = { COLOR_BLUE, A_BOLD }, [STYLE_HIT] = { COLOR_RED, A_BOLD },
	},
	[THEME_MONO] = {
		[STYLE_NORMAL] = { -1, 0 }, [STYLE_DIM] = { -1, 0 }, [STYLE_BOLD] = { -1, A_BOLD },
		[STYLE_BAR] = { -1, A_REVERSE }, [STYLE_HEADING] = { -1, A_BOLD },
		[STYLE_GOOD] = { -1, 0 }, [STYLE_WARN] = { -1, A_BOLD },
		[STYLE_BAD] = { -1, A_BOLD }, [STYLE_ALERT] = { -1, A_BOLD | A_REVERSE },
		[STYLE_KEY] = { -1, A_BOLD }, [STYLE_HIT] = { -1, A_BOLD },
	},
};

static struct {
	SCREEN *screen;
	enum theme theme;
	bool ascii;
	int cursor_y, cursor_x;
} term; /* the one terminal */

/* Append a terminfo string without its padding marks ($<5>). */
static size_t append_capability(char *buf, size_t size, size_t at, const char *name)
{
	const char *s = tigetstr(name);

	if (!s || s == (char *)-1)
		return at;
	for (; *s && at + 1 < size; s++) {
		const char *end = s[0] == '$' && s[1] == '<' ? strchr(s, '>') : NULL;
		if (end)
			s = end;
		else
			buf[at++] = *s;
	}
	buf[at] = '\0';
	return at;
}

static void arm_fatal(const struct termios *saved)
{
	static const char *const names[] = { "sgr0", "rmkx", "rmcup", "cnorm" };
	static const char mouse_off[] =
		"\033[?1006l\033[?1000l"; /* no capability has it without a parameter */
	char text[256] = "";
	size_t at = 0;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		at = append_capability(text, sizeof(text) - 2, at, names[i]);
	if (tigetstr("kmous") && at + sizeof(mouse_off) < sizeof(text) - 2) {
		memcpy(text + at, mouse_off, sizeof(mouse_off));
		at += sizeof(mouse_off) - 1;
	}
	if (tigetstr("rmcup") == NULL) /* no second screen: at least a line of its own */
		memcpy(text + at, "\r\n", 3);
	fatal_arm(STDOUT_FILENO, saved, text);
}

static enum theme choose_theme(int color)
{
	const char *no = getenv("NO_COLOR"), *want = getenv("KLPSH_THEME"), *fgbg = getenv("COLORFGBG");

	if (color == 0 || (color < 0 && no && *no) || !has_colors())
		return THEME_MONO;
	if (want && streq(want, "mono"))
		return THEME_MONO;
	if (want && *want)
		return streq(want, "light") ? THEME_LIGHT : THEME_DEFAULT;
	if (fgbg && strlen(fgbg) > 2 && streq(fgbg + strlen(fgbg) - 3, ";15"))
		return THEME_LIGHT;
	return THEME_DEFAULT;
}

static void init_styles(int color)
{
	term.theme = choose_theme(color);
	if (term.theme == THEME_MONO)
		return;
	start_color();
	if (use_default_colors() == ERR)
		assume_default_colors(COLOR_WHITE, COLOR_BLACK);
	for (int s = 0; s < STYLE_MAX; s++)
		if (themes[term.theme][s].color >= 0)
			init_pair((short)(s + 1), themes[term.theme][s].color, -1);
}

/* Without a UTF-8 locale the marks are ASCII, until the user says otherwise (~). */
static void init_locale(void)
{
	setlocale(LC_CTYPE, "");
	term.ascii = !streq(nl_langinfo(CODESET), "UTF-8");
	if (term.ascii)
		setlocale(LC_CTYPE, "C.UTF-8");
}

int term_open(int color, struct err *e)
{
	const char *name = getenv("TERM");
	struct termios saved;

	if (tcgetattr(STDIN_FILENO, &saved) < 0 || !isatty(STDOUT_FILENO))
		return err_set(e, -ENOTTY, "the screens need a terminal");
	init_locale();
	use_env(FALSE); /* LINES and COLUMNS may say anything: the terminal knows */
	use_tioctl(TRUE);
	term.screen = newterm(NULL, stdout, stdin);
	if (!term.screen) {
		err_set(e, -ENOTTY, "the terminal type '%s' is not known here", name ? name : "");
		err_hint(e, "set TERM to one that is, for instance: TERM=vt100 klpsh; or use klpsh shell");
		return -ENOTTY;
	}
	arm_fatal(&saved);
	stderr_catch();
	raw();
	noecho();
	nonl();
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	set_escdelay(25);
	init_styles(color);
	term_cursor(-1, 0);
	term_resize();
	return 0;
}

/*
 * ncurses shows the cursor and goes back to the first screen (rmcup), in this
 * order. On terminals of libvterm (vim's and others') rmcup also brings back
 * whether the cursor was shown when it was last saved, and ncurses saves it
 * while it scrolls, hidden: so it is shown once more.
 */
static void leave(void)
{
	char cnorm[64] = "";

	if (isendwin())
		return;
	append_capability(cnorm, sizeof(cnorm), 0, "cnorm");
	endwin();
	fputs(cnorm, stdout);
	fflush(stdout);
}

void term_close(void)
{
	if (!term.screen)
		return;
	leave();
	fatal_disarm();
	stderr_release();
	delscreen(term.screen);
	term.screen = NULL;
}

int term_lines(void)
{
	return LINES;
}

int term_columns(void)
{
	return COLS;
}

bool term_ascii(void)
{
	return term.ascii;
}

void term_set_ascii(bool on)
{
	term.ascii = on;
}

static void set_style(unsigned style)
{
	const struct paint *p = &themes[term.theme][style & 0xff];
	attr_t a = p->attr;

	if (style & STYLE_SELECTED)
		a = (a & ~A_DIM) | A_REVERSE;
	attr_set(a, p->color >= 0 ? (short)((style & 0xff) + 1) : 0, NULL);
}

/* One base character with its combining ones; '?' where the library disagrees on the width. */
static void put_cluster(int y, int x, const wchar_t *chars, int width)
{
	cchar_t cell;
	attr_t attr;
	short pair;

	attr_get(&attr, &pair, NULL);
	if (term.ascii || wcwidth(chars[0]) != width || setcchar(&cell, chars, attr, pair, NULL) == ERR) {
		for (int i = 0; i < width; i++)
			mvaddch(y, x + i, '?');
		return;
	}
	mvadd_wch(y, x, &cell);
}

/* Draw len bytes of clean text. */
static void put_chars(int y, int x, const char *s, size_t len)
{
	wchar_t chars[CCHARW_MAX + 1];
	size_t n_chars = 0;
	int width = 0;

	for (size_t at = 0; at <= len;) {
		uint32_t cp = 0;
		size_t n = at < len ? text_decode(s + at, len - at, &cp) : 0;
		int w;

		if (n == 0 || cp < 0x20 || cp == 0x7f) {
			cp = '?';
			n = 1;
		}
		w = text_cp_width(cp);
		if (n_chars && (w > 0 || at == len)) { /* the one before is complete */
			chars[n_chars] = L'\0';
			put_cluster(y, x, chars, width);
			x += width;
			n_chars = 0;
		}
		if (w > 0) {
			n_chars = 0;
			width = w;
		}
		if (at < len && (w > 0 || n_chars > 0) && n_chars < CCHARW_MAX)
			chars[n_chars++] = (wchar_t)cp;
		at += n;
	}
}

static bool is_plain(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] < 0x20 || s[i] == 0x7f)
			return false;
	return true;
}

/* The glyphs are ours, so they are drawn as they are. */
static void put_glyph(int y, int x, const char *g)
{
	mvaddstr(y, x, g);
}

void term_put(int y, int x, int columns, unsigned style, const char *text)
{
	char clean[1024];
	size_t n, used;
	bool cut;

	if (y < 0 || y >= LINES || x < 0 || x >= COLS || columns <= 0)
		return;
	columns = MIN(columns, COLS - x);
	if (!text_is_clean(text)) { /* whoever forgot it: nothing else gets to the terminal */
		text_clean(clean, sizeof(clean), text, strlen(text));
		text = clean;
	}
	n = text_fit(text, (size_t)columns, &used);
	cut = text[n] != '\0';
	if (cut)
		n = text_fit(text, (size_t)columns - 1, &used);
	set_style(style);
	if (is_plain(text, n))
		mvaddnstr(y, x, text, (int)n);
	else
		put_chars(y, x, text, n);
	if (cut)
		put_glyph(y, x + (int)used++, glyph(GLYPH_MORE));
	for (int i = (int)used; i < columns; i++)
		mvaddch(y, x + i, ' ');
}

void term_fill(int y, int x, int columns, unsigned style, const char *g)
{
	if (y < 0 || y >= LINES || x < 0)
		return;
	set_style(style);
	for (int i = 0; i < columns && x + i < COLS; i++)
		put_glyph(y, x + i, g);
}

void term_erase(void)
{
	attr_set(A_NORMAL, 0, NULL);
	erase();
}

void term_cursor(int y, int x)
{
	term.cursor_y = y;
	term.cursor_x = x;
}

void term_show(void)
{
	curs_set(term.cursor_y >= 0);
	if (term.cursor_y >= 0)
		move(term.cursor_y, MIN(term.cursor_x, COLS - 1));
	wnoutrefresh(stdscr);
	doupdate();
}

static int decode_key(wint_t c)
{
	static const struct {
		int curses, ours;
	} map[] = {
		{ KEY_UP, K_UP },	{ KEY_DOWN, K_DOWN },	 { KEY_LEFT, K_LEFT },
		{ KEY_RIGHT, K_RIGHT }, { KEY_PPAGE, K_PGUP },	 { KEY_NPAGE, K_PGDN },
		{ KEY_HOME, K_HOME },	{ KEY_END, K_END },	 { KEY_BACKSPACE, K_BACKSPACE },
		{ KEY_DC, K_DELETE },	{ KEY_BTAB, K_BACKTAB }, { KEY_ENTER, K_ENTER },
		{ KEY_FIND, K_HOME },	{ KEY_SELECT, K_END },	 { KEY_A1, K_HOME },
		{ KEY_C1, K_END },	{ KEY_A3, K_PGUP },	 { KEY_C3, K_PGDN },
		{ KEY_MOUSE, K_MOUSE },
	};

	for (size_t i = 0; i < ARRAY_SIZE(map); i++)
		if ((int)c == map[i].curses)
			return map[i].ours;
	return K_UNKNOWN;
}

int term_key(void)
{
	wint_t c = 0;
	int r = get_wch(&c);

	if (r == ERR)
		return 0;
	if (r == KEY_CODE_YES)
		return decode_key(c);
	if (c == '\n')
		return K_ENTER;
	if (c == 0x7f || c == K_CTRL('h'))
		return K_BACKSPACE;
	return c == 0 ? K_UNKNOWN : (int)c;
}

void term_set_mouse(bool on)
{
	mousemask(on ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
	mouseinterval(0);
}

bool term_mouse_at(struct term_mouse *ret)
{
	MEVENT m;

	if (getmouse(&m) != OK)
		return false;
	*ret = (struct term_mouse){ .y = m.y, .x = m.x };
	if (m.bstate & BUTTON4_PRESSED)
		ret->wheel = -1;
	else if (m.bstate & BUTTON5_PRESSED)
		ret->wheel = 1;
	else
		return m.bstate & BUTTON1_PRESSED;
	return true;
}

void term_resize(void)
{
	struct winsize ws;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_row > 0 && ws.ws_col > 0)
		resizeterm(MIN(ws.ws_row, 1000), MIN(ws.ws_col, 1000));
	clearok(curscr, TRUE);
}

void term_redraw(void)
{
	clearok(curscr, TRUE);
}

void term_resume(void)
{
	reset_prog_mode();
	term_resize();
	term_show();
}

void term_suspend(void)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL }, old;
	sigset_t stop, before;

	leave();
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	sigaction(SIGTSTP, &dfl, &old);
	raise(SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop, &before); /* stops here */
	sigprocmask(SIG_SETMASK, &before, NULL);
	sigaction(SIGTSTP, &old, NULL);
	term_resume();
}
