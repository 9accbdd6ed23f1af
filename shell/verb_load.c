// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * `load`: a livepatch from its file into the kernel. Checked first, asked,
 * kept for a rollback, inserted, followed to the end of its transition, and
 * looked at afterwards. The steps are shell/loading's.
 */
#include "shell/loading.h"
#include "shell/verbs.h"

static int load_run(struct call *c, struct report **ret, struct err *e)
{
	_cleanup_(loading_done) struct loading l = { 0 };
	int r = loading_begin(&l, c, c->args[0], c->args + 1, c->n_args - 1, e);

	return r < 0 ? r : loading_run(&l, loading_do, ret, e);
}

static const struct arg load_args[] = {
	{ "FILE", ARG_FILE },
	{ "PARAM=VALUE", ARG_WORD, .optional = true, .many = true },
};
static const struct flag load_flags[] = { LOADING_FLAGS, CHANGE_FLAGS, CHANGE_WAIT_FLAGS };

const struct verb verb_load = {
	.name = "load",
	.args = load_args,
	.n_args = ARRAY_SIZE(load_args),
	.flags = load_flags,
	.n_flags = ARRAY_SIZE(load_flags),
	.danger = DANGER_MODERATE,
	.help = "load a livepatch from its file, and follow its transition to the end",
	.details =
		"Takes FILE in once (.ko, or packed as .gz, .xz, .zst), makes every check of klpsh check, "
		"asks, loads exactly the bytes that were checked, waits until all tasks have switched, and "
		"looks whether the patch is enabled and its functions are redirected. A file that is "
		"exchanged in between changes nothing. The bytes are kept in /var/lib/klpsh/store, for "
		"klpsh rollback.\n\n"
		"PARAM=VALUE are parameters of the module; they are in the records, and rollback brings "
		"them back. The module's name comes from itself, not from the file's name. A patch that is "
		"enabled already in this very build is no error: exit 0.\n\n"
		"--preflight=enforce (the default) refuses when a check fails; warn tells and goes on; off "
		"makes none, needs allow-preflight-off = yes in /etc/klpsh.conf, and is recorded.\n\n"
		"It returns at the end of the transition, or with exit code 7 when that has stalled or "
		"--wait=SEC is over; --wait=0 returns once the kernel has accepted. The kernel goes on by "
		"itself; klpsh blockers tells who holds it up. --on-stall=reverse turns it round instead.",
	.examples = "klpsh load fix.ko  # check, ask, load, wait\n"
		    "klpsh load fix.ko.xz debug=1 --yes  # with a parameter, without asking\n"
		    "klpsh load fix.ko --dry-run  # everything but the load\n"
		    "klpsh load fix.ko --yes --on-stall=reverse  # turn round when it stalls",
	.shape = &shape_change,
	.run = load_run,
};
