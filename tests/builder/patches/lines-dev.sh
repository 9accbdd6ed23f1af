# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
before() {
	! logged 'klpsh: the alias of lo' cat /sys/class/net/lo/ifalias
}
after() {
	logged 'klpsh: the alias of lo' cat /sys/class/net/lo/ifalias
}
