/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's log, /dev/kmsg (Documentation/ABI/testing/dev-kmsg): records
 * with sequence numbers, gaps marked, continuation dictionaries skipped, and
 * a filter for what concerns livepatching. Records are hostile text; they are
 * handed out sanitized. Below a captured root it reads dev/kmsg as a file.
 */
#ifndef KLPSH_CORE_KMSG_H
#define KLPSH_CORE_KMSG_H

#include "core/root.h"

#define KMSG_TEXT_MAX 1024

struct kmsg_record {
	uint64_t seq;
	uint64_t usec; /* since boot, the log's clock */
	unsigned level; /* 0..7 */
	unsigned facility;
	uint64_t lost; /* records missing just before this one */
	bool livepatch; /* concerns livepatching */
	char text[KMSG_TEXT_MAX];
};

/* What a livepatch line says. */
enum kmsg_event {
	KMSG_NONE,
	KMSG_ENABLING,
	KMSG_PATCHING, /* 'X': starting patching transition */
	KMSG_PATCHED, /* 'X': patching complete */
	KMSG_UNPATCHING,
	KMSG_UNPATCHED,
	KMSG_SIGNALING,
	KMSG_FORCING,
	KMSG_REVERSING,
	KMSG_FAILED,
	KMSG_TAINTING,
};

struct kmsg;
/* all: from the oldest record; else only what is new from now on. */
int kmsg_open(const struct root *root, bool all, struct kmsg **ret, struct err *e);
struct kmsg *kmsg_free(struct kmsg *k);
DEFINE_CLEANUP(struct kmsg, kmsg_free)
int kmsg_fd(const struct kmsg *k);
/*
 * 1: a record, 0: nothing more now, negative errno. Called until it answers 0
 * it gives what the log had at the first call and hardly more, so that whoever
 * floods the log cannot hold the reader.
 */
int kmsg_next(struct kmsg *k, struct kmsg_record *ret);

/* Parse one raw record. 0, or -EBADMSG. */
int kmsg_parse(const char *raw, size_t len, struct kmsg_record *ret);

/* What it says; patch (size bytes) gets the name it is about, or "". */
enum kmsg_event kmsg_event_of(const struct kmsg_record *r, char *patch, size_t size);

const char *kmsg_level_word(unsigned level);

#endif
