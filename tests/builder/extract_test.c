// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What goes into the patch and how it is written: the closure of what is new,
 * what stays the kernel's, pointers to patched functions, shared sections.
 */
#include "tests/builder/differ.h"

static void new_functions_and_data_come_along(void **state)
{
	struct pair p;

	pair(&p, "V(, static const int table[] = { 3, 4, 5 }; static int state; int seen = 4;\n"
		 "static noinline int deep(int a) { state += a; return table[out(a)]; }\n"
		 "static noinline int helper(int a) { return deep(a) + out(seen); })\n"
		 "V(, int unused = 7; static int nobodys = 8;)\n"
		 "int old; static int olds = 3;\n"
		 "int f(int a) { old += olds; sink(&olds); V(return out(a), return helper(a) + 1); }\n");
	expect_changed(&p, "f");
	expect_accepted(&p, 1);
	expect_included(&p, "helper", true);
	expect_included(&p, "deep", true);
	expect_included(&p, "table", true);
	expect_included(&p, "state", true);
	expect_included(&p, "seen", true);
	expect_included(&p, "unused", true);
	expect_included(&p, "old", false);
	expect_included(&p, "olds", false);
	assert_int_equal(p.d->n_new, 2);
	pair_extract(&p);
	assert_int_equal(out_symbol(&p, "old") != NULL, false);
	assert_true(out_uses(&p, ".text.f", "k_old") > 0);
	assert_true(out_uses(&p, ".text.f", "k_olds") > 0);
	assert_int_equal(out_uses(&p, ".text.f", "helper"), 1);
	assert_int_equal(out_uses(&p, ".text.deep", "k_out"), 1);
	assert_int_equal(out_section(&p, ".bss.state")->s->type, SHT_NOBITS);
	expect_links(&p);
	pair_done(&p);
}

static void only_what_is_new_stays_global(void **state)
{
	struct pair p;

	pair(&p, "V(, int fresh(int a) { return out(a); } int datum = 4;)\n"
		 "int f(int a) { return out(V(1, 2)); }\n");
	pair_extract(&p);
	assert_int_equal(out_symbol(&p, "f")->bind, STB_LOCAL);
	assert_int_equal(out_symbol(&p, "fresh")->bind, STB_GLOBAL);
	assert_int_equal(out_symbol(&p, "datum")->bind, STB_GLOBAL);
	assert_int_equal(out_symbol(&p, "k_out")->shndx, SHN_UNDEF);
	assert_int_equal(p.x.n_functions, 1);
	assert_string_equal(p.x.functions[0].alias, "new_0");
	assert_string_equal(p.d->a.t.v[p.x.functions[0].thing].name, "f");
	assert_int_equal(out_symbol(&p, "new_0")->bind, STB_GLOBAL);
	assert_int_equal(out_symbol(&p, "new_0")->value, out_symbol(&p, "f")->value);
	assert_int_equal(out_symbol(&p, "new_0")->shndx, out_symbol(&p, "f")->shndx);
	pair_done(&p);
}

static void strings_keep_what_they_say(void **state)
{
	struct pair p;
	const struct osection *s;
	char all[64] = "";

	pair(&p, "int e(int a) { return sink(\"not this\"); }\n"
		 "int f(int a) { return sink(V(\"before\", \"afterwards\")) + sink(\"other\"); }\n");
	expect_accepted(&p, 1);
	pair_extract(&p);
	s = out_section(&p, ".rodata.klpsh_str");
	for (size_t i = 0; i < 2; i++) {
		const struct osection *text = out_section(&p, ".text.f");

		for (size_t k = 0; k < text->n_relocs; k++)
			if (object_symbol(p.out, text->relocs[k].symbol)->shndx == s->s->index)
				all[strlen(all)] = (char)s->s->data[text->relocs[k].addend];
	}
	assert_true(strchr(all, 'a') && strchr(all, 'o'));
	assert_null(memmem(s->s->data, s->s->size, "not this", 8));
	assert_int_equal(s->s->size, sizeof("afterwards") + sizeof("other"));
	expect_links(&p);
	pair_done(&p);
}

static void a_string_is_whole_wherever_one_points_into_it(void **state)
{
	struct pair p;
	const struct osection *text, *s;

	pair(&p, "int f(long i) { return \"backwards\"[i + 5] + V(1, 2); }\n");
	expect_accepted(&p, 1);
	pair_extract(&p);
	text = out_section(&p, ".text.f");
	s = out_section(&p, ".rodata.klpsh_str");
	assert_string_equal((const char *)s->s->data, "backwards");
	for (size_t k = 0; k < text->n_relocs; k++)
		if (object_symbol(p.out, text->relocs[k].symbol)->shndx == s->s->index)
			assert_int_equal(text->relocs[k].addend, 5);
	pair_done(&p);
}

static void pointers_to_patched_functions_stay_the_kernels(void **state)
{
	struct pair p;

	/* its identity may be compared; calls go to the new one */
	pair(&p, "noinline int called(int a) { return out(V(1, 2)); }\n"
		 "V(, static noinline int fresh(int a) { return out(a) + 9; })\n"
		 "int f(int a) { sink(called V(, , fresh)); return called(a) + V(3, 4); }\n");
	expect_accepted(&p, 2);
	pair_extract(&p);
	assert_int_equal(out_uses(&p, ".text.f", "k_called"), 1);
	assert_int_equal(out_uses(&p, ".text.f", "called"), 1);
	assert_int_equal(out_uses(&p, ".text.f", "fresh"), 1);
	pair_done(&p);
}

static void pointers_in_new_data_are_to_the_kernels_too(void **state)
{
	struct pair p;

	pair(&p, "noinline int called(int a) { return out(V(1, 2)); }\n"
		 "V(, int (*const ops[])(int) = { called, out };)\n"
		 "int f(int a) { return out(1); }\n");
	expect_accepted(&p, 1);
	pair_extract(&p);
	assert_int_equal(out_uses(&p, ".rodata.ops", "k_called"), 1);
	assert_int_equal(out_uses(&p, ".rodata.ops", "k_out"), 1);
	expect_links(&p);
	pair_done(&p);
}

static void a_name_within_a_variable_is_told_by_the_variable(void **state)
{
	struct pair p;
	const struct osection *s;

	/* the kernel's table may not know it, and what is asked for is the variable's place */
	pair(&p, "asm(\".pushsection .data.t,\\\"aw\\\"\\n.type t,@object\\nt: .quad 1\\n\"\n"
		 "\".globl within\\nwithin: .quad 2\\n.size t,16\\n.popsection\");\n"
		 "extern long within; int f(void) { sink(&within); return out(V(1, 2)); }\n");
	expect_accepted(&p, 1);
	pair_extract(&p);
	assert_int_equal(out_uses(&p, ".text.f", "k_within"), 0);
	assert_int_equal(out_uses(&p, ".text.f", "k_t"), 1);
	s = out_section(&p, ".text.f");
	for (size_t k = 0; k < s->n_relocs; k++)
		if (streq(object_symbol(p.out, s->relocs[k].symbol)->name, "k_t"))
			assert_int_equal(s->relocs[k].addend, 8);
	pair_done(&p);
}

static void labels_in_a_function_are_in_the_new_one(void **state)
{
	struct pair p;

	pair(&p, "int f(int a) { void *to = &&x; sink(&to); asm volatile(\"\" : \"+r\"(to)); goto *to;\n"
		 "x: return out(V(1, 2)); }\n");
	expect_accepted(&p, 1);
	pair_extract(&p);
	assert_int_equal(out_uses(&p, ".text.f", "k_f"), 0);
	assert_true(out_uses(&p, ".text.f", "f") >= 1);
	pair_done(&p);
}

static void a_switch_brings_its_table(void **state)
{
	static const char *const flags[] = { "-fjump-tables", NULL };
	struct pair p;

	pair_flags(&p,
		   "#define S(n, x) int n(int a) { switch (a) { case 0: return out(3); case 1: return "
		   "out(17) + 1;\\\n"
		   "case 2: return out(4) * a; case 3: out(8); return a; case 4: out(1); return 7;\\\n"
		   "case 5: return out(x) - 3; default: return 0; } }\n"
		   "S(f, V(31, 32)) S(g, 33)\n",
		   flags);
	expect_changed(&p, "f");
	expect_same(&p, "g");
	expect_accepted(&p, 1);
	pair_extract(&p);
	assert_int_equal(out_uses(&p, ".text.f", ".rodata.f"), 1);
	assert_int_equal(out_uses(&p, ".rodata.f", "f"), out_section(&p, ".rodata.f")->n_relocs);
	assert_null(out_section(&p, ".rodata.g"));
	expect_links(&p);
	pair_done(&p);
}

static void a_child_comes_with_its_parent(void **state)
{
	struct pair p;

	pair(&p, "__attribute__((cold)) extern void die(int);\n"
		 "int f(int a) { if (a) { die(V(1, 2)); out(a); } return out(a) + 1; }\n");
	pair_extract(&p);
	assert_int_equal(out_uses(&p, ".text.f", "f.cold"), 1);
	assert_true(out_uses(&p, ".text.unlikely.f", "f") >= 1);
	assert_int_equal(out_uses(&p, ".text.unlikely.f", "k_f"), 0);
	assert_int_equal(p.x.n_functions, 1);
	expect_links(&p);
	pair_done(&p);
}

#define SCHED "section(\".sched.text\") noinline"

static void a_moved_neighbour_is_no_change(void **state)
{
	struct pair p;

	pair(&p, SCHED " int a(int x) { return out(x) + V(1, 2 * out(x)); }\n" SCHED
		       " int b(int x) { return out(x) ? a(x) + 3 : 0; }\n" SCHED
		       " int c(int x) { return b(x) + a(x) + 4; }\n");
	expect_changed(&p, "a");
	expect_same(&p, "b");
	expect_same(&p, "c");
	expect_accepted(&p, 1);
	pair_done(&p);
}

static void a_branch_to_another_neighbour_is_one(void **state)
{
	struct pair p;

	/* local ones, to which the assembler writes no relocations */
	pair(&p, SCHED " static int a(int x) { return out(x) + 1; }\n" SCHED
		       " static int b(int x) { return out(x) * 2; }\n" SCHED
		       " int c(int x) { return V(a, b)(x) + 4; }\n" SCHED
		       " int d(int x) { return a(x) + b(x); }\n");
	expect_changed(&p, "c");
	assert_non_null(strstr(mark_of(&p, "c")->why, "branch"));
	expect_same(&p, "d");
	expect_accepted(&p, 1);
	pair_done(&p);
}

/* The relocation of the field of the first call (e8) of a function. */
static const struct elf_rela *first_call(const struct pair *p, const char *name, const char **ret_symbol)
{
	const struct elf_symbol *f = out_symbol(p, name);
	const struct osection *s = object_section_of(p->out, f);
	size_t n = 0;
	const struct elf_rela *r = object_relocs(s, f->value, f->value + f->size, &n);

	for (size_t i = 0; i < n; i++)
		if (s->s->data[r[i].offset - 1] == 0xe8 &&
		    !streq(object_symbol(p->out, r[i].symbol)->name, "k___fentry__")) {
			*ret_symbol = object_symbol(p->out, r[i].symbol)->name;
			return &r[i];
		}
	fail_msg("%s calls nothing", name);
	return NULL;
}

static void branches_in_a_shared_section_get_relocations(void **state)
{
	const char *symbol = "";
	struct pair p;

	pair(&p, SCHED " static int a(int x) { return out(x) + 1; }\n" SCHED
		       " int b(int x) { return a(x) + out(V(2, 3)); }\n" SCHED
		       " int c(int x) { return out(x) + 4; }\n");
	expect_accepted(&p, 1);
	pair_extract(&p);
	assert_null(out_symbol(&p, "a"));
	assert_null(out_symbol(&p, "c"));
	assert_int_equal(first_call(&p, "b", &symbol)->type, R_X86_64_PLT32);
	assert_string_equal(symbol, "k_a");
	assert_int_equal(first_call(&p, "b", &symbol)->addend, -4);
	/* nothing is left of where it was */
	assert_memory_equal(out_section(&p, ".sched.text")->s->data + first_call(&p, "b", &symbol)->offset,
			    "\0\0\0\0", 4);
	assert_int_equal(out_uses(&p, ".sched.text", "k_out"), 1);
	expect_links(&p);
	pair_done(&p);
}

static void a_new_neighbour_comes_along(void **state)
{
	const char *symbol = "";
	struct pair p;

	/* the assembler writes no relocation of the call, neither of that nor of those behind it */
	pair(&p, "V(, " SCHED " static int fresh(int x) { return out(x) * 3 + 1; }\n" SCHED
		 " static int deep(int x) { return fresh(x) * 5; })\n" SCHED
		 " int b(int x) { return out(x) V(, + deep(x)); }\n");
	expect_accepted(&p, 1);
	expect_included(&p, "deep", true);
	expect_included(&p, "fresh", true);
	pair_extract(&p);
	assert_int_equal(out_uses(&p, ".sched.text", "k_deep"), 0);
	assert_int_equal(out_uses(&p, ".sched.text", "k_fresh"), 0);
	(void)first_call(&p, "deep", &symbol);
	assert_string_equal(symbol, "fresh");
	expect_links(&p);
	pair_done(&p);
}

static void what_a_neighbour_is_patched_through_goes_along(void **state)
{
	static const char *const flags[] = { "-fpatchable-function-entry=16,16", NULL };
	const struct osection *table;
	const struct thing *b;
	struct pair p;

	pair_flags(&p,
		   SCHED " int a(int x) { return out(x) + 1; }\n" SCHED
			 " int b(int x) { return out(x) + V(2, 3); }\n" SCHED
			 " int c(int x) { return out(x) + 4; }\n",
		   flags);
	expect_accepted(&p, 1);
	expect_same(&p, "c");
	b = &p.d->b.t.v[thing_called(&p.d->b.t, "b")];
	assert_int_equal(b->at - b->start, 16);
	pair_extract(&p);
	assert_int_equal(out_symbol(&p, "b")->value, 16);
	table = out_section(&p, "__patchable_function_entries");
	assert_non_null(table);
	assert_int_equal(table->n_relocs, 1);
	assert_int_equal(
		(int64_t)object_symbol(p.out, table->relocs[0].symbol)->value + table->relocs[0].addend, 0);
	expect_links(&p);
	pair_done(&p);
}

static void uses_of_a_neighbours_bytes_are_refused(void **state)
{
	struct pair p;

	pair(&p, SCHED " int a(int x) { asm volatile(\".Lin_a: nop\"); return out(x) + 1; }\n" SCHED
		       " int b(int x) { int r; asm(\"mov .Lin_a(%%rip), %0\" : \"=r\"(r)); return out(r) + "
		       "V(1, 2); }\n" SCHED " int c(int x) { return out(x) + 4; }\n");
	expect_refused(&p, REFUSE_CODE, "b");
	expect_same(&p, "c");
	assert_int_equal(refusals_count(&p.refusals), 1);
	pair_done(&p);
}

static void calls_between_two_changed_neighbours_are_to_the_new(void **state)
{
	const char *symbol = "";
	struct pair p;

	pair(&p, SCHED " static int a(int x) { return out(x) + V(1, 5); }\n" SCHED
		       " int between(int x) { return out(x) * 7; }\n" SCHED
		       " int b(int x) { return a(x) + out(V(2, 3)); }\n");
	expect_accepted(&p, 2);
	pair_extract(&p);
	(void)first_call(&p, "b", &symbol);
	assert_string_equal(symbol, "a");
	expect_links(&p);
	pair_done(&p);
}

static int refuse_all(void *arg, const struct extref *ref, char *name, size_t size)
{
	return refuse(arg, REFUSE_SYMBOL, "a.o", ref->user, ref->section, "no '%s'", ref->name);
}

static void what_is_new_is_never_asked_for_by_name(void **state)
{
	const struct extract_options opt = { .file = "a.o", .resolve = pair_resolve };
	struct extract x = { 0 };
	struct pair p;

	/* of the module, so it does not come along; the kernel may have another of that name */
	pair(&p, "V(, static int fresh section(\"__kunit_x\") = 3;)\n"
		 "int f(int a) { V(, sink(&fresh);) return out(1); }\n");
	assert_int_equal(extract_make(p.d, &opt, &p.refusals, &x, NULL), 0);
	assert_null(x.bytes);
	expect_refused(&p, REFUSE_SYMBOL, "f");
	extract_done(&x);
	pair_done(&p);
}

static void refused_references_are_all_told(void **state)
{
	struct extract x = { 0 };
	struct pair p;

	pair(&p,
	     "int e(int a) { return out(V(1, 2)); }\nint f(int a) { return sink(0) + outside + V(1, 2); }\n");
	assert_int_equal(extract_make(p.d,
				      &(struct extract_options){
					      .file = "a.o", .resolve = refuse_all, .arg = &p.refusals },
				      &p.refusals, &x, NULL),
			 0);
	assert_null(x.bytes);
	assert_int_equal(refusals_count(&p.refusals), 5); /* and __fentry__, for each */
	extract_done(&x);
	pair_done(&p);
}

/* Keys are asked for as keys, also when the code has used them otherwise before. */
static int refuse_keys(void *arg, const struct extref *ref, char *name, size_t size)
{
	if (ref->key)
		return refuse(arg, REFUSE_KEY, "a.o", ref->user, ref->section, "the key '%s'", ref->name);
	return pair_resolve(arg, ref, name, size);
}

static void a_key_is_asked_for_as_one(void **state)
{
	struct extract x = { 0 };
	struct pair p;

	pair(&p,
	     "extern int key;\n"
	     "int f(int a) { sink(&key); asm volatile(\"1: nop\\n.pushsection __jump_table,\\\"aw\\\"\\n\"\n"
	     "\".long 1b - ., 1b - .\\n.quad key - .\\n.popsection\"); return V(1, 2); }\n");
	expect_accepted(&p, 1);
	assert_int_equal(extract_make(p.d,
				      &(struct extract_options){
					      .file = "a.o", .resolve = refuse_keys, .arg = &p.refusals },
				      &p.refusals, &x, NULL),
			 0);
	assert_null(x.bytes);
	expect_refused(&p, REFUSE_KEY, "f");
	extract_done(&x);
	pair_done(&p);
}

static int silence(void *arg, const struct extref *ref, char *name, size_t size)
{
	if (ref->key && ref->tracepoint)
		return extref_silence(ref, "a.o", "ext4", arg);
	if (ref->key)
		return refuse(arg, REFUSE_KEY, "a.o", ref->user, ref->section, "the key '%s'", ref->name);
	return pair_resolve(arg, ref, name, size);
}

/* A function with a jump label at `insn`, whose key is at `key`. */
static void pair_label(struct pair *p, const char *insn, const char *key)
{
	struct extract_options opt = { .file = "a.o", .resolve = silence, .arg = &p->refusals };
	char source[600];

	snprintf(source, sizeof(source),
		 "extern int __tracepoint_x[8], branch;\n"
		 "int f(int a) { sink(__tracepoint_x); asm volatile(\"1: %s\\n2:\\n"
		 ".pushsection __jump_table,\\\"aw\\\"\\n.long 1b - ., 2b - .\\n"
		 ".quad %s - .\\n.popsection\"); return V(1, 2); }\n",
		 insn, key);
	pair(p, source);
	expect_accepted(p, 1);
	assert_int_equal(extract_make(p->d, &opt, &p->refusals, &p->x, NULL), 0);
	if (p->x.bytes)
		assert_int_equal(object_parse(p->x.bytes, p->x.len, &p->out, NULL), 0);
}

/* Bit 0 says that off is the jump, bit 1 that objtool makes a no-op of what is compiled as a jump. */
static void a_module_s_tracepoint_is_left_silent(void **state)
{
	static const char *const off[][2] = { { "jmp 2f", "__tracepoint_x + 8 + 2" },
					      { ".byte 0x0f,0x1f,0x44,0,0", "__tracepoint_x + 8" } };
	const struct osection *table;
	struct pair p;

	for (size_t i = 0; i < ARRAY_SIZE(off); i++) {
		pair_label(&p, off[i][0], off[i][1]);
		assert_non_null(p.out);
		expect_accepted(&p, 1);
		assert_int_equal(p.refusals.n, 1);
		assert_string_equal(p.refusals.v[0].function, "f");
		assert_non_null(
			strstr(p.refusals.v[0].why, "trace_x() stays silent in the patched function"));
		/* a key of 16 zeros is off; the entry's own bits are kept */
		assert_int_equal(out_uses(&p, "__jump_table", ".data.klpsh_off"), 1);
		assert_int_equal(out_uses(&p, "__jump_table", "k___tracepoint_x"), 0);
		assert_int_equal(out_uses(&p, ".text.f", "k___tracepoint_x"), 1);
		table = out_section(&p, "__jump_table");
		assert_int_equal(table->relocs[2].offset, 8);
		assert_int_equal(table->relocs[2].addend, i == 0 ? 2 : 0);
		assert_int_equal(out_section(&p, ".data.klpsh_off")->s->size, 16);
		assert_int_equal(out_section(&p, ".data.klpsh_off")->s->flags, SHF_ALLOC | SHF_WRITE);
		expect_links(&p);
		pair_done(&p);
	}
}

static void a_jump_label_that_may_be_on_is_refused(void **state)
{
	static const char *const labels[][2] = { { "jmp 2f", "branch + 2" },
						 { "jmp 2f", "__tracepoint_x + 8" },
						 { "jmp 2f", "__tracepoint_x + 8 + 1" },
						 { "jmp 2f", "__tracepoint_x + 8 + 3" } };
	struct pair p;

	for (size_t i = 0; i < ARRAY_SIZE(labels); i++) {
		pair_label(&p, labels[i][0], labels[i][1]);
		assert_null(p.x.bytes);
		expect_refused(&p, REFUSE_KEY, "f");
		pair_done(&p);
	}
}

static int hide_calls(void *arg, const struct extref *ref, char *name, size_t size)
{
	bool hide = arg && strncmp(ref->name, EXTREF_TRAMPOLINE, 7) == 0;

	snprintf(name, size, "%s%s", hide ? "hidden_" : "", ref->name);
	return 0;
}

static void a_static_call_wants_its_key_if_it_is_named_as_one(void **state)
{
	for (int hide = 0; hide < 2; hide++) {
		struct extract_options opt = { .file = "a.o", .resolve = hide_calls };
		struct err e;
		struct pair p;

		opt.arg = hide ? &p : NULL;
		pair(&p, "extern int __SCT__call(int);\nint f(int a) { return __SCT__call(V(1, 2)) + 1; }\n");
		expect_accepted(&p, 1);
		assert_int_equal(extract_make(p.d, &opt, &p.refusals, &p.x, &e), 0);
		assert_int_equal(object_parse(p.x.bytes, p.x.len, &p.out, &e), 0);
		assert_int_equal(out_uses(&p, ".text.f", hide ? "hidden___SCT__call" : "__SCT__call"), 1);
		assert_int_equal(out_symbol(&p, "__SCK__call") != NULL, !hide);
		pair_done(&p);
	}
}

/* So is what the kernel reads at once; the name, once given, stays one symbol. */
static int refuse_early(void *arg, const struct extref *ref, char *name, size_t size)
{
	if (ref->early && streq(ref->name, "late"))
		return refuse(arg, REFUSE_SECTION, "a.o", ref->user, ref->section, "'%s' comes late",
			      ref->name);
	return pair_resolve(arg, ref, name, size);
}

static void what_is_read_early_is_asked_for_as_that(void **state)
{
	struct extract x = { 0 };
	struct pair p;

	pair(&p, "extern int late, soon;\n"
		 "int f(int a) { sink(&late, &soon); asm volatile(\"1: nop\\n.pushsection "
		 "__bug_table,\\\"aw\\\"\\n\"\n"
		 "\".long 1b - ., late - ., 0, 1b - ., soon - ., 0\\n.popsection\"); return V(1, 2); }\n");
	expect_accepted(&p, 1);
	pair_extract(&p);
	assert_int_equal(out_uses(&p, "__bug_table", "k_late"), 1);
	assert_int_equal(out_uses(&p, ".text.f", "k_late"), 1);
	for (size_t i = 1, n = 0; i < p.out->n_symbols; i++) {
		n += streq(object_symbol(p.out, (uint32_t)i)->name, "k_late");
		assert_true(n < 2);
	}
	assert_int_equal(extract_make(p.d,
				      &(struct extract_options){
					      .file = "a.o", .resolve = refuse_early, .arg = &p.refusals },
				      &p.refusals, &x, NULL),
			 0);
	assert_null(x.bytes);
	expect_refused(&p, REFUSE_SECTION, "f");
	assert_int_equal(refusals_count(&p.refusals), 1);
	extract_done(&x);
	pair_done(&p);
}

/* The assembler can be told to; a compiler never does it. */
static void a_field_that_reaches_into_a_neighbour_is_not_copied(void **state)
{
	const struct extract_options opt = { .file = "a.o", .resolve = pair_resolve };
	struct extract x = { 0 };
	struct err e = { 0 };
	struct pair p;

	pair(&p, "V(, extern int one; asm(\".section .data.one,\\\"aw\\\"\\n.globl one,two\\n\"\n"
		 "\".type one,@object\\n.type two,@object\\n.size one,4\\n.size two,8\\n\"\n"
		 "\"one: .long 0\\ntwo: .quad 0\\n.reloc one + 2,R_X86_64_64,outside\\n.previous\");)\n"
		 "int f(int a) { return sink(V(0, &one), a); }\n");
	expect_accepted(&p, 1);
	assert_int_equal(extract_make(p.d, &opt, &p.refusals, &x, &e), -EBADMSG);
	assert_null(x.bytes);
	assert_non_null(strstr(e.text, "a.o: the changed code cannot be written out"));
	pair_done(&p);
}

static void the_same_gives_the_same_bytes(void **state)
{
	struct pair p, q;
	static const char source[] = "V(, static int n(int a) { return sink(\"x\", a); })\n"
				     "int f(int a) { static int count; return out(count++ + V(1, 2)); }\n";

	pair(&p, source);
	pair(&q, source);
	pair_extract(&p);
	pair_extract(&q);
	assert_int_equal(p.x.len, q.x.len);
	assert_memory_equal(p.x.bytes, q.x.bytes, p.x.len);
	pair_done(&p);
	pair_done(&q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_functions_and_data_come_along),
		cmocka_unit_test(only_what_is_new_stays_global),
		cmocka_unit_test(strings_keep_what_they_say),
		cmocka_unit_test(a_string_is_whole_wherever_one_points_into_it),
		cmocka_unit_test(pointers_to_patched_functions_stay_the_kernels),
		cmocka_unit_test(pointers_in_new_data_are_to_the_kernels_too),
		cmocka_unit_test(a_name_within_a_variable_is_told_by_the_variable),
		cmocka_unit_test(labels_in_a_function_are_in_the_new_one),
		cmocka_unit_test(a_switch_brings_its_table),
		cmocka_unit_test(a_child_comes_with_its_parent),
		cmocka_unit_test(a_moved_neighbour_is_no_change),
		cmocka_unit_test(a_branch_to_another_neighbour_is_one),
		cmocka_unit_test(branches_in_a_shared_section_get_relocations),
		cmocka_unit_test(a_new_neighbour_comes_along),
		cmocka_unit_test(what_a_neighbour_is_patched_through_goes_along),
		cmocka_unit_test(uses_of_a_neighbours_bytes_are_refused),
		cmocka_unit_test(calls_between_two_changed_neighbours_are_to_the_new),
		cmocka_unit_test(what_is_new_is_never_asked_for_by_name),
		cmocka_unit_test(refused_references_are_all_told),
		cmocka_unit_test(a_key_is_asked_for_as_one),
		cmocka_unit_test(a_module_s_tracepoint_is_left_silent),
		cmocka_unit_test(a_jump_label_that_may_be_on_is_refused),
		cmocka_unit_test(a_static_call_wants_its_key_if_it_is_named_as_one),
		cmocka_unit_test(what_is_read_early_is_asked_for_as_that),
		cmocka_unit_test(a_field_that_reaches_into_a_neighbour_is_not_copied),
		cmocka_unit_test(the_same_gives_the_same_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
