# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
before() {
	! logged 'klpsh: the zonelist order' cat /proc/sys/vm/numa_zonelist_order
}
after() {
	logged 'klpsh: the zonelist order' cat /proc/sys/vm/numa_zonelist_order
}
