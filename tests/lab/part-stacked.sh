# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# klpsh_lp_nap2 on top of klpsh_lp_nap: a sleeper in the former patch's version
# blocks, and one in an original that nothing uses any more does not.

check "stacked: klpsh_lp_nap is applied" apply klpsh_lp_nap
echo 600 >"$nap"
tid=$(sleeper_in klpsh_nap_sleep)
insmod_quiet klpsh_lp_nap2
stall stacked
names stacked klpsh_lp_nap2 1 "$tid" reverse-only klpsh_nap
check "stacked: the reason names the former patch" \
	sh -c "'$KLPSH' blockers --json | jq -r '.data.blockers[0].reason' | grep -q klpsh_lp_nap"
check "stacked: show tells what lies below" sh -c "'$KLPSH' show klpsh_lp_nap2 | grep -q 'klpsh_lp_nap\\b'"
tui klpsh_lp_nap2 "$tid" klpsh_nap
echo wake >"$nap"
check "stacked: it ends when the sleeper wakes" wait_for 30 completed klpsh_lp_nap2
check "stacked: the upper patch is taken out" take_out klpsh_lp_nap2
check "stacked: the lower patch is taken out" take_out klpsh_lp_nap
