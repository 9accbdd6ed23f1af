// SPDX-License-Identifier: GPL-2.0-or-later
/* See ksyms.h. */
#include "builder/ksyms.h"

#include <errno.h>

#include "core/fnv.h"

#define NAMES_MAX (64u << 20) /* bytes; Debian's kernels have 2 to 4 million */

struct names {
	char *p;
	size_t len, size;
};

/* Room for one more name of any length. */
static int reserve(struct names *b)
{
	size_t size = b->size ? b->size * 2 : 1u << 20;
	char *p;

	if (b->size - b->len >= KTABLES_NAME_MAX)
		return 0;
	if (size > NAMES_MAX)
		return -EBADMSG;
	p = realloc(b->p, size);
	if (!p)
		return -ENOMEM;
	b->p = p;
	b->size = size;
	return 0;
}

/* The entry's first token begins with the type's letter. */
static int read_one(const struct ktables *t, uint32_t i, size_t *at, struct names *b, struct ksym *ret)
{
	char buf[KTABLES_NAME_MAX];
	int len, r = reserve(b);

	if (r < 0)
		return r;
	len = ktables_name(t, at, buf);
	if (len < 1)
		return -EBADMSG;
	*ret = (struct ksym){ .address = ktables_address(t, i), .name = (uint32_t)b->len, .type = buf[0] };
	memcpy(b->p + b->len, buf + 1, (size_t)len);
	b->len += (size_t)len;
	return 0;
}

static int read_all(const struct ktables *t, struct ksyms *k)
{
	struct names b = { 0 };
	size_t at = 0;
	int r = 0;

	k->v = calloc(t->n, sizeof(*k->v));
	for (uint32_t i = 0; k->v && r >= 0 && i < t->n; i++)
		r = read_one(t, i, &at, &b, &k->v[i]);
	k->names = b.p;
	k->n = t->n;
	return k->v ? r : -ENOMEM;
}

struct item {
	uint64_t hash; /* nearly always it alone decides which of two names comes first */
	uint32_t index;
};

static int compare(const void *a, const void *b, void *arg)
{
	const struct item *x = a, *y = b;
	const struct ksyms *k = arg;
	int c;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	c = strcmp(ksym_name(k, &k->v[x->index]), ksym_name(k, &k->v[y->index]));
	return c ? c : (x->index > y->index) - (x->index < y->index);
}

/* Those from `first` on that have its name; returns behind them. */
static size_t number_same(struct ksyms *k, size_t first)
{
	const char *name = ksym_name(k, &k->v[k->by_name[first]]);
	size_t end = first + 1;

	while (end < k->n && streq(ksym_name(k, &k->v[k->by_name[end]]), name))
		end++;
	for (size_t i = first; i < end; i++) {
		k->v[k->by_name[i]].position = (uint32_t)(i - first + 1);
		k->v[k->by_name[i]].of = (uint32_t)(end - first);
	}
	return end;
}

static int sort_names(struct ksyms *k)
{
	_cleanup_free_ struct item *items = calloc(k->n, sizeof(*items));

	k->by_name = calloc(k->n, sizeof(*k->by_name));
	if (!k->by_name || !items)
		return -ENOMEM;
	for (uint32_t i = 0; i < k->n; i++)
		items[i] = (struct item){ fnv_str(ksym_name(k, &k->v[i])), i };
	qsort_r(items, k->n, sizeof(*items), compare, k);
	for (size_t i = 0; i < k->n; i++)
		k->by_name[i] = items[i].index;
	for (size_t i = 0; i < k->n;)
		i = number_same(k, i);
	return 0;
}

int ksyms_read(const struct ktables *t, struct ksyms *ret, struct err *e)
{
	struct ksyms k = { 0 };
	int r = read_all(t, &k);

	r = r < 0 ? r : sort_names(&k);
	if (r >= 0) {
		*ret = k;
		return 0;
	}
	ksyms_done(&k);
	return err_set(e, r, r == -ENOMEM ? "out of memory" : "the kernel's symbol table is damaged");
}

void ksyms_done(struct ksyms *k)
{
	free(k->v);
	free(k->names);
	free(k->by_name);
	*k = (struct ksyms){ 0 };
}

const char *ksym_name(const struct ksyms *k, const struct ksym *s)
{
	return k->names + s->name;
}

/* The order of by_name. */
static int compare_name(const struct ksyms *k, uint32_t index, uint64_t hash, const char *name)
{
	const char *is = ksym_name(k, &k->v[index]);
	uint64_t has = fnv_str(is);

	return has != hash ? (has < hash ? -1 : 1) : strcmp(is, name);
}

/* The first place in by_name whose name is not before it, or with `above` behind it. */
static size_t bound(const struct ksyms *k, const char *name, bool above)
{
	uint64_t hash = fnv_str(name);
	size_t low = 0, high = k->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int c = compare_name(k, k->by_name[mid], hash, name);

		if (c < 0 || (above && c == 0))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

size_t ksyms_named(const struct ksyms *k, const char *name, const uint32_t **ret)
{
	size_t begin = bound(k, name, false);

	*ret = k->by_name + begin;
	return bound(k, name, true) - begin;
}
