// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Starts the build process, reads its records, and ends it with all its
 * children when a signal comes.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/epoll.h>

#include "builder/modsign.h"
#include "core/dirfile.h"
#include "core/hash.h"
#include "core/text.h"
#include "shell/building.h"

#define TICK_US 250000
#define FUNCTIONS_MAX 10000 /* that are listed; a hostile process may tell more */
#define RECORDS_AT_ONCE 64 /* of one look, so that signals are heard */

/* In the jail. */
static int build_process(int channel, void *arg)
{
	struct mkpatch_spec *spec = arg;
	_cleanup_(root_freep) struct root *root = NULL; /* ours was closed with all descriptors */
	struct wire_out out = { .channel = channel };
	struct mkpatch_sink sink;
	struct err e = { 0 };
	int r = root_open(NULL, &root, &e);

	spec->root = root;
	wire_sink(&out, &sink);
	r = r < 0 ? r : mkpatch_run(spec, &sink, &e);
	wire_end(&out, MAX(r, -4095), &e);
	return r < 0;
}

static void on_phase(void *arg, enum mkpatch_phase p, const char *detail)
{
	struct building *b = arg;

	if (b->phase >= 0 && (int)p != b->phase)
		building_tell_phase(b);
	if ((int)p != b->phase) {
		b->phase_us = now_mono();
		b->own_us = b->in.own_us;
		b->children_us = b->in.children_us;
	}
	b->phase = (int)p;
	FORMAT(b->detail, "%s", detail);
}

static void on_ahead(void *arg, const struct mkpatch_ahead *a)
{
	struct building *b = arg;

	b->ahead = *a;
	b->ahead_us = now_mono();
	if (b->c->set.json)
		building_tell_ahead(b);
}

static void on_line(void *arg, const char *line, size_t len)
{
	struct building *b = arg;
	char **slot = &b->tail[b->n_lines++ % BUILDING_TAIL];

	free(*slot);
	*slot = text_clean_dup(line, MIN(len, 2000));
	if (*slot && (b->verbose || b->c->set.json))
		building_tell_line(b, *slot);
}

static void on_note(void *arg, const char *text)
{
	building_tell_note(arg, text);
}

static bool copy_function(struct building_function *to, const struct mkpatch_function *f)
{
	*to = (struct building_function){ strdup(f->object), strdup(f->file), strdup(f->name),
					  strdup(f->change), strdup(f->why),  f->sympos };
	return to->object && to->file && to->name && to->change && to->why;
}

static void function_done(struct building_function *f)
{
	free(f->object);
	free(f->file);
	free(f->name);
	free(f->change);
	free(f->why);
}

static void on_function(void *arg, const struct mkpatch_function *f)
{
	struct building *b = arg;
	struct building_function copy = { 0 };

	if (b->n_functions == FUNCTIONS_MAX) {
		if (!b->functions_cut)
			building_tell_note(b, "too many functions to list: those behind are not told");
		b->functions_cut = true;
		return;
	}
	if (!copy_function(&copy, f) || array_grow(&b->functions, b->n_functions, sizeof(copy)) < 0) {
		function_done(&copy);
		(void)err_set(&b->err, -ENOMEM, "out of memory");
		return;
	}
	b->functions[b->n_functions++] = copy;
	building_tell_function(b, &copy);
}

static void on_refusal(void *arg, const struct refusal *r)
{
	building_tell_refusal(arg, r);
}

/* All of it is here: it becomes a file, whole or not at all. */
static int write_module(struct building *b, const void *bytes, size_t len)
{
	char path[PATH_MAX];
	int r = sha256_hex(bytes, len, b->sha256);

	r = r < 0 ? r : dirfile_write_bytes(b->out_dir, b->file, 0644, bytes, len);
	b->size = len;
	building_path(b, path, sizeof(path));
	if (r == -ENOSPC || r == -EDQUOT) {
		err_set(&b->err, r, "the disk is full: %s was not written", path);
		err_hint(&b->err, "make room, or choose another folder with -o DIR");
	} else if (r < 0) {
		err_set(&b->err, r, "%s was not written: %s", path, strerror(-r));
	}
	return r;
}

/* The key is never shown to the build process. */
static int on_module(void *arg, const void *bytes, size_t len)
{
	struct building *b = arg;
	_cleanup_free_ char *signed_bytes = NULL;
	size_t signed_len;
	int r;

	if (!b->sign_key)
		return write_module(b, bytes, len);
	r = modsign(bytes, len, b->sign_key, b->sign_cert, NULL, &signed_bytes, &signed_len, &b->err);
	return r < 0 ? r : write_module(b, signed_bytes, signed_len);
}

static int on_readable(struct loop_source *s, int fd, uint32_t events, void *arg)
{
	static char record[JAIL_RECORD_MAX];
	struct building *b = arg;

	(void)s;
	(void)fd;
	(void)events;
	for (unsigned i = 0; i < RECORDS_AT_ONCE; i++) {
		ssize_t n = jail_recv(&b->jail, record, sizeof(record));
		int r;

		if (n == -EAGAIN)
			return 0;
		if (n <= 0) {
			loop_exit(b->cl.loop, 0);
			return 0;
		}
		r = wire_record(&b->in, record, (size_t)n);
		if (r < 0 && !b->err.code)
			err_set(&b->err, r, "the build process said something that is not understood");
		if (b->err.code || b->emitted < 0) {
			loop_exit(b->cl.loop, 0);
			return 0;
		}
	}
	return 0;
}

static int on_tick(struct loop_source *s, void *arg)
{
	building_progress(arg);
	return loop_timer_set(s, TICK_US);
}

static int start(struct building *b, struct err *e)
{
	int keep[2] = { b->cache->fd, b->spec.modules };

	b->spec.cache = b->cache;
	return jail_start(b->process ? b->process : build_process, &b->spec, &b->user, keep,
			  b->spec.modules < 0 ? 1 : 2, &b->jail, e);
}

static int watch(struct building *b, struct err *e)
{
	int r = call_loop_start(&b->cl, b->c, -1, e);

	r = r < 0 ? r : loop_add_io(b->cl.loop, jail_fd(&b->jail), EPOLLIN, on_readable, b, &b->io);
	r = r < 0 ? r : loop_add_timer(b->cl.loop, on_tick, b, &b->tick);
	r = r < 0 ? r : loop_timer_set(b->tick, TICK_US);
	r = r < 0 ? r : call_loop_run(&b->cl, e);
	loop_remove(b->io);
	loop_remove(b->tick);
	call_loop_done(&b->cl);
	call_progress(b->c, NULL);
	return r;
}

/* It stopped without saying how it ended. */
static int vanished(struct building *b, struct err *e)
{
	int status = 0;

	if (jail_reap(&b->jail, 2000, &status) == 0 && status > 128)
		err_set(e, -EIO, "the build process was ended by signal %d", status - 128);
	else
		err_set(e, -EIO, "the build process ended without a result");
	err_hint(e, "nothing was written; try again, and look into the kernel's log whether memory ran out");
	return -EIO;
}

/* What has been said counts, also when a signal came behind it: the module may be there by then. */
static int outcome(struct building *b, struct err *e)
{
	int signo = *b->c->interrupted;

	if (b->err.code) {
		*e = b->err;
		return e->code;
	}
	if (b->in.ended) {
		if (b->in.result < 0)
			*e = b->in.err;
		return b->in.result;
	}
	if (signo || b->emitted < 0)
		return err_rc(e, signo ? (enum rc)(RC_SIGNAL + signo) : RC_FAILED, -EINTR,
			      "the build was stopped; nothing was written");
	return vanished(b, e);
}

int building_run(struct building *b, struct err *e)
{
	int r;

	b->sink = (struct mkpatch_sink){ on_phase,    on_ahead,	  on_line,   on_note,
					 on_function, on_refusal, on_module, b };
	b->in.sink = &b->sink;
	b->in.check = b->spec.check;
	b->phase = -1;
	b->begun_us = now_mono();
	r = start(b, e);
	if (r < 0)
		return r;
	r = watch(b, e);
	r = r < 0 ? r : outcome(b, e);
	jail_stop(&b->jail);
	return r;
}

void building_done(struct building *b)
{
	for (size_t i = 0; i < BUILDING_TAIL; i++)
		free(b->tail[i]);
	for (size_t i = 0; i < b->n_functions; i++)
		function_done(&b->functions[i]);
	free(b->functions);
	wire_done(&b->in);
	cache_free(b->cache);
	closep(&b->out_dir);
}
