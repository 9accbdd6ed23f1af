# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2010,SC2154
before() {
	mkdir -p "$work/names" && : >"$work/names/klpsh-hidden" && : >"$work/names/klpsh-shown" &&
		ls "$work/names" | grep -q klpsh-hidden
}
after() {
	[ "$(ls "$work/names")" = klpsh-shown ]
}
