# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
before() {
	[ "$(readlink /proc/self/fd/9 9</dev/null)" = /dev/null ]
}
# Descriptor 1 is the pipe of this substitution.
after() {
	case $(readlink /proc/self/fd/9 9</dev/null) in
	pipe:*) ;;
	*) return 1 ;;
	esac
}
