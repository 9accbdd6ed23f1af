# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
before() {
	! logged 'klpsh: schedstats are' cat /proc/sys/kernel/sched_schedstats
}
after() {
	logged 'klpsh: schedstats are' cat /proc/sys/kernel/sched_schedstats
}
