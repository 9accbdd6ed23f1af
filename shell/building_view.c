// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How a build is told: a line a phase, what changed in which file, refusals as
 * paragraphs, and at the end the module. In JSON each is one object.
 */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <sys/resource.h>

#include "core/text.h"
#include "shell/building.h"
#include "shell/view.h"

static const struct field function_fields[] = {
	{ "object", NULL, F_STR, 0, NULL, "vmlinux or the module's name" },
	{ "file", NULL, F_STR, 0, NULL, "source file" },
	{ "name", NULL, F_STR, 0, NULL, "the function" },
	{ "sympos", NULL, F_INT, 0, NULL,
	  "its position among those of its name, 0: the only one; null: not patched itself" },
	{ "change", NULL, F_STR, 0, NULL, "changed, new or dropped" },
};
static const struct shape shape_function = SHAPE("function", function_fields);

static const struct field build_fields[] = {
	{ "event", NULL, F_STR, 0, NULL,
	  "phase, progress, output, note, function, refusal, warning, kept or result" },
	{ "phase", NULL, F_STR, 0, NULL, "patch, prepare, compile, prove, compare, resolve, write or link" },
	{ "seconds", NULL, F_REAL, 0, NULL, "that the phase took, or the whole build" },
	{ "text", NULL, F_STR, 0, NULL,
	  "of a note, a line of output of compilers and make, or what a phase did" },
	{ "change", NULL, F_STR, 0, NULL,
	  "of a function: changed, new, dropped or lines (only line numbers)" },
	{ "object", NULL, F_STR, 0, NULL, "of a function: vmlinux or a module" },
	{ "code", NULL, F_STR, 0, NULL, "of a refusal or warning" },
	{ "file", NULL, F_STR, 0, NULL, "where" },
	{ "function", NULL, F_STR, 0, NULL, "where" },
	{ "section", NULL, F_STR, 0, NULL, "where" },
	{ "why", NULL, F_STR, 0, NULL, "why it counts as changed, or is refused" },
	{ "technique", NULL, F_STR, 0, NULL, "what its author can do" },
	{ "folder", NULL, F_STR, 0, NULL, "of kept: the build's folder" },
	{ "module", NULL, F_STR, 0, NULL, "of the result: the file; null with --check" },
	{ "sha256", NULL, F_STR, 0, NULL, "SHA-256 of the file" },
	{ "size", NULL, F_INT, 0, NULL, "its bytes" },
	{ "kernel", NULL, F_STR, 0, NULL, "release that it is for" },
	{ "functions", NULL, F_ROWS, FIELD_JSON, &shape_function, "what it changes and brings" },
	{ "done", NULL, F_INT, 0, NULL, "of progress: objects that are compiled" },
	{ "total", NULL, F_INT, 0, NULL,
	  "of progress: objects to compile; null while other things are done" },
	{ "left_seconds", NULL, F_REAL, 0, NULL, "of progress: what the whole build may still take" },
	{ "own_seconds", NULL, F_REAL, 0, NULL, "processor time of klpsh itself: of the phase, or of all" },
	{ "children_seconds", NULL, F_REAL, 0, NULL, "that of compilers, make and the like" },
};
const struct shape shape_build = SHAPE("build", build_fields);

static void finish(struct building *b, struct report *rep, int r)
{
	if (r < 0) {
		report_free(rep);
		(void)err_set(&b->err, -ENOMEM, "out of memory");
		return;
	}
	if (call_emit(b->c, rep) < 0)
		b->emitted = -EPIPE;
}

/* A line for people, in place of a table of what is mostly empty. */
static int say(struct report *rep, const char *fmt, ...) _printf_(2, 3);
static int say(struct report *rep, const char *fmt, ...)
{
	_cleanup_free_ char *before = TAKE_PTR(rep->text), *line = NULL;
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = vasprintf(&line, fmt, ap);
	va_end(ap);
	if (r < 0) {
		line = NULL;
		return -ENOMEM;
	}
	if (asprintf(&rep->text, "%s%s\n", before ? before : "", line) < 0) {
		rep->text = NULL;
		return -ENOMEM;
	}
	return 0;
}

static struct report *event(const char *name, struct row **row)
{
	struct report *rep = report_single(&shape_build, row);

	if (rep && row_str(*row, "event", name) < 0)
		return report_free(rep);
	return rep;
}

double building_since(uint64_t us)
{
	return (double)(now_mono() - us) / (double)USEC_PER_SEC;
}

/* Of what the build process says, which need not make sense. */
static double between(uint64_t from, uint64_t to)
{
	return to > from ? (double)(to - from) / (double)USEC_PER_SEC : 0;
}

void building_tell_phase(struct building *b)
{
	const enum mkpatch_phase p = (enum mkpatch_phase)b->phase;
	struct row *row;
	struct report *rep = event("phase", &row);
	int r = rep ? row_str(row, "phase", mkpatch_phase_word(p)) : -ENOMEM;

	r = r < 0 ? r : row_real(row, "seconds", building_since(b->phase_us));
	r = r < 0 ? r : row_real(row, "own_seconds", between(b->own_us, b->in.own_us));
	r = r < 0 ? r : row_real(row, "children_seconds", between(b->children_us, b->in.children_us));
	if (r >= 0 && b->detail[0])
		r = row_str(row, "text", b->detail);
	r = r < 0 ? r
		  : say(rep, "  %-13s %6.2f s%s%s", mkpatch_phase_name(p), building_since(b->phase_us),
			b->detail[0] ? "  " : "", b->detail);
	finish(b, rep, r);
}

void building_tell_ahead(struct building *b)
{
	struct row *row;
	struct report *rep = event("progress", &row);
	int r = rep ? 0 : -ENOMEM;

	if (r == 0 && b->phase >= 0)
		r = row_str(row, "phase", mkpatch_phase_word((enum mkpatch_phase)b->phase));
	if (r >= 0 && b->ahead.total)
		r = row_int(row, "done", (int64_t)b->ahead.done);
	if (r >= 0 && b->ahead.total)
		r = row_int(row, "total", (int64_t)b->ahead.total);
	r = r < 0 ? r : row_real(row, "left_seconds", (double)b->ahead.left_ms / 1000);
	finish(b, rep, r);
}

static void tell_text(struct building *b, const char *name, const char *indent, const char *text)
{
	struct row *row;
	struct report *rep = event(name, &row);
	int r = rep ? row_str(row, "text", text) : -ENOMEM;

	r = r < 0 ? r : say(rep, "%s%s", indent, text);
	finish(b, rep, r);
}

void building_tell_line(struct building *b, const char *line)
{
	tell_text(b, "output", "    | ", line);
}

void building_tell_note(struct building *b, const char *text)
{
	tell_text(b, "note", "  note: ", text);
}

void building_tell_tail(struct building *b)
{
	size_t n = MIN(b->n_lines, BUILDING_TAIL);

	if (b->verbose || b->c->set.json)
		return;
	for (size_t i = b->n_lines - n; i < b->n_lines; i++)
		if (b->tail[i % BUILDING_TAIL])
			building_tell_line(b, b->tail[i % BUILDING_TAIL]);
}

void building_tell_kept(struct building *b)
{
	char path[PATH_MAX];
	struct report *rep;
	struct row *row;
	int r;

	if (!b->keep[0] || !b->cache || b->emitted < 0 || !cache_is_kept(b->cache, b->keep, path))
		return;
	rep = event("kept", &row);
	r = rep ? row_str(row, "folder", path) : -ENOMEM;
	r = r < 0 ? r : say(rep, "  kept          %s\n                remove it with 'rm -r %s'", path, path);
	finish(b, rep, r);
}

void building_tell_function(struct building *b, const struct building_function *f)
{
	bool lines = streq(f->change, "lines");
	char sympos[24] = "";
	struct row *row;
	struct report *rep = event("function", &row);
	int r = rep ? row_str(row, "change", f->change) : -ENOMEM;

	r = r < 0 ? r : row_str(row, "object", f->object);
	r = r < 0 ? r : row_str(row, "file", f->file);
	r = r < 0 ? r : row_str(row, "function", f->name);
	r = r < 0 ? r : row_str(row, "why", f->why[0] ? f->why : NULL);
	if (f->sympos > 0) /* one of several, as livepatch writes it */
		FORMAT(sympos, ",%ld", f->sympos);
	r = r < 0 ? r
		  : say(rep, "  %-13s %s: %s%s%s%s%s%s%s", lines ? "same" : f->change, f->file, f->name,
			sympos, streq(f->object, "vmlinux") ? "" : " of ",
			streq(f->object, "vmlinux") ? "" : f->object, f->why[0] ? " (" : "", f->why,
			f->why[0] ? ")" : "");
	finish(b, rep, r);
}

static int refusal_words(struct report *rep, const struct refusal *r)
{
	const char *name = r->function[0] ? r->function : r->section;
	int result = say(rep, "%s %s%s%s%s[%s]", r->warning ? "  warning:" : "refused:", r->file,
			 r->file[0] && name[0] ? ": " : "", name, r->file[0] || name[0] ? " " : "",
			 refusal_word(r->code));

	result = result < 0 ? result : say(rep, "    %s", r->why);
	if (result >= 0 && !r->warning)
		result = say(rep, "    What helps: %s.", refusal_technique(r->code));
	return result;
}

void building_tell_refusal(struct building *b, const struct refusal *refusal)
{
	struct row *row;
	struct report *rep = event(refusal->warning ? "warning" : "refusal", &row);
	int r = rep ? row_str(row, "code", refusal_word(refusal->code)) : -ENOMEM;

	r = r < 0 ? r : row_str(row, "file", refusal->file[0] ? refusal->file : NULL);
	r = r < 0 ? r : row_str(row, "function", refusal->function[0] ? refusal->function : NULL);
	r = r < 0 ? r : row_str(row, "section", refusal->section[0] ? refusal->section : NULL);
	r = r < 0 ? r : row_str(row, "why", refusal->why);
	if (r >= 0 && !refusal->warning)
		r = row_str(row, "technique", refusal_technique(refusal->code));
	r = r < 0 ? r : refusal_words(rep, refusal);
	finish(b, rep, r);
}

static int add_functions(struct building *b, struct row *row)
{
	for (size_t i = 0; i < b->n_functions; i++) {
		const struct building_function *f = &b->functions[i];
		struct row *sub;
		int r;

		if (streq(f->change, "lines"))
			continue;
		sub = row_add(row, "functions");
		r = sub ? row_str(sub, "object", f->object) : -ENOMEM;
		r = r < 0 ? r : row_str(sub, "file", f->file);
		r = r < 0 ? r : row_str(sub, "name", f->name);
		r = r < 0 ? r : row_str(sub, "change", f->change);
		if (r >= 0 && f->sympos >= 0)
			r = row_int(sub, "sympos", f->sympos);
		if (r < 0)
			return r;
	}
	return 0;
}

void building_path(const struct building *b, char *dst, size_t size)
{
	size_t len = strlen(b->out_name);

	if (streq(b->out_name, "."))
		(void)snprintf(dst, size, "%s", b->file);
	else
		(void)snprintf(dst, size, "%s%s%s", b->out_name,
			       len && b->out_name[len - 1] == '/' ? "" : "/", b->file);
}

static size_t count(const struct building *b, const char *change)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n_functions; i++)
		n += streq(b->functions[i].change, change);
	return n;
}

static int result_words(struct building *b, struct report *rep)
{
	size_t changed = count(b, "changed"), added = count(b, "new");
	char path[PATH_MAX];
	int r;

	if (b->spec.check)
		return say(rep, "The patch can be built: %zu function%s changed, %zu new.", changed,
			   changed == 1 ? "" : "s", added);
	building_path(b, path, sizeof(path));
	r = say(rep, "Built %s: %zu function%s changed, %zu new, for %s.", path, changed,
		changed == 1 ? "" : "s", added, b->kernel);
	r = r < 0 ? r : say(rep, "  %zu bytes, sha256 %s", b->size, b->sha256);
	return r < 0 ? r : say(rep, "  What next: 'klpsh check %s', then 'klpsh load %s'.", path, path);
}

struct report *building_result(struct building *b)
{
	char path[PATH_MAX];
	struct row *row;
	struct report *rep = event("result", &row);
	int r = rep ? row_real(row, "seconds", building_since(b->begun_us)) : -ENOMEM;

	r = r < 0 ? r : row_real(row, "own_seconds", between(0, b->in.own_us + used_us(RUSAGE_SELF)));
	r = r < 0 ? r : row_real(row, "children_seconds", between(0, b->in.children_us));
	r = r < 0 ? r : row_str(row, "kernel", b->kernel);
	r = r < 0 ? r : add_functions(b, row);
	if (r >= 0 && !b->spec.check) {
		building_path(b, path, sizeof(path));
		r = row_str(row, "module", path);
		r = r < 0 ? r : row_str(row, "sha256", b->sha256);
		r = r < 0 ? r : row_int(row, "size", (int64_t)b->size);
	}
	r = r < 0 ? r : result_words(b, rep);
	return r < 0 ? report_free(rep) : rep;
}
