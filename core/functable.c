// SPDX-License-Identifier: GPL-2.0-or-later
/* tracefs may be mounted at its own place or below debugfs. */
#include "core/functable.h"

#include <errno.h>

#define TABLE_MAX (64u << 20)

/* The next word at *p; *p moves behind it. Its length. */
static size_t next_word(const char **p, const char *end, const char **ret)
{
	size_t n = 0;

	while (*p < end && (**p == ' ' || **p == '\t'))
		(*p)++;
	*ret = *p;
	while (*p + n < end && (*p)[n] != ' ' && (*p)[n] != '\t')
		n++;
	*p += n;
	return n;
}

/* "name [module]" at *p, which moves behind it. A line that begins with a blank goes on another. */
static bool parse_name(const char **p, const char *end, struct funcline *l)
{
	const char *word, *at;
	size_t n;

	if (*p < end && (**p == ' ' || **p == '\t'))
		return false;
	l->name_len = next_word(p, end, &l->name);
	at = *p;
	n = next_word(&at, end, &word);
	if (n > 2 && word[0] == '[' && word[n - 1] == ']') {
		l->module = word + 1;
		l->module_len = n - 2;
		*p = at;
	}
	return l->name_len > 0;
}

/* "(1) R I D O M": the letters end where something else begins. */
static void parse_users(const char *p, const char *end, struct funcline *l)
{
	const char *at = memchr(p, '(', (size_t)(end - p));

	for (; at && ++at < end && *at >= '0' && *at <= '9' && l->users < 1000000;)
		l->users = l->users * 10 + (*at - '0');
	if (!at || at >= end || *at != ')')
		return;
	while (++at < end && (*at == ' ' || (*at >= 'A' && *at <= 'Z')))
		l->flags |= *at == 'I' ? FUNC_IPMODIFY : *at == 'D' ? FUNC_DIRECT : 0;
}

static bool parse_enabled(const char *p, const char *end, struct funcline *l)
{
	if (!parse_name(&p, end, l))
		return false;
	parse_users(p, end, l);
	return true;
}

static bool parse_traceable(const char *p, const char *end, struct funcline *l)
{
	return parse_name(&p, end, l);
}

static bool parse_kprobe(const char *p, const char *end, struct funcline *l)
{
	const char *word, *plus;
	size_t n;

	next_word(&p, end, &word);
	next_word(&p, end, &word);
	n = next_word(&p, end, &l->name);
	plus = memrchr(l->name, '+', n);
	if (!plus || plus == l->name)
		return false;
	l->name_len = (size_t)(plus - l->name);
	l->flags = FUNC_KPROBE | FUNC_KPROBE_ON;
	for (bool first = true; (n = next_word(&p, end, &word)); first = false) {
		if (memmem(word, n, "[FTRACE]", strlen("[FTRACE]"))) /* "[DISABLED][FTRACE]", too */
			l->flags |= FUNC_KPROBE_FTRACE;
		if (memmem(word, n, "[DISABLED]", strlen("[DISABLED]")) ||
		    memmem(word, n, "[GONE]", strlen("[GONE]")))
			l->flags &= ~FUNC_KPROBE_ON;
		if (!first || *word == '[')
			continue;
		l->module = word;
		l->module_len = n;
	}
	return true;
}

static const struct table {
	const char *paths[2];
	bool (*parse)(const char *p, const char *end, struct funcline *l);
} tables[] = {
	[FUNCTABLE_TRACEABLE] = { { "sys/kernel/tracing/available_filter_functions",
				    "sys/kernel/debug/tracing/available_filter_functions" },
				  parse_traceable },
	[FUNCTABLE_ENABLED] = { { "sys/kernel/tracing/enabled_functions",
				  "sys/kernel/debug/tracing/enabled_functions" },
				parse_enabled },
	[FUNCTABLE_KPROBES] = { { "sys/kernel/debug/kprobes/list", NULL }, parse_kprobe },
};

static int open_table(const struct root *root, const struct table *t, char **text, size_t *len, struct err *e)
{
	int r = root_read_file(root, t->paths[0], TABLE_MAX, text, len);

	if (r == -ENOENT && t->paths[1])
		r = root_read_file(root, t->paths[1], TABLE_MAX, text, len);
	if (r == -ENOENT)
		err_set(e, r, "there is no /%s; it may not be mounted", t->paths[0]);
	else if (r < 0)
		err_set(e, r, "/%s cannot be read: %s", t->paths[0], strerror(-r));
	return r;
}

int functable_read(const struct root *root, enum functable which,
		   void (*take)(void *arg, const struct funcline *line), void *arg, struct err *e)
{
	const struct table *t = &tables[which];
	_cleanup_free_ char *text = NULL;
	size_t len = 0, number = 1;
	int r = open_table(root, t, &text, &len, e);

	if (r < 0)
		return r;
	for (const char *p = text, *end = text + len; p < end; number++) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		struct funcline l = { .number = number };

		if (t->parse(p, nl ? nl : end, &l))
			take(arg, &l);
		p = nl ? nl + 1 : end;
	}
	return len > 0;
}
