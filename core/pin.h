/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What identifies the target of a change, so that the thing that was shown is
 * the thing that is changed. Taken when the question is put, verified again
 * right before the write. A patch is its name and the build-id (else the
 * srcversion) of the loaded module; a task its tid and start time.
 */
#ifndef KLPSH_CORE_PIN_H
#define KLPSH_CORE_PIN_H

#include "core/root.h"

enum pin_kind {
	PIN_PATCH, /* a loaded livepatch module, in sysfs or left over */
	PIN_TASK,
	PIN_ABSENT, /* no module of this name is loaded */
	PIN_BYTES, /* content hash of a file; nothing to verify, it is sealed */
};

struct pin {
	enum pin_kind kind;
	char name[64];
	char id[80]; /* build-id or srcversion, "" none; a task's start; a hash */
	int tid;
};

/* Take a pin. -ENOENT, -ESRCH when there is no such thing, e set. */
int pin_patch(const struct root *root, const char *name, struct pin *ret, struct err *e);
int pin_task(const struct root *root, int tid, struct pin *ret, struct err *e);
int pin_absent(const struct root *root, const char *name, struct pin *ret, struct err *e);
void pin_bytes(const char *name, const char *sha256, struct pin *ret);
/* Is it still the same? 0, or -ESTALE with e set. */
int pin_verify(const struct root *root, const struct pin *p, struct err *e);
/* The identity as one word, for --expect and JSON: "build-id:...", "start:...", "sha256:...", "absent". */
void pin_word(const struct pin *p, char *buf, size_t size);

#endif
