// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Details of a patch as lines. No ELF file is read here (that is what `:show`
 * does): these are the running kernel's own words.
 */
#include "tui/patch_detail.h"

#include "core/text.h"
#include "tui/term.h"

const char *tri_word(int tri)
{
	return tri < 0 ? "n/a" : tri ? "yes" : "no";
}

void number_word(char *buf, size_t size, int64_t value)
{
	if (value < 0)
		snprintf(buf, size, "n/a");
	else
		snprintf(buf, size, "%lld", (long long)value);
}

void size_fact(struct lines *l, uint64_t bytes)
{
	char text[32];

	text_bytes(text, sizeof(text), bytes);
	lines_fact(l, "size", "%s (%llu bytes)", text, (unsigned long long)bytes);
}

static void module_lines(const struct snapshot *s, const struct patch *p, struct lines *l)
{
	const struct module *m = modules_find(&s->modules, p->name);
	char refs[32];

	number_word(refs, sizeof(refs), p->refcount);
	lines_add(l, STYLE_HEADING, "Module");
	lines_fact(l, "loaded", "%s", p->loaded ? "yes" : "no");
	if (m) {
		size_fact(l, m->size);
		lines_fact(l, "state", "%s", m->state);
		lines_fact(l, "held by", "%s", *m->holders ? m->holders : "nobody");
	}
	lines_fact(l, "references", "%s", refs);
	lines_fact(l, "srcversion", "%s", p->srcversion ? p->srcversion : "n/a");
	lines_fact(l, "build-id", "%s", p->build_id ? p->build_id : "n/a");
	lines_fact(l, "taints", "%s", !p->taints ? "n/a" : *p->taints ? p->taints : "none");
}

/* Why sysfs says nothing of a patch, NULL: it does. */
static const char *unlisted(const struct patch *p)
{
	if (p->in_sysfs)
		return NULL;
	return p->coming ? "n/a: not yet in the kernel's list" : "n/a: no longer in the kernel's list";
}

static void replace_line(const struct patch *p, struct lines *l)
{
	const char *why = unlisted(p);

	if (p->replace < 0)
		lines_fact(l, "replace", "%s", why ? why : "n/a: this kernel does not say");
	else
		lines_fact(l, "replace", "%s", tri_word(p->replace));
}

static void order_line(const struct patch *p, struct lines *l)
{
	const char *why = unlisted(p);

	if (p->stack_order < 0)
		lines_fact(l, "order", "%s", why ? why : "n/a");
	else
		lines_fact(l, "order", "%d%s", p->stack_order,
			   p->order_inferred ? " (inferred from the order of loading)" : "");
}

static void state_lines(const struct snapshot *s, const struct patch *p, struct lines *l)
{
	char age[32];

	if (!p->since_known) {
		lines_fact(l, "state", "%s", patch_state_word(p));
		lines_fact(l, "since", "n/a: the kernel's log %s",
			   s->errs[SOURCE_LOG].code ? "cannot be read" : "does not tell");
		return;
	}
	text_duration(age, sizeof(age), patch_age(p, s->boot_us));
	lines_fact(l, "state", "%s for %s", patch_state_word(p), age);
	if (p->since_inferred)
		lines_fact(l, "", "inferred: records are missing in the kernel's log since");
}

static void kernel_lines(const struct snapshot *s, const struct patch *p, struct lines *l)
{
	state_lines(s, p, l);
	lines_fact(l, "enabled", "%s", tri_word(p->enabled));
	lines_fact(l, "transition", "%s",
		   p->transition == 1 ? "running; 2 shows it" : tri_word(p->transition));
	replace_line(p, l);
	order_line(p, l);
	lines_fact(l, "forced", "%s", p->forced < 0 ? "n/a: the log does not say" : tri_word(p->forced));
	if (p->err.code)
		lines_add(l, STYLE_WARN, "not read: %s", p->err.text);
	if (!p->in_sysfs && !p->coming && !p->going)
		lines_add(l, STYLE_WARN,
			  "Disabled, and its module is still loaded: it cannot be enabled "
			  "again, only removed.");
}

static void object_lines(const struct object *o, struct lines *l)
{
	const char *state = o->patched < 0 ? "" : o->patched ? "patched" : "not patched: module not loaded";

	lines_add(l, STYLE_HEADING, "%s%s%s", o->name, *state ? ": " : "", state);
	for (size_t i = 0; i < o->n_funcs; i++)
		lines_add(l, STYLE_NORMAL, "  %s,%u%s", o->funcs[i].name, o->funcs[i].sympos,
			  o->funcs[i].restore == 1 ? " (to be restored)" : "");
	if (o->n_funcs == 0)
		lines_add(l, STYLE_DIM, "  no functions are listed");
}

void patch_detail(const struct snapshot *s, const struct patch *p, struct lines *l)
{
	kernel_lines(s, p, l);
	lines_add(l, STYLE_NORMAL, "%s", "");
	for (size_t i = 0; i < p->n_objects; i++)
		object_lines(&p->objects[i], l);
	if (p->n_objects == 0)
		lines_add(l, STYLE_DIM, "No objects are listed for it.");
	lines_add(l, STYLE_NORMAL, "%s", "");
	module_lines(s, p, l);
}

void patch_detail_object(const struct patch *p, const struct object *o, struct lines *l)
{
	lines_fact(l, "patch", "%s (%s)", p->name, patch_state_word(p));
	object_lines(o, l);
}
