// SPDX-License-Identifier: GPL-2.0-or-later
/* How a build is begun and stopped from any screen: B, K and `:build PATCH...`. */
#include "tui/ask.h"
#include "tui/build_form.h"
#include "tui/files.h"
#include "tui/view_build.h"

void build_key(struct tui *t)
{
	struct build *b = build_of(t);

	if (!b || !form_may(t))
		return;
	if (t->view != &t->views[VIEW_BUILD])
		tui_show_view(t, VIEW_BUILD);
	if (b->state == BUILD_RUNS)
		tui_status(t, STYLE_WARN, " a build runs already; K stops it");
	else
		form_start(t);
}

static void stop_it(struct tui *t)
{
	if (!build_runs(t)) {
		tui_status(t, STYLE_DIM, " the build had ended already; 6 shows it");
		return;
	}
	build_stop(t->build);
	tui_status(t, STYLE_WARN, " the build is being stopped");
}

void build_stop_key(struct tui *t)
{
	struct lines text = { 0 };
	char line[400];

	if (!t->build || !build_progress(t->build, line, sizeof(line))) {
		tui_status(t, STYLE_DIM, " no build runs, so there is nothing to stop");
		return;
	}
	lines_fact(&text, "now", "%s", line);
	lines_fact(&text, "Way back",
		   "none is needed: what is compiled stays in the cache, and no module is written");
	if (ask_open(t, &(struct question){ "Stop the build?", "stop the build", &text, false }, stop_it,
		     NULL) < 0)
		tui_status(t, STYLE_WARN, " answer the other question first");
	lines_done(&text);
}

static void take_patches(struct build_form *f, char *const *patches, size_t n)
{
	f->n_patches = 0;
	for (; f->n_patches < n; f->n_patches++)
		files_typed(patches[f->n_patches], f->patches[f->n_patches], sizeof(f->patches[0]));
}

void build_named(struct tui *t, char *const *patches, size_t n)
{
	struct build *b = build_of(t);

	if (!b || !form_may(t))
		return;
	if (n > BUILD_PATCHES_MAX) {
		tui_status(t, STYLE_WARN, " build: at most %d patches at once", BUILD_PATCHES_MAX);
		return;
	}
	if (b->state != BUILD_RUNS)
		take_patches(&b->form, patches, n);
	build_key(t);
}
