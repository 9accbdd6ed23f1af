# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
before() {
	grep -qx 'original hello' /proc/klpsh/hello && grep -qx 'running 0' /proc/klpsh/nap
}
changed() {
	grep -qx 'hello from a patch of sources, at home' /proc/klpsh/hello &&
		grep -qx 'running 0 of 0' /proc/klpsh/nap
}
# Also when the module comes back, which x86 before 6.3 refuses to one that a patch
# refers to: it finds its relocations' places filled in already.
after() {
	changed || return 1
	case $(uname -r) in
	6.1.*) ;;
	*) rmmod klpsh_target && insmod_quiet klpsh_target && changed ;;
	esac
}
