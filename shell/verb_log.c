/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `log`: the kernel's log, livepatch lines unless all are asked for; gaps are
 * marked.
 */
#include <errno.h>
#include <inttypes.h>
#include <sys/epoll.h>

#include "core/kmsg.h"
#include "shell/callloop.h"
#include "shell/verbs.h"
#include "shell/view.h"

static const struct field log_fields[] = {
	{ "seq", NULL, F_INT, 0, NULL, "number of the record" },
	{ "seconds", NULL, F_REAL, 0, NULL, "seconds after boot, by the log's clock" },
	{ "level", NULL, F_STR, 0, NULL, "emerg to debug" },
	{ "livepatch", NULL, F_BOOL, 0, NULL, "it concerns livepatching" },
	{ "patch", NULL, F_STR, 0, NULL, "the livepatch it is about, where it names one" },
	{ "lost", NULL, F_INT, 0, NULL, "records that are missing just before this one" },
	{ "text", NULL, F_STR, 0, NULL, "the line" },
};
static const struct shape shape_log = SHAPE("record", log_fields);

struct follow {
	struct call *c;
	struct call_loop cl;
	struct kmsg *log;
	bool all;
	uint64_t lost; /* missing before records that were filtered out */
	int r;
};

static int fill(struct row *row, const struct kmsg_record *rec, uint64_t lost)
{
	char patch[64] = "";
	int r = row_int(row, "seq", (int64_t)rec->seq);

	(void)kmsg_event_of(rec, patch, sizeof(patch));
	r = r < 0 ? r : row_real(row, "seconds", (double)rec->usec / (double)USEC_PER_SEC);
	r = r < 0 ? r : row_str(row, "level", kmsg_level_word(rec->level));
	r = r < 0 ? r : row_bool(row, "livepatch", rec->livepatch);
	r = r < 0 ? r : row_str(row, "patch", patch[0] ? patch : NULL);
	r = r < 0 ? r : row_int(row, "lost", (int64_t)lost);
	return r < 0 ? r : row_str(row, "text", rec->text);
}

static void print(FILE *out, const struct kmsg_record *rec, uint64_t lost)
{
	if (lost)
		fprintf(out, "[ ... %" PRIu64 " record%s missing ... ]\n", lost, lost == 1 ? "" : "s");
	fprintf(out, "[%5" PRIu64 ".%06" PRIu64 "] %s\n", (uint64_t)(rec->usec / USEC_PER_SEC),
		(uint64_t)(rec->usec % USEC_PER_SEC), rec->text);
}

/* The next record that passes the filter: 1, 0 none now, negative. */
static int next(struct follow *f, struct kmsg_record *rec, uint64_t *ret_lost)
{
	int r;

	while ((r = kmsg_next(f->log, rec)) > 0) {
		f->lost += rec->lost;
		if (!f->all && !rec->livepatch)
			continue;
		*ret_lost = f->lost;
		f->lost = 0;
		return 1;
	}
	return r;
}

static int emit(struct follow *f, const struct kmsg_record *rec, uint64_t lost)
{
	_cleanup_(report_freep) struct report *rep = NULL;
	struct row *row;
	size_t size = 0;
	FILE *out;

	rep = report_single(&shape_log, &row);
	if (!rep || fill(row, rec, lost) < 0)
		return -ENOMEM;
	out = open_memstream(&rep->text, &size);
	if (!out)
		return -ENOMEM;
	print(out, rec, lost);
	if (fclose(out) != 0)
		return -ENOMEM;
	return call_emit(f->c, TAKE_PTR(rep));
}

static int drain(struct follow *f)
{
	struct kmsg_record rec;
	uint64_t lost = 0;
	int r;

	while ((r = next(f, &rec, &lost)) > 0) {
		r = emit(f, &rec, lost);
		if (r < 0)
			break;
	}
	return r;
}

static int on_log(struct loop_source *s, int fd, uint32_t events, void *arg)
{
	struct follow *f = arg;

	f->r = drain(f);
	if (f->r < 0)
		loop_exit(f->cl.loop, 0);
	return 0;
}

static int follow_loop(struct follow *f, double seconds, struct err *e)
{
	struct loop_source *io = NULL;
	int r;

	f->r = drain(f);
	/* A captured log does not grow: what there is was all. */
	if (f->r < 0 || kmsg_fd(f->log) < 0)
		return f->r;
	r = call_loop_start(&f->cl, f->c, seconds, e);
	r = r < 0 ? r : loop_add_io(f->cl.loop, kmsg_fd(f->log), EPOLLIN, on_log, f, &io);
	r = r < 0 ? r : call_loop_run(&f->cl, e);
	loop_remove(io);
	call_loop_done(&f->cl);
	return r < 0 ? r : f->r;
}

static int follow_run(struct follow *f, struct report **ret, struct err *e)
{
	double seconds;
	int r;

	r = call_flag_seconds(f->c, "seconds", &seconds, e);
	r = r < 0 ? r : follow_loop(f, seconds, e);
	if (r < 0)
		return e->code ? e->code : err_set(e, r, "the kernel log: %s", strerror(-r));
	if (!*f->c->interrupted)
		return 0;
	*ret = report_new(NULL, false);
	if (!*ret)
		return out_of_memory(e);
	(*ret)->rc = (enum rc)(RC_SIGNAL + *f->c->interrupted);
	return 0;
}

static int collect(struct follow *f, struct report *rep)
{
	struct kmsg_record rec;
	uint64_t lost = 0;
	size_t size = 0;
	FILE *out = open_memstream(&rep->text, &size);
	int r = out ? 0 : -ENOMEM;

	while (r >= 0 && (r = next(f, &rec, &lost)) > 0) {
		struct row *row = report_add(rep);

		r = row ? fill(row, &rec, lost) : -ENOMEM;
		print(out, &rec, lost);
	}
	if (out && fclose(out) != 0)
		return -ENOMEM;
	return r;
}

static int log_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(kmsg_freep) struct kmsg *log = NULL;
	_cleanup_(report_freep) struct report *rep = NULL;
	struct follow f = { .c = c, .all = call_flag(c, "all") };
	int r;

	if (call_flag(c, "seconds") && !call_flag(c, "follow"))
		return err_rc(e, RC_USAGE, -EINVAL, "--seconds only means something with --follow");
	r = kmsg_open(c->app->root, true, &log, e);
	if (r < 0)
		return r;
	f.log = log;
	if (call_flag(c, "follow"))
		return follow_run(&f, ret, e);
	rep = report_new(&shape_log, true);
	r = rep ? collect(&f, rep) : -ENOMEM;
	if (r < 0)
		return err_set(e, r, "cannot read the kernel log: %s", strerror(-r));
	if (!rep->rows.n)
		report_headline(rep, f.all ? "The kernel log is empty."
					   : "The kernel log says nothing of livepatches.");
	*ret = TAKE_PTR(rep);
	return 0;
}

static const struct flag log_flags[] = {
	{ "follow", NULL, false, "go on with new lines as they come, until Ctrl-C" },
	{ "all", NULL, false, "every line, not only those on livepatching" },
	{ "seconds", "S", false, "stop to follow after S seconds" },
};

const struct verb verb_log = {
	.name = "log",
	.flags = log_flags,
	.n_flags = ARRAY_SIZE(log_flags),
	.help = "the kernel's log, livepatch lines",
	.details =
		"Lines that the kernel has overwritten are marked as missing. With --follow and --json an "
		"object a line, and at the end the envelope of the command. Works on every kernel; may need "
		"root.",
	.examples =
		"klpsh log  # what livepatching did since boot\nklpsh log --follow --all  # like dmesg -w",
	.shape = &shape_log,
	.stream = true,
	.run = log_run,
};
