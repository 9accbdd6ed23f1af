# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
before() {
	! grep -q klpsh /sys/kernel/irq/*/type /sys/bus/event_source/devices/software/type
}
after() {
	grep -q ' klpsh$' /sys/kernel/irq/*/type && [ "$(cat /sys/bus/event_source/devices/software/type)" = 1 ]
}
