// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See ktables.h. An image is as hostile as any file: nothing is read outside
 * of the section, and what does not fit together is not taken.
 */
#include "builder/ktables.h"

#include <errno.h>

#include "builder/le.h"

#define WORK_MAX (1u << 27) /* steps: more than any kernel takes, and over in a second */
#define MARKER_EVERY 256
#define INDEX_LEN (KTABLES_TOKENS * sizeof(uint16_t))

struct area {
	const unsigned char *p;
	size_t len;
	uint64_t addr;
	unsigned align; /* of every table: ".balign" */
	uint64_t *work; /* steps that are left, for all sections */
};

/* Count steps; false when there have been too many, as only a hostile file makes. */
static bool work(const struct area *a, uint64_t steps)
{
	*a->work -= MIN(steps, *a->work);
	return *a->work > 0;
}

/* Are len bytes there from `at` on? */
static bool holds(const struct area *a, size_t at, size_t len)
{
	return at <= a->len && len <= a->len - at;
}

/* The next place of the section whose address is aligned. */
static size_t align_up(const struct area *a, size_t at)
{
	return at + (size_t)(-(a->addr + at) % a->align);
}

/* "0" to "9", each a token for itself, as they are in every kernel's names. */
static size_t find_digits(const struct area *a, size_t from)
{
	static const char digits[] = "0\0001\0002\0003\0004\0005\0006\0007\0008\0009";
	const unsigned char *hit = from < a->len ? memmem(a->p + from, a->len - from, digits, sizeof(digits))
						 : NULL;

	return hit ? (size_t)(hit - a->p) : a->len;
}

/* Behind n strings from `at`; 0 where the section ends before. */
static size_t skip_strings(const struct area *a, size_t at, unsigned n)
{
	while (n--) {
		const unsigned char *nul = at < a->len ? memchr(a->p + at, '\0', a->len - at) : NULL;

		if (!nul)
			return 0;
		at = (size_t)(nul - a->p) + 1;
	}
	return at;
}

/* Do the strings from `begin` lie where the index says? */
static bool index_fits(const struct area *a, size_t begin, size_t index, struct ktables *t)
{
	size_t at = begin;

	for (unsigned i = 0; i < KTABLES_TOKENS; i++) {
		if (at - begin != get_u16(a->p + index + i * sizeof(uint16_t)))
			return false;
		t->tokens[i] = a->p + at;
		at = skip_strings(a, at, 1);
	}
	return true;
}

/* The token table around the digits at `digits`. 1 with where it begins and where the index ends; 0. */
static int find_tokens(const struct area *a, size_t digits, struct ktables *t, size_t *ret_begin,
		       size_t *ret_end)
{
	size_t end = skip_strings(a, digits, KTABLES_TOKENS - '0'), index = align_up(a, end), back;

	if (!end || !holds(a, index, INDEX_LEN))
		return 0;
	back = get_u16(a->p + index + '0' * sizeof(uint16_t));
	if (back > digits || !index_fits(a, digits - back, index, t))
		return 0;
	*ret_begin = digits - back;
	*ret_end = index + INDEX_LEN;
	return 1;
}

/* Length of the entry at `at` and of the length itself; since 6.1 a long one has two bytes (ULEB128). */
static size_t entry_length(const unsigned char *p, size_t len, size_t *ret_head)
{
	*ret_head = 1;
	if (!len || !(p[0] & 0x80))
		return len ? p[0] : 0;
	*ret_head = 2;
	return len > 1 ? (p[0] & 0x7fu) | (size_t)p[1] << 7 : 0;
}

/* Are there n entries from `begin` up to before `limit`? Returns where they end, or 0. */
static size_t walk_names(const struct area *a, size_t begin, size_t limit, uint32_t n,
			 const unsigned char *markers)
{
	size_t at = begin;

	for (uint32_t i = 0; i < n; i++) {
		size_t head, len;

		if (at >= limit || !work(a, 1))
			return 0;
		if (markers && i % MARKER_EVERY == 0 &&
		    get_u32(markers + i / MARKER_EVERY * sizeof(uint32_t)) != at - begin)
			return 0;
		len = entry_length(a->p + at, limit - at, &head);
		if (!len || len > limit - at - head)
			return 0;
		at += head + len;
	}
	return at;
}

/* Behind a count at `at`, in front of the token table: names and their markers? */
static bool names_fit(const struct area *a, size_t at, size_t tokens, struct ktables *t)
{
	uint32_t n = get_u32(a->p + at);
	size_t begin = at + a->align, end, markers;

	end = walk_names(a, begin, tokens, n, NULL);
	markers = align_up(a, end);
	if (!end || markers > tokens || (tokens - markers) / sizeof(uint32_t) < (n - 1) / MARKER_EVERY + 1 ||
	    !walk_names(a, begin, tokens, n, a->p + markers))
		return false;
	t->n = n;
	t->names = a->p + begin;
	t->names_len = end - begin;
	return true;
}

/*
 * The count of symbols, which stands in front of the names. A name takes 2 to
 * 600 bytes there, so little else in reach looks like one.
 */
static bool find_names(const struct area *a, size_t tokens, struct ktables *t, size_t *ret_count)
{
	for (size_t at = align_up(a, 0); at + 8 < tokens && work(a, 1); at += a->align) {
		size_t room = tokens - at - a->align;
		uint64_t n = a->align == 8 ? get_u64(a->p + at) : get_u32(a->p + at);

		if (!n || n > MIN(room / 2, KTABLES_MAX) || n < room / 600 || !names_fit(a, at, tokens, t))
			continue;
		*ret_count = at;
		return true;
	}
	return false;
}

uint64_t ktables_address(const struct ktables *t, uint32_t i)
{
	uint32_t word = get_u32(t->offsets + (size_t)i * sizeof(uint32_t));
	uint64_t value = (uint64_t)(int64_t)(int32_t)word;

	switch (t->form) {
	case KTABLES_PERCPU:
		return (int32_t)word >= 0 ? word : t->base - 1 - value;
	case KTABLES_BASE:
		return t->base + word;
	default:
		return t->base + (uint64_t)i * sizeof(uint32_t) + value;
	}
}

/* The kernel's own code lives in the upper half, and the table is sorted. */
static bool in_order(const struct area *a, const struct ktables *t)
{
	uint64_t last = 0;

	if (!(t->base >> 63) || !work(a, t->n))
		return false;
	for (uint32_t i = 0; i < t->n; i++) {
		uint64_t address = ktables_address(t, i);

		if (address < last)
			return false;
		last = address;
	}
	return last >> 63;
}

static bool try_form(const struct area *a, uint64_t base, enum ktables_form form, struct ktables *t)
{
	t->base = base;
	t->form = form;
	return in_order(a, t);
}

/* Offsets at one place, with the base that they count from at another. */
static bool try_based(const struct area *a, size_t offsets, size_t base, struct ktables *t)
{
	if (!holds(a, offsets, (size_t)t->n * sizeof(uint32_t)) || !holds(a, base, sizeof(uint64_t)))
		return false;
	t->offsets = a->p + offsets;
	return try_form(a, get_u64(a->p + base), KTABLES_PERCPU, t) ||
	       try_form(a, get_u64(a->p + base), KTABLES_BASE, t);
}

static bool try_place(const struct area *a, size_t offsets, struct ktables *t)
{
	if (!holds(a, offsets, (size_t)t->n * sizeof(uint32_t)))
		return false;
	t->offsets = a->p + offsets;
	return try_form(a, a->addr + offsets, KTABLES_PLACE, t);
}

/*
 * Before 6.4: offsets, base, count, names, ..., index. Since: count, names,
 * ..., index, offsets, base; since 7.0 without the base.
 */
static bool find_offsets(const struct area *a, size_t count, size_t index_end, struct ktables *t)
{
	size_t size = (size_t)t->n * sizeof(uint32_t), padded = (size + 7) / 8 * 8;
	size_t behind = align_up(a, index_end);

	if (count >= padded + 8 && try_based(a, count - 8 - padded, count - 8, t))
		return true;
	return try_based(a, behind, behind + padded, t) || try_place(a, behind, t);
}

static bool find_in(const struct area *a, struct ktables *t)
{
	size_t tokens, index_end, count;

	for (size_t at = find_digits(a, 0); at < a->len && work(a, 1); at = find_digits(a, at + 1))
		if (find_tokens(a, at, t, &tokens, &index_end) && find_names(a, tokens, t, &count) &&
		    find_offsets(a, count, index_end, t))
			return true;
	return false;
}

int ktables_find(const struct elf *elf, struct ktables *ret, struct err *e)
{
	uint64_t left = WORK_MAX;

	for (size_t i = 1; i < elf_n_sections(elf); i++) {
		const struct elf_section *s = elf_section(elf, i);

		if (s->type != SHT_PROGBITS || !s->data || !(s->flags & SHF_ALLOC))
			continue;
		for (unsigned align = 8; align >= 4; align /= 2) {
			struct area a = { s->data, s->size, s->addr, align, &left };
			struct ktables t = { 0 };

			if (!find_in(&a, &t))
				continue;
			*ret = t;
			return 0;
		}
	}
	err_set(e, -EOPNOTSUPP, "no symbol table of kallsyms can be read in this kernel");
	err_hint(e, "it must be for x86_64, 5.0 or later, and built with CONFIG_KALLSYMS");
	return -EOPNOTSUPP;
}

int ktables_name(const struct ktables *t, size_t *at, char buf[KTABLES_NAME_MAX])
{
	size_t head, out = 0,
		     len = *at < t->names_len ? entry_length(t->names + *at, t->names_len - *at, &head) : 0;

	if (!len || len > t->names_len - *at - head)
		return -EBADMSG;
	for (size_t i = 0; i < len; i++) {
		const char *token = (const char *)t->tokens[t->names[*at + head + i]];
		size_t n = strlen(token);

		if (n >= KTABLES_NAME_MAX - out)
			return -EBADMSG;
		memcpy(buf + out, token, n);
		out += n;
	}
	buf[out] = '\0';
	*at += head + len;
	return (int)out;
}
