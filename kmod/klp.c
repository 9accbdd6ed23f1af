// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Livepatch facts of one module: puts together the static structures that
 * kmod/klpdata finds, the replace flag at the place where this kernel version
 * has it, and the symbols `.klp.sym.OBJECT.NAME,SYMPOS` as klp_resolve_symbols()
 * (kernel/livepatch/core.c) parses them.
 */
#include <errno.h>

#include "kmod/klp.h"
#include "kmod/klpdata.h"

#define KLP_SYM ".klp.sym."
#define KLP_OBJECT_MAX 55 /* MODULE_NAME_LEN - 1 */
#define KLP_MAX_RELOCS 65536
#define KLP_MAX_STATES 1024
#define KLP_STATE_SIZE 24u

/* "6.1.0-56-amd64 SMP ..." -> 6, 1 */
static bool vermagic_version(const char *vermagic, unsigned long *ret_major, unsigned long *ret_minor)
{
	char *end;

	if (!vermagic || *vermagic < '0' || *vermagic > '9')
		return false;
	*ret_major = strtoul(vermagic, &end, 10);
	if (*end != '.' || end[1] < '0' || end[1] > '9')
		return false;
	*ret_minor = strtoul(end + 1, NULL, 10);
	return true;
}

/*
 * klp_patch is {mod, objs, replace} in 5.1 to 5.4 and {mod, objs, states,
 * replace} since 5.5. Older ones have no such field upstream, but some
 * distributions added it: not certain.
 */
static uint64_t replace_offset(const char *vermagic)
{
	unsigned long major, minor;

	if (!vermagic_version(vermagic, &major, &minor))
		return 0;
	if (major > 5 || (major == 5 && minor >= 5))
		return 24;
	return major == 5 && minor >= 1 ? 16 : 0;
}

/* Tri-state: the flag is a bool with nothing but padding up to the next pointer. */
static int replace_read(const struct layout *l, struct place patch, const char *vermagic)
{
	uint64_t at = replace_offset(vermagic), size, word;
	struct place flag = { patch.shndx, patch.offset + at };
	bool exact;

	if (at == 0)
		return -1;
	size = layout_extent(l, patch, &exact);
	if (size < at + 8 || layout_pointer(l, flag) ||
	    elf_read_u64(elf_section(layout_elf(l), patch.shndx), flag.offset, &word) < 0 || word > 1)
		return -1;
	return (int)word;
}

/*
 * The array at klp_patch.states: klp_state is {id, version, data}, 24 bytes,
 * and an id of 0 ends it, which must be within the array. 1 read, 0 not of
 * that shape, -ENOMEM.
 */
static int states_walk(const struct layout *l, struct place at, struct inspect *i)
{
	const struct elf_section *s = elf_section(layout_elf(l), at.shndx);
	uint64_t id, version, size;
	bool exact;

	size = layout_extent(l, at, &exact);
	for (uint64_t k = 0; s && k < KLP_MAX_STATES && (k + 1) * KLP_STATE_SIZE <= size; k++) {
		struct place here = { at.shndx, at.offset + k * KLP_STATE_SIZE };
		struct place next = { at.shndx, here.offset + 8 };

		if (s->type == SHT_NOBITS)
			return 1;
		if (layout_pointer(l, here) || layout_pointer(l, next) ||
		    elf_read_u64(s, here.offset, &id) < 0 || elf_read_u64(s, next.offset, &version) < 0)
			return 0;
		if (!id)
			return 1;
		if (version > UINT32_MAX || array_grow(&i->states, i->n_states, sizeof(*i->states)) < 0)
			return version > UINT32_MAX ? 0 : -ENOMEM;
		i->states[i->n_states++] = (struct inspect_state){ id, (unsigned)version };
	}
	return 0;
}

/* What the patch says of system states; kernels before 5.5 have none. */
static int states_read(const struct layout *l, struct place patch, struct inspect *i)
{
	struct place field = { patch.shndx, patch.offset + 16 };
	const struct pointer *p;
	uint64_t word;
	int r = 0;

	if (replace_offset(i->vermagic) != 24 || i->replace < 0)
		return 0;
	p = layout_pointer(l, field);
	if (p)
		r = states_walk(l, p->to, i);
	else if (elf_read_u64(elf_section(layout_elf(l), field.shndx), field.offset, &word) >= 0)
		r = word == 0;
	if (r == 0)
		i->n_states = 0;
	i->states_known = r > 0;
	return r;
}

static int compare_objects(const void *a, const void *b)
{
	const char *x = ((const struct inspect_object *)a)->name;
	const char *y = ((const struct inspect_object *)b)->name;
	int first = streq(y, "vmlinux") - streq(x, "vmlinux");

	return first ? first : strcmp(x, y);
}

static int klp_read_data(const struct elf *elf, struct inspect *i, struct err *e)
{
	_cleanup_(layout_freep) struct layout *l = NULL;
	struct klpdata d;
	int r = layout_build(elf, &l, e);

	if (r < 0)
		return r;
	r = klpdata_read(l, &d);
	if (r == -ENOENT) {
		i->objects_complete = false;
		return 0;
	}
	if (r < 0)
		return err_set(e, r, "out of memory");
	qsort(d.objects, d.n_objects, sizeof(*d.objects), compare_objects);
	i->objects = d.objects;
	i->n_objects = d.n_objects;
	i->objects_complete = true;
	i->replace = replace_read(l, d.patch, i->vermagic);
	return states_read(l, d.patch, i) < 0 ? err_set(e, -ENOMEM, "out of memory") : 0;
}

/* Split ".klp.sym.OBJECT.NAME,SYMPOS"; false when the kernel would refuse it. */
static bool klp_sym_split(const char *name, size_t *ret_object, const char **ret_symbol, size_t *ret_len,
			  uint64_t *ret_sympos)
{
	const char *object = name + strlen(KLP_SYM);
	size_t object_len = strcspn(object, "."), len;
	const char *symbol = object + object_len + 1;

	if (object_len == 0 || object_len > KLP_OBJECT_MAX || object[object_len] != '.')
		return false;
	len = strcspn(symbol, ",");
	if (len == 0 || len > KLP_NAME_MAX || symbol[len] != ',' ||
	    parse_u64(symbol + len + 1, ret_sympos) < 0)
		return false;
	*ret_object = object_len;
	*ret_symbol = symbol;
	*ret_len = len;
	return *ret_sympos <= UINT32_MAX;
}

static int klp_add_reloc(struct inspect *i, const char *name, struct err *e)
{
	struct inspect_reloc rel = { 0 };
	size_t object_len, len;
	const char *symbol;
	uint64_t sympos;

	if (!klp_sym_split(name, &object_len, &symbol, &len, &sympos))
		return err_set(e, -ENOEXEC, "malformed livepatch symbol %s", name);
	if (i->n_relocs >= KLP_MAX_RELOCS)
		return err_set(e, -ENOEXEC, "too many livepatch symbols (the limit is %u)", KLP_MAX_RELOCS);
	if (array_grow(&i->relocs, i->n_relocs, sizeof(*i->relocs)) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	rel.object = strndup(name + strlen(KLP_SYM), object_len);
	rel.symbol = strndup(symbol, len);
	rel.sympos = (unsigned)sympos;
	i->relocs[i->n_relocs++] = rel;
	return rel.object && rel.symbol ? 0 : err_set(e, -ENOMEM, "out of memory");
}

static int klp_read_relocs(const struct elf *elf, struct inspect *i, struct err *e)
{
	for (size_t k = 1; k < elf_n_symbols(elf); k++) {
		const struct elf_symbol *s = elf_symbol(elf, k);
		int r;

		if (s->shndx != ELF_SHN_LIVEPATCH)
			continue;
		if (!begins(s->name, KLP_SYM))
			return err_set(e, -ENOEXEC, "malformed livepatch symbol %s", s->name);
		r = klp_add_reloc(i, s->name, e);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Every entry of a livepatch relocation section must point at a livepatch symbol. */
static int klp_check_relas(const struct elf *elf, const struct elf_section *s, struct err *e)
{
	_cleanup_free_ struct elf_rela *v = NULL;
	size_t n;
	int r = elf_read_relas(elf, s, &v, &n, e);

	if (r < 0)
		return r;
	for (size_t k = 0; k < n; k++)
		if (elf_symbol(elf, v[k].symbol)->shndx != ELF_SHN_LIVEPATCH)
			return err_set(e, -ENOEXEC, "%s has a relocation that is not for livepatching",
				       s->name);
	return 0;
}

int klp_read(const struct elf *elf, struct inspect *i, struct err *e)
{
	int r = klp_read_relocs(elf, i, e);

	for (size_t k = 1; k < elf_n_sections(elf) && r >= 0; k++) {
		const struct elf_section *s = elf_section(elf, k);

		if (s->type == SHT_RELA && (s->flags & ELF_SHF_RELA_LIVEPATCH))
			r = klp_check_relas(elf, s, e);
	}
	return r < 0 ? r : klp_read_data(elf, i, e);
}
