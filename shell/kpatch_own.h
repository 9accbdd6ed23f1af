/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of the kpatch front end share. For shell/kpatch*.c only.
 */
#ifndef KLPSH_SHELL_KPATCH_OWN_H
#define KLPSH_SHELL_KPATCH_OWN_H

#include "core/snapshot.h"
#include "kmod/inspect.h"
#include "shell/kpatch.h"

struct kpatch {
	struct app *app;
	const struct kpatch_limits *limits;
	char release[65]; /* of the running kernel */
	/* Of the last verb. */
	struct report *report;
	struct err e;
};

/* A line to stdout at once, or "kpatch: LINE" to stderr. Sanitized. */
void kp_say(const char *fmt, ...) _printf_(1, 2);
void kp_warn(const char *fmt, ...) _printf_(1, 2);
/* The same with an error's sentence and its hint behind it. Returns 1. */
int kp_fail(const struct err *e, const char *fmt, ...) _printf_(2, 3);

/*
 * Run a verb with three words at most (NULL: that one and those behind it are not there). Its exit
 * code; k->report and k->e are its answer.
 */
int kp_verb(struct kpatch *k, const char *verb, const char *word, const char *flag, const char *more);
/* The patches now; 0 or negative errno, told already. anyway: also without livepatching. */
int kp_look(struct kpatch *k, bool anyway, struct snapshot **ret);

/* "livepatch-fix.ko.xz" or a path to it: the module's name. */
void kp_module_name(const char *file, char *buf, size_t size);
bool kp_is_file(const char *word);
/* Same name, with - and _ alike? */
bool kp_same_name(const char *a, const char *b);

/* An installed module; path and file are as the store has them. */
struct kp_installed {
	char *release, *path;
	char name[64];
	char sha256[65]; /* as recorded at installation, "" none */
	int order; /* of loading; INT_MAX none */
};
struct kp_store {
	struct kp_installed *v;
	size_t n;
};
/*
 * What is installed, for one release (in the order of loading) or, with "",
 * for all (by release and file).
 */
int kp_store_read(struct kpatch *k, const char *release, struct kp_store *ret);
void kp_store_free(struct kp_store *s);
/* FILE as it is, or NAME from the store of the running kernel: its path, heap. NULL: told. */
char *kp_find_file(struct kpatch *k, const char *word);

/*
 * Wait for the end of a transition, with the words for it. 0 at the end (or
 * when none runs), -ETIMEDOUT when it has stalled, else negative and told.
 */
int kp_await(struct kpatch *k, const char *name);
/* Tasks that hold the transition up, with their stacks; nothing where there are none. */
void kp_show_stalled(struct kpatch *k);

/* One word each. */
int kp_load(struct kpatch *k, char *const *args, size_t n);
int kp_unload(struct kpatch *k, char *const *args, size_t n);
int kp_list(struct kpatch *k, char *const *args, size_t n);
int kp_info(struct kpatch *k, char *const *args, size_t n);
int kp_install(struct kpatch *k, char *const *args, size_t n);
int kp_uninstall(struct kpatch *k, char *const *args, size_t n);

/* Disable, wait, remove: a loaded patch. 0 or 1, told. */
int kp_unload_patch(struct kpatch *k, const struct patch *p);

#define KP_USAGE (-1) /* of a word's function: the words were wrong */

#endif
