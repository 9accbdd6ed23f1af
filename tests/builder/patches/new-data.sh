# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
before() {
	! grep -q klpsh /proc/loadavg
}
after() {
	rises /proc/loadavg 100 && grep -q '^klpsh [0-9]* [1-9]' /proc/loadavg
}
