/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One change of the kernel as it is recorded: who, what, on which kernel, and
 * how it ended. The same facts go to the audit system (core/audit), the
 * journal (core/journal) and the local history (core/history), joined by the
 * transaction id. Strings are as they came; whoever writes them out encodes
 * them.
 */
#ifndef KLPSH_CORE_CHANGE_H
#define KLPSH_CORE_CHANGE_H

#include "core/login.h"

#define TXN_LEN 32 /* hex digits */
#define PARAMS_MAX 1024 /* bytes of a module's parameters: the records have them whole */

/* A livepatch as it was before a change; "" is unknown. */
struct patch_ref {
	char name[64];
	char build_id[65];
	char sha256[65]; /* of its uncompressed file in the store */
	int replace; /* tri-state */
	char *params; /* klpsh has loaded it with; NULL unknown */
};
/* Frees a list of them. */
void patch_refs_free(struct patch_ref *v, size_t n);

struct change {
	char txn[TXN_LEN + 1];
	const char *verb;
	const char *target; /* a patch, a module, a task; "" when there is none */
	char release[65];
	char boot_id[37];
	const char *path; /* of the file, or NULL */
	char build_id[65]; /* of the patch or the file; "" unknown */
	char sha256[65]; /* of the file as it is; "" no file */
	char content[65]; /* of the file uncompressed; "" no file */
	const char *reason; /* --reason, or NULL */
	const char *params; /* that modules get, or NULL */
	const char *flags; /* words worth keeping ("preflight=off"), or NULL */
	const char *of; /* transaction that this one undoes or confirms, or NULL */
	struct login who;
	int pid; /* of the process that does it */
	uint64_t pid_start; /* its start in clock ticks after boot */
	struct patch_ref *before; /* patches enabled before, oldest first */
	size_t n_before;
	bool before_known;
};

enum change_phase {
	PHASE_INTENT, /* about to be done */
	PHASE_OUTCOME, /* done, or tried */
	PHASE_REFUSED, /* by policy, preflight, lock or state: nothing was done */
	PHASE_DECLINED, /* by the person, or not confirmed: nothing was done */
};
const char *change_phase_word(enum change_phase p); /* "intent", ... */

struct change_result {
	enum change_phase phase;
	const char *result; /* "pending", "done", "stalled", "timeout", "accepted", "interrupted", "failed",
			       "unknown", "refused", "declined", "reversed", "undone" */
	int rc; /* exit code */
	int code; /* negative errno, 0 none */
	const char *text; /* the error's sentence, or NULL */
	const char *audit; /* of the intent: "recorded", "off", "not-written"; NULL not tried */
};

/*
 * The verb by which the kernel itself takes such a change back, of the words of
 * a record; NULL: there is none, or it took no effect. What came later is not looked at.
 */
const char *change_inverse(const char *verb, const char *phase, const char *result);

/* A new transaction id from the kernel's random numbers. 0 or negative errno. */
int change_new_txn(char txn[TXN_LEN + 1]);
void change_done(struct change *c); /* frees before */

#endif
