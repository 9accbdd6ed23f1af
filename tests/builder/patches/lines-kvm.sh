# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# No processor here needs it: it must fit the module, which comes later.
before() {
	modprobe -r kvm
}
after() {
	modprobe kvm && [ "$(cat "$patches/$patch/kvm/patched")" = 1 ]
}
