# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# System states: what check foretells is what insmod then meets. Uses the
# helpers of part-check.sh.

# foretold NAME: what check says of the states.
foretold() {
	json '.data.checks[] | select(.id == "states").result' check "$(ko "$1")"
}

is "states: inspect tells them" "$(json '[.data.states[] | [.id, .version]]' inspect "$(ko klpsh_lp_state2)")" \
	'[[7,2]]'
is "states: with no patch they pass" "$(foretold klpsh_lp_state1)" pass

check "states: version 1 is applied" apply klpsh_lp_state1
is "states: a plain patch without states passes" "$(verdict klpsh_lp_nap)" pass
check "states: and loads" apply klpsh_lp_nap
check "states: and is taken out again" take_out klpsh_lp_nap
is "states: a replace that does not know the state fails" "$(results fail klpsh_lp_cumul)" '["states"]'
is "states: and says why" "$(evidence states klpsh_lp_cumul)" \
	"klpsh_lp_state1 has state 7, which this would replace and does not know"
check "states: the kernel refuses it" refused klpsh_lp_cumul
is "states: a replace with a newer version passes" "$(foretold klpsh_lp_state2)" pass
check "states: and loads" apply klpsh_lp_state2
check "states: the replaced one is gone" wait_for 10 gone klpsh_lp_state1
check "states: and its module removed" wait_for 10 rmmod klpsh_lp_state1

is "states: an older version fails, also in a plain patch" "$(results fail klpsh_lp_state1)" '["states"]'
is "states: and says why" "$(evidence states klpsh_lp_state1)" \
	"klpsh_lp_state2 has state 7 in version 2, this only in version 1"
check "states: the kernel refuses it" refused klpsh_lp_state1
mv "$(ko klpsh_lp_state2)" "$work/"
is "states: without the loaded patch's file the answer is open" "$(foretold klpsh_lp_state1)" not-checked
mv "$work/klpsh_lp_state2.ko" "$(ko klpsh_lp_state2)"
is "states: diff tells of them" \
	"$(json '[.data.changes[] | select(.kind == "state") | [.change, .name, .detail]]' diff klpsh_lp_state2 \
		"$(ko klpsh_lp_state1)")" '[["changed","7","version 2 -> 1"]]'
is "states: diff of a loaded patch with its own file" "$(rc diff klpsh_lp_state2 "$(ko klpsh_lp_state2)")" 12
check "states: version 2 is taken out" take_out klpsh_lp_state2
