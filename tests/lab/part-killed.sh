# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# kill -9 of the worker before each call by which it reaches anything outside of
# itself (kill_probe.c), from its lock to its end. Whatever the moment: nothing
# is changed that was not recorded first, the next start finds what is open,
# says what the kernel says now and closes it, and nothing stands in its way.
# KLPSH_LAB_LONG=1 takes every call, else those that part one step from another.

killed_records=/var/lib/klpsh/history
if [ "${KLPSH_LAB_LONG:-0}" = 1 ]; then
	killed_load=all killed_unload=all
	printf '%s\n' 'audit = best-effort' 'audit-consumer = kernel' >/etc/klpsh.conf
else
	killed_load=write,fdatasync,finit_module killed_unload=write,delete_module
	conf
fi

# What the kernel says of klpsh_lp_vmlinux, in the words of the recovery.
killed_kernel_says() {
	if [ -e "$patches/klpsh_lp_vmlinux" ] && [ "$(cat "$patches/klpsh_lp_vmlinux/enabled")" = 1 ]; then
		echo enabled
	elif [ -e "$patches/klpsh_lp_vmlinux" ]; then
		echo disabled
	elif [ -e /sys/module/klpsh_lp_vmlinux ]; then
		echo 'loaded and not applied'
	else
		echo 'not loaded'
	fi
}

killed_lock_free() {
	[ ! -e "/run/klpsh/$1" ] || flock -n "/run/klpsh/$1" true
}

# Phases of the change that are in the history, as the files have it.
killed_phases() {
	cat "$killed_records"/0*.json 2>/dev/null | jq -rc 'select(.verb == "'"$1"'") | .phase' | paste -sd ' '
}

killed_bad() {
	printf '# %s, killed at step %d (%s): %s\n' "$verb" "$n" "$at" "$1"
	bad="$bad $n"
}

# After the kill: VERB BEFORE, where BEFORE is what the kernel said at first.
killed_look() {
	if ! killed_lock_free lock || ! killed_lock_free write; then
		killed_bad "a lock is held"
	fi
	phases=$(killed_phases "$1")
	now=$(killed_kernel_says)
	[ "$now" = "$2" ] || [ -n "$phases" ] || killed_bad "the kernel says $now, and no intent was recorded"
	# The next start.
	"$KLPSH" history --json >"$work/next.json" 2>"$work/next.err"
	cut="$1 klpsh_lp_vmlinux by [^ ]* was cut off before its outcome was recorded; klpsh_lp_vmlinux is $now now"
	case $phases in
	intent)
		cuts=$((cuts + 1))
		grep -qE "$cut" "$work/next.err" || killed_bad "the next start says: $(cat "$work/next.err")"
		[ "$(jq -c '[.data[] | select(.verb == "'"$1"'")] | last | [.phase, .result]' "$work/next.json")" = \
			'["outcome","unknown"]' ] || killed_bad "it was not closed"
		;;
	'' | 'intent outcome') ! grep -q 'cut off' "$work/next.err" || killed_bad "it was closed twice" ;;
	*) killed_bad "the history has: $phases" ;;
	esac
	[ "$(rc history --verify)" = 0 ] || killed_bad "the history is not whole"
}

# killed_at_each_step CALLS VERB WORDS...: begins loaded for unload, and without the module for load.
killed_at_each_step() {
	calls=$1 verb=$2 n=0 at='' bad='' cuts=0 seen=''
	shift
	while [ "$at" != ran ] && [ $n -lt 200 ]; do
		n=$((n + 1))
		[ "$verb" = load ] || rc load "$(ko klpsh_lp_vmlinux)" --yes >/dev/null
		rm -rf "$killed_records"
		before=$(killed_kernel_says)
		at=$("$BUILD/tests/lab/kill_probe" "$calls" $n "$KLPSH" "$@" --yes --wait=60 2>/dev/null </dev/null |
			tail -n 1)
		seen="$seen $at"
		killed_look "$verb" "$before"
		if [ "$(killed_kernel_says)" != 'not loaded' ]; then
			rc unload klpsh_lp_vmlinux --yes >/dev/null
			[ "$(killed_kernel_says)" = 'not loaded' ] || killed_bad "it cannot be taken out"
		fi
	done
	is "killed: $verb, at each step: recorded before it is done, found, told and closed" "$bad" ""
	is "killed: $verb: the last one was left to end" "$at $(killed_phases "$verb")" "ran intent outcome"
	check "killed: $verb: $n steps, $cuts of them after the intent:$seen" test $cuts -ge 2
}

killed_at_each_step $killed_load load "$(ko klpsh_lp_vmlinux)"
killed_at_each_step $killed_unload unload klpsh_lp_vmlinux
