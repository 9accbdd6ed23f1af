/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Building a snapshot, step by step. A source that fails leaves its error in
 * errs and the rest goes on.
 */
#include "core/build.h"

#include <errno.h>
#include <sys/utsname.h>

#include "core/taint.h"

static void read_names(const struct root *root, struct snapshot *s)
{
	struct utsname u;

	if (root_is_live(root) && uname(&u) == 0) {
		FORMAT(s->host, "%.64s", u.nodename);
		FORMAT(s->release, "%.64s", u.release);
		return;
	}
	if (root_read_attr(root, "proc/sys/kernel/hostname", s->host, sizeof(s->host)) < 0)
		FORMAT(s->host, "?");
	if (root_read_attr(root, "proc/sys/kernel/osrelease", s->release, sizeof(s->release)) < 0)
		FORMAT(s->release, "?");
}

/* The patch in transition; the kernel has one at most. */
static void find_transition(struct snapshot *s)
{
	for (size_t i = 0; i < s->patches.n; i++)
		if (s->patches.v[i].transition == 1)
			s->in_transition = &s->patches.v[i];
	s->target = s->in_transition ? s->in_transition->enabled : -1;
}

void build_patches(struct snapshot *s, struct patches *patches, int r, const struct err *e)
{
	if (r >= 0)
		s->patches = *patches;
	else
		s->errs[SOURCE_PATCHES] = *e;
	*patches = (struct patches){ 0 };
	s->livepatch = r != -ENOENT;
	for (size_t i = 0; i < s->patches.n && !s->errs[SOURCE_PATCHES].code; i++)
		s->errs[SOURCE_PATCHES] = s->patches.v[i].err;
	find_transition(s);
}

static void read_taint(const struct root *root, struct snapshot *s)
{
	int r = taint_read(root, &s->taint);

	s->taint_known = r >= 0;
	if (r < 0)
		err_set(&s->errs[SOURCE_TAINT], r, "cannot read /proc/sys/kernel/tainted: %s", strerror(-r));
}

/* Microseconds of "1234.56 ...", -EBADMSG when there are none. */
static int uptime_read(const struct root *root, uint64_t *ret)
{
	uint64_t seconds, hundredths;
	char buf[64], *dot;

	if (root_read_attr(root, "proc/uptime", buf, sizeof(buf)) < 0)
		return -ENODATA;
	buf[strcspn(buf, " ")] = '\0';
	dot = strchr(buf, '.');
	if (!dot || strlen(dot) != 3)
		return -EBADMSG;
	*dot = '\0';
	if (parse_u64(buf, &seconds) < 0 || parse_u64(dot + 1, &hundredths) < 0 || seconds > UINT32_MAX)
		return -EBADMSG;
	*ret = seconds * USEC_PER_SEC + hundredths * 10000;
	return 0;
}

uint64_t build_log_offset(const struct root *root)
{
	uint64_t uptime;

	if (root_is_live(root) || uptime_read(root, &uptime) < 0)
		return now_boot() - now_mono();
	/* Below zero when that machine was up longer than this one: it wraps, and so does the sum. */
	return now_boot() - uptime;
}

bool build_needs_patches(const struct snapshot *s)
{
	return s->what & (SNAPSHOT_PATCHES | SNAPSHOT_TASKS | SNAPSHOT_BLOCKERS);
}

int build_new(const struct root *root, unsigned what, struct snapshot **ret)
{
	struct snapshot *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->what = what;
	s->target = -1;
	s->root = geteuid() == 0;
	transition_init(&s->transition);
	s->livepatch = true;
	read_names(root, s);
	*ret = s;
	return 0;
}

void build_rest(const struct root *root, struct snapshot *s)
{
	unsigned what = s->what;

	if (!build_needs_patches(s))
		s->livepatch = root_exists(root, "sys/kernel/livepatch");
	if (what & SNAPSHOT_MODULES)
		(void)modules_read(root, &s->modules, &s->errs[SOURCE_MODULES]);
	if (what & SNAPSHOT_TAINT)
		read_taint(root, s);
	if (what & SNAPSHOT_SYSTEM)
		sysfacts_read(root, s->release, &s->sys);
	else
		s->sys.ptrace_scope = -1;
	s->boot_us = now_boot();
	s->wall_us = now_wall();
}

int build_begin(const struct root *root, unsigned what, struct snapshot **ret)
{
	struct patches patches = { 0 };
	struct err e = { 0 };
	int r = build_new(root, what, ret);

	if (r < 0)
		return r;
	if (build_needs_patches(*ret)) {
		r = patches_read(root, &patches, &e);
		build_patches(*ret, &patches, r, &e);
	}
	build_rest(root, *ret);
	return 0;
}

/* Does the log tell that this patch's transition runs? Then it tells its target. */
static bool log_knows(const struct snapshot *s, const struct transition *t)
{
	return t->target >= 0 && !t->since_inferred &&
	       !strncmp(t->patch, s->in_transition->name, sizeof(t->patch) - 1);
}

/*
 * The kernel writes the "starting" line, then asks the tasks, then sets
 * `enabled` (klp_start_transition in __klp_enable_patch): in between, `enabled`
 * is the old value while tasks switch already.
 */
void build_target(struct snapshot *s, const struct transition *t)
{
	if (s->in_transition && log_knows(s, t))
		s->target = t->target;
}

static bool others_patch(const struct snapshot *s, const struct patch *p, const char *object,
			 const struct func *f)
{
	for (size_t i = 0; i < s->patches.n; i++) {
		const struct patch *q = &s->patches.v[i];

		if (q != p && q->in_sysfs && patch_has_func(q, object, f->name, f->sympos))
			return true;
	}
	return false;
}

/*
 * During an atomic replace the new patch carries a "nop" for every function
 * that only the replaced ones changed (klp_add_nops). sysfs shows them like its
 * own; only the patch's file tells them apart.
 */
void build_restores(struct snapshot *s, const struct funcmap *map)
{
	const struct patch *in = s->in_transition;
	/* The snapshot is still ours to write. */
	struct patch *p = in ? &s->patches.v[in - s->patches.v] : NULL;

	if (!p || p->replace == 0)
		return;
	for (size_t i = 0; i < p->n_objects; i++)
		for (size_t k = 0; k < p->objects[i].n_funcs; k++) {
			struct func *f = &p->objects[i].funcs[k];
			int own = -ENOENT;

			if (!others_patch(s, p, p->objects[i].name, f))
				continue;
			if (map && map->patches)
				own = map->patches(map->ctx, p->name, p->objects[i].name, f->name, f->sympos);
			f->restore = own < 0 ? TRI_UNKNOWN : !own;
		}
}

static size_t count_transitions(const struct snapshot *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->patches.n; i++)
		n += s->patches.v[i].transition == 1;
	return n;
}

bool build_settled(const struct root *root, const struct snapshot *s, const struct transition *t)
{
	const struct patch *p = s->in_transition;
	int enabled, transition;

	if (!p || !root_is_live(root))
		return true;
	if (count_transitions(s) > 1) /* one ended and the next began while they were read */
		return false;
	if (log_knows(s, t) ? s->target != t->target : !strncmp(t->ended, p->name, sizeof(t->ended) - 1))
		return false;
	patch_read_state(root, p->name, &enabled, &transition);
	return enabled == p->enabled && transition == p->transition;
}

bool build_needs_tasks(const struct snapshot *s, enum task_keep *ret)
{
	if (!(s->what & (SNAPSHOT_TASKS | SNAPSHOT_BLOCKERS)) || s->target < 0)
		return false;
	*ret = s->target ? TASK_KEEP_NOT1 : TASK_KEEP_NOT0;
	return true;
}

void build_tasks(struct snapshot *s, struct taskset *tasks, int r)
{
	struct err *e = &s->errs[SOURCE_TASKS];

	if (r < 0) {
		err_set(e, r, "cannot read the tasks in /proc: %s", strerror(-r));
		return;
	}
	s->tasks = *tasks;
	*tasks = (struct taskset){ 0 };
	if (!s->tasks.unreadable)
		return;
	err_set(e, s->tasks.first_errno, "patch_state of %zu of %zu tasks may not be read: %s",
		s->tasks.unreadable, s->tasks.total, strerror(-s->tasks.first_errno));
	err_hint(e, "run as root to see every task; the counts here are incomplete");
}

void build_log_error(struct snapshot *s, const struct err *e)
{
	s->errs[SOURCE_LOG] = *e;
}

/*
 * Callbacks run before the first task is asked: `transition` is 1 beside the
 * old `enabled`, every task agrees with it, and the log has no "starting" line.
 */
static bool is_starting(const struct snapshot *s, const struct transition *t, bool log_readable)
{
	bool known = t->target >= 0 && !strncmp(t->patch, s->in_transition->name, sizeof(t->patch) - 1);
	/* By the log, or by an earlier look: the line may have left the log since. */
	bool begun = known &&
		     (!t->since_inferred || (t->target == s->target && !t->starting && t->n_samples));

	if (begun || !log_readable || !s->tasks.total || s->tasks.unreadable)
		return false;
	return s->tasks.by_state[s->target + 1] == s->tasks.total;
}

static void mark_forced(struct snapshot *s, const struct transition *t)
{
	for (size_t i = 0; i < s->patches.n; i++)
		if (transition_was_forced(t, s->patches.v[i].name))
			s->patches.v[i].forced = 1;
}

/* What the log told before it could not be read any more may be outdated. */
static void mark_since(struct snapshot *s, const struct transition *t, bool log_readable)
{
	for (size_t i = 0; log_readable && i < s->patches.n; i++)
		since_mark(&t->since, &s->patches.v[i]);
}

/* Were the tasks counted, so far that the number of those left means something? */
static bool counted(const struct snapshot *s)
{
	return s->tasks.total && (!s->tasks.unreadable || s->tasks.n);
}

void build_track(struct snapshot *s, struct transition *t, unsigned stall_after, bool log_readable)
{
	const struct patch *p = s->in_transition;

	mark_forced(s, t);
	mark_since(s, t, log_readable);
	if (!p || s->target < 0) {
		transition_sample(t, NULL, -1, false, 0, 0, s->boot_us);
	} else {
		s->starting = is_starting(s, t, log_readable);
		if (s->starting)
			s->target = !s->target;
		if (counted(s))
			transition_sample(t, p->name, s->target, s->starting, s->tasks.total,
					  snapshot_left(s), s->boot_us);
		else
			transition_seen(t, p->name, s->target, s->boot_us);
		s->stalled = transition_stalled(t, stall_after, s->boot_us);
	}
	s->transition = *t;
}

bool build_needs_stacks(const struct snapshot *s, size_t *ret_n)
{
	*ret_n = MIN(s->tasks.n, (size_t)SNAPSHOT_STACKS_MAX);
	return (s->what & SNAPSHOT_BLOCKERS) && s->tasks.n && !s->starting;
}

struct stall_input build_stall_input(const struct snapshot *s, const struct stacks *stacks,
				     const struct symsizes *sizes, const struct funcmap *map)
{
	double age = transition_age(&s->transition, s->boot_us);

	return (struct stall_input){
		.patches = &s->patches,
		.patch = s->in_transition,
		.target = s->target,
		.tasks = &s->tasks,
		.stacks = stacks,
		.sizes = sizes,
		.map = map,
		.since = age,
		.signalled = s->transition.signalled ||
			     (!s->transition.since_inferred && age > TRANSITION_SIGNAL_SEC + 1),
		.ptrace_scope = s->sys.ptrace_scope,
	};
}

static void note_stacks(struct snapshot *s, const struct stacks *stacks)
{
	struct err *e = &s->errs[SOURCE_STACKS];

	for (size_t i = 0; stacks && i < stacks->n; i++) {
		int code = stacks->v[i].error;

		if (!code || code == -ENOENT || code == -ESRCH)
			continue;
		err_set(e, code, "some kernel stacks could not be read: %s", strerror(-code));
		err_hint(e, "stacks need CAP_SYS_ADMIN, and kernel.yama.ptrace_scope below 3");
		return;
	}
	if (s->tasks.n > SNAPSHOT_STACKS_MAX)
		err_set(e, -E2BIG, "the stacks of %d of %zu blocking tasks were read", SNAPSHOT_STACKS_MAX,
			s->tasks.n);
}

int build_explain(struct snapshot *s, const struct stacks *stacks, const struct symsizes *sizes,
		  const struct funcmap *map)
{
	struct stall_input in = build_stall_input(s, stacks, sizes, map);

	if (!s->in_transition || s->starting)
		return 0;
	note_stacks(s, stacks);
	return stall_explain(&in, &s->blockers);
}
