/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A build as a verb runs it: the build process in its jail, its records as
 * events, Ctrl-C, and the module written where it is wanted. What is shown is
 * shell/building_view.c's.
 */
#ifndef KLPSH_SHELL_BUILDING_H
#define KLPSH_SHELL_BUILDING_H

#include "builder/mkpatch.h"
#include "builder/wire.h"
#include "shell/callloop.h"

#define BUILDING_TAIL 24 /* lines of output that are told when a build fails */

struct building_function {
	char *object, *file, *name, *change, *why;
	long sympos;
};

struct building {
	struct call *c;
	struct mkpatch_spec spec;
	int (*process)(int channel, void *spec); /* what runs in the jail; NULL: the build */
	struct jail_user user;
	struct cache *cache;
	struct jail jail;
	struct wire_in in;
	struct mkpatch_sink sink;
	struct call_loop cl;
	struct loop_source *io, *tick;
	bool verbose;
	/* how far it is */
	int phase; /* enum mkpatch_phase; -1: not begun */
	uint64_t begun_us, phase_us;
	uint64_t own_us, children_us; /* processor time that the build had used when the phase began */
	struct mkpatch_ahead ahead; /* as it was said at ahead_us */
	uint64_t ahead_us; /* 0: nothing was said */
	char detail[200];
	char *tail[BUILDING_TAIL]; /* the last lines of output, a ring */
	size_t n_lines;
	/* what came of it */
	struct building_function *functions;
	size_t n_functions;
	bool functions_cut; /* there were more than are kept */
	int out_dir; /* where the module goes; -1: nowhere */
	const char *out_name; /* of the folder, for messages */
	char file[80]; /* the module's file name */
	char sha256[65];
	size_t size;
	char kernel[65];
	char keep[CACHE_NAME]; /* name of the build's folder, when it is to stay */
	const char *sign_key, *sign_cert; /* PEM files, read by us alone; NULL: not signed */
	int emitted; /* negative: nobody reads any more */
	struct err err; /* of what is done with records */
};

/* Run it to its end. 0; -EINTR when a signal ended it; else a negative errno, e set. */
int building_run(struct building *b, struct err *e);
void building_done(struct building *b);

/* building_progress.c: how far it is, on a terminal's last line; phase is not -1 for the line. */
void building_progress(const struct building *b);
void building_progress_line(const struct building *b, char *dst, size_t size);

/* Seconds since a time of now_mono(). */
double building_since(uint64_t us);

/* building_view.c: tell events; all may be called with b->c->set of any form. */
extern const struct shape shape_build;
void building_tell_phase(struct building *b); /* the one that ends now */
void building_tell_ahead(struct building *b);
void building_tell_line(struct building *b, const char *line);
void building_tell_note(struct building *b, const char *text);
void building_tell_function(struct building *b, const struct building_function *f);
void building_tell_refusal(struct building *b, const struct refusal *r);
/* Where the module goes, as it is told: "fix.ko", "/root/fix.ko". */
void building_path(const struct building *b, char *dst, size_t size);
/* The last event. */
struct report *building_result(struct building *b);
void building_tell_tail(struct building *b);
/* Where the build's folder is, if it was made and is kept. */
void building_tell_kept(struct building *b);

#endif
