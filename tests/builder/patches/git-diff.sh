# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
before() {
	! grep -q klpsh /proc/cmdline /proc/uptime /proc/version
}
after() {
	grep -q klpsh /proc/cmdline && grep -q klpsh /proc/uptime && grep -q klpsh /proc/version
}
