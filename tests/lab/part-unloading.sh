# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# Disabling klpsh_lp_nap while a kworker sleeps in its version of the function.

check "unloading: klpsh_lp_nap is applied" apply klpsh_lp_nap
echo 600 >"$nap"
tid=$(sleeper_in klpsh_nap_sleep)
echo 0 >"$patches"/klpsh_lp_nap/enabled
stall unloading
names unloading klpsh_lp_nap 0 "$tid" reverse-only klpsh_nap
is "unloading: it says that the patch is going" "$(json '.data | map([.name, .enabled, .transition])' list)" \
	'[["klpsh_lp_nap",false,true]]'

# Without the module's file the code is still the patch's; the name is open.
mkdir -p "$work/hidden"
mv "/lib/modules/$(uname -r)/extra/klpsh_lp_nap.ko" "$work/hidden/"
is "unloading: without the file the class stays, inferred" \
	"$(json '.data.blockers | map([.tid, .class, .inferred])' blockers)" \
	"[[$tid,\"sleeping-in-patched-function\",true]]"
mv "$work/hidden/klpsh_lp_nap.ko" "/lib/modules/$(uname -r)/extra/"

tui klpsh_lp_nap "$tid" klpsh_nap
echo wake >"$nap"
check "unloading: it ends when the sleeper wakes" wait_for 30 gone klpsh_lp_nap
check "unloading: the module can be removed" wait_for 10 rmmod klpsh_lp_nap
