# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
before() {
	! grep -q ' klpsh=fault$' /proc/cmdline
}
after() {
	grep -q ' klpsh=fault$' /proc/cmdline
}
