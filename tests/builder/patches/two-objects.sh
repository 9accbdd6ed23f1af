# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
before() {
	! grep -q klpsh /proc/version /proc/uptime
}
after() {
	grep -q '^klpsh from version$' /proc/version && grep -q '^klpsh from uptime$' /proc/uptime
}
