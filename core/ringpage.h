/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One page of the kernel's trace buffer, as per_cpu/cpuN/trace_pipe_raw hands
 * it out (kernel/trace/ring_buffer.c; events/header_page, events/header_event
 * and events/ftrace/function/format say its layout).
 */
#ifndef KLPSH_CORE_RINGPAGE_H
#define KLPSH_CORE_RINGPAGE_H

#include "core/util.h"

/* Where an event of the function tracer keeps what. */
struct ringlayout {
	size_t ip; /* offset of the entered address, 8 bytes */
	uint16_t type; /* of these events */
};

/* From the text of ftrace/function/format. 0 or -EBADMSG. */
int ringlayout_parse(const char *format, struct ringlayout *ret);

/*
 * Hand each entered address of a page to hit. Whatever the page holds, nothing
 * outside it is read. Returns how many events it told, others than the function
 * tracer's not among them; *ret_missed: the kernel says that some were lost
 * before this page.
 */
size_t ringpage_walk(const struct ringlayout *l, const void *page, size_t len,
		     void (*hit)(void *arg, uint64_t ip), void *arg, bool *ret_missed);

#endif
