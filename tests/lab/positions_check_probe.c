/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In the lab's guest: are the positions that tests/lab/positions_probe.c wrote
 * those of the running kernel? For each the symbols of its name and object in
 * /proc/kallsyms are counted in the order of that file, as livepatch does, of any
 * type; the one that is reached must stand at the address. Addresses of the kernel
 * are all moved by what _text is moved; those of a module begin with its section
 * (/sys/module/M/sections). Usage: positions_check_probe FILE vmlinux|modules.
 * Prints one line of TAP; exit 1 when one of the positions is wrong.
 */
#include <fcntl.h>
#include <inttypes.h>

#include "core/dirfile.h"
#include "kmod/decompress.h"

#define SHOWN 20 /* of those that are wrong */
#define KALLSYMS_MAX (256u << 20)

struct line {
	const char *object, *name;
	uint64_t address;
	size_t at; /* in the file */
};

static struct line *lines;
static size_t n_lines;

static int by_name(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int r = strcmp(x->name, y->name);

	r = r ? r : strcmp(x->object, y->object);
	return r ? r : (x->at > y->at) - (x->at < y->at);
}

/* "ffffffff81000000 T name\t[module]" */
static bool parse(char *text, size_t at, struct line *ret)
{
	char *end, *bracket;

	*ret = (struct line){ .address = strtoull(text, &end, 16), .at = at, .object = "vmlinux" };
	if (end == text || *end != ' ' || !end[1] || end[2] != ' ')
		return false;
	ret->name = end + 3;
	bracket = strstr(end, "\t[");
	if (bracket) {
		*bracket = '\0';
		ret->object = bracket + 2;
		bracket[2 + strcspn(bracket + 2, "]")] = '\0';
	}
	return true;
}

static bool read_kallsyms(void)
{
	char *text, *next;
	size_t len;

	if (file_read("/proc/kallsyms", KALLSYMS_MAX, &text, &len, NULL) < 0)
		return false;
	for (; *text; text = next) {
		next = text + strcspn(text, "\n");
		if (*next)
			*next++ = '\0';
		if (array_grow(&lines, n_lines, sizeof(*lines)) < 0 || !parse(text, n_lines, &lines[n_lines]))
			return false;
		n_lines++;
	}
	qsort(lines, n_lines, sizeof(*lines), by_name);
	return true;
}

/* All of a name in an object. */
static size_t named(const char *object, const char *name, const struct line **ret)
{
	const struct line key = { .object = object, .name = name };
	size_t low = 0, high = n_lines, n = 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (by_name(&lines[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	while (low + n < n_lines && streq(lines[low + n].name, name) && streq(lines[low + n].object, object))
		n++;
	*ret = lines + low;
	return n;
}

struct wanted {
	char object[64], name[512], section[128], file[512];
	uint32_t sympos;
	uint64_t address;
};

/* Per-CPU data of the kernel are offsets; of modules they have no section to ask for. */
static bool move(const struct wanted *w, uint64_t slide, uint64_t *ret)
{
	char path[512], text[64];

	*ret = w->address + (w->address >> 63 ? slide : 0);
	if (streq(w->object, "vmlinux"))
		return true;
	FORMAT(path, "/sys/module/%s/sections/%s", w->object, w->section);
	if (dirfile_read_text(AT_FDCWD, path, text, sizeof(text)) < 0)
		return false;
	*ret = strtoull(text, NULL, 16) + w->address;
	return true;
}

/* NULL: it is right. */
static const char *judge(const struct wanted *w, uint64_t slide)
{
	const struct line *v;
	size_t n = named(w->object, w->name, &v);
	uint64_t address;

	if (w->sympos ? w->sympos > n : n != 1)
		return "there are not so many of this name";
	if (!move(w, slide, &address))
		return streq(w->section, ".data..percpu") ? NULL : "its section is not there";
	return v[w->sympos ? w->sympos - 1 : 0].address == address ? NULL : "that one stands somewhere else";
}

static bool parse_wanted(const char *text, struct wanted *w)
{
	return sscanf(text, "%63s %511s %" SCNu32 " %127s %" SCNx64 " %511s", w->object, w->name, &w->sympos,
		      w->section, &w->address, w->file) == 6;
}

static bool slide_of(const struct wanted *w, uint64_t *ret)
{
	const struct line *v;

	if (named(w->object, w->name, &v) != 1 || !streq(w->name, "_text"))
		return false;
	*ret = v->address - w->address;
	return true;
}

int main(int argc, char **argv)
{
	FILE *f = argc == 3 ? fopen(argv[1], "re") : NULL;
	size_t n = 0, objects = 0, wrong = 0, repeated = 0;
	bool modules = argc == 3 && streq(argv[2], "modules"), begun = false;
	char text[2048], last[512] = "";
	uint64_t slide = 0;
	struct wanted w;

	if (!f || !read_kallsyms()) {
		puts("not ok 1 - positions: the file and /proc/kallsyms can be read");
		return 1;
	}
	while (fgets(text, sizeof(text), f)) {
		const char *why;

		if (*text == '#' || !parse_wanted(text, &w))
			continue;
		if (!begun) {
			begun = slide_of(&w, &slide);
			continue;
		}
		if (modules == streq(w.object, "vmlinux"))
			continue;
		n++;
		repeated += w.sympos > 0;
		objects += !streq(last, w.file);
		FORMAT(last, "%s", w.file);
		why = judge(&w, slide);
		if (why && wrong++ < SHOWN)
			printf("# %s,%s,%" PRIu32 " of %s: %s\n", w.object, w.name, w.sympos, w.file, why);
	}
	printf("%sok 1 - positions of %zu symbols (%zu of names that are there again) in %zu objects of %s: "
	       "%s\n",
	       wrong || !n ? "not " : "", n, repeated, objects, argv[2], wrong || !n ? "" : "none wrong");
	if (wrong)
		printf("# %zu are wrong\n", wrong);
	return wrong || !n;
}
