# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
before() {
	! grep -q 'says klpsh' /sys/devices/system/cpu/vulnerabilities/*
}
after() {
	grep -q '^Not affected, says klpsh$' /sys/devices/system/cpu/vulnerabilities/*
}
