# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# As many have been taken back as there were.
before() {
	[ "$(dmesg | grep -c 'klpsh: pre-patch')" -eq "$(dmesg | grep -c 'klpsh: post-unpatch')" ] &&
		[ "$(dmesg | grep -c 'klpsh: post-patch')" -eq "$(dmesg | grep -c 'klpsh: pre-unpatch')" ] &&
		! grep -q 'klpsh=' /proc/cmdline
}
after() {
	grep -q ' klpsh=1,1$' /proc/cmdline
}
