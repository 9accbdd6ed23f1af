// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See pace.h. One line of numbers under a name of its own among the cache's
 * entries. It decides nothing but what people are told.
 */
#include "builder/pace.h"

#include <errno.h>

#define KEY "pace 1"
#define KEPT_MS 100 /* what took less was not done, but found in the cache */
#define MS_MAX 3600000u /* whatever takes longer counts as this */

/* Two slow cores. */
static const struct pace guess = { .ms = { [PACE_FILL] = 20000,
					   [PACE_MAKE] = 20000,
					   [PACE_PLAIN] = 2000,
					   [PACE_TWIN] = 500,
					   [PACE_LINK] = 1600 } };

/* "11000 18000 ...", as many as there are parts and nothing else. The text is taken apart. */
static int parse(char *text, struct pace *ret)
{
	struct pace p = { 0 };
	char *rest = text;

	for (size_t i = 0; i < PACE_PARTS; i++) {
		const char *word = strsep(&rest, " ");
		uint64_t ms;

		if (!word || parse_u64(word, &ms) < 0 || ms > MS_MAX)
			return -EBADMSG;
		p.ms[i] = (unsigned)ms;
	}
	if (rest)
		return -EBADMSG;
	*ret = p;
	return 0;
}

void pace_load(const struct cache *c, struct pace *ret)
{
	_cleanup_free_ char *text = NULL;
	size_t len;

	*ret = guess;
	if (cache_get(c, KEY, &text, &len, NULL) == 0)
		(void)parse(text, ret);
}

void pace_learn(struct pace *p, enum pace_part part, size_t n, uint64_t us)
{
	uint64_t ms = us / 1000;

	if (!n || ms < KEPT_MS)
		return;
	ms = MIN(ms / n, MS_MAX);
	p->ms[part] = (unsigned)((p->ms[part] + ms) / 2);
	p->changed = true;
}

void pace_save(const struct cache *c, const struct pace *p)
{
	char text[PACE_PARTS * 12] = "";
	size_t at = 0;

	if (!p->changed)
		return;
	for (size_t i = 0; i < PACE_PARTS; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%u", i ? " " : "", p->ms[i]);
	(void)cache_put(c, KEY, text, at, NULL);
}

uint64_t pace_ahead(const struct pace *p, const size_t n[PACE_PARTS])
{
	uint64_t sum = 0;

	for (size_t i = 0; i < PACE_PARTS; i++)
		sum += (uint64_t)p->ms[i] * n[i];
	return sum;
}
