# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
with_parameter() {
	modprobe -r dummy
	modprobe dummy klpsh_parameter=1
}
before() {
	logged "unknown parameter 'klpsh_parameter'" with_parameter
}
after() {
	! logged "unknown parameter 'klpsh_parameter'" with_parameter
}
