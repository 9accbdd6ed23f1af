# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# The kernel tests the driver as it comes; on 6.12 that may outlast modprobe.
passed() {
	grep -A 4 '^driver *: ctr-aes-aesni$' /proc/crypto | grep -q '^selftest *: passed$'
}
test_it() {
	modprobe aesni_intel && wait_for 150 passed
}
before() {
	modprobe -r aesni_intel && ! passed
}
after() {
	logged 'klpsh: ctr_crypt' test_it && passed
}
