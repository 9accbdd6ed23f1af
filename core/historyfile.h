/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The history's files, for core/history*.c; others use core/history.h.
 *
 * STATE_DIR/history/ holds
 *   NUMBER.json  records from NUMBER (20 digits) on, a line each; the last one
 *                is appended to, at a size a new one begins, the oldest goes
 *   heads        two lines, "last NUMBER HASH" and "floor NUMBER HASH": the
 *                newest record, and the newest of those that rotation dropped
 *   lock         taken shared by who reads and alone by who appends
 * A record's hash is the SHA-256 of its line without the newline; each record
 * carries its number and the hash of the one before.
 */
#ifndef KLPSH_CORE_HISTORYFILE_H
#define KLPSH_CORE_HISTORYFILE_H

#include "core/history.h"

#define HISTORY_LINE_MAX (128u << 10)
#define HISTORY_FILE_MAX (2u << 20)
#define HISTORY_KEEP 8 /* files */
#define HISTORY_BEFORE_MAX 64 /* patches before a change */

struct history_dir {
	int fd, lock;
	char shown[512];
};

/* Open and lock. write: make what is missing. -ENOENT: there is no history. */
int history_dir_open(const char *dir, bool write, struct history_dir *ret, struct err *e);
void history_dir_close(struct history_dir *d);

/* First numbers of the files, ascending; heap. */
int history_files(const struct history_dir *d, uint64_t **ret, size_t *ret_n, struct err *e);
struct history_name {
	char s[32];
};
struct history_name history_file_name(uint64_t first);
/*
 * A descriptor of a plain file, and its size. *ret_from: where reading begins, which
 * is not 0 for a file that is longer than it ever gets: then its end will do.
 */
int history_file_open(const struct history_dir *d, uint64_t first, uint64_t *ret_size, uint64_t *ret_from,
		      struct err *e);
/* A file to the heap; of one that is longer than it ever gets, its end, *ret_cut says so. */
int history_file_read(const struct history_dir *d, uint64_t first, char **ret, size_t *ret_len, bool *ret_cut,
		      struct err *e);

struct history_heads {
	struct history_head last, floor;
};
/* 0, -ENOENT, -EBADMSG. */
int history_heads_read(const struct history_dir *d, struct history_heads *ret);
int history_heads_write(const struct history_dir *d, const struct history_heads *h);

/* What holds a record in the chain. */
struct history_link {
	char prev[65]; /* hash of the record before, "" for number 1 */
	bool torn; /* written behind a line that a crash had left unfinished */
};
/* A record as a line without its newline; heap, NULL when out of memory. */
char *history_line(const struct change *c, const struct change_result *r, uint64_t number,
		   const struct history_link *link);
/* Read a line. 0, -EBADMSG when it is no record, -ENOMEM. */
int history_line_parse(const char *line, size_t len, struct history_entry *ret,
		       struct history_link *ret_link);
void history_entry_free(struct history_entry *en);

/*
 * The last line of data that ends before *end; *end moves before it. *ret_len
 * without the newline. *ret_open: no newline behind it. NULL at the start.
 */
const char *history_line_back(const char *data, size_t *end, size_t *ret_len, bool *ret_open);

/* The same for a file, from the end of what is read of it (history_file_open). */
struct history_back {
	int fd;
	uint64_t size; /* of the file */
	char *data; /* from offset `at` on; `end` bytes of it were not handed out */
	size_t end;
	uint64_t at, floor; /* floor: nothing before it is read; not 0: something is there */
};
int history_back_open(const struct history_dir *d, uint64_t first, struct history_back *ret, struct err *e);
void history_back_close(struct history_back *b);
/* 1: a line, until the next call; 0: no more; negative errno. */
int history_back_next(struct history_back *b, const char **ret, size_t *ret_len, bool *ret_open);

#endif
