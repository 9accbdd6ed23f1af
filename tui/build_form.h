/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The form of a build as rows of a table: a row a patch, one to add another,
 * then kernel, name, folder, what becomes of other livepatches, what is made,
 * and the start. Enter on a row asks for its text, or turns it over.
 */
#ifndef KLPSH_TUI_BUILD_FORM_H
#define KLPSH_TUI_BUILD_FORM_H

#include "tui/build.h"

/* ctx is the view. */
extern const struct table_source build_form_source;

/* May a build be begun? Else the status line says why not. Asked where a key begins. */
bool form_may(struct tui *t);
/* Enter on row i. */
void form_enter(struct tui *t, size_t i);
/* What was typed for the row that asked. */
void form_typed(struct tui *t, const char *text);
/* Tab there. */
void form_complete(struct tui *t);
void form_detail(const struct build *b, size_t i, struct lines *l);
void form_name(const struct build *b, size_t i, char *buf, size_t size);
/* The question whether to build this; the form itself stays as it is. */
void form_ask(struct tui *t, const struct build_form *f, void (*yes)(struct tui *t));
/* Ask for the first patch where there is none, else the question whether to begin. */
void form_start(struct tui *t);

#endif
