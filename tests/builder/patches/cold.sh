# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
before() {
	modprobe zram && cat /sys/class/bdi/*/stable_pages_required >"$work/bdi" && ! grep -q klpsh "$work/bdi"
}
after() {
	cat /sys/class/bdi/*/stable_pages_required | grep -q klpsh
}
