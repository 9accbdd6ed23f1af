/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the phases of a build share. For builder/mkpatch*.c alone.
 */
#ifndef KLPSH_BUILDER_MKPATCH_OWN_H
#define KLPSH_BUILDER_MKPATCH_OWN_H

#include "builder/diff.h"
#include "builder/extract.h"
#include "builder/farm.h"
#include "builder/kbuild.h"
#include "builder/keeplog.h"
#include "builder/kimage.h"
#include "builder/ksyms.h"
#include "builder/mkpatch.h"
#include "builder/pace.h"
#include "builder/patchfile.h"
#include "builder/resolve.h"
#include "builder/wrapper.h"
#include "core/hash.h"

/* One file that the patches change. */
struct mfile {
	const char *path; /* of the patch's memory */
	const struct pfile **entries; /* all of this path, in order */
	size_t n_entries;
	char *old; /* as it is in the tree; NULL: not there */
	size_t old_len;
	char *new; /* NULL: gone */
	size_t new_len;
	bool header;
};

/* One object that they touch. */
struct munit {
	const struct kbuild_object *k; /* borrowed */
	char object[64]; /* "vmlinux" or the module's name */
	struct object *module; /* borrowed: its .ko; NULL for vmlinux */
	bool types; /* the patch changes something outside of functions' bodies */
	struct object *plain, *orig, *patched;
	struct proof *proof;
	struct diff *diff;
	struct resolve_unit resolve;
	struct extract extract;
};

/* A module's .ko, read once. */
struct mmodule {
	char name[64];
	struct object *ko;
};

/* What the module's frame is told: all objects and functions; the arrays are one allocation each. */
struct frame {
	struct wrapper_object *objects;
	size_t n_objects;
	struct wrapper_func *funcs;
	const char **aliases;
	size_t n_aliases;
};

/* mkpatch_ahead.c's. */
struct mahead {
	struct pace pace;
	size_t n[PACE_PARTS]; /* still ahead */
	enum pace_part part; /* that is being done */
	size_t began; /* how much of it there was; 0: none is being done */
	uint64_t begun_us;
};

struct mkpatch {
	const struct mkpatch_spec *spec;
	const struct mkpatch_sink *sink;
	struct mahead ahead;
	struct keeplog log; /* only of a build whose folder is kept */
	struct refusals refusals;
	struct patchfile **patches;
	size_t n_patches;
	struct mfile *files;
	size_t n_files;
	struct kimage *image;
	struct ktables tables;
	struct ksyms ksyms;
	struct symvers symvers;
	struct sealed sealed;
	struct table_sizes sizes;
	char release[65];
	struct ktree *tree;
	const char *base; /* absolute: the folder that the patches' paths are relative to */
	int base_dir;
	bool oot; /* which is a copy of the sources of a module from outside of the tree */
	char oot_path[PATH_MAX], oot_name[64];
	char oot_origin[PATH_MAX]; /* the user's folder itself, without links */
	struct cache_tmp *tmp;
	char farm[PATH_MAX], include[PATH_MAX], out[PATH_MAX];
	struct farm_file *farm_files;
	struct kbuild *kbuild;
	struct munit *units;
	size_t n_units;
	struct mmodule *modules;
	size_t n_modules;
	struct resolver resolver;
	struct frame frame;
	bool btf; /* units whose types may be others are compiled with BTF */
};

void mkpatch_note(const struct mkpatch *m, const char *fmt, ...) _printf_(2, 3);
void mkpatch_say(void *m, const char *line, size_t len); /* a child_line_fn */
/* Tell the refusals; -EPERM when there is one that refuses, e set then. */
int mkpatch_judge(struct mkpatch *m, struct err *e);

void mkpatch_unit_done(struct munit *u);
void mkpatch_files_done(struct mkpatch *m); /* patches and files */
void mkpatch_frame_done(struct frame *f);

/* The patches are read: tell what a build of them has to do, by the pace of those before. */
void mkpatch_ahead_load(struct mkpatch *m);
/* n of this part are done from now on, together; each object that is compiled again is a step. */
void mkpatch_ahead_begin(struct mkpatch *m, enum pace_part part, size_t n);
void mkpatch_ahead_step(struct mkpatch *m);
void mkpatch_ahead_end(struct mkpatch *m);
void mkpatch_ahead_save(const struct mkpatch *m);

/* The phases, in order. Negative errno with e set. */
int mkpatch_read(struct mkpatch *m, struct err *e);
int mkpatch_prepare(struct mkpatch *m, struct err *e);
int mkpatch_apply(struct mkpatch *m, struct err *e);
int mkpatch_compile(struct mkpatch *m, struct err *e);
int mkpatch_prove(struct mkpatch *m, struct err *e);
int mkpatch_compare(struct mkpatch *m, struct err *e);
int mkpatch_extract(struct mkpatch *m, struct err *e);
int mkpatch_link(struct mkpatch *m, struct err *e);

/* Of a module from outside of the tree: read it; copy its sources; build them. */
int mkpatch_oot_read(struct mkpatch *m, struct err *e);
int mkpatch_oot_copy(struct mkpatch *m, struct err *e);
/* From here on this process writes in the build's folder only: what follows runs their Makefile. */
int mkpatch_oot_confine(struct mkpatch *m, struct err *e);
int mkpatch_oot_learn(struct mkpatch *m, struct err *e);
/* Where its sources were when it was built, by what its strings say; "": they do not. */
void mkpatch_oot_find(const struct mkpatch *m, const struct object *ko, char was[256]);
/* What uses the changed files, and whom the patch cannot reach. */
int mkpatch_oot_check(struct mkpatch *m, struct err *e);
/* Say what helps where a module from outside is what a build is compared with. */
void mkpatch_oot_explain(const struct mkpatch *m, struct refusal *r);
/* A compiler's line without the build's folder, so that it begins with the file as patches name it. */
void mkpatch_oot_trim(const struct mkpatch *m, const char **line, size_t *len);

/* The objects that the patch touches, and the patched view. */
int mkpatch_units(struct mkpatch *m, struct err *e);
/* Mark the units whose types may be others, and learn whether the compiler can write them down. */
void mkpatch_mark_types(struct mkpatch *m);
/* Their exports' checksums, by what was compiled. */
int mkpatch_exports(struct mkpatch *m, struct err *e);
/* Tell of structures that they lay out otherwise, by what was compared. */
int mkpatch_layouts(struct mkpatch *m, struct err *e);

/* The headers for patch authors, written into a folder. */
int authorheaders_write(const char *folder, struct err *e);
/* SHA-256 of both. */
int authorheaders_sha(char sha[SHA256_HEX]);

#endif
