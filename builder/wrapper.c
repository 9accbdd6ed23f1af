// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * See wrapper.h. Symbols of the patch object are declared by assembler name,
 * so that no header's declaration of the same name is in the way.
 */
#include "builder/wrapper.h"

#include <errno.h>

#include "builder/sbuf.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define WORD LETTERS "0123456789_"

static const char *const callback_fields[WRAPPER_CALLBACKS] = {
	[WRAPPER_PRE_PATCH] = "pre_patch",
	[WRAPPER_POST_PATCH] = "post_patch",
	[WRAPPER_PRE_UNPATCH] = "pre_unpatch",
	[WRAPPER_POST_UNPATCH] = "post_unpatch",
};

static bool is_made_of(const char *s, const char *letters, size_t max)
{
	size_t len = strlen(s);

	return len && len <= max && strspn(s, letters) == len;
}

static bool is_symbol(const char *s)
{
	return is_made_of(s, WORD ".$", WRAPPER_NAME_MAX);
}

static bool is_object_name(const char *name)
{
	return is_made_of(name, WORD, WRAPPER_OBJECT_MAX) && !streq(name, "vmlinux");
}

/* Its own parts are called patch.o and frame.o: kbuild would make them of themselves. */
bool wrapper_is_module_name(const char *name)
{
	return is_made_of(name, WORD, WRAPPER_OBJECT_MAX) && !streq(name, "patch") && !streq(name, "frame");
}

static const char *object_word(const struct wrapper_object *o)
{
	return o->name ? o->name : "vmlinux";
}

static int check_func(const struct wrapper_object *o, const struct wrapper_func *f, struct err *e)
{
	if (!is_symbol(f->old_name))
		return err_set(e, -EINVAL, "%s has a function \"%s\", a name that livepatch cannot take",
			       object_word(o), f->old_name);
	if (!is_symbol(f->symbol))
		return err_set(e, -EINVAL, "\"%s\" (new for %s) is no name of a symbol", f->symbol,
			       f->old_name);
	return 0;
}

static int check_object(const struct wrapper_object *o, struct err *e)
{
	int r = 0;

	if (o->name && !is_object_name(o->name))
		return err_set(e, -EINVAL, "\"%s\" is no name of a module", o->name);
	if (o->n_funcs > WRAPPER_FUNCS_MAX)
		return err_set(e, -E2BIG, "too many functions of %s are changed (%zu, the limit is %u)",
			       object_word(o), o->n_funcs, WRAPPER_FUNCS_MAX);
	for (size_t i = 0; i < o->n_funcs && r >= 0; i++)
		r = check_func(o, &o->funcs[i], e);
	for (size_t i = 0; i < WRAPPER_CALLBACKS && r >= 0; i++)
		if (o->callbacks[i] && !is_symbol(o->callbacks[i]))
			r = err_set(e, -EINVAL, "\"%s\" (a callback of %s) is no name of a symbol",
				    o->callbacks[i], object_word(o));
	return r;
}

static int check_spec(const struct wrapper_spec *s, struct err *e)
{
	int r = 0;

	if (!s->n_objects)
		return err_set(e, -EINVAL, "there is nothing to patch");
	if (s->n_objects > WRAPPER_OBJECTS_MAX)
		return err_set(e, -E2BIG, "too many objects are patched (%zu, the limit is %u)", s->n_objects,
			       WRAPPER_OBJECTS_MAX);
	for (size_t i = 0; i < s->n_objects && r >= 0; i++) {
		r = check_object(&s->objects[i], e);
		for (size_t j = 0; j < i && r >= 0; j++)
			if (streq(object_word(&s->objects[i]), object_word(&s->objects[j])))
				r = err_set(e, -EINVAL, "%s is there twice", object_word(&s->objects[i]));
	}
	for (size_t i = 0; i < s->n_namespaces && r >= 0; i++)
		if (!is_made_of(s->namespaces[i], WORD, WRAPPER_NAME_MAX))
			r = err_set(e, -EINVAL, "\"%s\" is no namespace of symbols", s->namespaces[i]);
	return r;
}

static void add_funcs(struct sbuf *b, const struct wrapper_object *o, size_t k)
{
	for (size_t i = 0; i < o->n_funcs; i++)
		sbuf_add(b, "extern char new_%zu_%zu[] __asm__(\"%s\");\n", k, i, o->funcs[i].symbol);
	sbuf_add(b, "static struct klp_func funcs_%zu[] = {\n", k);
	for (size_t i = 0; i < o->n_funcs; i++) {
		const struct wrapper_func *f = &o->funcs[i];

		sbuf_add(b, "\t{ .old_name = \"%s\", .new_func = new_%zu_%zu, .old_sympos = %lu },\n",
			 f->old_name, k, i, f->sympos);
	}
	sbuf_add(b, "\t{ }\n};\n");
}

static void add_callbacks(struct sbuf *b, const struct wrapper_object *o, size_t k)
{
	for (size_t i = 0; i < WRAPPER_CALLBACKS; i++)
		if (o->callbacks[i])
			sbuf_add(b, "extern %s %s_%zu(struct klp_object *obj) __asm__(\"%s\");\n",
				 i == WRAPPER_PRE_PATCH ? "int" : "void", callback_fields[i], k,
				 o->callbacks[i]);
}

static void add_object(struct sbuf *b, const struct wrapper_object *o, size_t k)
{
	sbuf_add(b, "\t{\n");
	if (o->name)
		sbuf_add(b, "\t\t.name = \"%s\",\n", o->name);
	sbuf_add(b, "\t\t.funcs = funcs_%zu,\n", k);
	for (size_t i = 0; i < WRAPPER_CALLBACKS; i++)
		if (o->callbacks[i])
			sbuf_add(b, "\t\t.callbacks.%s = %s_%zu,\n", callback_fields[i], callback_fields[i],
				 k);
	sbuf_add(b, "\t},\n");
}

/* Since 5.1 a patch is registered by being enabled, and can replace others. */
static void add_patch(struct sbuf *b, const struct wrapper_spec *s)
{
	sbuf_add(b,
		 "static struct klp_patch patch = {\n"
		 "\t.mod = THIS_MODULE,\n"
		 "\t.objs = objs,\n"
		 "#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 1, 0)\n"
		 "\t.replace = %s,\n"
		 "#endif\n"
		 "};\n\n",
		 s->replace ? "true" : "false");
	if (s->replace)
		sbuf_add(b, "#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 1, 0)\n"
			    "#error \"a patch can replace others since Linux 5.1: use --non-replace\"\n"
			    "#endif\n\n");
}

static void add_init(struct sbuf *b)
{
	sbuf_add(b, "#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 1, 0)\n"
		    "static int __init frame_init(void)\n"
		    "{\n\treturn klp_enable_patch(&patch);\n}\n\n"
		    "static void __exit frame_exit(void)\n"
		    "{\n}\n"
		    "#else\n"
		    "static int __init frame_init(void)\n"
		    "{\n\tint ret = klp_register_patch(&patch);\n\n"
		    "\tif (ret)\n\t\treturn ret;\n"
		    "\tret = klp_enable_patch(&patch);\n"
		    "\tif (ret)\n\t\tWARN_ON(klp_unregister_patch(&patch));\n"
		    "\treturn ret;\n}\n\n"
		    "static void __exit frame_exit(void)\n"
		    "{\n\tWARN_ON(klp_unregister_patch(&patch));\n}\n"
		    "#endif\n\n"
		    "module_init(frame_init);\n"
		    "module_exit(frame_exit);\n"
		    "MODULE_LICENSE(\"GPL\");\n"
		    "MODULE_DESCRIPTION(\"livepatch built by klpsh\");\n"
		    "MODULE_INFO(livepatch, \"Y\");\n");
}

/* What a namespace is given as changed with 6.13. */
static void add_namespaces(struct sbuf *b, const struct wrapper_spec *s)
{
	if (!s->n_namespaces)
		return;
	sbuf_add(b, "#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)\n");
	for (size_t i = 0; i < s->n_namespaces; i++)
		sbuf_add(b, "MODULE_IMPORT_NS(\"%s\");\n", s->namespaces[i]);
	sbuf_add(b, "#else\n");
	for (size_t i = 0; i < s->n_namespaces; i++)
		sbuf_add(b, "MODULE_IMPORT_NS(%s);\n", s->namespaces[i]);
	sbuf_add(b, "#endif\n");
}

static void add_info(struct sbuf *b, const char *what, const char *text)
{
	if (!text)
		return;
	sbuf_add(b, "MODULE_INFO(klpsh, \"%s ", what);
	sbuf_add_c(b, text);
	sbuf_add(b, "\");\n");
}

static void add_provenance(struct sbuf *b, const struct wrapper_spec *s)
{
	add_info(b, "tool", s->tool);
	add_info(b, "kernel", s->release);
	add_info(b, "patch-sha256", s->patch_sha256);
	add_info(b, "trusted-compiler", s->trusted);
	for (size_t k = 0; k < s->n_objects; k++)
		for (size_t i = 0; i < s->objects[k].n_funcs; i++)
			sbuf_add(b, "MODULE_INFO(klpsh, \"function %s %s,%lu\");\n",
				 object_word(&s->objects[k]), s->objects[k].funcs[i].old_name,
				 s->objects[k].funcs[i].sympos);
}

static int taken(struct sbuf *b, char **ret, struct err *e)
{
	int r = sbuf_take(b, ret);

	if (r == -EFBIG)
		return err_set(e, r, "the source of the module's frame would be too long");
	return r < 0 ? err_set(e, r, "out of memory") : 0;
}

int wrapper_source(const struct wrapper_spec *s, char **ret, struct err *e)
{
	struct sbuf b = { 0 };
	int r = check_spec(s, e);

	if (r < 0)
		return r;
	sbuf_add(&b, "// SPDX-License-Identifier: GPL-2.0-only\n"
		     "#include <linux/kernel.h>\n"
		     "#include <linux/livepatch.h>\n"
		     "#include <linux/module.h>\n"
		     "#include <linux/version.h>\n\n");
	for (size_t k = 0; k < s->n_objects; k++) {
		add_callbacks(&b, &s->objects[k], k);
		add_funcs(&b, &s->objects[k], k);
	}
	sbuf_add(&b, "\nstatic struct klp_object objs[] = {\n");
	for (size_t k = 0; k < s->n_objects; k++)
		add_object(&b, &s->objects[k], k);
	sbuf_add(&b, "\t{ }\n};\n\n");
	add_patch(&b, s);
	add_init(&b);
	add_namespaces(&b, s);
	add_provenance(&b, s);
	return taken(&b, ret, e);
}

int wrapper_kbuild(const char *module, char **ret, struct err *e)
{
	struct sbuf b = { 0 };

	if (!wrapper_is_module_name(module))
		return err_set(e, -EINVAL, "\"%s\" is no name for a module", module);
	sbuf_add(&b,
		 "# SPDX-License-Identifier: GPL-2.0-only\n"
		 "obj-m := %s.o\n"
		 "%s-y := patch.o frame.o\n",
		 module, module);
	return taken(&b, ret, e);
}
