// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where references of new code lead, against a toy kernel and a toy module: to
 * an export, by livepatch relocation with the right position, or into a refusal.
 */
#include "tests/builder/linked.h"

#include <errno.h>

#include "builder/resolve.h"

#define FUNC(name, body) "\t.type " name ",@function\n" name ":\n" body "\tret\n\t.size " name ",.-" name "\n"
#define DATA(name, n)                                                                                        \
	"\t.data\n\t.type " name ",@object\n" name ":\t.quad " #n "\n\t.size " name ",8\n\t.text\n"
#define TEXT "\t.text\n"

/* The file that is patched. */
#define MINE                                                                                                 \
	TEXT FUNC("type_show",                                                                               \
		  "\tcall __fentry__\n\tmov $1,%eax\n\tcall call_me\n\tmov "                                 \
		  "counter(%rip),%rcx\n") "\t.globl my_open, my_export\n" FUNC("my_open",                    \
									       "\tcall type_show\n")         \
		FUNC("my_export", "\tcall my_open\n\tnop\n") "\t.weak my_weak\n" FUNC(                       \
			"my_weak", "\tmov $2,%eax\n") DATA("counter", 7)
#define TWIN(n) TEXT FUNC("type_show", "\tmov $" #n ",%ecx\n")
#define REST                                                                                                 \
	TEXT "\t.globl __fentry__, call_me, my_weak, hidden\n" FUNC("__fentry__", "")                        \
		FUNC("call_me", "\tnop\n") FUNC("my_weak", "\tmov $9,%eax\n")                                \
			FUNC("hidden", "\tmov $8,%eax\n")

#define LONG_NAME "an_object_whose_name_is_longer_than_what_livepatch_can_take"

static const char exports[] = "0x1\tcall_me\tvmlinux\tEXPORT_SYMBOL\t\n"
			      "0x2\tcall_ns\tvmlinux\tEXPORT_SYMBOL_GPL\tNET_CORE\n"
			      "0x3\tcall_ns_too\tvmlinux\tEXPORT_SYMBOL_GPL\tNET_CORE\n"
			      "0x4\tmy_export\tvmlinux\tEXPORT_SYMBOL\t\n"
			      "0x6\tjournal_start\tfs/jbd2/jbd-2\tEXPORT_SYMBOL\t\n"
			      "0x7\tfar_start\tfs/" LONG_NAME "\tEXPORT_SYMBOL\t\n"
			      "0x8\tmine_export\tfs/mine\tEXPORT_SYMBOL\t\n"
			      "0x9\ttype_shown\tvmlinux\tEXPORT_SYMBOL\t\n"
			      "0xa\town_copy\tvmlinux\tEXPORT_SYMBOL\t\n";

/* What the kernel's table says of globals. */
static const struct kernel_sym globals[] = {
	{ "__init_begin", KERNEL_BASE, 'D' },  { "__init_end", KERNEL_BASE, 'D' },
	{ "hidden", KERNEL_BASE + 0x10, 'T' }, { "common", KERNEL_BASE + 0x20, 't' },
	{ "common", KERNEL_BASE + 0x30, 'T' }, { "twice", KERNEL_BASE + 0x40, 'T' },
	{ "twice", KERNEL_BASE + 0x50, 'D' },  { "local_only", KERNEL_BASE + 0x60, 't' },
};

struct bench {
	struct linked k;
	struct object *plain, *ko;
	struct proof *proof;
	struct things orig;
	struct bytes table;
	struct elf *table_elf;
	struct ksyms ksyms;
	struct symvers symvers;
	struct resolver r;
	struct refusals to;
	struct resolve_unit u;
	char name[ELF_MAX_NAME];
};

static void bench_tables(struct bench *b)
{
	static const struct kernel_opts o = { 0 };
	struct kernel_places at;
	struct ktables t;
	char *text = strdup(exports);

	b->table = kernel_make(globals, ARRAY_SIZE(globals), &o, &at);
	assert_int_equal(elf_open_image(b->table.data, b->table.len, &b->table_elf, NULL), 0);
	assert_int_equal(ktables_find(b->table_elf, &t, NULL), 0);
	assert_int_equal(ksyms_read(&t, &b->ksyms, NULL), 0);
	assert_int_equal(symvers_parse("Module.symvers", text, strlen(exports), &b->symvers, NULL), 0);
}

static void bench_unit(struct bench *b, const char *file, const char *object)
{
	assert_int_equal(things_make(b->plain, &b->orig, NULL), 0);
	bench_tables(b);
	b->r = (struct resolver){ .ksyms = &b->ksyms, .symvers = &b->symvers };
	b->u = (struct resolve_unit){ &b->r, file, object, b->ko, b->plain, b->proof, &b->orig, &b->to };
}

/* A file of vmlinux; beside it two others with a function of the same name. */
static void bench_kernel(struct bench *b)
{
	static const char *const sources[] = { REST, TWIN(4), MINE, TWIN(5) };

	*b = (struct bench){ .k = linked_kernel(sources, ARRAY_SIZE(sources)) };
	b->plain = linked_object(MINE);
	assert_int_equal(proof_vmlinux(b->plain, "a/mine.c", b->k.image, &b->k.ksyms, &b->proof, NULL), 0);
	bench_unit(b, "a/mine.c", "vmlinux");
}

#define MOD_MINE                                                                                             \
	TEXT FUNC("type_show", "\tmov $1,%eax\n\tcall beside\n") "\t.globl mine_export, mine_key\n" FUNC(    \
		"mine_export", "\tcall type_show\n") DATA("mine_key", 1) DATA("own_key", 2)                  \
		TEXT FUNC("mine_sealed", "\tnop\n\tnop\n") SEALED("mine_sealed")
#define SEALED(name) "\t.section .ibt_endbr_seal,\"a\"\n\t.long " name " - .\n\t.text\n"
#define MOD_OTHER                                                                                            \
	TEXT "\t.globl beside, own_copy, other_key, __SCT__other, __SCT__tp_func_other, far_sealed\n" FUNC(  \
		"beside", "\tnop\n") DATA("other_key", 3) FUNC("__SCT__other", "\tnop\n")                    \
		FUNC("__SCT__tp_func_other", "\tnop\n") FUNC("type_show", "\tmov $4,%ecx\n")                 \
			FUNC("own_copy", "\tnop\n") FUNC("far_sealed", "\tnop\n") SEALED("far_sealed")

/* A file of a module of two. */
static void bench_module(struct bench *b)
{
	static const char *const sources[] = { MOD_OTHER, MOD_MINE };

	*b = (struct bench){ .ko = linked_module(sources, ARRAY_SIZE(sources)) };
	b->plain = linked_object(MOD_MINE);
	assert_int_equal(proof_module(b->plain, "m/mine.c", b->ko, &b->proof, NULL), 0);
	bench_unit(b, "m/mine.c", "mine");
}

static void bench_done(struct bench *b)
{
	resolver_done(&b->r);
	refusals_done(&b->to);
	symvers_done(&b->symvers);
	ksyms_done(&b->ksyms);
	elf_free(b->table_elf);
	free(b->table.data);
	things_done(&b->orig);
	proof_free(b->proof);
	object_free(b->plain);
	object_free(b->ko);
	if (b->k.image)
		linked_free(&b->k);
}

static uint32_t thing_named(const struct bench *b, const char *name)
{
	const uint32_t *v;

	if (things_named(&b->orig, name, &v) == 0)
		fail_msg("there is no %s", name);
	return v[0];
}

static const struct elf_symbol *symbol_named(const struct object *o, const char *name)
{
	const uint32_t *v;

	assert_int_equal(object_named(o, name, &v), 1);
	return object_symbol(o, v[0]);
}

/* A reference to a name that the file does not define. */
static int refer(struct bench *b, const char *name)
{
	const struct extref ref = {
		.name = name, .thing = THING_NONE, .section = ".text.user", .user = "user"
	};

	return resolve_reference(&b->u, &ref, b->name, sizeof(b->name));
}

/* The same by a call. */
static int call(struct bench *b, const char *name)
{
	const struct extref ref = {
		.name = name, .thing = THING_NONE, .section = ".text.user", .user = "user", .branch = true
	};

	return resolve_reference(&b->u, &ref, b->name, sizeof(b->name));
}

/* To something of the file itself. */
static int refer_own(struct bench *b, const char *name)
{
	const struct extref ref = { .name = name, .thing = thing_named(b, name), .user = "user" };

	return resolve_reference(&b->u, &ref, b->name, sizeof(b->name));
}

static int refer_key(struct bench *b, const char *name, bool own)
{
	const struct extref ref = { .name = name,
				    .thing = own ? thing_named(b, name) : THING_NONE,
				    .section = "__jump_table",
				    .user = "user",
				    .key = true };

	return resolve_reference(&b->u, &ref, b->name, sizeof(b->name));
}

static const struct resolved *resolved_as(const struct bench *b, const char *name)
{
	for (size_t i = 0; i < b->r.n; i++)
		if (streq(b->r.v[i].name, name))
			return &b->r.v[i];
	fail_msg("nothing is called %s", name);
	return NULL;
}

static void expect_plain(const struct bench *b, const char *name)
{
	assert_string_equal(b->name, name);
	assert_null(resolved_as(b, name)->object);
	assert_null(resolved_as(b, name)->real);
	assert_int_equal(b->to.n, 0);
}

static void expect_klp(const struct bench *b, const char *name, const char *object, const char *real,
		       uint32_t sympos, const char *with)
{
	const struct resolved *x = resolved_as(b, name);

	assert_string_equal(b->name, name);
	assert_string_equal(x->object, object);
	assert_string_equal(x->real, real);
	assert_int_equal(x->sympos, sympos);
	if (with)
		assert_string_equal(x->with, with);
	else
		assert_null(x->with);
	assert_int_equal(b->to.n, 0);
}

/* r is what asking for it gave: it is that object's, and has its own name. */
static void expect_found(const struct bench *b, int r, const char *object, const char *name, uint32_t sympos)
{
	assert_int_equal(r, 0);
	expect_klp(b, name, object, name, sympos, NULL);
}

/* The last refusal says this of a name, where it stands. */
static void expect_refusal(const struct bench *b, enum refusal_code code, const char *what)
{
	const struct refusal *r = &b->to.v[b->to.n - 1];

	assert_true(b->to.n > 0);
	if (r->code != code || !strstr(r->why, what))
		fail_msg("%s: %s", refusal_word(r->code), r->why);
	assert_string_equal(r->file, b->u.file);
	assert_false(r->warning);
	assert_int_equal(b->r.n, 0);
}

static void an_export_of_the_kernel_stays_what_it_is(void **state)
{
	struct bench b;

	bench_kernel(&b);
	assert_int_equal(refer(&b, "call_me"), 0);
	expect_plain(&b, "call_me");
	assert_int_equal(b.r.n_ns, 0);
	/* also of the file's own; asked for twice, it is there once */
	assert_int_equal(refer_own(&b, "my_export"), 0);
	expect_plain(&b, "my_export");
	assert_int_equal(refer_own(&b, "my_export"), 0);
	assert_int_equal(b.r.n, 2);
	bench_done(&b);
}

static void a_namespace_is_imported_once(void **state)
{
	struct bench b;

	bench_kernel(&b);
	assert_int_equal(refer(&b, "call_ns"), 0);
	assert_int_equal(refer(&b, "call_ns_too"), 0);
	expect_plain(&b, "call_ns_too");
	assert_int_equal(b.r.n_ns, 1);
	assert_string_equal(b.r.ns[0], "NET_CORE");
	bench_done(&b);
}

static void an_unexported_global_is_found_with_its_position(void **state)
{
	struct bench b;

	bench_kernel(&b);
	expect_found(&b, refer(&b, "hidden"), "vmlinux", "hidden", 0);
	/* a local of the same name stands before it */
	expect_found(&b, refer(&b, "common"), "vmlinux", "common", 2);
	bench_done(&b);
}

static void a_local_is_told_from_its_namesakes_by_proof(void **state)
{
	struct bench b;

	bench_kernel(&b);
	expect_found(&b, refer_own(&b, "type_show"), "vmlinux", "type_show", 2);
	expect_found(&b, refer_own(&b, "counter"), "vmlinux", "counter", 0);
	/* global, but not exported */
	expect_found(&b, refer_own(&b, "my_open"), "vmlinux", "my_open", 0);
	bench_done(&b);
}

static void a_function_to_patch_has_name_and_position(void **state)
{
	const char *name = NULL;
	struct bench b;
	uint32_t pos = 99;

	bench_kernel(&b);
	assert_int_equal(resolve_function(&b.u, thing_named(&b, "type_show"), &name, &pos), 0);
	assert_string_equal(name, "type_show");
	assert_int_equal(pos, 2);
	assert_int_equal(resolve_function(&b.u, thing_named(&b, "my_open"), &name, &pos), 0);
	assert_string_equal(name, "my_open");
	assert_int_equal(pos, 0);
	bench_done(&b);
}

static void set_address(struct bench *b, const char *name, uint64_t address)
{
	const uint32_t *v;

	assert_int_equal(ksyms_named(&b->ksyms, name, &v), 1);
	b->ksyms.v[*v].address = address;
}

/* Its memory is another's by now, whatever its section was called. */
static void what_is_gone_after_initialisation_is_refused(void **state)
{
	const char *name = NULL;
	struct bench b;
	uint32_t pos = 99;
	uint64_t at;

	bench_kernel(&b);
	at = linked_address(b.proof, "type_show");
	set_address(&b, "__init_begin", at);
	set_address(&b, "__init_end", at + 1);
	assert_int_equal(refer_own(&b, "type_show"), -EPERM);
	expect_refusal(&b, REFUSE_INIT, "'type_show', which is gone");
	assert_int_equal(resolve_function(&b.u, thing_named(&b, "type_show"), &name, &pos), -EPERM);
	set_address(&b, "__init_begin", KERNEL_BASE + 0x10);
	set_address(&b, "__init_end", KERNEL_BASE + 0x11);
	assert_int_equal(refer(&b, "hidden"), -EPERM);
	expect_refusal(&b, REFUSE_INIT, "'hidden', which is gone");
	assert_int_equal(refer_own(&b, "counter"), 0);
	bench_done(&b);
}

static void a_weak_default_that_lost_is_refused(void **state)
{
	const char *name = NULL;
	struct bench b;
	uint32_t pos = 99;

	bench_kernel(&b);
	assert_int_equal(resolve_function(&b.u, thing_named(&b, "my_weak"), &name, &pos), -EPERM);
	expect_refusal(&b, REFUSE_NOT_LINKED, "'my_weak'");
	assert_int_equal(pos, 99);
	assert_null(name);
	assert_int_equal(refer_own(&b, "my_weak"), -EPERM);
	bench_done(&b);
}

static void a_name_that_means_two_things_gets_a_second_name(void **state)
{
	struct bench b;

	bench_kernel(&b);
	assert_int_equal(refer_own(&b, "type_show"), 0);
	/* a module's own of the same name */
	b.u.object = "other";
	assert_int_equal(refer_own(&b, "type_show"), 0);
	expect_klp(&b, "type_show.klpsh.1", "other", "type_show", 2, NULL);
	/* the same again is the same */
	assert_int_equal(refer_own(&b, "type_show"), 0);
	assert_string_equal(b.name, "type_show.klpsh.1");
	assert_int_equal(b.r.n, 2);
	bench_done(&b);
}

/* Only under its own name can an export be bound. */
static void an_export_keeps_its_name_beside_a_local_of_that_name(void **state)
{
	struct bench b;

	bench_kernel(&b);
	/* the last by name */
	b.symvers.v[b.symvers.n - 1].name = "type_show";
	assert_non_null(symvers_find(&b.symvers, "type_show"));
	assert_int_equal(refer_own(&b, "type_show"), 0);
	expect_klp(&b, "type_show.klpsh.1", "vmlinux", "type_show", 2, NULL);
	assert_int_equal(refer(&b, "type_show"), 0);
	expect_plain(&b, "type_show");
	bench_done(&b);
}

static void what_nobody_has_is_refused(void **state)
{
	struct bench b;

	bench_kernel(&b);
	assert_int_equal(refer(&b, "nobody_has_it"), -EPERM);
	expect_refusal(&b, REFUSE_SYMBOL,
		       "'nobody_has_it' is neither in the kernel nor exported nor in the patch");
	assert_string_equal(b.to.v[0].function, "user");
	/* another file's local is not within reach of its name */
	assert_int_equal(refer(&b, "local_only"), -EPERM);
	expect_refusal(&b, REFUSE_SYMBOL, "'local_only'");
	bench_done(&b);
}

static void what_may_be_one_of_several_is_refused(void **state)
{
	struct bench b;

	bench_kernel(&b);
	assert_int_equal(refer(&b, "twice"), -EPERM);
	expect_refusal(&b, REFUSE_AMBIGUOUS, "several global symbols named twice");
	bench_done(&b);
}

static void what_the_plain_object_does_not_have_is_refused(void **state)
{
	const char *name;
	struct bench b;
	uint32_t thing, pos;

	bench_kernel(&b);
	thing = thing_named(&b, "type_show");
	b.orig.v[thing].size++;
	assert_int_equal(resolve_function(&b.u, thing, &name, &pos), -EPERM);
	expect_refusal(&b, REFUSE_AMBIGUOUS, "is not the same when the file is compiled as the kernel was");
	bench_done(&b);
}

static void a_module_s_export_is_not_for_vmlinux(void **state)
{
	struct bench b;

	bench_kernel(&b);
	assert_int_equal(refer(&b, "journal_start"), -EPERM);
	expect_refusal(&b, REFUSE_SYMBOL, "exported by module jbd_2, which need not be there");
	bench_done(&b);
}

static void keys_of_the_kernel_are_fine(void **state)
{
	struct bench b;

	bench_kernel(&b);
	expect_found(&b, refer_key(&b, "hidden", false), "vmlinux", "hidden", 0);
	expect_found(&b, refer_key(&b, "counter", true), "vmlinux", "counter", 0);
	bench_done(&b);
}

static void a_module_s_own_symbols_are_resolved_when_it_comes(void **state)
{
	struct bench b;

	bench_module(&b);
	expect_found(&b, refer_own(&b, "type_show"), "mine", "type_show", 2);
	/* of another file of the module */
	expect_found(&b, refer(&b, "beside"), "mine", "beside", 0);
	/* what it exports itself is no dependency of the patch */
	assert_int_equal(refer_own(&b, "mine_export"), 0);
	expect_klp(&b, "mine_export.klpsh.1", "mine", "mine_export", 0, NULL);
	assert_int_equal(refer(&b, "mine_export"), 0);
	assert_string_equal(b.name, "mine_export.klpsh.1");
	assert_int_equal(b.r.n, 3);
	bench_done(&b);
}

static void a_module_s_own_stands_before_an_export_of_that_name(void **state)
{
	struct bench b;

	bench_module(&b);
	assert_int_equal(refer(&b, "own_copy"), 0);
	expect_klp(&b, "own_copy.klpsh.1", "mine", "own_copy", 0, NULL);
	bench_done(&b);
	bench_kernel(&b);
	assert_int_equal(refer(&b, "own_copy"), 0);
	expect_plain(&b, "own_copy");
	bench_done(&b);
}

static void this_module_is_the_patched_module(void **state)
{
	struct bench b;

	bench_module(&b);
	assert_int_equal(refer(&b, "__this_module"), 0);
	expect_klp(&b, "__this_module.klpsh", "mine", "__this_module", 0, NULL);
	bench_done(&b);
	/* vmlinux has none */
	bench_kernel(&b);
	assert_int_equal(refer(&b, "__this_module"), -EPERM);
	expect_refusal(&b, REFUSE_SYMBOL, "__this_module");
	bench_done(&b);
}

static void a_dependency_s_export_is_resolved_with_the_patched_module(void **state)
{
	struct bench b;

	bench_module(&b);
	assert_int_equal(refer(&b, "journal_start"), 0);
	expect_klp(&b, "journal_start.klpsh.1", "jbd_2", "journal_start", 0, "mine");
	/* vmlinux is always there: nothing has to come first */
	expect_found(&b, refer(&b, "hidden"), "vmlinux", "hidden", 0);
	assert_int_equal(refer(&b, "call_me"), 0);
	expect_plain(&b, "call_me");
	bench_done(&b);
}

static void keys_of_modules_are_refused(void **state)
{
	static const struct {
		const char *name, *module;
		bool own;
	} v[] = { { "mine_key", "mine", true },
		  { "own_key", "mine", true },
		  { "other_key", "mine", false },
		  { "journal_start", "jbd_2", false } };
	struct bench b;
	char what[80];

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		bench_module(&b);
		assert_int_equal(refer_key(&b, v[i].name, v[i].own), -EPERM);
		FORMAT(what, "the key '%s' of module %s", v[i].name, v[i].module);
		expect_refusal(&b, REFUSE_KEY, what);
		assert_string_equal(b.to.v[0].section, "__jump_table");
		bench_done(&b);
	}
	/* those of vmlinux are fine in a module, too */
	bench_module(&b);
	expect_found(&b, refer_key(&b, "hidden", false), "vmlinux", "hidden", 0);
	bench_done(&b);
}

static void a_tracepoint_of_a_module_is_silent(void **state)
{
	static const char *const names[] = { "mine_key", "other_key", "journal_start" };
	struct bench b;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct extref ref = { .name = names[i],
				      .thing = THING_NONE,
				      .section = "__jump_table",
				      .user = "user",
				      .key = true,
				      .tracepoint = true };

		bench_module(&b);
		assert_int_equal(resolve_reference(&b.u, &ref, b.name, sizeof(b.name)), -EXDEV);
		assert_int_equal(refusals_count(&b.to), 0);
		assert_int_equal(b.to.n, 1);
		assert_string_equal(b.to.v[0].function, "user");
		/* one of vmlinux can be heard */
		ref.name = "hidden";
		assert_int_equal(resolve_reference(&b.u, &ref, b.name, sizeof(b.name)), 0);
		assert_string_equal(b.name, "hidden");
		bench_done(&b);
	}
}

/* objtool makes static calls of calls of what begins with __SCT__. */
static void a_module_s_static_call_goes_by_its_trampoline(void **state)
{
	struct bench b;

	bench_module(&b);
	assert_int_equal(call(&b, "__SCT__tp_func_other"), 0);
	expect_klp(&b, "klpsh_call_tp_func_other", "mine", "__SCT__tp_func_other", 0, NULL);
	/* whoever takes its address makes no call */
	assert_int_equal(refer(&b, "__SCT__other"), 0);
	assert_int_equal(b.to.n, 0);
	assert_int_equal(call(&b, "__SCT__other"), 0);
	assert_string_equal(b.name, "klpsh_call_other");
	assert_string_equal(resolved_as(&b, b.name)->real, "__SCT__other");
	/* it is told, and nothing is refused */
	assert_int_equal(b.to.n, 1);
	assert_int_equal(refusals_count(&b.to), 0);
	assert_int_equal(b.to.v[0].code, REFUSE_KEY);
	assert_non_null(strstr(b.to.v[0].why, "static_call(other) of module mine goes by its trampoline"));
	bench_done(&b);
}

static void a_pointer_to_a_sealed_function_is_refused(void **state)
{
	uint64_t pads[2] = { KERNEL_BASE + 0x10 };
	const struct sealed sealed = { pads, ARRAY_SIZE(pads) };
	struct extref ref = { .name = "hidden", .thing = THING_NONE, .user = "user" };
	struct bench b;

	bench_kernel(&b);
	assert_int_equal(proof_address(b.proof, symbol_named(b.plain, "my_open"), &pads[1]), 0);
	b.r.sealed = &sealed;
	assert_int_equal(refer(&b, "hidden"), -EPERM);
	expect_refusal(&b, REFUSE_SEALED, "the address of 'hidden'");
	assert_int_equal(refer_own(&b, "my_open"), -EPERM);
	expect_refusal(&b, REFUSE_SEALED, "the address of 'my_open'");
	/* also in code that takes the place of other code when the patch is loaded */
	ref.early = true;
	assert_int_equal(resolve_reference(&b.u, &ref, b.name, sizeof(b.name)), -EPERM);
	refusals_done(&b.to);
	/* a call needs no landing pad, nor do tables, nor what is not sealed */
	ref.table = true;
	assert_int_equal(resolve_reference(&b.u, &ref, b.name, sizeof(b.name)), 0);
	ref.table = ref.early = false;
	ref.branch = true;
	assert_int_equal(resolve_reference(&b.u, &ref, b.name, sizeof(b.name)), 0);
	expect_found(&b, refer(&b, "common"), "vmlinux", "common", 2);
	bench_done(&b);
}

static void a_pointer_to_a_module_s_sealed_function_is_refused(void **state)
{
	struct bench b;

	bench_module(&b);
	assert_int_equal(refer_own(&b, "mine_sealed"), -EPERM);
	expect_refusal(&b, REFUSE_SEALED, "the address of 'mine_sealed'");
	assert_int_equal(refer(&b, "far_sealed"), -EPERM);
	expect_refusal(&b, REFUSE_SEALED, "the address of 'far_sealed'");
	bench_done(&b);
}

/* As --trust-compiler has it where the proof fails. */
static void without_a_proof_only_globals_are_certain(void **state)
{
	const char *name = NULL;
	struct bench b;
	uint32_t pos = 99;

	bench_kernel(&b);
	b.u.proof = NULL;
	b.r.ksyms = &b.k.ksyms;
	assert_int_equal(resolve_function(&b.u, thing_named(&b, "my_open"), &name, &pos), 0);
	assert_int_equal(pos, 0);
	/* there once, but the kernel's compiler may have inlined this one, and left another file's */
	assert_int_equal(refer_own(&b, "counter"), -EPERM);
	assert_int_equal(refer_own(&b, "type_show"), -EPERM);
	assert_int_equal(resolve_function(&b.u, thing_named(&b, "type_show"), &name, &pos), -EPERM);
	/* another file's may have won */
	assert_int_equal(resolve_function(&b.u, thing_named(&b, "my_weak"), &name, &pos), -EPERM);
	for (size_t i = 0; i < b.to.n; i++)
		assert_int_equal(b.to.v[i].code, REFUSE_AMBIGUOUS);
	bench_done(&b);
	bench_module(&b);
	b.u.proof = NULL;
	expect_found(&b, refer_own(&b, "mine_key"), "mine", "mine_key", 0);
	assert_int_equal(refer_own(&b, "own_key"), -EPERM);
	assert_int_equal(refer_own(&b, "type_show"), -EPERM);
	bench_done(&b);
}

static void names_that_livepatch_cannot_hold_are_refused(void **state)
{
	char *name;
	struct bench b;

	bench_module(&b);
	assert_int_equal(refer(&b, "far_start"), -EPERM);
	expect_refusal(&b, REFUSE_NAME, "'far_start' of '" LONG_NAME "'");
	bench_done(&b);

	bench_module(&b);
	name = malloc(KLPMOD_SYMBOL_MAX + 2);
	assert_non_null(name);
	memset(name, 'n', KLPMOD_SYMBOL_MAX + 1);
	name[KLPMOD_SYMBOL_MAX + 1] = '\0';
	b.symvers.v[0].name = name;
	b.symvers.v[0].module = "fs/jbd2";
	b.symvers.n = 1;
	assert_int_equal(refer(&b, name), -EPERM);
	expect_refusal(&b, REFUSE_NAME, "of symbols may have 511 characters");
	free(name);
	bench_done(&b);
}

static void what_the_patch_brings_itself_is_not_the_kernel_s(void **state)
{
	struct thing v[] = { { .name = "helper", .global = true, .twin = THING_NONE },
			     { .name = "call_me", .global = true, .twin = 0 }, /* there before */
			     { .name = "quiet", .global = false, .twin = THING_NONE },
			     { .name = "unused", .global = true, .twin = THING_NONE } };
	struct diff_mark marks[] = {
		{ .included = true }, { .included = true }, { .included = true }, { 0 }
	};
	struct diff d = { .marks = marks };
	struct bench b;

	d.b.t.v = v;
	d.b.t.n = ARRAY_SIZE(v);
	bench_kernel(&b);
	assert_int_equal(resolver_add_globals(&b.u, &d), 0);
	assert_int_equal(b.r.n, 1);
	assert_int_equal(refer(&b, "helper"), 0);
	expect_plain(&b, "helper");
	assert_true(resolved_as(&b, "helper")->patch);
	assert_int_equal(refer(&b, "call_me"), 0);
	assert_false(resolved_as(&b, "call_me")->patch);
	/* not included, so not there */
	b.to.n = 0;
	assert_int_equal(refer(&b, "unused"), -EPERM);
	/* a second file that brings it, too */
	b.to.n = 0;
	assert_int_equal(resolver_add_globals(&b.u, &d), 0);
	assert_int_equal(b.to.n, 1);
	assert_int_equal(b.to.v[0].code, REFUSE_AMBIGUOUS);
	assert_non_null(strstr(b.to.v[0].why, "'helper' is new in two files of the patch"));
	bench_done(&b);
}

/* What moves from file to file would be there twice, with two states. */
static void a_new_global_that_the_kernel_has_is_refused(void **state)
{
	struct thing v[] = { { .name = "hidden", .global = true, .twin = THING_NONE } };
	struct diff_mark marks[] = { { .included = true } };
	struct diff d = { .marks = marks };
	struct bench b;

	d.b.t.v = v;
	d.b.t.n = 1;
	bench_kernel(&b);
	assert_int_equal(resolver_add_globals(&b.u, &d), 0);
	expect_refusal(&b, REFUSE_AMBIGUOUS, "the kernel has one of that name");
	bench_done(&b);
}

/* It is there only when the module is. */
static void a_new_global_of_a_module_is_for_that_module(void **state)
{
	struct thing v[] = { { .name = "helper", .global = true, .twin = THING_NONE } };
	struct diff_mark marks[] = { { .included = true } };
	struct diff d = { .marks = marks };
	struct bench b;

	d.b.t.v = v;
	d.b.t.n = 1;
	bench_module(&b);
	assert_int_equal(resolver_add_globals(&b.u, &d), 0);
	assert_int_equal(refer(&b, "helper"), 0);
	expect_plain(&b, "helper");
	b.u.object = "vmlinux";
	b.u.module = NULL;
	assert_int_equal(refer(&b, "helper"), -EPERM);
	assert_int_equal(b.to.v[b.to.n - 1].code, REFUSE_SYMBOL);
	bench_done(&b);
}

/* A local of the kernel whose name the patch gives to something new. */
static void a_new_global_takes_no_local_s_place(void **state)
{
	struct thing v[] = { { .name = "type_show", .global = true, .twin = THING_NONE } };
	struct diff_mark marks[] = { { .included = true } };
	struct diff d = { .marks = marks };
	struct bench b;

	d.b.t.v = v;
	d.b.t.n = 1;
	bench_kernel(&b);
	assert_int_equal(resolver_add_globals(&b.u, &d), 0);
	assert_int_equal(refer_own(&b, "type_show"), 0);
	expect_klp(&b, "type_show.klpsh.1", "vmlinux", "type_show", 2, NULL);
	bench_done(&b);
}

static void a_name_without_room_is_an_error(void **state)
{
	const struct extref ref = { .name = "hidden", .thing = THING_NONE, .user = "user" };
	struct bench b;
	char small[4];

	bench_kernel(&b);
	assert_int_equal(resolve_reference(&b.u, &ref, small, sizeof(small)), -ENAMETOOLONG);
	assert_int_equal(b.r.n, 0);
	bench_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_export_of_the_kernel_stays_what_it_is),
		cmocka_unit_test(a_namespace_is_imported_once),
		cmocka_unit_test(an_unexported_global_is_found_with_its_position),
		cmocka_unit_test(a_local_is_told_from_its_namesakes_by_proof),
		cmocka_unit_test(a_function_to_patch_has_name_and_position),
		cmocka_unit_test(what_is_gone_after_initialisation_is_refused),
		cmocka_unit_test(a_weak_default_that_lost_is_refused),
		cmocka_unit_test(a_name_that_means_two_things_gets_a_second_name),
		cmocka_unit_test(an_export_keeps_its_name_beside_a_local_of_that_name),
		cmocka_unit_test(what_nobody_has_is_refused),
		cmocka_unit_test(what_may_be_one_of_several_is_refused),
		cmocka_unit_test(what_the_plain_object_does_not_have_is_refused),
		cmocka_unit_test(a_module_s_export_is_not_for_vmlinux),
		cmocka_unit_test(keys_of_the_kernel_are_fine),
		cmocka_unit_test(a_module_s_own_symbols_are_resolved_when_it_comes),
		cmocka_unit_test(a_module_s_own_stands_before_an_export_of_that_name),
		cmocka_unit_test(this_module_is_the_patched_module),
		cmocka_unit_test(a_dependency_s_export_is_resolved_with_the_patched_module),
		cmocka_unit_test(keys_of_modules_are_refused),
		cmocka_unit_test(a_tracepoint_of_a_module_is_silent),
		cmocka_unit_test(a_module_s_static_call_goes_by_its_trampoline),
		cmocka_unit_test(a_pointer_to_a_sealed_function_is_refused),
		cmocka_unit_test(a_pointer_to_a_module_s_sealed_function_is_refused),
		cmocka_unit_test(without_a_proof_only_globals_are_certain),
		cmocka_unit_test(names_that_livepatch_cannot_hold_are_refused),
		cmocka_unit_test(what_the_patch_brings_itself_is_not_the_kernel_s),
		cmocka_unit_test(a_new_global_takes_no_local_s_place),
		cmocka_unit_test(a_new_global_that_the_kernel_has_is_refused),
		cmocka_unit_test(a_new_global_of_a_module_is_for_that_module),
		cmocka_unit_test(a_name_without_room_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
