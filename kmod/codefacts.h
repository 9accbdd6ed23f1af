/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel's long tables say of the functions and symbols that a module
 * file names: kallsyms, tracefs' available_filter_functions and
 * enabled_functions, debugfs' list of kprobes. Each table is read once,
 * bounded, whatever the number of functions; one that is closed says why.
 */
#ifndef KLPSH_KMOD_CODEFACTS_H
#define KLPSH_KMOD_CODEFACTS_H

#include "core/functable.h"
#include "core/kallsyms.h"
#include "kmod/preflight.h"

struct codefacts {
	struct nameset names; /* functions and symbols, by object; of the file's strings */
	size_t functions; /* the first so many names are functions */
	struct code_aliases {
		struct nameset names; /* other names of functions that a table did not show by their own */
		size_t *of; /* index of the function, one an element of names */
		char **strings;
		size_t *owners; /* of each string */
		size_t n;
		bool use; /* the table that is read is looked through for these */
		bool failed; /* out of memory */
	} aliases;
	size_t *symbols; /* of the name in kallsyms, one an element of names */
	size_t *traceable; /* of the name in available_filter_functions */
	unsigned *entry; /* FUNC_* */
	struct kallsyms *kallsyms; /* NULL: could not be read */
	struct err kallsyms_err, traceable_err, enabled_err, kprobes_err; /* code 0: was read */
};

/* Read all tables. What cannot be read is in the errors. 0 or -ENOMEM. */
int codefacts_read(const struct preflight_input *in, struct codefacts *ret);
/* Only what enabled_functions says: names, entry without kprobes, enabled_err. 0 or -ENOMEM. */
int codefacts_read_enabled(const struct root *root, const struct inspect *file, struct codefacts *ret);
void codefacts_done(struct codefacts *f);
/* Index of a name of the file. */
int codefacts_find(const struct codefacts *f, const char *object, const char *name);

#endif
