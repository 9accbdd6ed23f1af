# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# TAP for tests that are scripts, on the host and in a guest. Sourced, never
# run; who calls check has a folder of its own in $work.

number=0
failures=0

ok() {
	number=$((number + 1))
	printf 'ok %d - %s\n' "$number" "$1"
}

not_ok() {
	number=$((number + 1))
	failures=$((failures + 1))
	printf 'not ok %d - %s\n' "$number" "$1"
}

finish() {
	printf '1..%d\n' "$number"
	[ "$failures" -eq 0 ]
	exit $?
}

# check TEXT COMMAND...: COMMAND succeeds.
check() {
	text=$1
	shift
	if "$@" >"${work:?}/check.out" 2>&1; then
		ok "$text"
	else
		not_ok "$text"
		sed 's/^/# /' "$work/check.out"
	fi
}

# is TEXT GOT WANTED: the two are the same.
is() {
	if [ "$2" = "$3" ]; then
		ok "$1"
	else
		not_ok "$1"
		printf 'got:    %s\nwanted: %s\n' "$2" "$3" | sed 's/^/# /'
	fi
}

# has TEXT GOT PART: the part stands in it.
has() {
	case $2 in
	*"$3"*) ok "$1" ;;
	*)
		not_ok "$1"
		printf 'got: %s\nwithout: %s\n' "$2" "$3" | sed 's/^/# /'
		;;
	esac
}
