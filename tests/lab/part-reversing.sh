# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# Reversing. First an unpatching is turned round and just ends; then a loading
# is turned round while another kworker already sleeps in the new function.
# klpsh_lp_nap is loaded when this part begins.

echo 600 >"$nap"
echo 0 >"$patches"/klpsh_lp_nap/enabled
stall "reversing"
echo 1 >"$patches"/klpsh_lp_nap/enabled
check "reversing: an unpatching turned round ends by itself" wait_for 30 completed klpsh_lp_nap
is "reversing: and the patch is enabled" "$(json '.data[0].enabled' list)" true
echo wake >"$nap"
check "reversing: the patch is taken out" take_out klpsh_lp_nap

echo 600 >"$nap"
insmod_quiet klpsh_lp_nap
stall "reversing a load"
old=$(sleeper_in klpsh_nap)
echo 600 >"$nap"
new=$(sleeper_in klpsh_lp_nap)
[ -n "$new" ] || new=$(for t in $(sleeper_in klpsh_nap_sleep); do [ "$t" = "$old" ] || echo "$t"; done)
echo 0 >"$patches"/klpsh_lp_nap/enabled
stall "reversing a load"
names "reversing a load" klpsh_lp_nap 0 "$new" reverse-only klpsh_nap
check "reversing a load: the one in the original function does not block" [ "$old" != "$new" ]
tui klpsh_lp_nap "$new" klpsh_nap
echo wake >"$nap"
check "reversing a load: it ends when the sleeper wakes" wait_for 30 gone klpsh_lp_nap
check "reversing a load: the module can be removed" wait_for 10 rmmod klpsh_lp_nap
