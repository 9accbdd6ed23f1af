# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
active=/sys/devices/virtual/workqueue/writeback/max_active
before() {
	[ -r $active ] && ! grep -q klpsh $active
}
# Somebody delays work within a few seconds.
after() {
	wait_for 20 grep -q klpsh $active
}
