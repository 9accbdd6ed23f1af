/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * On the host: makes objects of the real kernel as the builder does, proves
 * them, and writes where each local function and datum of them should be found
 * in the running kernel; tests/lab/positions_check_probe.c looks there. Sources
 * come on standard input, one a line. Lines of output:
 *	OBJECT NAME SYMPOS SECTION ADDRESS SOURCE
 * SECTION is "-" for vmlinux, whose addresses are those of the image; of a module
 * ADDRESS is within the section. "# ..." tells what has no position, and why.
 * Foreign bytes are read and compilers run in the builder's jail.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>

#include "builder/kimage.h"
#include "builder/mkpatch_own.h"
#include "builder/position.h"
#include "kmod/decompress.h"

#define SOURCES 1000
#define PLACE_SHIFT 40 /* of a module: the section's number stands above, as builder/modproof.c has it */

struct job {
	struct mkpatch_spec spec;
	char *sources[SOURCES];
	size_t n;
};

static int channel_fd;

static void say(const char *fmt, ...) _printf_(1, 2);
static void say(const char *fmt, ...)
{
	char line[2048];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (jail_send(channel_fd, line, strlen(line)) < 0)
		_exit(1);
}

static void on_note(void *arg, const char *text)
{
	(void)arg;
	say("# %s\n", text);
}

static void on_line(void *arg, const char *line, size_t len)
{
	(void)arg;
	(void)line;
	(void)len;
}

/* One local symbol. */
static void tell(struct resolve_unit *u, const struct munit *unit, uint32_t thing, size_t *told)
{
	const struct thing *t = &u->orig->v[thing];
	const struct elf_symbol *s = object_symbol(u->plain, t->symbol);
	const char *name, *section = "-";
	uint64_t address;
	uint32_t pos;

	if (resolve_function(u, thing, &name, &pos) < 0 || proof_address(u->proof, s, &address) < 0)
		return;
	if (unit->module) {
		section = unit->module->sections[address >> PLACE_SHIFT].s->name;
		address &= (UINT64_C(1) << PLACE_SHIFT) - 1;
	}
	say("%s %s %" PRIu32 " %s %" PRIx64 " %s\n", unit->object, name, pos, section, address, u->file);
	++*told;
}

static int tell_unit(const struct munit *unit, struct resolver *resolver, struct err *e)
{
	struct refusals why = { 0 };
	struct things t = { 0 };
	struct resolve_unit u = { .r = resolver,
				  .file = unit->k->source,
				  .object = unit->object,
				  .module = unit->module,
				  .plain = unit->plain,
				  .proof = unit->proof,
				  .orig = &t,
				  .to = &why };
	size_t local = 0, told = 0;
	int r = things_make(unit->plain, &t, e);

	for (uint32_t i = 0; r == 0 && i < t.n; i++)
		if (t.v[i].kind != THING_ANON && t.v[i].symbol && !t.v[i].global) {
			local++;
			tell(&u, unit, i, &told);
		}
	say("# proven: %s of %s, %zu of %zu local symbols have a position\n", unit->k->source, unit->object,
	    told, local);
	for (size_t i = 0; i < why.n; i++)
		say("# %s: %s\n", unit->k->source, why.v[i].why);
	refusals_done(&why);
	things_done(&t);
	return r;
}

static int read_unit(const struct mkpatch *m, struct munit *u, struct mfile *f, const struct kbuild_object *k,
		     struct err *e)
{
	char path[PATH_MAX];

	u->k = k;
	f->path = k->source; /* so that what cannot be proven is told, not left out */
	FORMAT(u->object, "%s", k->cmd->is_module && k->cmd->modname ? k->cmd->modname : "vmlinux");
	for (char *p = u->object; *p; p++)
		*p = *p == '-' ? '_' : *p;
	if (snprintf(path, sizeof(path), "%s/%s", m->tree->path, k->object) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	return object_read(path, &u->plain, e);
}

static int make_and_prove(struct mkpatch *m, const struct job *job, struct err *e)
{
	int r = mkpatch_prepare(m, e);

	r = r < 0 ? r
		  : kbuild_learn(m->tree, (const char *const *)job->sources, job->n, on_line, NULL,
				 &m->kbuild, e);
	m->units = calloc(job->n + 1, sizeof(*m->units));
	m->files = calloc(job->n + 1, sizeof(*m->files));
	if (!m->units || !m->files)
		return -ENOMEM;
	for (; r >= 0 && m->n_units < job->n; m->n_units++, m->n_files++)
		r = read_unit(m, &m->units[m->n_units], &m->files[m->n_files], &m->kbuild->v[m->n_units], e);
	/* what is refused is told below */
	r = r < 0 ? r : mkpatch_prove(m, e);
	return r == -EPERM ? 0 : r;
}

/* In the jail. */
static int work(int channel, void *arg)
{
	const struct mkpatch_sink sink = { .note = on_note, .line = on_line };
	struct job *job = arg;
	struct mkpatch m = { .spec = &job->spec, .sink = &sink };
	struct err e = { 0 };
	struct root *root;
	uint64_t text = 0;
	uint32_t pos, of;
	int r;

	channel_fd = channel;
	r = root_open(NULL, &root, &e);
	job->spec.root = root;
	r = r < 0 ? r : make_and_prove(&m, job, &e);
	r = r < 0 ? r : position_global(&m.ksyms, "_text", &pos, &of, &text, &e);
	if (r >= 0)
		say("vmlinux _text 0 - %" PRIx64 " image\n", text);
	m.resolver = (struct resolver){ .ksyms = &m.ksyms, .symvers = &m.symvers };
	for (size_t i = 0; r >= 0 && i < m.n_units; i++)
		if (m.units[i].proof)
			r = tell_unit(&m.units[i], &m.resolver, &e);
	for (size_t i = 0; i < m.refusals.n; i++)
		say("# not proven: %s: %s\n", m.refusals.v[i].file, m.refusals.v[i].why);
	if (r < 0)
		say("# failed: %s\n", e.text[0] ? e.text : strerror(-r));
	cache_tmp_free(m.tmp);
	ktree_free(m.tree);
	return r < 0; /* all else goes with the process */
}

static int listen(struct jail *j)
{
	static char record[JAIL_RECORD_MAX];
	int status = 1;

	for (;;) {
		struct pollfd p = { jail_fd(j), POLLIN, 0 };
		ssize_t n = jail_recv(j, record, sizeof(record));

		if (n > 0)
			(void)fwrite(record, 1, (size_t)n, stdout);
		else if (n != -EAGAIN)
			break;
		else
			(void)poll(&p, 1, -1);
	}
	(void)jail_reap(j, 5000, &status);
	jail_stop(j);
	return status;
}

static int failed(const struct err *e)
{
	fprintf(stderr, "%s\n", e->text);
	return 2;
}

int main(int argc, char **argv)
{
	static struct job job;
	struct mkpatch_spec *s = &job.spec;
	_cleanup_(root_freep) struct root *root = NULL;
	_cleanup_(cache_freep) struct cache *cache = NULL;
	struct jail_user user;
	struct jail jail;
	struct err e = { 0 };
	char line[PATH_MAX], *image;
	size_t len;

	if (argc < 5 || argc > 6) {
		fputs("usage: positions_probe IMAGE MODULES CONFIG SYMVERS [SOURCE-FOLDER] <SOURCES\n",
		      stderr);
		return 2;
	}
	while (job.n < SOURCES && fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = '\0';
		job.sources[job.n++] = strdup(line);
	}
	*s = (struct mkpatch_spec){ .config = argv[3], .symvers = argv[4], .source = argv[5] };
	s->modules = open(argv[2], O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (s->modules < 0 || file_read(argv[1], KIMAGE_MAX, &image, &len, &e) < 0)
		return failed(e.text[0] ? &e : &(struct err){ .text = "no folder of modules" });
	s->image = (struct mkpatch_text){ argv[1], image, len };
	if (root_open(NULL, &root, &e) < 0 || jail_user_choose(root, NULL, &user, &e) < 0 ||
	    cache_open("", &user, &cache, &e) < 0)
		return failed(&e);
	s->cache = cache;
	if (jail_start(work, &job, &user, (const int[]){ cache->fd, s->modules }, 2, &jail, &e) < 0)
		return failed(&e);
	return listen(&jail);
}
