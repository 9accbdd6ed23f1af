// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See linemark.h. A marker may stand before a line only where no line is
 * continued, no comment open and no parenthesis unclosed. Parentheses are
 * counted outside directives; where the branches of an #if disagree about
 * them, the count is lost until a line "}" at the margin ends a function.
 * A marker within an #if may be skipped by the compiler, so behind each #else,
 * #elif and #endif of that group another one follows.
 */
#include "builder/linemark.h"

#include <errno.h>

#define NEST_MAX 64
#define LINE_NUMBER_MAX 2147483647u /* C17 6.10.4 */

struct branch {
	int before, end; /* parentheses open at the #if, and at the end of its first branch */
	bool has_end, has_else, differ;
};

struct lexer {
	bool comment, line_comment, continued;
	bool directive, begin; /* begin: nothing but blanks and comments so far */
	char quote;
	int depth;
	bool lost; /* depth is not known */
	bool given_up; /* the rest of the file cannot be followed */
	struct branch nest[NEST_MAX];
	size_t n;
	size_t left; /* one more than the level of the group that this line ended, 0: none */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\f' || c == '\v' || c == '\r';
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static void branch_end(struct lexer *x)
{
	struct branch *b = &x->nest[x->n - 1];

	if (b->has_end && b->end != x->depth)
		b->differ = true;
	if (!b->has_end)
		b->end = x->depth;
	b->has_end = true;
}

static void see_if(struct lexer *x)
{
	if (x->n == NEST_MAX)
		x->given_up = true;
	else
		x->nest[x->n++] = (struct branch){ .before = x->depth };
}

static void see_else(struct lexer *x, bool last)
{
	if (!x->n)
		return;
	branch_end(x);
	x->left = x->n;
	x->nest[x->n - 1].has_else |= last;
	x->depth = x->nest[x->n - 1].before;
}

static void see_endif(struct lexer *x)
{
	struct branch *b;

	if (!x->n)
		return;
	branch_end(x);
	x->left = x->n;
	b = &x->nest[--x->n];
	if (b->differ || (!b->has_else && b->end != b->before))
		x->lost = true;
	x->depth = b->end;
}

/* s stands behind the '#'. */
static void see_directive(struct lexer *x, const char *s, const char *end)
{
	size_t n = 0;

	while (s < end && is_blank(*s))
		s++;
	while (s + n < end && is_word(s[n]))
		n++;
	if ((n == 2 && !memcmp(s, "if", 2)) || (n == 5 && !memcmp(s, "ifdef", 5)) ||
	    (n == 6 && !memcmp(s, "ifndef", 6)))
		see_if(x);
	else if (n >= 4 && (!memcmp(s, "elif", 4) || (n == 4 && !memcmp(s, "else", 4))))
		see_else(x, s[2] == 's');
	else if (n == 5 && !memcmp(s, "endif", 5))
		see_endif(x);
}

/* R"(...)" holds lines as they are: one before the quote, and nothing is certain any more. */
static bool is_raw(const struct tline *l, const char *quote)
{
	const char *p = quote;

	while (p > l->p && is_word(p[-1]))
		p--;
	return quote - p >= 1 && quote - p <= 3 && quote[-1] == 'R' && strchr("RLuU", *p);
}

static void see_code(struct lexer *x, char c)
{
	if (x->directive)
		return;
	x->depth += c == '(';
	x->depth -= c == ')';
	if (x->depth >= 0)
		return;
	x->depth = 0;
	x->lost = true;
}

/* One character of code, not of a comment or a string; returns how many it took. */
static size_t see(struct lexer *x, const struct tline *l, size_t i)
{
	const char *p = l->p + i, *end = l->p + l->len;
	char next = p + 1 < end ? p[1] : '\0';

	if (*p == '/' && (next == '*' || next == '/')) {
		x->comment = next == '*';
		x->line_comment = next == '/';
		return 2;
	}
	if (*p == '#' && x->begin) {
		x->directive = true;
		see_directive(x, p + 1, end);
	} else if (*p == '"' || *p == '\'') {
		x->quote = *p;
		x->given_up |= *p == '"' && is_raw(l, p);
	} else if (!is_blank(*p)) {
		see_code(x, *p);
	}
	x->begin = x->begin && is_blank(*p);
	return 1;
}

static size_t see_quoted(struct lexer *x, const char *p)
{
	if (*p == '\\')
		return 2;
	if (*p == x->quote)
		x->quote = '\0';
	return 1;
}

static size_t see_comment(struct lexer *x, const struct tline *l, size_t i)
{
	if (l->p[i] != '*' || i + 1 >= l->len || l->p[i + 1] != '/')
		return 1;
	x->comment = false;
	return 2;
}

/* A backslash at the end; the compiler allows blanks behind it. */
static bool is_continued(const struct tline *l)
{
	size_t n = l->len;

	while (n && is_blank(l->p[n - 1]))
		n--;
	return n && l->p[n - 1] == '\\';
}

/* "}" or "};" alone at the margin ends whatever was open. */
static bool ends_function(const struct tline *l)
{
	size_t n = l->len;

	while (n && is_blank(l->p[n - 1]))
		n--;
	return (n == 1 && l->p[0] == '}') || (n == 2 && !memcmp(l->p, "};", 2));
}

static void see_line(struct lexer *x, const struct tline *l)
{
	x->left = 0;
	if (!x->comment && !x->continued && ends_function(l)) {
		x->depth = 0;
		x->lost = false;
	}
	for (size_t i = 0; i < l->len && !x->line_comment;)
		i += x->comment ? see_comment(x, l, i) : x->quote ? see_quoted(x, l->p + i) : see(x, l, i);
	x->continued = is_continued(l);
	if (x->continued)
		return;
	x->quote = '\0';
	x->line_comment = false;
	x->directive = x->directive && x->comment;
	x->begin = x->begin || !x->comment;
}

/* A macro's name may end the line before and its arguments begin this one: not torn apart. */
static bool is_safe(const struct lexer *x, const struct tline *l)
{
	size_t i = 0;

	while (i < l->len && is_blank(l->p[i]))
		i++;
	return !x->comment && !x->continued && !x->depth && !x->lost && !x->given_up &&
	       (i == l->len || l->p[i] != '(');
}

/* Which numbers the compiler counts, and whether some of its branches count others. */
struct count {
	uint64_t now;
	size_t level; /* a marker in force stands within so many #ifs */
	bool unsure;
};

static bool place(struct count *c, const struct lexer *x, const struct tline *l)
{
	bool wanted = l->orig && (l->orig != c->now || c->unsure);

	if (!wanted || l->orig > LINE_NUMBER_MAX || !is_safe(x, l))
		return false;
	*c = (struct count){ l->orig, x->n, false };
	return true;
}

static void advance(struct count *c, const struct lexer *x)
{
	c->now++;
	if (!x->left || x->left > c->level)
		return;
	c->unsure = true;
	c->level = x->n;
}

int linemark_find(const struct ptext *t, bool **ret)
{
	bool *marks = calloc(t->n ? t->n : 1, sizeof(*marks));
	struct lexer x = { .begin = true };
	struct count c = { 1, 0, false };

	if (!marks)
		return -ENOMEM;
	for (size_t i = 0; i < t->n; i++) {
		marks[i] = place(&c, &x, &t->v[i]);
		see_line(&x, &t->v[i]);
		advance(&c, &x);
	}
	*ret = marks;
	return 0;
}
