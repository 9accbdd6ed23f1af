# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# Without the module, so that it comes after the patch.
before() {
	! grep -qs klpsh /sys/fs/ext4/features/* && modprobe -r ext4 && [ ! -e /sys/fs/ext4 ]
}
after() {
	modprobe ext4 && grep -q 'supported, says klpsh' /sys/fs/ext4/features/lazy_itable_init
}
