/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the relay's files share: starting QEMU, and the terminal.
 */
#ifndef LAB_RELAY_H
#define LAB_RELAY_H

#include <sys/types.h>

#include "wire.h"

/* Starts argv with the ports added; our ends in ret_sock[N_PORTS]. Pid or -errno. */
pid_t qemu_start(const char *log_path, int argc, char **argv, int *ret_sock);

/* The terminal on stdin; tty_raw does nothing when stdin is none. */
void tty_raw(void);
bool tty_is_raw(void);
void tty_restore(bool cut_off);
void tty_size(unsigned int *ret_rows, unsigned int *ret_cols);

#endif
