/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What genksyms says (scripts/genksyms/genksyms.c): a checksum a line on its
 * standard output, and, against a reference, on the other one why a checksum
 * is another. Text of a program from a foreign source: bounded and cut up here.
 */
#ifndef KLPSH_BUILDER_EXPORTCRC_H
#define KLPSH_BUILDER_EXPORTCRC_H

#include "core/err.h"

struct export_crc {
	const char *name; /* in the text */
	uint32_t crc;
};

struct export_crcs {
	char *text;
	struct export_crc *v; /* by name */
	size_t n;
};

/*
 * Takes over text (len bytes and a NUL, malloc'd), also on failure. Lines that
 * are no checksum are passed over. -ENOMEM.
 */
int export_crcs_parse(char *text, size_t len, struct export_crcs *ret);
void export_crcs_done(struct export_crcs *c);
/* False when the name has none. */
bool export_crcs_find(const struct export_crcs *c, const char *name, uint32_t *ret);

#define EXPORT_CAUSES_MAX 65536u /* exports of one object */

struct export_cause {
	char *name; /* of the export */
	char *why; /* "struct dma_pool, struct dma_page" */
	bool known_now; /* nothing but types that were not known before */
};

struct export_causes {
	struct export_cause *v;
	size_t n;
};

/* One line of the other output; what is not about a cause is passed over. 0, -ENOMEM, -E2BIG. */
int export_causes_line(struct export_causes *c, const char *line, size_t len);
void export_causes_done(struct export_causes *c);
/* NULL: none was told. */
const struct export_cause *export_causes_find(const struct export_causes *c, const char *name);

#endif
