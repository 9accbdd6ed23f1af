# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
before() {
	! grep -q klpsh /proc/loadavg
}
# It must follow its key, both ways.
after() {
	for state in on off on off; do
		case $state in on) key=1 ;; *) key=0 ;; esac
		echo $key >/proc/sys/kernel/sched_schedstats
		grep -q "^klpsh $state\$" /proc/loadavg || return 1
	done
}
