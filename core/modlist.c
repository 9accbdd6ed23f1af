/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /proc/modules, one line a module, newest first (kernel/module/procfs.c):
 * name size refcount holders, state address [(taints)]. A line that does not
 * parse is reported and left out.
 */
#include "core/modlist.h"

#include <errno.h>

#define MODULES_MAX (4u << 20) /* bytes of /proc/modules we are willing to read */

static void module_clear(struct module *m)
{
	free(m->name);
	free(m->holders);
	free(m->state);
	free(m->taints);
}

void modules_free(struct modules *m)
{
	for (size_t i = 0; i < m->n; i++)
		module_clear(&m->v[i]);
	free(m->v);
	*m = (struct modules){ 0 };
}

const struct module *modules_find(const struct modules *m, const char *name)
{
	for (size_t i = 0; i < m->n; i++)
		if (streq(m->v[i].name, name))
			return &m->v[i];
	return NULL;
}

/* "-" is no holder; else the list ends with a comma. */
static char *holders_dup(const char *s)
{
	size_t n = strlen(s);

	if (streq(s, "-"))
		return strdup("");
	if (n && s[n - 1] == ',')
		n--;
	return strndup(s, n);
}

/* "(OEK)"; a last '+' or '-' tells that the module comes or goes. */
static char *taints_dup(const char *s)
{
	size_t n = s ? strlen(s) : 0;

	if (n < 2 || s[0] != '(' || s[n - 1] != ')')
		return strdup("");
	n -= 2;
	s++;
	if (n && (s[n - 1] == '+' || s[n - 1] == '-'))
		n--;
	return strndup(s, n);
}

static int module_fill(struct module *m, char **w)
{
	int64_t refs;

	if (parse_u64(w[1], &m->size) < 0)
		return -EBADMSG;
	m->refcount = parse_i64(w[2], &refs) < 0 ? -1 : refs;
	m->name = strdup(w[0]);
	m->holders = holders_dup(w[3]);
	m->state = strdup(w[4]);
	m->taints = taints_dup(w[6]);
	if (!m->name || !m->holders || !m->state || !m->taints)
		return -ENOMEM;
	m->livepatch = strchr(m->taints, 'K') != NULL;
	return 0;
}

/* One line, cut in place. -EBADMSG for a line that is none of a module. */
static int module_parse(char *line, struct module *ret)
{
	struct module m = { 0 };
	char *words[8] = { 0 }, *save = NULL;
	size_t n = 0;
	int r;

	for (char *w = strtok_r(line, " \t", &save); w && n < 7; w = strtok_r(NULL, " \t", &save))
		words[n++] = w;
	if (n < 5)
		return -EBADMSG;
	r = module_fill(&m, words);
	if (r < 0) {
		module_clear(&m);
		return r;
	}
	*ret = m;
	return 0;
}

static int modules_parse(char *text, struct modules *ret)
{
	char *save = NULL;
	int bad = 0;

	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		int r;

		if (array_grow(&ret->v, ret->n, sizeof(*ret->v)) < 0)
			return -ENOMEM;
		r = module_parse(l, &ret->v[ret->n]);
		if (r == -ENOMEM)
			return r;
		if (r < 0) {
			bad = r;
			continue;
		}
		ret->v[ret->n].age = (unsigned)ret->n;
		ret->n++;
	}
	return bad;
}

int modules_read(const struct root *root, struct modules *ret, struct err *e)
{
	_cleanup_(modules_free) struct modules m = { 0 };
	_cleanup_free_ char *text = NULL;
	size_t len;
	int r;

	r = root_read_file(root, "proc/modules", MODULES_MAX, &text, &len);
	if (r < 0)
		return err_set(e, r, "cannot read /proc/modules: %s", strerror(-r));
	if (memchr(text, 0, len))
		return err_set(e, -EBADMSG, "/proc/modules holds binary data");
	r = modules_parse(text, &m);
	if (r == -ENOMEM)
		return err_set(e, r, "out of memory");
	if (r < 0)
		err_set(e, r, "/proc/modules holds a line that is not a module");
	*ret = m;
	m = (struct modules){ 0 };
	return 0;
}

static uint32_t note_word(const unsigned char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/*
 * The descriptor of the GNU build-id in a note section (gABI; type 3, owner
 * "GNU"). Sizes are padded to 4 bytes; every one is checked against the rest.
 */
static const unsigned char *note_build_id(const unsigned char *p, size_t len, size_t *ret_len)
{
	while (len >= 12) {
		uint32_t namesz = note_word(p), descsz = note_word(p + 4), type = note_word(p + 8);
		uint64_t name = ((uint64_t)namesz + 3) & ~3ULL, desc = ((uint64_t)descsz + 3) & ~3ULL;

		if (12 + name + descsz > len)
			return NULL;
		if (type == 3 && namesz == 4 && !memcmp(p + 12, "GNU", 4)) {
			*ret_len = descsz;
			return p + 12 + name;
		}
		if (12 + name + desc > len)
			return NULL;
		p += 12 + name + desc;
		len -= 12 + (size_t)(name + desc);
	}
	return NULL;
}

int build_id_read(const void *note, size_t len, char *buf, size_t size)
{
	size_t n = 0;
	const unsigned char *id = note_build_id(note, len, &n);

	if (!id || !n || n > 64 || size < 2 * n + 1)
		return -EBADMSG;
	hex_put(buf, id, n);
	return 0;
}

int module_build_id(const struct root *root, const char *name, char *buf, size_t size)
{
	_cleanup_free_ char *note = NULL;
	size_t len;
	char path[512];
	int r;

	FORMAT(path, "sys/module/%s/notes/.note.gnu.build-id", name);
	r = root_read_file(root, path, 4096, &note, &len);
	return r < 0 ? r : build_id_read(note, len, buf, size);
}

static void read_id(const struct root *root, const char *name, const char *attr, char *buf, size_t size)
{
	char path[512];

	FORMAT(path, "sys/module/%s/%s", name, attr);
	if (root_read_attr(root, path, buf, size) < 0)
		buf[0] = '\0';
}

void module_ids_read(const struct root *root, const char *name, struct module_ids *ret)
{
	*ret = (struct module_ids){ 0 };
	if (strchr(name, '/') || *name == '.')
		return;
	read_id(root, name, "srcversion", ret->srcversion, sizeof(ret->srcversion));
	read_id(root, name, "version", ret->version, sizeof(ret->version));
	if (module_build_id(root, name, ret->build_id, sizeof(ret->build_id)) < 0)
		ret->build_id[0] = '\0';
}
