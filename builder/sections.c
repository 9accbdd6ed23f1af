// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a section is for, by its name, type and flags. The names are those of
 * include/linux/init.h, include/asm-generic/vmlinux.lds.h and
 * scripts/module.lds.S.
 */
#include "builder/tables.h"
#include "builder/things.h"

static bool begins_any(const char *s, const char *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (begins(s, v[i]))
			return true;
	return false;
}

/* Gone, or done, when the kernel or the module has started. */
static bool is_init(const char *name)
{
	static const char *const v[] = { ".init.",	".exit.",      ".head.text",	    ".initcall",
					 ".init_array", ".fini_array", ".con_initcall",	    ".ctors",
					 ".dtors",	"__setup",     ".security_initcall" };

	/* .text.exit_mmap is a function's section, .text.exit the kernel's for __exit */
	return begins_any(name, v, ARRAY_SIZE(v)) || streq(name, ".text.startup") ||
	       begins(name, ".text.startup.") || streq(name, ".text.exit");
}

/* Facts about the whole module, read once when it is loaded or built. */
static bool is_meta(const char *name)
{
	static const char *const v[] = { ".modinfo",
					 "__ksymtab",
					 "__kcrctab",
					 "__versions",
					 "__param",
					 "__modver",
					 ".note",
					 ".export_symbol",
					 ".gnu.",
					 ".discard.addressable",
					 "___ksymtab",
					 "___kcrctab",
					 "__obsparm",
					 "__kentry",
					 "_kprobe_blacklist",
					 "_error_injection_whitelist",
					 ".BTF",
					 "__bpf_raw_tp_map",
					 "_ftrace_events",
					 "__tracepoints_ptrs",
					 "_ftrace_eval_map",
					 "__syscalls_metadata",
					 "__thermal_table",
					 "__governor_thermal_table",
					 "__trace_printk_fmt",
					 "__earlycon_table",
					 "__dyndbg_classes",
					 ".printk_index",
					 "__kunit",
					 ".kunit",
					 "__tracepoint_str",
					 "__lsm_info",
					 "__builtin_fw",
					 ".builtin_fw",
					 "__clk_of_table",
					 "__irqchip",
					 ".ARM.",
					 "__tracepoints_strings",
					 "__early_lsm_info",
					 "__boot_params_hint",
					 "__reservedmem_of_table",
					 "__timer_of_table",
					 "__cpuidle_method_of_table" };

	return begins_any(name, v, ARRAY_SIZE(v));
}

/* Code that others point into, without symbols. */
static bool is_fragment(const char *name)
{
	return streq(name, ".altinstr_replacement") || streq(name, ".altinstr_aux") ||
	       streq(name, ".fixup") || streq(name, ".text..refcount");
}

bool section_is_note(const struct elf_section *s)
{
	const struct table_kind *k = s->type == SHT_PROGBITS ? table_find(s->name) : NULL;

	return k && k->flags & TABLE_DISCARD;
}

enum section_class section_classify(const struct elf_section *s)
{
	if (section_is_note(s))
		return SEC_TABLE;
	if (!(s->flags & SHF_ALLOC) || s->type == SHT_NULL)
		return SEC_NONE;
	if (begins(s->name, ".klpsh."))
		return SEC_AUTHOR;
	if (is_init(s->name))
		return SEC_INIT;
	if (table_find(s->name))
		return SEC_TABLE;
	if (is_meta(s->name))
		return SEC_META;
	if (is_fragment(s->name))
		return SEC_FRAGMENT;
	if (s->flags & SHF_EXECINSTR)
		return SEC_TEXT;
	if (s->flags & SHF_MERGE)
		return s->flags & SHF_STRINGS ? SEC_STRINGS : SEC_CONST;
	if (begins(s->name, ".data..percpu"))
		return SEC_PERCPU;
	if (s->type == SHT_NOBITS)
		return SEC_BSS;
	return s->flags & SHF_WRITE ? SEC_DATA : SEC_RODATA;
}
