// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Builds the sorted tables of one module and looks things up in them: every
 * look-up is a binary search, however hostile the file.
 */
#include "kmod/codeview.h"

#include <errno.h>

#include "kmod/decompress.h"
#include "kmod/inspect.h"
#include "kmod/signature.h"

static int compare_u64(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_relas(const void *a, const void *b)
{
	const struct rela *x = a, *y = b;
	int c = compare_u64(x->shndx, y->shndx);

	c = c ? c : compare_u64(x->r.offset, y->r.offset);
	return c ? c : compare_u64(x->r.type, y->r.type);
}

static int compare_places(const void *a, const void *b)
{
	const struct elf_symbol *x = *(const struct elf_symbol *const *)a;
	const struct elf_symbol *y = *(const struct elf_symbol *const *)b;
	int c = compare_u64(x->shndx, y->shndx);

	c = c ? c : compare_u64(x->value, y->value);
	c = c ? c : compare_u64(x->size, y->size);
	return c ? c : strcmp(x->name, y->name);
}

static int compare_sections(const void *a, const void *b)
{
	const struct elf_section *x = *(const struct elf_section *const *)a;
	const struct elf_section *y = *(const struct elf_section *const *)b;
	int c = strcmp(x->name, y->name);

	return c ? c : compare_u64(x->index, y->index);
}

static int compare_names(const void *a, const void *b)
{
	const struct elf_symbol *x = *(const struct elf_symbol *const *)a;
	const struct elf_symbol *y = *(const struct elf_symbol *const *)b;
	int c = strcmp(x->name, y->name);

	return c ? c : compare_u64(x->index, y->index);
}

/* What tells builds apart and nothing else. */
static bool is_identity(const char *name)
{
	return strncmp(name, ".note", 5) == 0 || streq(name, ".modinfo") || streq(name, "__versions") ||
	       streq(name, ".gnu.linkonce.this_module");
}

static int load_sections(struct codeview *v, struct err *e)
{
	size_t n = elf_n_sections(v->elf);

	v->sections = calloc(n + 1, sizeof(*v->sections));
	if (!v->sections)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 1; i < n; i++) {
		const struct elf_section *s = elf_section(v->elf, i);

		if ((s->flags & SHF_ALLOC) && s->size && !is_identity(s->name))
			v->sections[v->n_sections++] = s;
	}
	qsort(v->sections, v->n_sections, sizeof(*v->sections), compare_sections);
	return 0;
}

static int add_relas(struct codeview *v, const struct elf_section *s, struct err *e)
{
	_cleanup_free_ struct elf_rela *relas = NULL;
	struct rela *grown;
	size_t n;
	int r = elf_read_relas(v->elf, s, &relas, &n, e);

	if (r < 0 || n == 0)
		return r;
	if (n > CODEVIEW_MAX_RELAS - v->n_relas)
		return err_set(e, -EFBIG, "too many relocations to compare (the limit is %u)",
			       CODEVIEW_MAX_RELAS);
	grown = reallocarray(v->relas, v->n_relas + n, sizeof(*grown));
	if (!grown)
		return err_set(e, -ENOMEM, "out of memory");
	v->relas = grown;
	for (size_t i = 0; i < n; i++)
		v->relas[v->n_relas++] = (struct rela){ s->info, relas[i] };
	return 0;
}

static int load_relas(struct codeview *v, struct err *e)
{
	int r = 0;

	for (size_t i = 1; r >= 0 && i < elf_n_sections(v->elf); i++) {
		const struct elf_section *s = elf_section(v->elf, i);
		const struct elf_section *target = elf_section(v->elf, s->info);

		if (s->type == SHT_RELA && target && (target->flags & SHF_ALLOC))
			r = add_relas(v, s, e);
	}
	if (v->n_relas)
		qsort(v->relas, v->n_relas, sizeof(*v->relas), compare_relas);
	return r;
}

/* Registers the patch and nothing else, as a rule; named after the module. */
static bool is_start_or_end(const struct codeview *v, const struct elf_symbol *s)
{
	const char *section = elf_section(v->elf, s->shndx)->name;

	return (streq(section, ".init.text") || streq(section, ".exit.text")) &&
	       !streq(s->name, "init_module") && !streq(s->name, "cleanup_module");
}

static bool is_function(const struct codeview *v, const struct elf_symbol *s)
{
	return s->type == STT_FUNC && strncmp(s->name, "__pfx_", 6) != 0 &&
	       strncmp(s->name, "__cfi_", 6) != 0 && !is_start_or_end(v, s);
}

static int load_symbols(struct codeview *v, struct err *e)
{
	size_t n = elf_n_symbols(v->elf);

	v->places = calloc(n + 1, sizeof(*v->places));
	v->functions = calloc(n + 1, sizeof(*v->functions));
	if (!v->places || !v->functions)
		return err_set(e, -ENOMEM, "out of memory");
	for (size_t i = 1; i < n; i++) {
		const struct elf_symbol *s = elf_symbol(v->elf, i);

		if (s->shndx == SHN_UNDEF || s->shndx >= SHN_LORESERVE ||
		    (s->type != STT_FUNC && s->type != STT_OBJECT))
			continue;
		v->places[v->n_places++] = s;
		if (is_function(v, s))
			v->functions[v->n_functions++] = s;
	}
	qsort(v->places, v->n_places, sizeof(*v->places), compare_places);
	qsort(v->functions, v->n_functions, sizeof(*v->functions), compare_names);
	return 0;
}

/* The unpacked bytes, with nothing behind the module. */
static int load_bytes(struct codeview *v, const void *data, size_t len, size_t *ret_len, struct err *e)
{
	enum compression c = compression_of(data, len);
	struct signature s = { 0 };
	int r = 0;

	if (c == COMPRESSION_NONE) {
		v->bytes = malloc(len ? len : 1);
		if (!v->bytes)
			return err_set(e, -ENOMEM, "out of memory");
		memcpy(v->bytes, data, len);
	} else {
		r = decompress(c, data, len, INSPECT_MAX_FILE, &v->bytes, &len, e);
	}
	r = r < 0 ? r : signature_read(v->bytes, len, &s, e);
	if (r >= 0)
		*ret_len = s.content;
	signature_free(&s);
	return r;
}

int codeview_open(const void *data, size_t len, struct codeview **ret, struct err *e)
{
	_cleanup_(codeview_freep) struct codeview *v = calloc(1, sizeof(*v));
	int r;

	if (!v)
		return err_set(e, -ENOMEM, "out of memory");
	r = load_bytes(v, data, len, &len, e);
	r = r < 0 ? r : elf_open(v->bytes, len, &v->elf, e);
	r = r < 0 ? r : load_sections(v, e);
	r = r < 0 ? r : load_relas(v, e);
	r = r < 0 ? r : load_symbols(v, e);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(v);
	return 0;
}

struct codeview *codeview_free(struct codeview *v)
{
	if (!v)
		return NULL;
	elf_free(v->elf);
	free(v->bytes);
	free(v->relas);
	free(v->sections);
	free(v->places);
	free(v->functions);
	free(v);
	return NULL;
}

/* Index of the first function that does not come before a name. */
static size_t function_lower(const struct codeview *v, const char *name)
{
	return COUNT_BEFORE(v->n_functions, i, strcmp(v->functions[i]->name, name) < 0);
}

static bool function_is(const struct codeview *v, size_t i, const char *name)
{
	return i < v->n_functions && streq(v->functions[i]->name, name);
}

bool codeview_has_function(const struct codeview *v, const char *name)
{
	return function_is(v, function_lower(v, name), name);
}

const struct elf_symbol *codeview_function(const struct codeview *v, const char *name)
{
	size_t i = function_lower(v, name);

	return function_is(v, i, name) && !function_is(v, i + 1, name) ? v->functions[i] : NULL;
}

const struct rela *codeview_relas(const struct codeview *v, unsigned shndx, uint64_t at, uint64_t len,
				  size_t *ret_n)
{
	size_t lo = 0, hi = v->n_relas, end;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct rela *m = &v->relas[mid];

		if (m->shndx < shndx || (m->shndx == shndx && m->r.offset < at))
			lo = mid + 1;
		else
			hi = mid;
	}
	for (end = lo; end < v->n_relas && v->relas[end].shndx == shndx && v->relas[end].r.offset - at < len;)
		end++;
	*ret_n = end - lo;
	return v->relas + lo;
}

const struct elf_symbol *codeview_cover(const struct codeview *v, unsigned shndx, uint64_t at)
{
	const struct elf_symbol *best;
	size_t lo = 0, hi = v->n_places;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct elf_symbol *m = v->places[mid];

		if (m->shndx < shndx || (m->shndx == shndx && m->value <= at))
			lo = mid + 1;
		else
			hi = mid;
	}
	best = lo ? v->places[lo - 1] : NULL;
	return best && best->shndx == shndx && at - best->value < best->size ? best : NULL;
}

size_t codeview_section(const struct codeview *v, const char *name, const struct elf_section **ret)
{
	size_t lo = COUNT_BEFORE(v->n_sections, i, strcmp(v->sections[i]->name, name) < 0);
	size_t n = 0;

	for (; lo + n < v->n_sections && n < 2 && streq(v->sections[lo + n]->name, name); n++)
		*ret = v->sections[lo];
	return n;
}
