# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
before() {
	! grep -q cmdline_proc_show /proc/cmdline
}
after() {
	grep -q 'cmdline_proc_show .*vfs_read .*do_syscall_64' /proc/cmdline
}
