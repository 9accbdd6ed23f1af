// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel that the patch is for: its image, symbols and structure sizes, its
 * exports, and its source tree, prepared in the cache.
 */
#include <errno.h>
#include <sys/stat.h>

#include "builder/imagecache.h"
#include "builder/kconfig.h"
#include "builder/mkpatch_own.h"
#include "core/text.h"

static int read_image(struct mkpatch *m, struct banner *banner, struct err *e)
{
	const struct elf_section *types;
	const struct mkpatch_text *file = &m->spec->image;
	struct err unkept = { 0 };
	struct btf btf;
	int r = imagecache_open(m->spec->cache, file->name, file->bytes, file->len, &m->image, &unkept, e);

	if (unkept.code)
		mkpatch_note(m, "not kept for the next build: %s", unkept.text);
	r = r < 0 ? r : banner_find(m->image->bytes, m->image->len, banner, e);
	r = r < 0 ? r : ktables_find(m->image->elf, &m->tables, e);
	r = r < 0 ? r : ksyms_read(&m->tables, &m->ksyms, e);
	if (r < 0)
		return r;
	if (sealed_read(m->image->elf, &m->sealed) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	types = elf_find_section(m->image->elf, ".BTF");
	if (types && types->data && btf_open(types->data, types->size, &btf, NULL) == 0)
		table_sizes_btf(&btf, &m->sizes);
	else
		mkpatch_note(m, "the image has no BTF: sizes of special sections are inferred");
	return 0;
}

static int check_release(struct mkpatch *m, const struct banner *banner, struct err *e)
{
	struct utsname running;

	if (m->spec->release && !streq(m->spec->release, banner->release)) {
		err_rc(e, RC_REFUSED, -ESTALE, "%s is the image of kernel %s, not of %s", m->spec->image.name,
		       banner->release, m->spec->release);
		err_hint(e, "say which kernel the patch is for with --kernel RELEASE, and where its image is "
			    "with --image FILE");
		return -ESTALE;
	}
	FORMAT(m->release, "%s", banner->release);
	return uname(&running) < 0 ? 0 : banner_check_running(banner, &running, m->spec->image.name, e);
}

static int take_symvers(struct mkpatch *m, struct source *s, struct err *e)
{
	char *text = malloc(s->symvers.len + 1);

	if (!text)
		return err_set(e, -ENOMEM, "out of memory");
	memcpy(text, s->symvers.data, s->symvers.len);
	return symvers_parse(s->symvers.path, text, s->symvers.len, &m->symvers, e);
}

static int check_config(struct mkpatch *m, const struct source_file *c, struct err *e)
{
	const char *option = kconfig_unrepeatable(c->data, c->len);

	if (!option)
		return 0;
	(void)refuse(&m->refusals, REFUSE_CONFIG, c->path, NULL, NULL, "%s is on", option);
	return mkpatch_judge(m, e);
}

static int make_folder(const struct mkpatch *m, char *path, const char *name, struct err *e)
{
	if (snprintf(path, PATH_MAX, "%s/%s", m->tmp->path, name) >= PATH_MAX)
		return err_set(e, -ENAMETOOLONG, "%s is too long a path", m->tmp->path);
	return mkdir(path, 0700) < 0 ? cache_err(m->spec->cache, -errno, "make a folder", e) : 0;
}

/* The jail's HOME is nowhere, at which a bare `cd` in make's recipes fails. */
static int live_in(const char *path, struct err *e)
{
	if (setenv("HOME", path, 1) < 0 || setenv("TMPDIR", path, 1) < 0)
		return err_set(e, -ENOMEM, "out of memory");
	return 0;
}

static int make_folders(struct mkpatch *m, struct err *e)
{
	int r = m->spec->keep ? cache_keepdir(m->spec->cache, m->spec->keep, &m->tmp, e)
			      : cache_tmpdir(m->spec->cache, &m->tmp, e);

	if (r == 0 && m->spec->keep)
		keeplog_open(&m->log, m->tmp->fd);
	r = r < 0 ? r : live_in(m->tmp->path, e);
	r = r < 0 ? r : make_folder(m, m->farm, "tree", e);
	r = r < 0 ? r : make_folder(m, m->include, "include", e);
	r = r < 0 ? r : make_folder(m, m->out, "out", e);
	return r < 0 ? r : authorheaders_write(m->include, e);
}

static unsigned jobs(const struct mkpatch_spec *s)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	if (s->jobs)
		return MIN(s->jobs, KTREE_JOBS_MAX);
	return n < 1 ? 1 : (unsigned)MIN(n, 64);
}

static void on_step(void *arg, enum ktree_step step)
{
	struct mkpatch *m = arg;

	switch (step) {
	case KTREE_FILLING:
		m->ahead.n[PACE_MAKE] = 1;
		mkpatch_ahead_begin(m, PACE_FILL, 1);
		break;
	case KTREE_MAKING:
		mkpatch_ahead_end(m);
		mkpatch_ahead_begin(m, PACE_MAKE, 1);
		break;
	case KTREE_MADE:
		mkpatch_ahead_end(m);
		break;
	}
}

int mkpatch_prepare(struct mkpatch *m, struct err *e)
{
	_cleanup_(source_freep) struct source *source = NULL;
	struct banner banner;
	const struct source_want want = { &banner, m->spec->source, m->spec->config, m->spec->symvers };
	struct ktree_spec spec = { .cache = m->spec->cache->path,
				   .release = m->release,
				   .jobs = jobs(m->spec),
				   .trust_compiler = m->spec->trust_compiler,
				   .say = mkpatch_say,
				   .step = on_step,
				   .arg = m };
	bool oot = m->spec->oot.bytes;
	int r = read_image(m, &banner, e);

	r = r < 0 ? r : check_release(m, &banner, e);
	if (r == 0 && oot)
		r = mkpatch_oot_read(m, e);
	r = r < 0 ? r : source_find(m->spec->root, &want, &source, e);
	r = r < 0 ? r : check_config(m, &source->config, e);
	r = r < 0 ? r : take_symvers(m, source, e);
	if (r < 0)
		return r;
	spec.source = source;
	r = make_folders(m, e);
	if (r == 0 && oot)
		r = mkpatch_oot_copy(m, e);
	r = r < 0 ? r : ktree_prepare(&spec, &m->tree, e);
	if (r == 0 && !oot) {
		m->base = m->tree->path;
		m->base_dir = m->tree->dir;
	}
	return r;
}
