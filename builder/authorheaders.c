// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The headers that patches may include, carried in the program: a build needs
 * no installed files, and its own version of them.
 */
#include <errno.h>
#include <fcntl.h>

#include "builder/mkpatch_own.h"
#include "core/dirfile.h"

__asm__(".pushsection .rodata\n"
	"klpsh_macros_h: .incbin \"builder/include/klpsh/kpatch-macros.h\"\n"
	"klpsh_macros_h_end: .byte 0\n"
	"klpsh_syscall_h: .incbin \"builder/include/klpsh/kpatch-syscall.h\"\n"
	"klpsh_syscall_h_end: .byte 0\n"
	".popsection");
extern const char klpsh_macros_h[], klpsh_macros_h_end[], klpsh_syscall_h[], klpsh_syscall_h_end[];

static int write_header(int dir, const char *name, const char *from, const char *end, struct err *e)
{
	int r = dirfile_create(dir, name, from, (size_t)(end - from));

	return r < 0 ? err_set(e, r, "cannot write %s: %s", name, strerror(-r)) : 0;
}

int authorheaders_write(const char *folder, struct err *e)
{
	_cleanup_close_ int dir = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int r = dir < 0 ? err_set(e, -errno, "%s: %s", folder, strerror(errno)) : 0;

	r = r < 0 ? r : write_header(dir, "kpatch-macros.h", klpsh_macros_h, klpsh_macros_h_end, e);
	return r < 0 ? r : write_header(dir, "kpatch-syscall.h", klpsh_syscall_h, klpsh_syscall_h_end, e);
}

static int sha_until(const char *from, const char *end, char sha[SHA256_HEX])
{
	return sha256_hex(from, (size_t)(end - from), sha);
}

/* They stand one behind the other. */
int authorheaders_sha(char sha[SHA256_HEX])
{
	return sha_until(klpsh_macros_h, klpsh_syscall_h_end, sha);
}
