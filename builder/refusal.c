// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of refusals and the list that a build collects them in. The
 * techniques are those of Documentation/livepatch (callbacks.rst,
 * shadow-vars.rst, livepatch.rst) and of the C language.
 */
#include <errno.h>
#include <stdarg.h>

#include "builder/refusal.h"
#include "core/text.h"

static const struct {
	const char *word, *meaning, *technique;
} table[REFUSE_CODES] = {
	[REFUSE_INIT] = { "init-code",
			  "code or data of initialisation changed; it ran when the kernel or the module "
			  "started and is gone",
			  "do what it would have done in a pre-patch or post-patch callback, and use "
			  "only what stays" },
	[REFUSE_DATA] = { "data-value",
			  "the initial value of existing data changed; the running kernel has long since "
			  "made it its own",
			  "set the new value in a pre-patch callback, with the locking that its users have, "
			  "or let the changed functions use a new variable" },
	[REFUSE_DATA_SIZE] = { "data-layout", "existing data changed its size or its section",
			       "keep the old one and put what is new into a variable or a shadow variable "
			       "(klp_shadow_alloc) of its own" },
	[REFUSE_NO_HOOK] = { "no-entry-hook",
			     "a changed function has no ftrace hook at its entry, so nothing can be put in "
			     "its place",
			     "move the change into its callers, or write a new function and have the callers "
			     "use that" },
	[REFUSE_STATIC_LOCAL] = { "static-local",
				  "a static local variable has no certain counterpart in the running kernel",
				  "keep the variable and its user together, or give the new one another name "
				  "so that it is a new variable" },
	[REFUSE_GROUP] = { "section-group", "the members of a section group changed",
			   "avoid what makes the compiler emit the group (inline functions with weak "
			   "linkage)" },
	[REFUSE_SECTION] = { "unknown-section",
			     "a section holds something that is not understood well enough to carry over",
			     "keep the change away from what puts entries into that section" },
	[REFUSE_CODE] = { "unknown-code", "the machine code could not be followed",
			  "move the change into a caller, or out of functions with hand-written assembly" },
	[REFUSE_KEY] = { "module-key",
			 "a jump label uses a key that lives in a module; it would be resolved before the "
			 "module is there. As a warning: the patch goes round it, as it says",
			 "use static_key_enabled(&key) in place of static_branch_likely()/unlikely()" },
	[REFUSE_SEALED] = { "sealed-function",
			    "the new code takes the address of a function that the kernel itself never calls "
			    "through a pointer; where the processor tracks indirect branches (IBT), the "
			    "kernel has sealed it and such a call is fatal",
			    "write a new function that calls it, and take the address of that" },
	[REFUSE_SYMBOL] = { "unknown-symbol",
			    "the new code uses a symbol that is neither in the kernel nor exported nor in "
			    "the patch",
			    "add the function to the patch, or use one that this kernel has" },
	[REFUSE_AMBIGUOUS] = { "ambiguous-symbol",
			       "it is not certain which of several symbols of one name is meant",
			       "give what is new a name of its own; reach what is old another way: through a "
			       "pointer that the code already has" },
	[REFUSE_NAME] = { "name-too-long", "livepatch cannot hold a name of that length",
			  "give the new thing a shorter name" },
	[REFUSE_PROOF] = { "not-reproduced",
			   "compiler, configuration or source do not reproduce the running kernel",
			   "build with the compiler, the configuration and the source that this kernel, or "
			   "the module, was built from" },
	[REFUSE_NOT_LINKED] = { "not-in-kernel", "what the patch changes is not part of the running kernel",
				"patch the code that is there: a strong definition may have replaced a weak "
				"one, or the configuration leaves it out" },
	[REFUSE_ABI] = { "export-abi",
			 "the checksum of an exported symbol changed, so that modules would see another "
			 "interface",
			 "leave the types of the exported function as they are; put what is new into a "
			 "shadow variable or a new function" },
	[REFUSE_LAYOUT] = { "struct-layout",
			    "the layout of a structure changed while objects of the old layout exist. A "
			    "warning, with the functions that it may concern",
			    "use a shadow variable (klp_shadow_alloc) in place of a new member" },
	[REFUSE_FILE] = { "file", "a file of this kind cannot be patched in a running kernel",
			  "leave the file as it is, and change C code that calls or includes it" },
	[REFUSE_UNIT] = { "shared-unit", "the file is compiled into several modules",
			  "move the change into a caller, in a file that only one module has" },
	[REFUSE_CONFIG] = { "config",
			    "the kernel's configuration makes every build of it different (randomized "
			    "structures, latent entropy, link-time optimisation)",
			    "patch a kernel that is configured without it" },
	[REFUSE_CALLBACK] = { "callbacks",
			      "an object may have one callback of a kind, a function of the patch",
			      "call both from one callback" },
};

static bool same_place(const struct refusal *a, const struct refusal *b)
{
	return a->code == b->code && a->warning == b->warning && streq(a->file, b->file) &&
	       streq(a->function, b->function) && streq(a->section, b->section) && streq(a->why, b->why);
}

static bool is_known(const struct refusals *to, const struct refusal *r)
{
	for (size_t i = 0; i < to->n; i++)
		if (same_place(&to->v[i], r))
			return true;
	return false;
}

static void add(struct refusals *to, const struct refusal *r)
{
	if (is_known(to, r))
		return;
	if (to->n == REFUSALS_MAX || array_grow(&to->v, to->n, sizeof(*to->v)) < 0) {
		to->missed += !r->warning;
		return;
	}
	to->n_warnings += r->warning;
	to->v[to->n++] = *r;
}

static void put(char *dst, size_t size, const char *s)
{
	text_clean(dst, size, s ? s : "", s ? strlen(s) : 0);
}

static void fill(struct refusal *r, const char *file, const char *function, const char *section,
		 const char *fmt, va_list ap)
{
	char raw[sizeof(r->why)];

	(void)vsnprintf(raw, sizeof(raw), fmt, ap);
	put(r->why, sizeof(r->why), raw);
	put(r->file, sizeof(r->file), file);
	put(r->function, sizeof(r->function), function);
	put(r->section, sizeof(r->section), section);
}

int refuse(struct refusals *to, enum refusal_code code, const char *file, const char *function,
	   const char *section, const char *fmt, ...)
{
	struct refusal r = { .code = code };
	va_list ap;

	va_start(ap, fmt);
	fill(&r, file, function, section, fmt, ap);
	va_end(ap);
	add(to, &r);
	return -EPERM;
}

int refusal_warn(struct refusals *to, enum refusal_code code, const char *file, const char *function,
		 const char *section, const char *fmt, ...)
{
	struct refusal r = { .code = code, .warning = true };
	va_list ap;

	va_start(ap, fmt);
	fill(&r, file, function, section, fmt, ap);
	va_end(ap);
	add(to, &r);
	return 0;
}

void refusals_done(struct refusals *r)
{
	free(r->v);
	*r = (struct refusals){ 0 };
}

const char *refusal_word(enum refusal_code code)
{
	return table[code].word;
}

const char *refusal_meaning(enum refusal_code code)
{
	return table[code].meaning;
}

const char *refusal_technique(enum refusal_code code)
{
	return table[code].technique;
}
