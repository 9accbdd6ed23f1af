// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Compares two livepatches part by part. Position 0 (the only one of that
 * name) and 1 are the same, as in the kernel.
 */
#include "kmod/diff.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>

const char *diff_how_word(enum diff_how h)
{
	static const char *const words[] = { "added", "dropped", "changed", "unknown" };

	return words[h];
}

static int add(struct diff *d, enum diff_how how, const char *kind, const char *object, const char *name,
	       const char *fmt, ...) _printf_(6, 7);
static int add(struct diff *d, enum diff_how how, const char *kind, const char *object, const char *name,
	       const char *fmt, ...)
{
	struct diff_change c = { .how = how, .kind = kind };
	va_list ap;
	int len;

	if (array_grow(&d->v, d->n, sizeof(c)) < 0)
		return -ENOMEM;
	c.name = strdup(name);
	c.object = object ? strdup(object) : NULL;
	va_start(ap, fmt);
	len = vasprintf(&c.detail, fmt, ap);
	va_end(ap);
	if (len <= 0) {
		if (len == 0)
			free(c.detail);
		c.detail = NULL;
	}
	d->v[d->n++] = c;
	d->n_unknown += how == DIFF_UNKNOWN;
	return c.name && (c.object || !object) && len >= 0 ? 0 : -ENOMEM;
}

static unsigned position(const struct inspect_func *f)
{
	return MAX(f->sympos, 1u);
}

static const struct inspect_object *find_object(const struct inspect *i, const char *name)
{
	for (size_t k = 0; k < i->n_objects; k++)
		if (streq(i->objects[k].name, name))
			return &i->objects[k];
	return NULL;
}

/* A function of a patch with its object, for sorting. */
struct entry {
	const char *object;
	const struct inspect_func *f;
};

static int compare_entry_names(const struct entry *x, const struct entry *y)
{
	int c = strcmp(x->object, y->object);

	return c ? c : strcmp(x->f->old_name, y->f->old_name);
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int c = compare_entry_names(x, y);

	return c ? c : (position(x->f) > position(y->f)) - (position(x->f) < position(y->f));
}

static struct entry *sorted_funcs(const struct inspect *i, size_t *ret_n)
{
	struct entry *v;
	size_t n = 0;

	for (size_t k = 0; k < i->n_objects; k++)
		n += i->objects[k].n_funcs;
	v = calloc(n + 1, sizeof(*v));
	*ret_n = 0;
	for (size_t k = 0; v && k < i->n_objects; k++)
		for (size_t f = 0; f < i->objects[k].n_funcs; f++)
			v[(*ret_n)++] = (struct entry){ i->objects[k].name, &i->objects[k].funcs[f] };
	if (v && n)
		qsort(v, n, sizeof(*v), compare_entries);
	return v;
}

static int add_missing(struct diff *d, enum diff_how how, const struct entry *m)
{
	if (m->f->sympos > 1)
		return add(d, how, "function", m->object, m->f->old_name, "position %u", m->f->sympos);
	return add(d, how, "function", m->object, m->f->old_name, "%s", "");
}

static int diff_code(const struct diff_side *a, const struct diff_side *b, const struct entry *x,
		     const struct entry *y, struct diff *d)
{
	const char *f = x->f->new_name, *g = y->f->new_name;
	enum sameness s = f && g ? codediff_function(a->code, f, b->code, g) : CODE_UNKNOWN;

	if (s == CODE_DIFFERS)
		return add(d, DIFF_CHANGED, "code", x->object, x->f->old_name, "its new code differs");
	if (s == CODE_UNKNOWN)
		return add(d, DIFF_UNKNOWN, "code", x->object, x->f->old_name,
			   "its new code cannot be compared");
	return 0;
}

/* The functions of one name in one object, on both sides. */
struct group {
	const struct entry *x, *y;
	size_t n, m;
};

/* Take the first group off two sorted lists. */
static struct group group_take(const struct entry **x, size_t *n, const struct entry **y, size_t *m)
{
	int c = !*n ? 1 : !*m ? -1 : compare_entry_names(*x, *y);
	struct group g = { .x = *x, .y = *y };

	for (g.n = c <= 0; g.n && g.n < *n && !compare_entry_names(*x, *x + g.n);)
		g.n++;
	for (g.m = c >= 0; g.m && g.m < *m && !compare_entry_names(*y, *y + g.m);)
		g.m++;
	*x += g.n;
	*n -= g.n;
	*y += g.m;
	*m -= g.m;
	return g;
}

/* Add what is on one side only; code: compare what is on both. */
static int group_walk(const struct diff_side *a, const struct diff_side *b, const struct group *g, bool code,
		      struct diff *d)
{
	size_t i = 0, k = 0;
	int r = 0;

	while (r >= 0 && (i < g->n || k < g->m)) {
		int c = i == g->n ? 1 : k == g->m ? -1 : compare_entries(&g->x[i], &g->y[k]);

		if (c)
			r = add_missing(d, c < 0 ? DIFF_DROPPED : DIFF_ADDED, c < 0 ? &g->x[i] : &g->y[k]);
		else if (code)
			r = diff_code(a, b, &g->x[i], &g->y[k], d);
		i += c <= 0;
		k += c >= 0;
	}
	return r;
}

/* Where one of a name was patched on each side, but not the same one, it is said as one change. */
static int diff_group(const struct diff_side *a, const struct diff_side *b, const struct group *g, bool code,
		      struct diff *d)
{
	if (g->n == 1 && g->m == 1 && position(g->x->f) != position(g->y->f))
		return add(d, DIFF_CHANGED, "function", g->x->object, g->x->f->old_name,
			   "position %u -> %u: another function of that name", position(g->x->f),
			   position(g->y->f));
	return group_walk(a, b, g, code, d);
}

static int diff_funcs(const struct diff_side *a, const struct diff_side *b, bool code, struct diff *d)
{
	size_t n, m;
	_cleanup_free_ struct entry *v = sorted_funcs(a->patch, &n), *w = sorted_funcs(b->patch, &m);
	const struct entry *x = v, *y = w;
	int r = v && w ? 0 : -ENOMEM;

	while (r >= 0 && (n || m)) {
		struct group g = group_take(&x, &n, &y, &m);

		r = diff_group(a, b, &g, code, d);
	}
	return r;
}

/* An object that only one side has; its functions follow. */
static int diff_objects(const struct inspect *a, const struct inspect *b, struct diff *d)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < a->n_objects; i++)
		if (!find_object(b, a->objects[i].name))
			r = add(d, DIFF_DROPPED, "object", NULL, a->objects[i].name, "%s", "");
	for (size_t i = 0; r >= 0 && i < b->n_objects; i++)
		if (!find_object(a, b->objects[i].name))
			r = add(d, DIFF_ADDED, "object", NULL, b->objects[i].name, "%s", "");
	return r;
}

static int diff_callback(struct diff *d, const char *object, const char *name, bool a, bool b)
{
	if (a == b)
		return 0;
	return add(d, b ? DIFF_ADDED : DIFF_DROPPED, "callback", object, name, "%s", "");
}

static int diff_object_callbacks(struct diff *d, const char *object, const struct inspect_object *x,
				 const struct inspect_object *y)
{
	int r = diff_callback(d, object, "pre-patch", x && x->pre_patch, y && y->pre_patch);

	r = r < 0 ? r : diff_callback(d, object, "post-patch", x && x->post_patch, y && y->post_patch);
	r = r < 0 ? r : diff_callback(d, object, "pre-unpatch", x && x->pre_unpatch, y && y->pre_unpatch);
	return r < 0 ? r
		     : diff_callback(d, object, "post-unpatch", x && x->post_unpatch, y && y->post_unpatch);
}

static int diff_callbacks(const struct inspect *a, const struct inspect *b, struct diff *d)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < a->n_objects; i++)
		r = diff_object_callbacks(d, a->objects[i].name, &a->objects[i],
					  find_object(b, a->objects[i].name));
	for (size_t i = 0; r >= 0 && i < b->n_objects; i++)
		if (!find_object(a, b->objects[i].name))
			r = diff_object_callbacks(d, b->objects[i].name, NULL, &b->objects[i]);
	return r;
}

static int compare_relocs(const void *a, const void *b)
{
	const struct inspect_reloc *x = *(const struct inspect_reloc *const *)a;
	const struct inspect_reloc *y = *(const struct inspect_reloc *const *)b;
	int c = strcmp(x->object, y->object);

	c = c ? c : strcmp(x->symbol, y->symbol);
	return c ? c : x->sympos < y->sympos ? -1 : x->sympos > y->sympos;
}

/* Sorted, so that long lists are compared in one walk. */
static const struct inspect_reloc **sorted_relocs(const struct inspect *i)
{
	const struct inspect_reloc **v = calloc(i->n_relocs + 1, sizeof(*v));

	for (size_t k = 0; v && k < i->n_relocs; k++)
		v[k] = &i->relocs[k];
	if (v && i->n_relocs)
		qsort(v, i->n_relocs, sizeof(*v), compare_relocs);
	return v;
}

static int diff_relocs(const struct inspect *a, const struct inspect *b, struct diff *d)
{
	_cleanup_free_ const struct inspect_reloc **x = sorted_relocs(a);
	_cleanup_free_ const struct inspect_reloc **y = sorted_relocs(b);
	size_t i = 0, k = 0;
	int r = x && y ? 0 : -ENOMEM;

	while (r >= 0 && (i < a->n_relocs || k < b->n_relocs)) {
		int c = i == a->n_relocs ? 1 : k == b->n_relocs ? -1 : compare_relocs(&x[i], &y[k]);
		const struct inspect_reloc *s = c <= 0 ? x[i] : y[k];

		if (c)
			r = add(d, c < 0 ? DIFF_DROPPED : DIFF_ADDED, "relocation", s->object, s->symbol,
				"position %u", s->sympos);
		i += c <= 0;
		k += c >= 0;
	}
	return r;
}

static int diff_state(struct diff *d, enum diff_how how, const struct inspect_state *s,
		      const struct inspect_state *other)
{
	char id[24];

	FORMAT(id, "%" PRIu64, s->id);
	if (!other)
		return add(d, how, "state", NULL, id, "version %u", s->version);
	if (how == DIFF_ADDED || s->version == other->version)
		return 0;
	return add(d, DIFF_CHANGED, "state", NULL, id, "version %u -> %u", s->version, other->version);
}

static int diff_states(const struct inspect *a, const struct inspect *b, struct diff *d)
{
	int r = 0;

	if (!a->states_known || !b->states_known)
		return 0;
	for (size_t i = 0; r >= 0 && i < a->n_states; i++)
		r = diff_state(d, DIFF_DROPPED, &a->states[i], inspect_find_state(b, a->states[i].id));
	for (size_t i = 0; r >= 0 && i < b->n_states; i++)
		r = diff_state(d, DIFF_ADDED, &b->states[i], inspect_find_state(a, b->states[i].id));
	return r;
}

static const char *tri_word(int tri)
{
	return tri < 0 ? "unknown" : tri ? "yes" : "no";
}

static int diff_patch(const struct diff_side *a, const struct diff_side *b, struct diff *d)
{
	int x = a->patch->replace, y = b->patch->replace, r = 0;
	size_t n, m;

	if (x < 0 || y < 0)
		r = x == y ? 0
			   : add(d, DIFF_UNKNOWN, "patch", NULL, "replace", "%s -> %s", tri_word(x),
				 tri_word(y));
	else if (x != y)
		r = add(d, DIFF_CHANGED, "patch", NULL, "replace", "%s -> %s", tri_word(x), tri_word(y));
	if (r < 0 || !a->patch->vermagic || !b->patch->vermagic)
		return r;
	n = strcspn(a->patch->vermagic, " ");
	m = strcspn(b->patch->vermagic, " ");
	if (n == m && memcmp(a->patch->vermagic, b->patch->vermagic, n) == 0)
		return 0;
	return add(d, DIFF_CHANGED, "patch", NULL, "kernel", "%.*s -> %.*s", (int)n, a->patch->vermagic,
		   (int)m, b->patch->vermagic);
}

static int compare_strings(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Symbols of the patched functions' new code, sorted: those are compared by themselves. */
static const char **new_names(const struct inspect *i, size_t *ret_n)
{
	_cleanup_free_ struct entry *all = sorted_funcs(i, ret_n);
	const char **v = all ? calloc(*ret_n + 1, sizeof(*v)) : NULL;
	size_t n = 0;

	for (size_t k = 0; v && k < *ret_n; k++)
		if (all[k].f->new_name)
			v[n++] = all[k].f->new_name;
	if (n)
		qsort(v, n, sizeof(*v), compare_strings);
	*ret_n = n;
	return v;
}

/* What the other side has of a helper function; how: from which side it is seen. */
static int diff_helper(const struct diff_side *a, const struct diff_side *b, enum diff_how how,
		       const char *name, struct diff *d)
{
	enum sameness s;

	if (!codeview_has_function(how == DIFF_DROPPED ? b->code : a->code, name))
		return add(d, how, "helper", NULL, name, "%s", "");
	if (how == DIFF_ADDED)
		return 0; /* compared already */
	s = codediff_function(a->code, name, b->code, name);
	if (s == CODE_DIFFERS)
		return add(d, DIFF_CHANGED, "helper", NULL, name, "its code differs");
	return s == CODE_SAME ? 0 : add(d, DIFF_UNKNOWN, "helper", NULL, name, "its code cannot be compared");
}

/* Functions that the modules have besides the patched ones. */
static int diff_helpers(const struct diff_side *a, const struct diff_side *b, enum diff_how how,
			struct diff *d)
{
	const struct diff_side *from = how == DIFF_DROPPED ? a : b;
	size_t n, n_functions = from->code ? from->code->n_functions : 0;
	_cleanup_free_ const char **known = new_names(from->patch, &n);
	const char *last = "";
	int r = known ? 0 : -ENOMEM;

	for (size_t i = 0; r >= 0 && i < n_functions; i++) {
		const char *name = from->code->functions[i]->name;

		if (streq(name, last) || (n && bsearch(&name, known, n, sizeof(*known), compare_strings)))
			continue;
		last = name;
		r = diff_helper(a, b, how, name, d);
	}
	return r;
}

/* Whole sections tell for certain that nothing differs; where they do, functions tell what. */
static int diff_all_code(const struct diff_side *a, const struct diff_side *b, struct diff *d)
{
	_cleanup_free_ const char **sections = NULL;
	size_t n, before;
	int r = codediff_sections(a->code, b->code, &sections, &n);

	if (r < 0)
		return r;
	before = d->n;
	r = diff_funcs(a, b, n > 0, d);
	if (r >= 0 && n) {
		r = diff_helpers(a, b, DIFF_DROPPED, d);
		r = r < 0 ? r : diff_helpers(a, b, DIFF_ADDED, d);
	}
	for (size_t i = 0; r >= 0 && d->n == before && i < n; i++)
		r = add(d, DIFF_CHANGED, "section", NULL, sections[i], "its bytes or relocations differ");
	return r;
}

static int compare(const struct diff_side *a, const struct diff_side *b, struct diff *d)
{
	int r = diff_patch(a, b, d);

	d->code_compared = a->code && b->code;
	r = r < 0 ? r : diff_objects(a->patch, b->patch, d);
	if (r >= 0)
		r = d->code_compared ? diff_all_code(a, b, d) : diff_funcs(a, b, false, d);
	if (r < 0 || !a->from_file || !b->from_file)
		return r;
	r = diff_callbacks(a->patch, b->patch, d);
	r = r < 0 ? r : diff_relocs(a->patch, b->patch, d);
	return r < 0 ? r : diff_states(a->patch, b->patch, d);
}

int diff_patches(const struct diff_side *a, const struct diff_side *b, struct diff *ret)
{
	struct diff d = { 0 };
	int r = 0;

	d.same_build = a->patch->build_id && b->patch->build_id &&
		       streq(a->patch->build_id, b->patch->build_id);
	if (!d.same_build)
		r = compare(a, b, &d);
	if (r < 0) {
		diff_done(&d);
		return r;
	}
	*ret = d;
	return 0;
}

void diff_done(struct diff *d)
{
	for (size_t i = 0; i < d->n; i++) {
		free(d->v[i].object);
		free(d->v[i].name);
		free(d->v[i].detail);
	}
	free(d->v);
	*d = (struct diff){ 0 };
}

static int copy_object(const struct object *o, struct inspect_object *to)
{
	to->name = strdup(o->name);
	to->funcs = o->n_funcs ? calloc(o->n_funcs, sizeof(*to->funcs)) : NULL;
	if (!to->name || (o->n_funcs && !to->funcs))
		return -ENOMEM;
	for (size_t i = 0; i < o->n_funcs; i++) {
		if (o->funcs[i].restore == 1)
			continue;
		to->funcs[to->n_funcs].sympos = o->funcs[i].sympos;
		to->funcs[to->n_funcs].old_name = strdup(o->funcs[i].name);
		if (!to->funcs[to->n_funcs++].old_name)
			return -ENOMEM;
	}
	return 0;
}

int diff_from_patch(const struct patch *p, struct inspect **ret)
{
	_cleanup_(inspect_freep) struct inspect *i = calloc(1, sizeof(*i));
	int r = 0;

	if (!i)
		return -ENOMEM;
	i->name = strdup(p->name);
	i->build_id = p->build_id ? strdup(p->build_id) : NULL;
	i->objects = p->n_objects ? calloc(p->n_objects, sizeof(*i->objects)) : NULL;
	if (!i->name || (p->build_id && !i->build_id) || (p->n_objects && !i->objects))
		return -ENOMEM;
	i->livepatch = true;
	i->replace = p->replace;
	i->objects_complete = p->in_sysfs;
	for (size_t k = 0; r >= 0 && k < p->n_objects; k++)
		r = copy_object(&p->objects[k], &i->objects[i->n_objects++]);
	if (r >= 0)
		*ret = TAKE_PTR(i);
	return r;
}
