# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
before() {
	! grep -q klpshfs /proc/filesystems
}
after() {
	grep -q klpshfs /proc/filesystems
}
