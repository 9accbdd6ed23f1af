# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
named() {
	sh -c 'printf klpsh-was >/proc/self/comm && cat /proc/$$/comm'
}
before() {
	[ "$(named)" = klpsh-was ]
}
after() {
	[ "$(named)" = klpsh-is ]
}
