// SPDX-License-Identifier: GPL-2.0-or-later
/* See exportcrc.h. */
#include "builder/exportcrc.h"

#include <errno.h>

#include "builder/child.h"

#define TAG "#SYMVER "
#define CAUSE ": modversion changed because of changes in "
#define KNOWN_NOW " (became defined)"

/* "NAME 0x12345678", cut up in place. */
static bool parse_crc(char *p, struct export_crc *ret)
{
	char *blank = strchr(p, ' '), *end;
	unsigned long v;

	if (!blank || blank == p || strncmp(blank + 1, "0x", 2) != 0 || !blank[3])
		return false;
	errno = 0;
	v = strtoul(blank + 3, &end, 16);
	if (errno || *end || v > UINT32_MAX)
		return false;
	*blank = '\0';
	*ret = (struct export_crc){ p, (uint32_t)v };
	return true;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct export_crc *)a)->name, ((const struct export_crc *)b)->name);
}

int export_crcs_parse(char *text, size_t len, struct export_crcs *ret)
{
	struct export_crcs c = { .text = text };

	text[len] = '\0';
	for (char *p = text, *next; *p; p = next) {
		char *nl = strchrnul(p, '\n');

		next = *nl ? nl + 1 : nl;
		*nl = '\0';
		if (!begins(p, TAG))
			continue;
		if (array_grow(&c.v, c.n, sizeof(*c.v)) < 0) {
			export_crcs_done(&c);
			return -ENOMEM;
		}
		c.n += parse_crc(p + strlen(TAG), &c.v[c.n]);
	}
	if (c.n)
		qsort(c.v, c.n, sizeof(*c.v), by_name);
	*ret = c;
	return 0;
}

void export_crcs_done(struct export_crcs *c)
{
	free(c->text);
	free(c->v);
	*c = (struct export_crcs){ 0 };
}

bool export_crcs_find(const struct export_crcs *c, const char *name, uint32_t *ret)
{
	const struct export_crc key = { .name = name };
	const struct export_crc *found = c->n ? bsearch(&key, c->v, c->n, sizeof(*c->v), by_name) : NULL;

	if (found)
		*ret = found->crc;
	return found != NULL;
}

/* Do all of them, "A, B (became defined)", end in these words? They go out of the text. */
static bool take_known(char *why)
{
	bool all = true;
	char *to = why;

	for (char *p = why, *next; *p; p = next) {
		char *comma = strstr(p, ", ");
		size_t len = comma ? (size_t)(comma - p) : strlen(p), tail = strlen(KNOWN_NOW);
		bool known = len > tail && memcmp(p + len - tail, KNOWN_NOW, tail) == 0;

		next = comma ? comma + 2 : p + len;
		all &= known;
		len -= known ? tail : 0;
		memmove(to, p, len);
		to += len;
		if (comma) {
			*to++ = ',';
			*to++ = ' ';
		}
	}
	*to = '\0';
	return all;
}

/* What is longer than a line is told may have been cut: then not all of it is known. */
static int add_cause(struct export_causes *c, const char *name, size_t name_len, const char *why,
		     size_t why_len, bool whole)
{
	struct export_cause *cause;

	if (c->n == EXPORT_CAUSES_MAX)
		return -E2BIG;
	if (array_grow(&c->v, c->n, sizeof(*c->v)) < 0)
		return -ENOMEM;
	cause = &c->v[c->n];
	*cause = (struct export_cause){ strndup(name, name_len), strndup(why, why_len), false };
	if (!cause->name || !cause->why) {
		free(cause->name);
		free(cause->why);
		return -ENOMEM;
	}
	c->n++;
	cause->known_now = take_known(cause->why) && whole;
	return 0;
}

int export_causes_line(struct export_causes *c, const char *line, size_t len)
{
	const char *tag = memmem(line, len, CAUSE, strlen(CAUSE)), *name = tag, *why;

	if (!tag)
		return 0;
	while (name > line && name[-1] != ' ')
		name--;
	why = tag + strlen(CAUSE);
	if (name == tag || why == line + len)
		return 0;
	return add_cause(c, name, (size_t)(tag - name), why, (size_t)(line + len - why),
			 len < CHILD_LINE_MAX);
}

void export_causes_done(struct export_causes *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->v[i].name);
		free(c->v[i].why);
	}
	free(c->v);
	*c = (struct export_causes){ 0 };
}

const struct export_cause *export_causes_find(const struct export_causes *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++)
		if (streq(c->v[i].name, name))
			return &c->v[i];
	return NULL;
}
