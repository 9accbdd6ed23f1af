# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
before() {
	! logged 'klpsh: statfs of' on_ext4 df
}
after() {
	logged 'klpsh: statfs of' on_ext4 df
}
