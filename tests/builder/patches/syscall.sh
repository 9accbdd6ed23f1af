# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
before() {
	case $(uname -v) in '#'*) ;; *) return 1 ;; esac
}
after() {
	case $(uname -v) in K*) ;; *) return 1 ;; esac
}
