/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Insertion and removal of modules, and what libkmod knows of loaded ones; the
 * one owner of libkmod. Errors of the kernel are explained from the errno and
 * from the kernel log lines that the call caused.
 */
#ifndef KLPSH_KMOD_MODULE_H
#define KLPSH_KMOD_MODULE_H

#include "core/kops.h"

/* Fill load and remove of k for the running machine. */
void ops_module_init(struct kops *k);

/* Names of the modules that hold `name` (use it), NULL-terminated vector; 0 or negative errno. */
int module_holders(const char *name, char ***ret, size_t *ret_n, struct err *e);
/* Reference count now; negative errno. */
int module_refcount(const char *name);
/* One sentence for an insertion's errno and the log lines it caused (may be NULL); sets text and hint. */
void module_explain_load(const char *name, int code, const char *log, struct err *e);
void module_explain_remove(const char *name, int code, struct err *e);

#endif
