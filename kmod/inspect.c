// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Puts the facts of one module file together: unpack, take the signature off,
 * open the ELF object, read what it says of itself and, for a livepatch, what
 * it would patch. Foreign strings stay as they are; renderers sanitize them.
 */
#include <errno.h>

#include "kmod/decompress.h"
#include "kmod/elf.h"
#include "kmod/inspect.h"
#include "kmod/klp.h"
#include "kmod/klpdata.h"
#include "kmod/modinfo.h"
#include "kmod/signature.h"

/* Name the file in front of what is wrong with it. */
static int inspect_err(const char *path, int r, const struct err *inner, struct err *e)
{
	err_set(e, r, "%s: %s", path, inner->text);
	if (inner->hint[0])
		err_hint(e, "%s", inner->hint);
	return r;
}

static int inspect_signature(struct inspect *i, const void *data, size_t len, size_t *ret_content,
			     struct err *e)
{
	struct signature s;
	int r = signature_read(data, len, &s, e);

	if (r < 0)
		return r;
	i->is_signed = s.present;
	i->signer = TAKE_PTR(s.signer);
	i->sig_key = TAKE_PTR(s.key);
	i->sig_hash = TAKE_PTR(s.hash);
	i->sig_id = TAKE_PTR(s.id);
	*ret_content = s.content;
	signature_free(&s);
	return 0;
}

/* An unpacked module. */
static int inspect_image(struct inspect *i, const void *data, size_t len, struct err *e)
{
	_cleanup_(elf_freep) struct elf *elf = NULL;
	size_t content;
	int r;

	r = inspect_signature(i, data, len, &content, e);
	if (r >= 0)
		r = elf_open(data, content, &elf, e);
	if (r >= 0)
		r = modinfo_read(elf, i, e);
	if (r >= 0 && i->livepatch)
		r = klp_read(elf, i, e);
	return r;
}

/* Unpack what is packed and read it. *ret_unpacked stays NULL where the bytes are the module itself. */
static int inspect_fill(struct inspect *i, const char *path, const void *data, size_t len,
			char **ret_unpacked, size_t *ret_len, struct err *e)
{
	_cleanup_free_ char *unpacked = NULL;
	enum compression c = compression_of(data, len);
	size_t n = len;
	int r = 0;

	if (len == 0)
		return err_set(e, -ENOEXEC, "empty, so not a kernel module");
	if (len > INSPECT_MAX_FILE)
		return err_set(e, -EFBIG, "too big: %zu bytes, the limit is %u", len, INSPECT_MAX_FILE);
	i->path = strdup(path);
	i->compression = strdup(compression_word(c));
	if (!i->path || !i->compression || sha256_hex(data, len, i->sha256) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	i->size = len;
	if (c != COMPRESSION_NONE)
		r = decompress(c, data, len, INSPECT_MAX_FILE, &unpacked, &n, e);
	r = r < 0 ? r : inspect_image(i, unpacked ? unpacked : data, n, e);
	if (r < 0)
		return r;
	*ret_unpacked = TAKE_PTR(unpacked);
	*ret_len = n;
	return 0;
}

int inspect_unpack(const char *path, const void *data, size_t len, struct inspect **ret, char **ret_unpacked,
		   size_t *ret_len, struct err *e)
{
	_cleanup_(inspect_freep) struct inspect *i = calloc(1, sizeof(*i));
	struct err inner = { 0 };
	int r;

	if (!i)
		return err_set(e, -ENOMEM, "out of memory");
	i->replace = -1;
	i->stack_order = -1;
	i->objects_complete = true;
	r = inspect_fill(i, path, data, len, ret_unpacked, ret_len, &inner);
	if (r < 0)
		return inspect_err(path, r, &inner, e);
	*ret = TAKE_PTR(i);
	return 0;
}

int inspect_bytes(const char *path, const void *data, size_t len, struct inspect **ret, struct err *e)
{
	_cleanup_free_ char *unpacked = NULL;
	size_t n;

	return inspect_unpack(path, data, len, ret, &unpacked, &n, e);
}

int inspect_file(const char *path, struct inspect **ret, struct err *e)
{
	_cleanup_free_ char *data = NULL;
	size_t len;
	int r = file_read(path, INSPECT_MAX_FILE, &data, &len, e);

	return r < 0 ? r : inspect_bytes(path, data, len, ret, e);
}

struct inspect *inspect_free(struct inspect *i)
{
	if (!i)
		return NULL;
	free(i->path);
	free(i->name);
	free(i->vermagic);
	free(i->srcversion);
	free(i->build_id);
	free(i->description);
	free(i->license);
	free(i->version);
	for (size_t k = 0; k < i->n_depends; k++)
		free(i->depends[k]);
	free(i->depends);
	free(i->compression);
	free(i->signer);
	free(i->sig_key);
	free(i->sig_hash);
	free(i->sig_id);
	inspect_objects_free(i->objects, i->n_objects);
	for (size_t k = 0; k < i->n_relocs; k++) {
		free(i->relocs[k].object);
		free(i->relocs[k].symbol);
	}
	free(i->relocs);
	free(i->states);
	free(i);
	return NULL;
}

const struct inspect_state *inspect_find_state(const struct inspect *i, uint64_t id)
{
	for (size_t k = 0; k < i->n_states; k++)
		if (i->states[k].id == id)
			return &i->states[k];
	return NULL;
}

bool inspect_matches_release(const struct inspect *i, const char *release)
{
	size_t len = i->vermagic ? strcspn(i->vermagic, " ") : 0;

	return len && len == strlen(release) && memcmp(i->vermagic, release, len) == 0;
}
