# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# force: what it wants first, and what can never be removed afterwards. While
# unpatching and while replacing the kernel keeps the module; while patching it
# would let it go under a task that still runs the old code, so klpsh does not.
# Leaves forced patches: the last part of its boot.

conf 'stall-after = 600'

# forced NAME: force it, with all that force wants.
forced() {
	json '[.rc, .data.result, .data.state, .error.text]' force "$1" --confirm="$1" --reason=test
}

# The kernel's own answer, and the module is there still.
kernel_keeps() {
	! rmmod "$1" && [ -e "/sys/module/$1" ]
}

# refused_unload TEXT NAME: klpsh does not remove it either, and says why.
refused_unload() {
	is "$1: klpsh refuses to unload it" "$(last unload "$2")" 4
	explained "$1: because it was forced" 'was forced, so a task may still run code'
	is "$1: and says how long that holds" "$(jq -r .error.hint "$work/last.json")" 'it stays until the next reboot'
	check "$1: its module is still loaded" test -e "/sys/module/$2"
}

is "force, unpatching: klpsh_lp_nap is loaded" "$(change .rc load "$(ko klpsh_lp_nap)")" 0
is "force: without a transition there is nothing to force" "$(rc force klpsh_lp_nap --confirm=klpsh_lp_nap --reason=test)" 4
echo 600 >"$nap"
is "force, unpatching: its disabling begins" "$(rc disable klpsh_lp_nap --yes --wait=0)" 0
stall "force, unpatching"
is "force: refused unless the policy allows it" "$(last force klpsh_lp_nap --confirm=klpsh_lp_nap --reason=test)" 4
explained "force: and says that it is the policy" 'policy does not allow force'
conf 'stall-after = 600' 'allow-force = yes'
is "force: --yes is not enough" "$(rc force klpsh_lp_nap --yes --reason=test)" 8
is "force: the wrong name is not enough" "$(rc force klpsh_lp_nap --confirm=klpsh_lp --reason=test)" 8
is "force: no reason is not enough" "$(rc force klpsh_lp_nap --confirm=klpsh_lp_nap)" 8
check "force: and nothing was done" one_blocker
check "force, unpatching: the question says that the module stays for good" \
	sh -c "'$KLPSH' force klpsh_lp_nap --dry-run | grep -q 'klpsh_lp_nap can never be removed afterwards'"
is "force, unpatching: with name and reason the transition ends" "$(forced klpsh_lp_nap)" '[0,"done","leftover",null]'
check "force, unpatching: it is gone from sysfs" gone klpsh_lp_nap
check "force, unpatching: the kernel refuses to remove it" kernel_keeps klpsh_lp_nap
refused_unload "force, unpatching" klpsh_lp_nap
is "force, unpatching: loading it again is refused" "$(last load "$(ko klpsh_lp_nap)")" 1
echo wake >"$nap"

is "force, replacing: klpsh_lp_cumul is loaded" "$(change .rc load "$(ko klpsh_lp_cumul)")" 0
echo 600 >"$nap"
"$KLPSH" replace klpsh_lp_cumul "$(ko klpsh_lp_drop)" --yes --wait --json >"$work/replace.json" 2>/dev/null </dev/null &
replacing=$!
check "force, replacing: the replace begins" wait_for 30 test -e "$patches/klpsh_lp_drop"
stall "force, replacing"
is "force, replacing: the transition ends" "$(forced klpsh_lp_drop)" '[0,"done","enabled",null]'
echo wake >"$nap"
wait $replacing
is "force, replacing: whoever waited hears that the old module stays" "$? $(jq -rc '[.rc, .data.result]' "$work/replace.json")" \
	'10 [10,"partial"]'
check "force, replacing: with its name and its references" grep -q 'klpsh_lp_cumul is replaced, but its module stays: .*reference' \
	"$work/replace.json"
check "force, replacing: the kernel refuses to remove it" kernel_keeps klpsh_lp_cumul
is "force, replacing: klpsh says that it is in use" "$(last unload klpsh_lp_cumul)" 6
explained "force, replacing: by a reference" 'klpsh_lp_cumul is still in use: 1 reference'
check "force, replacing: and that a forced patch stays" sh -c "jq -r .error.hint '$work/last.json' | grep -q 'forced patch stays'"
refused_unload "force, replacing, the new one" klpsh_lp_drop

echo 600 >"$nap"
is "force, patching: klpsh_lp_nap2 stacks, and waits" "$(rc load "$(ko klpsh_lp_nap2)" --yes --wait=0)" 0
stall "force, patching"
check "force, patching: the question says that klpsh will refuse to unload it" \
	sh -c "'$KLPSH' force klpsh_lp_nap2 --dry-run | grep -q 'klpsh refuses to unload or roll back klpsh_lp_nap2'"
is "force, patching: the transition ends" "$(forced klpsh_lp_nap2)" '[0,"done","enabled",null]'
refused_unload "force, patching" klpsh_lp_nap2
is "force, patching: nor is it rolled back" "$(last rollback)" 4
explained "force, patching: for that reason" 'was forced'
check "force, patching: it is enabled still" completed klpsh_lp_nap2
echo wake >"$nap"
