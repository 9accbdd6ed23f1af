// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads .modinfo, the module's name and its build-id. Strings are kept as
 * they are, hostile bytes included; whoever shows them sanitizes them.
 */
#include <errno.h>

#include "core/modlist.h"
#include "core/root.h"
#include "kmod/decompress.h"
#include "kmod/modinfo.h"

#define THIS_MODULE_NAME 24 /* struct module: state, list, name */
#define MODULE_NAME_SIZE 56 /* MODULE_NAME_LEN on 64 bit */
#define BUILD_ID_MAX 64

static char *dup_bounded(const char *s, size_t len)
{
	return strndup(s, MIN(len, ELF_MAX_NAME - 1));
}

/* Put "a,b,c" into depends. */
static int modinfo_depends(struct inspect *i, const char *value, size_t len)
{
	const char *end = value + len;

	while (value < end && i->n_depends < MODINFO_MAX_DEPENDS) {
		const char *comma = memchr(value, ',', (size_t)(end - value));
		size_t part = (size_t)((comma ? comma : end) - value);

		if (part) {
			if (array_grow(&i->depends, i->n_depends, sizeof(*i->depends)) < 0)
				return -ENOMEM;
			i->depends[i->n_depends] = dup_bounded(value, part);
			if (!i->depends[i->n_depends])
				return -ENOMEM;
			i->n_depends++;
		}
		value += part + 1;
	}
	return 0;
}

/* One key=value. Keys that are not kept are passed over. */
static int modinfo_entry(struct inspect *i, const char *entry, size_t len)
{
	const struct {
		const char *key;
		char **field;
	} table[] = {
		{ "name", &i->name },
		{ "vermagic", &i->vermagic },
		{ "srcversion", &i->srcversion },
		{ "description", &i->description },
		{ "license", &i->license },
		{ "version", &i->version },
	};
	const char *equals = memchr(entry, '=', len);
	size_t key = equals ? (size_t)(equals - entry) : 0, rest = equals ? len - key - 1 : 0;

	if (!key)
		return 0;
	for (size_t k = 0; k < ARRAY_SIZE(table); k++) {
		if (strlen(table[k].key) != key || memcmp(table[k].key, entry, key) != 0)
			continue;
		if (!*table[k].field)
			*table[k].field = dup_bounded(equals + 1, rest);
		return *table[k].field ? 0 : -ENOMEM;
	}
	if (key == 7 && memcmp(entry, "depends", 7) == 0 && !i->depends)
		return modinfo_depends(i, equals + 1, rest);
	/* the kernel looks at nothing but whether the key is there */
	if (key == 9 && memcmp(entry, "livepatch", 9) == 0)
		i->livepatch = true;
	return 0;
}

static int modinfo_entries(const struct elf *elf, struct inspect *i, struct err *e)
{
	const struct elf_section *s = elf_find_section(elf, ".modinfo");
	const char *p, *end;

	if (!s || s->size == 0)
		return 0;
	p = (const char *)s->data;
	if (!p || p[s->size - 1] != '\0')
		return err_set(e, -ENOEXEC, "damaged: the strings of .modinfo have no end");
	for (end = p + s->size; p < end; p += strlen(p) + 1)
		if (*p && modinfo_entry(i, p, strlen(p)) < 0)
			return err_set(e, -ENOMEM, "out of memory");
	return 0;
}

/* The name the kernel will use; NULL when there is none. */
static const char *this_module_name(const struct elf *elf)
{
	const struct elf_section *s = elf_find_section(elf, ".gnu.linkonce.this_module");
	const char *name = s ? elf_bytes(s, THIS_MODULE_NAME, MODULE_NAME_SIZE) : NULL;

	return name && *name && memchr(name, '\0', MODULE_NAME_SIZE) ? name : NULL;
}

static int modinfo_name(const struct elf *elf, struct inspect *i, struct err *e)
{
	const char *name = this_module_name(elf);
	char *copy;

	if (!name)
		return i->name ? 0 : err_set(e, -ENOEXEC, "an ELF object, but not a kernel module");
	copy = strdup(name);
	if (!copy)
		return err_set(e, -ENOMEM, "out of memory");
	free(i->name);
	i->name = copy;
	return 0;
}

static int modinfo_build_id(const struct elf *elf, struct inspect *i, struct err *e)
{
	char id[2 * BUILD_ID_MAX + 1] = "";

	for (size_t k = 1; k < elf_n_sections(elf) && !id[0]; k++) {
		const struct elf_section *s = elf_section(elf, k);

		if (s->type == SHT_NOTE && s->data)
			(void)build_id_read(s->data, s->size, id, sizeof(id));
	}
	if (!id[0])
		return 0;
	i->build_id = strdup(id);
	return i->build_id ? 0 : err_set(e, -ENOMEM, "out of memory");
}

int modinfo_read(const struct elf *elf, struct inspect *i, struct err *e)
{
	int r = modinfo_entries(elf, i, e);

	if (r >= 0)
		r = modinfo_name(elf, i, e);
	if (r >= 0)
		r = modinfo_build_id(elf, i, e);
	return r;
}

static int list_entries(const struct elf *elf, char ***ret)
{
	const struct elf_section *s = elf_find_section(elf, ".modinfo");
	_cleanup_(strv_freep) char **list = calloc(1, sizeof(char *));
	const char *p = s ? (const char *)s->data : NULL, *end = p ? p + s->size : NULL;
	size_t n = 0;

	/* That the last string ends was seen when the file was inspected. */
	for (; list && p && p < end; p += strlen(p) + 1) {
		if (!*p)
			continue;
		if (array_grow(&list, n, sizeof(char *)) < 0)
			return -ENOMEM;
		list[n++] = strdup(p);
		if (!list[n - 1] || array_grow(&list, n, sizeof(char *)) < 0)
			return -ENOMEM;
		list[n] = NULL;
	}
	*ret = TAKE_PTR(list);
	return *ret ? 0 : -ENOMEM;
}

int modinfo_list(const char *path, char ***ret, struct err *e)
{
	_cleanup_(inspect_freep) struct inspect *i = NULL;
	_cleanup_(elf_freep) struct elf *elf = NULL;
	_cleanup_free_ char *data = NULL, *unpacked = NULL;
	size_t len, n;
	int r = file_read(path, INSPECT_MAX_FILE, &data, &len, e);

	r = r < 0 ? r : inspect_unpack(path, data, len, &i, &unpacked, &n, e);
	r = r < 0 ? r : elf_open(unpacked ? unpacked : data, n, &elf, e);
	if (r < 0)
		return r;
	r = list_entries(elf, ret);
	return r < 0 ? err_set(e, r, "out of memory") : 0;
}
