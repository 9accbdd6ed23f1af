# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# Atomic replace of klpsh_lp_nap: by a patch that has the function too, and by
# one that drops it. The sleeper is in the replaced patch's version both times.

for new in klpsh_lp_cumul klpsh_lp_drop; do
	check "replacing by $new: klpsh_lp_nap is applied" apply klpsh_lp_nap
	echo 600 >"$nap"
	tid=$(sleeper_in klpsh_nap_sleep)
	insmod_quiet $new
	stall "replacing by $new"
	names "replacing by $new" $new 1 "$tid" reverse-only klpsh_nap
	# The file of the new patch tells its own functions from those it drops.
	drops=false
	[ $new = klpsh_lp_cumul ] || drops=true
	is "replacing by $new: what it only restores is marked" \
		"$(json ".data | map(select(.name == \"$new\") | .objects[].functions | map([.name, .restore]) | sort)" list)" \
		"[[[\"klpsh_hello_show\",false],[\"klpsh_nap\",$drops]]]"
	tui $new "$tid" klpsh_nap
	echo wake >"$nap"
	check "replacing by $new: it ends when the sleeper wakes" wait_for 30 completed $new
	check "replacing by $new: the replaced one is gone from sysfs" wait_for 10 gone klpsh_lp_nap
	is "replacing by $new: and shown as disabled but loaded" \
		"$(json '.data | map(select(.name == "klpsh_lp_nap") | [.enabled, .loaded])' list)" '[[false,true]]'
	check "replacing by $new: the leftover can be removed" wait_for 10 rmmod klpsh_lp_nap
	check "replacing by $new: $new is taken out" take_out $new
done
