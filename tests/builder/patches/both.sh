# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
before() {
	modprobe zram && [ "$(cat /sys/block/zram0/initstate)" = 0 ] && ! grep -q ' klpsh$' /proc/cmdline
}
after() {
	[ "$(cat /sys/block/zram0/initstate)" = 7 ] && grep -q ' klpsh$' /proc/cmdline
}
