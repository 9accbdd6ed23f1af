# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# Applied and taken out again and again, while watch looks on: it must tell of
# every beginning and end, and nothing may be left over. KLPSH_LAB_CYCLES times.

cycles=${KLPSH_LAB_CYCLES:-3}
"$KLPSH" watch --json >"$work/cycles.json" 2>"$work/cycles.err" &
watcher=$!
check "cycles: watch begins with the state" wait_for 20 grep -q '"event":"state"' "$work/cycles.json"

# A transition that is over between two looks shows as the change it made.
applied='"event":"(transition-ended|patch-state|patch-added)".*[ ,]enabled"'
removed='"event":"patch-removed"'

# told PATTERN N: watch has told it N times.
told() {
	[ "$(grep -cE "$1" "$work/cycles.json")" -ge "$2" ]
}

good=0
i=0
while [ $i -lt "$cycles" ]; do
	i=$((i + 1))
	insmod_quiet klpsh_lp_vmlinux && "$KLPSH" wait klpsh_lp_vmlinux --wait=60 >/dev/null &&
		wait_for 10 told "$applied" $i && take_out klpsh_lp_vmlinux &&
		wait_for 10 told "$removed" $i && good=$((good + 1))
done
is "cycles: every cycle went through, and watch told of it" $good "$cycles"
is "cycles: watch took no beginning for a reversal" "$(grep -c transition-reversed "$work/cycles.json")" 0
is "cycles: nothing is left" "$(json .data list)" '[]'
# A shell starts what runs beside it with SIGINT ignored, and so it stays.
kill -TERM $watcher
wait $watcher
is "cycles: watch ends when told to" $? 143
[ "$good" = "$cycles" ] || sed 's/^/# /' "$work/cycles.json"
