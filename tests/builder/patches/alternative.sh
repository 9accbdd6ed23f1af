# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
before() {
	! grep -q '^klpsh.*: 110$' /proc/cpuinfo
}
after() {
	grep -q '^klpsh.*: 110$' /proc/cpuinfo
}
