# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
before() {
	[ "$(cat /proc/sys/kernel/domainname)" != klpsh ]
}
after() {
	[ "$(cat /proc/sys/kernel/domainname)" = klpsh ]
}
