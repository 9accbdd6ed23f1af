/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the build process tells the front end, as records on the jail's
 * channel. The reading end trusts nothing: records are bounded and checked,
 * texts are sanitized again, and the module is but bytes.
 */
#ifndef KLPSH_BUILDER_WIRE_H
#define KLPSH_BUILDER_WIRE_H

#include "builder/mkpatch.h"

#define WIRE_MODULE_MAX (256u << 20)

/* The build process's end: a sink that sends. */
struct wire_out {
	int channel;
	int error; /* the first that sending gave */
};
void wire_sink(struct wire_out *w, struct mkpatch_sink *ret);
/* The last record: how it ended. */
void wire_end(struct wire_out *w, int result, const struct err *e);

/* The front end's: records become calls of a sink; module is called once, when all of it is there. */
struct wire_in {
	const struct mkpatch_sink *sink;
	bool check; /* no module is expected; else a good end without one is no end */
	char *module;
	size_t len, size;
	/* of the build process and of what it ran, up to the last phase that began */
	uint64_t own_us, children_us;
	bool ended;
	int result; /* of the build */
	struct err err;
};
/* -EBADMSG: no record of ours; -EFBIG; -ENOMEM; what sink->module gave. */
int wire_record(struct wire_in *w, const char *record, size_t len);
void wire_done(struct wire_in *w);

#endif
