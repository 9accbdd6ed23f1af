/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What klpsh_target shares with the livepatches of it: the bodies in which
 * tasks sleep, each told the label of the function that called it, so that
 * /proc/klpsh shows whose code runs. Sleeping always happens below a function
 * marked PATCHABLE, which is therefore on the stack.
 */
#ifndef KLPSH_TARGET_H
#define KLPSH_TARGET_H

#include <linux/compiler.h>
#include <linux/types.h>

/* Never inlined, cloned, specialised or merged: what livepatch needs. */
#define PATCHABLE noinline __attribute__((__noipa__))

struct klpsh_nap;
struct proc_dir_entry;

/* Sleeps uninterruptibly until the nap's time is over or it is woken. */
void klpsh_nap_sleep(struct klpsh_nap *nap, const char *who);

/* Sleeps interruptibly until "go" was written after the file was opened. */
int klpsh_block_wait(unsigned long opened_at, const char *who);

/* The parts of klpsh_target, each with its file under /proc/klpsh. */
int klpsh_nap_init(struct proc_dir_entry *dir);
void klpsh_nap_exit(void);
int klpsh_block_init(struct proc_dir_entry *dir);
int klpsh_spin_init(struct proc_dir_entry *dir);
void klpsh_spin_exit(void);

/* Reads what was written to a /proc file as a short string, no newline. */
int klpsh_read_word(char *to, size_t size, const char __user *from, size_t len);

#endif
