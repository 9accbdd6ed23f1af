# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# Loading klpsh_lp_nap while a kworker sleeps in the original function.

stall_after 600
echo 600 >"$nap"
insmod_quiet klpsh_lp_nap
stall loading
tid=$(sleeper_in klpsh_nap)
names loading klpsh_lp_nap 1 "$tid" reverse-only klpsh_nap
is "loading: the blocker is a kworker in D" \
	"$(json '.data.blockers[0] | [.pid, .kthread, .state, .patch_state]' blockers)" "[$tid,true,\"D\",0]"
is "loading: its stack goes with it" "$(json '.data.blockers[0].stack | map(select(test("klpsh_nap\\+"))) | length' blockers)" 1
is "loading: status says transition and exits 6" "$(rc status)" 6
is "loading: status tells how far" "$(json '.data.transition | [.patch, .target, .blockers, (.tasks > 10), (.tasks == .done + .blockers), .since_inferred]' status)" \
	'["klpsh_lp_nap",1,1,true,true,false]'
is "loading: list shows it in transition" "$(json '.data | map([.name, .enabled, .transition])' list)" '[["klpsh_lp_nap",true,true]]'
check "loading: stack marks the frame" sh -c "'$KLPSH' stack $tid | grep -q klpsh_nap"
check "loading: text names the task" sh -c "'$KLPSH' blockers | grep -q 'klpsh_nap'"
tui klpsh_lp_nap "$tid" klpsh_nap

stall_after 3
check "loading: it counts as stalled after stall-after" wait_for 20 sh -c "[ \"\$('$KLPSH' status >/dev/null; echo \$?)\" = 7 ]"
is "loading: status says stalled" "$(json .data.state status)" stalled
is "loading: wait returns 7 at the stall" "$(rc wait klpsh_lp_nap)" 7
stall_after 600
is "loading: wait returns 7 at --wait=1" "$(rc wait klpsh_lp_nap --wait=1)" 7

"$KLPSH" wait klpsh_lp_nap --wait=60 >"$work/wait.out" 2>&1 &
waiter=$!
echo wake >"$nap"
wait $waiter
is "loading: wait returns 0 when the transition ends" $? 0
is "loading: and it has ended" "$(cat "$patches/klpsh_lp_nap/transition")" 0
