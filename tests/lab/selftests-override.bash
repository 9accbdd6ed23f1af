# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Appended to the selftests' functions.sh: what loads, disables and removes a
# livepatch is done by klpsh instead. Other modules, and everything the scripts
# say, stay as they are. Test harness, no part of the product.

# is_livepatch FILE-OR-NAME
is_livepatch() {
	[[ $(modinfo -F livepatch "$1" 2>/dev/null) == Y ]]
}

# by_klpsh WORDS...: run it; on failure its errno is in $errno.
by_klpsh() {
	local out

	out=$("$KLPSH" "$@" --yes --wait=0 --json </dev/null 2>>"$SELFTESTS_LOG") && return 0
	printf '%s\n' "$out" >>"$SELFTESTS_LOG"
	errno=$(jq -r '.error.errno // empty' <<<"$out")
	return 1
}

# What modprobe and insmod say for an errno.
sentence() {
	case $1 in
	ENODEV) echo "No such device" ;;
	EBUSY) echo "Device or resource busy" ;;
	EINVAL) echo "$2" ;;
	*) echo "error $1" ;;
	esac
}

modprobe() {
	local errno

	[[ $1 == --dry-run ]] || ! is_livepatch "$1" && { command modprobe "$@"; return; }
	by_klpsh load "/lib/modules/$(uname -r)/extra/$1.ko" "${@:2}" --preflight=off ||
		echo "modprobe: ERROR: could not insert '$1': $(sentence "$errno" "Invalid argument")" >&2
}

insmod() {
	local errno

	is_livepatch "$1" || { command insmod "$@"; return; }
	by_klpsh load "$@" --preflight=off ||
		echo "insmod: ERROR: could not insert module $1: $(sentence "$errno" "Invalid parameters")" >&2
}

rmmod() {
	local errno

	is_livepatch "$1" || { command rmmod "$@"; return; }
	by_klpsh unload "$1" || echo "rmmod: ERROR: klpsh said $errno" >&2
}

# The same words in the log, the same wait behind it, as the original's.
disable_lp() {
	local mod=$1 errno

	log "% echo 0 > /sys/kernel/livepatch/$mod/enabled"
	by_klpsh disable "$mod" || die "klpsh disable $mod: $errno"
	loop_until '[[ ! -e "/sys/kernel/livepatch/$mod" ]]' || die "failed to disable livepatch $mod"
}
