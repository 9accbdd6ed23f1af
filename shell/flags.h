/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The flags that every verb understands, and how they change the settings of
 * a call. Help, manual and completion read the same table.
 */
#ifndef KLPSH_SHELL_FLAGS_H
#define KLPSH_SHELL_FLAGS_H

#include "shell/verb.h"

enum gflag_id {
	GF_JSON,
	GF_PLAIN,
	GF_ROOT,
	GF_READ_ONLY,
	GF_DRY_RUN,
	GF_YES,
	GF_NO_INPUT,
	GF_REASON,
	GF_WAIT,
	GF_KEEP_GOING,
	GF_ECHO,
	GF_COLOR,
	GF_VERSION,
	GF_HELP,
};

struct gflag {
	enum gflag_id id;
	struct flag flag;
};

extern const struct gflag gflags[];
extern const size_t gflags_len;

/* What global flags said: settings, and what is not a setting. */
struct globals {
	struct settings set;
	const char *root; /* --root, borrowed from argv; NULL: not given */
	bool help, version;
};

/* Nothing asked for: colour by itself, no waiting. */
void settings_init(struct settings *s);
/* Exact name (without dashes); NULL. */
const struct gflag *gflag_find(const char *name);
/* Take one flag's value ("" when bare) in. -EINVAL with e set. */
int gflag_apply(const struct gflag *f, const char *value, struct globals *g, struct err *e);
/* "auto", "never", "always" to -1, 0, 1. -EINVAL. */
int color_parse(const char *word, int *ret);
const char *color_word(int color);
/* Seconds with an optional fraction, at most a year. -EINVAL, -ERANGE. */
int seconds_parse(const char *word, double *ret);

/*
 * One flag word split up: "--name=value" or "--name". Finds the flag in the
 * verb's own table (flags, n) or the global one; *next is consumed (set to
 * NULL) when the value is the next word.
 */
struct flag_word {
	const struct flag *flag;
	const struct gflag *global; /* NULL: the verb's own, at index */
	size_t index;
	const char *value; /* "" when bare */
	bool took_next;
};
int flag_word_parse(const char *word, const char *next, const struct flag *flags, size_t n,
		    struct flag_word *ret, struct err *e);

#endif
