// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One record of the history as a line of JSON, and back. Everything is bounded
 * when it is written; what is read may be anybody's bytes. A value that is
 * empty is left out.
 */
#include <errno.h>

#include "core/hash.h"
#include "core/historyfile.h"
#include "core/json.h"

#define WORD_MAX_LEN 1024
#define PATH_MAX_LEN 4096

/* Keys of plain strings, where they are in an entry. */
static const struct {
	const char *key;
	size_t place;
} strings[] = {
	{ "txn", offsetof(struct history_entry, txn) },
	{ "phase", offsetof(struct history_entry, phase) },
	{ "verb", offsetof(struct history_entry, verb) },
	{ "target", offsetof(struct history_entry, target) },
	{ "user", offsetof(struct history_entry, user) },
	{ "tty", offsetof(struct history_entry, tty) },
	{ "origin", offsetof(struct history_entry, origin) },
	{ "result", offsetof(struct history_entry, result) },
	{ "errno", offsetof(struct history_entry, errno_name) },
	{ "text", offsetof(struct history_entry, text) },
	{ "audit", offsetof(struct history_entry, audit) },
	{ "reason", offsetof(struct history_entry, reason) },
	{ "flags", offsetof(struct history_entry, flags) },
	{ "params", offsetof(struct history_entry, params) },
	{ "path", offsetof(struct history_entry, path) },
	{ "build_id", offsetof(struct history_entry, build_id) },
	{ "sha256", offsetof(struct history_entry, sha256) },
	{ "content", offsetof(struct history_entry, content) },
	{ "release", offsetof(struct history_entry, release) },
	{ "boot_id", offsetof(struct history_entry, boot_id) },
	{ "of", offsetof(struct history_entry, of) },
};

static int set_str(struct jv *o, const char *key, const char *s)
{
	size_t max = streq(key, "path") ? PATH_MAX_LEN : WORD_MAX_LEN;
	_cleanup_free_ char *cut = NULL;

	if (!s || !*s)
		return 0;
	if (strlen(s) <= max)
		return jv_set(o, key, jv_new_str(s));
	cut = strndup(s, max);
	return cut ? jv_set(o, key, jv_new_str(cut)) : -ENOMEM;
}

static int set_strings(struct jv *o, const struct change *c, const struct change_result *r)
{
	const char *const values[] = {
		c->txn,
		change_phase_word(r->phase),
		c->verb,
		c->target,
		c->who.user,
		c->who.tty,
		c->who.origin,
		r->result,
		r->code ? errno_word(r->code) : NULL,
		r->text,
		r->audit,
		c->reason,
		c->flags,
		c->params,
		c->path,
		c->build_id,
		c->sha256,
		c->content,
		c->release,
		c->boot_id,
		c->of,
	};
	int err = 0;

	_Static_assert(ARRAY_SIZE(values) == ARRAY_SIZE(strings), "a value for each key");
	for (size_t i = 0; err >= 0 && i < ARRAY_SIZE(values); i++)
		err = set_str(o, strings[i].key, values[i]);
	return err;
}

static int add_ref(struct jv *list, const struct patch_ref *p)
{
	struct jv *o = jv_object();
	int r = set_str(o, "name", p->name);

	r = r < 0 ? r : set_str(o, "build_id", p->build_id);
	r = r < 0 ? r : set_str(o, "sha256", p->sha256);
	r = r < 0 ? r : jv_set(o, "replace", p->replace < 0 ? jv_null() : jv_new_bool(p->replace));
	if (r >= 0 && p->params)
		r = jv_set(o, "params", jv_new_str(p->params));
	if (r < 0) {
		jv_free(o);
		return r;
	}
	return jv_add(list, o);
}

/*
 * The patches before, with the intent only. Too many to keep is as good as
 * unknown: half a list would roll back to the wrong set.
 */
static int set_before(struct jv *o, const struct change *c, enum change_phase phase)
{
	struct jv *list;
	int r = 0;

	if (phase != PHASE_INTENT || !c->before_known || c->n_before > HISTORY_BEFORE_MAX)
		return 0;
	list = jv_list();
	for (size_t i = 0; list && r >= 0 && i < c->n_before; i++)
		r = add_ref(list, &c->before[i]);
	if (r < 0) {
		jv_free(list);
		return r;
	}
	return jv_set(o, "before", list);
}

static int set_id(struct jv *o, const char *key, uint32_t id)
{
	return id == LOGIN_UNSET ? 0 : jv_set(o, key, jv_new_int(id));
}

static int set_numbers(struct jv *o, const struct change *c, const struct change_result *r)
{
	int err = set_id(o, "auid", c->who.auid);

	err = err < 0 ? err : set_id(o, "ses", c->who.ses);
	err = err < 0 ? err : set_id(o, "uid", c->who.uid);
	err = err < 0 ? err : jv_set(o, "rc", jv_new_int(r->rc));
	err = err < 0 ? err : jv_set(o, "pid", jv_new_int(c->pid));
	return err < 0 ? err : jv_set(o, "pid_start", jv_new_int((int64_t)c->pid_start));
}

char *history_line(const struct change *c, const struct change_result *r, uint64_t number,
		   const struct history_link *link)
{
	_cleanup_(jv_freep) struct jv *o = jv_object();
	int err = jv_set(o, "number", jv_new_int((int64_t)number));

	err = err < 0 ? err : set_str(o, "prev", link->prev);
	if (link->torn)
		err = err < 0 ? err : jv_set(o, "torn", jv_new_bool(true));
	err = err < 0 ? err : jv_set(o, "wall_us", jv_new_int((int64_t)now_wall()));
	err = err < 0 ? err : set_strings(o, c, r);
	err = err < 0 ? err : set_numbers(o, c, r);
	err = err < 0 ? err : set_before(o, c, r->phase);
	return err < 0 ? NULL : jv_dump(o);
}

static int get_strings(const struct jv *o, struct history_entry *en)
{
	for (size_t i = 0; i < ARRAY_SIZE(strings); i++) {
		const char *s = jv_str(o, strings[i].key);
		char **to = (char **)((char *)en + strings[i].place);

		*to = s ? strdup(s) : NULL;
		if (s && !*to)
			return -ENOMEM;
	}
	return 0;
}

static void copy_str(char *to, size_t size, const struct jv *o, const char *key)
{
	const char *s = jv_str(o, key);

	snprintf(to, size, "%s", s ? s : "");
}

static int get_before(const struct jv *list, struct history_entry *en)
{
	size_t n = jv_len(list);

	en->before_known = list != NULL;
	if (n > HISTORY_BEFORE_MAX)
		return -EBADMSG;
	en->before = n ? calloc(n, sizeof(*en->before)) : NULL;
	if (n && !en->before)
		return -ENOMEM;
	en->n_before = n;
	for (size_t i = 0; i < n; i++) {
		struct patch_ref *p = &en->before[i];
		const struct jv *o = jv_at(list, i);
		const char *params;
		bool replace;

		copy_str(p->name, sizeof(p->name), o, "name");
		copy_str(p->build_id, sizeof(p->build_id), o, "build_id");
		copy_str(p->sha256, sizeof(p->sha256), o, "sha256");
		p->replace = jv_bool(o, "replace", &replace) ? replace : -1;
		params = jv_str(o, "params");
		p->params = params ? strdup(params) : NULL;
		if (params && !p->params)
			return -ENOMEM;
	}
	return 0;
}

/* A number within bounds; one that is absent is `absent`. */
static bool get_number(const struct jv *o, const char *key, int64_t min, int64_t max, int64_t absent,
		       int64_t *ret)
{
	*ret = absent;
	if (!jv_get(o, key))
		return true;
	return jv_int(o, key, ret) && *ret >= min && *ret <= max;
}

static int get_numbers(const struct jv *o, struct history_entry *en)
{
	int64_t number, wall, rc, pid, start;

	if (!get_number(o, "number", 1, INT64_MAX, 0, &number) || !number ||
	    !get_number(o, "wall_us", 0, INT64_MAX, 0, &wall) ||
	    !get_number(o, "auid", 0, UINT32_MAX, -1, &en->auid) || !get_number(o, "rc", 0, 255, 0, &rc) ||
	    !get_number(o, "pid", 0, INT32_MAX, 0, &pid) ||
	    !get_number(o, "pid_start", 0, INT64_MAX, 0, &start))
		return -EBADMSG;
	en->number = (uint64_t)number;
	en->wall_us = (uint64_t)wall;
	en->rc = (int)rc;
	en->pid = (int)pid;
	en->pid_start = (uint64_t)start;
	return 0;
}

static int get_link(const struct jv *o, const struct history_entry *en, struct history_link *ret)
{
	const char *prev = jv_str(o, "prev");

	if (prev ? !sha256_is_hex(prev) : en->number != 1)
		return -EBADMSG;
	FORMAT(ret->prev, "%s", prev ? prev : "");
	ret->torn = false;
	(void)jv_bool(o, "torn", &ret->torn);
	return 0;
}

/* Words that are always there, so that nobody needs to ask; the phase tells records from other JSON. */
static int fill_empty(struct history_entry *en)
{
	char **const words[] = { &en->txn, &en->verb, &en->target };

	if (!en->phase)
		return -EBADMSG;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!*words[i] && !(*words[i] = strdup("")))
			return -ENOMEM;
	return 0;
}

int history_line_parse(const char *line, size_t len, struct history_entry *ret, struct history_link *ret_link)
{
	_cleanup_(jv_freep) struct jv *o = NULL;
	struct history_entry en = { 0 };
	struct history_link link;
	int r;

	if (len > HISTORY_LINE_MAX)
		return -EBADMSG;
	r = jv_parse(line, len, &o, NULL);
	if (r < 0)
		return r == -ENOMEM ? r : -EBADMSG;
	r = get_numbers(o, &en);
	r = r < 0 ? r : get_link(o, &en, &link);
	r = r < 0 ? r : get_strings(o, &en);
	r = r < 0 ? r : get_before(jv_get(o, "before"), &en);
	r = r < 0 ? r : fill_empty(&en);
	if (r < 0) {
		history_entry_free(&en);
		return r;
	}
	*ret = en;
	*ret_link = link;
	return 0;
}

void history_entry_free(struct history_entry *en)
{
	for (size_t i = 0; i < ARRAY_SIZE(strings); i++)
		free(*(char **)((char *)en + strings[i].place));
	patch_refs_free(en->before, en->n_before);
	*en = (struct history_entry){ 0 };
}
