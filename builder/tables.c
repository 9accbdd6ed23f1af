// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The list of special sections and their division into elements. Which
 * sections there are: include/asm-generic/vmlinux.lds.h, arch/x86/include/asm
 * (alternative.h, asm.h, bug.h, jump_label.h, runtime-const.h, static_call.h) and what
 * tools/objtool writes and reads.
 */
#include <errno.h>

#include "builder/tables.h"
#include "builder/target.h"

static const struct table_kind kinds[] = {
	{ "__bug_table", "bug_entry", 1, 0, TABLE_COMPARE | TABLE_LINE },
	{ "__ex_table", "exception_table_entry", 2, 0, TABLE_COMPARE },
	{ "__jump_table", "jump_entry", 3, 16, TABLE_COMPARE | TABLE_KEY },
	{ ".altinstructions", "alt_instr", 2, 0, TABLE_COMPARE },
	{ ".parainstructions", "paravirt_patch_site", 1, 16, TABLE_COMPARE },
	{ ".smp_locks", NULL, 1, 4, 0 },
	{ ".call_sites", NULL, 1, 4, TABLE_OBJTOOL },
	{ ".retpoline_sites", NULL, 1, 4, TABLE_OBJTOOL },
	{ ".return_sites", NULL, 1, 4, TABLE_OBJTOOL },
	{ ".ibt_endbr_seal", NULL, 1, 4, TABLE_OBJTOOL },
	{ ".cfi_sites", NULL, 1, 4, TABLE_OBJTOOL },
	{ ".kcfi_traps", NULL, 1, 4, 0 },
	{ ".static_call_sites", "static_call_site", 2, 8, TABLE_OBJTOOL | TABLE_KEY },
	{ ".orc_unwind_ip", NULL, 1, 4, TABLE_OBJTOOL },
	{ ".orc_unwind", "orc_entry", 0, 6, TABLE_OBJTOOL | TABLE_PARALLEL },
	{ "__mcount_loc", NULL, 1, 8, TABLE_HOOK },
	{ "__patchable_function_entries", NULL, 1, 8,
	  0 }, /* of every function; x86's ftrace uses __fentry__ */
	{ "runtime_ptr_", NULL, 1, 4, TABLE_COMPARE | TABLE_RUNTIME },
	{ "runtime_shift_", NULL, 1, 4, TABLE_COMPARE | TABLE_RUNTIME },
	{ ".discard.", NULL, 1, 0, TABLE_DISCARD },
};

/* They look like tables and are of the whole module. */
static bool is_exempt(const char *section)
{
	return streq(section, ".discard.addressable") || strncmp(section, ".discard.ksym", 13) == 0;
}

const struct table_kind *table_find(const char *section)
{
	if (is_exempt(section))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		size_t len = strlen(kinds[i].name);
		bool prefix = strchr("._", kinds[i].name[len - 1]);

		if (prefix ? strncmp(section, kinds[i].name, len) == 0 : streq(section, kinds[i].name))
			return &kinds[i];
	}
	return NULL;
}

static int add_size(struct table_sizes *to, const char *name, size_t len, uint32_t size)
{
	struct table_size *s = &to->v[to->n];

	if (to->n == ARRAY_SIZE(to->v) || len == 0 || len >= sizeof(s->name))
		return -EINVAL;
	memcpy(s->name, name, len);
	s->name[len] = '\0';
	s->size = size;
	to->n++;
	return 0;
}

static int parse_size(const char *at, size_t len, struct table_sizes *to)
{
	const char *eq = memchr(at, '=', len);
	char number[12];
	size_t digits = eq ? len - (size_t)(eq - at) - 1 : 0;
	uint64_t v;

	if (digits == 0 || digits >= sizeof(number))
		return -EINVAL;
	memcpy(number, eq + 1, digits);
	number[digits] = '\0';
	if (parse_u64(number, &v) < 0 || v == 0 || v > 4096)
		return -EINVAL;
	return add_size(to, at, (size_t)(eq - at), (uint32_t)v);
}

int table_sizes_parse(const char *text, struct table_sizes *ret, struct err *e)
{
	struct table_sizes sizes = { .n = 0 };

	for (const char *p = text; *p;) {
		size_t len = strcspn(p, ",");

		if (parse_size(p, len, &sizes) < 0) {
			err_rc(e, RC_USAGE, -EINVAL, "'%s' is not NAME=N[,NAME=N...], N from 1 to 4096",
			       text);
			err_hint(e, "for example --sizes bug_entry=12,alt_instr=12");
			return -EINVAL;
		}
		p += len + (p[len] == ',');
	}
	*ret = sizes;
	return 0;
}

void table_sizes_btf(const struct btf *b, struct table_sizes *ret)
{
	ret->n = 0;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		uint32_t size;

		if (kinds[i].type && btf_struct_size(b, kinds[i].type, &size) == 0)
			(void)add_size(ret, kinds[i].type, strlen(kinds[i].type), size);
	}
}

static uint32_t size_given(const struct table_sizes *sizes, const struct table_kind *k, const char *section)
{
	for (size_t i = 0; sizes && i < sizes->n; i++)
		if (streq(sizes->v[i].name, section) || (k->type && streq(sizes->v[i].name, k->type)))
			return sizes->v[i].size;
	return 0;
}

/*
 * Elements begin with a relocation, and each has as many as the next: the size
 * is where the next one's first is.
 */
static uint64_t size_inferred(const struct osection *s, const struct table_kind *k)
{
	size_t each = k->relocs;

	if (streq(k->name, "__bug_table") || streq(k->name, "__ex_table")) {
		/* one to three fields are relocated; the elements of either are 12 bytes, or 8, or 16 */
		static const unsigned char sizes[] = { 12, 8, 16, 24 };

		for (size_t i = 0; i < sizeof(sizes); i++) {
			uint64_t at = 0;

			while (at < s->s->size && object_reloc_at(s, at))
				at += sizes[i];
			if (at == s->s->size)
				return sizes[i];
		}
		return 0;
	}
	if (s->n_relocs <= each)
		return s->s->size;
	return s->relocs[each].offset;
}

/* Each element begins with a relocation, and has as many as its kind has at least. */
static bool size_fits(const struct osection *s, const struct table_kind *k, uint64_t size)
{
	if (size == 0 || size > 4096 || s->s->size % size != 0)
		return false;
	for (uint64_t at = 0; at < s->s->size; at += size) {
		size_t n;
		const struct elf_rela *r = object_relocs(s, at, at + size, &n);

		if (n < k->relocs || r->offset != at)
			return false;
	}
	return true;
}

static uint64_t element_size(const struct osection *s, const struct table_kind *k,
			     const struct table_sizes *sizes)
{
	uint64_t size = size_given(sizes, k, s->s->name);

	if (k->flags & TABLE_PARALLEL)
		return size ? size : k->size;
	if (size)
		return size_fits(s, k, size) ? size : 0;
	if (k->size && size_fits(s, k, k->size))
		return k->size;
	size = size_inferred(s, k);
	return size_fits(s, k, size) ? size : 0;
}

static uint32_t owner_of(const struct things *t, const struct osection *s, uint64_t offset)
{
	const struct elf_rela *r = object_reloc_at(s, offset);
	struct target to;

	if (!r || target_find(t, s->s->index, r, &to) < 0 || to.kind != TARGET_THING)
		return THING_NONE;
	/* behind the end of one that shares its section is nobody's */
	if (!t->v[to.index].alone && (int64_t)t->v[to.index].at + to.offset >= (int64_t)t->v[to.index].end)
		return THING_NONE;
	return to.index;
}

static int divide(const struct things *t, struct tables *to, uint32_t section)
{
	const struct osection *s = &t->o->sections[section];
	uint32_t size = to->by_section[section];

	for (uint64_t at = 0; at < s->s->size; at += size) {
		if (array_grow(&to->v, to->n, sizeof(*to->v)) < 0)
			return -ENOMEM;
		to->v[to->n++] = (struct element){
			.section = section, .offset = at, .size = size, .owner = owner_of(t, s, at)
		};
	}
	return 0;
}

/* .orc_unwind says nothing of its own; its twin table of addresses does. */
static void own_parallel(const struct things *t, struct tables *to)
{
	const struct elf_section *ip = elf_find_section(t->o->elf, ".orc_unwind_ip");

	for (size_t i = 0; i < to->n; i++) {
		struct element *el = &to->v[i];
		const struct osection *s = &t->o->sections[el->section];

		if (table_find(s->s->name)->flags & TABLE_PARALLEL)
			el->owner =
				ip && el->offset / el->size < ip->size / 4
					? owner_of(t, &t->o->sections[ip->index], el->offset / el->size * 4)
					: THING_NONE;
	}
}

static int by_owner(const void *a, const void *b)
{
	const struct element *x = a, *y = b;

	if (x->owner != y->owner)
		return x->owner < y->owner ? -1 : 1;
	if (x->section != y->section)
		return x->section < y->section ? -1 : 1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static int read_table(const struct things *t, const struct table_sizes *sizes, const char *file,
		      struct refusals *to, struct tables *ret, uint32_t section)
{
	const struct osection *s = &t->o->sections[section];
	const struct table_kind *k = table_find(s->s->name);
	uint64_t size = k && s->s->size ? element_size(s, k, sizes) : 0;

	if (!k || !s->s->size)
		return 0;
	if (size == 0 || size > UINT32_MAX || !s->s->data || s->s->size % size != 0)
		return refuse(to, REFUSE_SECTION, file, NULL, s->s->name,
			      "%llu bytes with %zu relocations cannot be divided into its elements",
			      (unsigned long long)s->s->size, s->n_relocs);
	if (k->flags & TABLE_COMPARE && elf_find_section(t->o->elf, s->s->name)->index != section)
		return refuse(
			to, REFUSE_SECTION, file, NULL, s->s->name,
			"there are several of it, and which is which in the other version is not known");
	ret->by_section[section] = (uint32_t)size;
	return divide(t, ret, section);
}

int tables_make(const struct things *t, const struct table_sizes *sizes, const char *file,
		struct refusals *to, struct tables *ret, struct err *e)
{
	struct tables tables = { .by_section = calloc(t->o->n_sections, sizeof(uint32_t)) };
	int r = tables.by_section ? 0 : -ENOMEM;

	for (uint32_t i = 1; r == 0 && i < t->o->n_sections; i++)
		if (things_class(t, i) == SEC_TABLE)
			r = read_table(t, sizes, file, to, &tables, i);
	if (r < 0) {
		tables_done(&tables);
		return err_set(e, r, r == -ENOMEM ? "out of memory" : "a special section cannot be read");
	}
	own_parallel(t, &tables);
	if (tables.n)
		qsort(tables.v, tables.n, sizeof(*tables.v), by_owner);
	*ret = tables;
	return 0;
}

void tables_done(struct tables *t)
{
	free(t->v);
	free(t->by_section);
	*t = (struct tables){ 0 };
}

const struct element *tables_of(const struct tables *t, uint32_t owner, size_t *ret_n)
{
	size_t lo = COUNT_BEFORE(t->n, i, t->v[i].owner < owner), n = 0;

	while (lo + n < t->n && t->v[lo + n].owner == owner)
		n++;
	*ret_n = n;
	return n ? &t->v[lo] : NULL;
}
