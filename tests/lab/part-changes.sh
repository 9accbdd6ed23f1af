# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# disable, enable, reverse, unload and poke on real transitions: what
# the kernel then shows, the exit codes, and what a stall reports.

is "changes: nothing to reverse is exit 5" "$(rc reverse --yes)" 5
is "changes: an unknown patch is exit 5" "$(rc disable no_such_patch --yes)" 5

apply klpsh_lp_nap
is "changes: without a yes a script's disable is declined" "$(rc disable klpsh_lp_nap)" 8
is "changes: and the patch is enabled still" "$(cat "$patches"/klpsh_lp_nap/enabled)" 1
is "changes: read-only refuses" "$(rc --read-only disable klpsh_lp_nap --yes)" 4
is "changes: a dry run says that it would change" \
	"$(json '[.rc, .changed, .data.result, .data.state]' disable klpsh_lp_nap --dry-run)" '[0,true,"would","enabled"]'
pin=$(json .data.pin disable klpsh_lp_nap --dry-run)
is "changes: another identity than expected is refused" \
	"$(json '[.rc, .error.errno]' disable klpsh_lp_nap --yes --expect=build-id:00)" '[1,"ESTALE"]'
is "changes: disable with the expected identity waits for the end" \
	"$(json '[.rc, .changed, .data.result, .data.state]' disable klpsh_lp_nap --yes --expect="$pin")" \
	'[0,true,"done","leftover"]'
check "changes: it is gone from sysfs" gone klpsh_lp_nap
is "changes: disabling it again changes nothing" \
	"$(json '[.rc, .changed, .data.result]' disable klpsh_lp_nap --yes)" '[0,false,"already"]'
is "changes: the kernel does not enable it again: exit 3" "$(rc enable klpsh_lp_nap --yes)" 3
is "changes: unload removes the leftover" "$(json '[.rc, .data.result]' unload klpsh_lp_nap --yes)" '[0,"done"]'
check "changes: its module is gone" [ ! -e /sys/module/klpsh_lp_nap ]

apply klpsh_lp_nap
is "changes: unload of an enabled patch disables and removes it" "$(rc unload klpsh_lp_nap --yes)" 0
check "changes: its module is gone too" [ ! -e /sys/module/klpsh_lp_nap ]

stall_after 3
echo 600 >"$nap"
insmod_quiet klpsh_lp_nap
stall "changes, loading"
is "changes: reverse takes a stalled load back" \
	"$(json '[.rc, .data.target, .data.result, .data.state]' reverse --yes)" '[0,"klpsh_lp_nap","done","leftover"]'
check "changes: and its module can be removed" [ "$(rc unload klpsh_lp_nap --yes)" = 0 ]
insmod_quiet klpsh_lp_nap
stall "changes, loading again"
is "changes: disable during its own loading turns it round" \
	"$(json '[.rc, .data.title, .data.result]' disable klpsh_lp_nap --yes)" \
	'[0,"Reverse the enabling of klpsh_lp_nap","done"]'
echo wake >"$nap"
is "changes: the leftover is removed" "$(rc unload klpsh_lp_nap --yes)" 0

apply klpsh_lp_nap
echo 600 >"$nap"
tid=$(sleeper_in klpsh_nap)
is "changes: an unload that stalls exits 7 and names the blocker" \
	"$(json '[.rc, .status, .data.result, .data.state, (.data.blockers | map(.tid))]' unload klpsh_lp_nap --yes)" \
	"[7,\"stalled\",\"stalled\",\"disabling\",[$tid]]"
check "changes: its module is still loaded" [ -e /sys/module/klpsh_lp_nap ]
is "changes: disable says that it is under way" "$(rc disable klpsh_lp_nap --yes)" 6
is "changes: enable turns the unpatching round" \
	"$(json '[.rc, .data.state]' enable klpsh_lp_nap --yes)" '[0,"enabled"]'
is "changes: --on-stall=reverse goes back by itself, and says so" \
	"$(json '[.rc, .data.result, .data.state]' disable klpsh_lp_nap --yes --on-stall=reverse)" '[7,"reversed","enabled"]'
is "changes: --wait=1 gives up after a second" \
	"$(json '[.rc, .data.result]' disable klpsh_lp_nap --yes --wait=1)" '[7,"timeout"]'
is "changes: enable while it is disabled --wait=0 is accepted" "$(rc enable klpsh_lp_nap --yes --wait=0)" 0
check "changes: it is enabled again" wait_for 30 completed klpsh_lp_nap
is "changes: --wait=0 returns once the kernel has accepted" \
	"$(json '[.rc, .changed, .data.result]' disable klpsh_lp_nap --yes --wait=0)" '[0,true,"accepted"]'
is "changes: unload --wait=0 does not wait either: partly done" "$(rc unload klpsh_lp_nap --yes --wait=0)" 10
echo wake >"$nap"
check "changes: it ends when the sleeper wakes" wait_for 30 gone klpsh_lp_nap
is "changes: then it is removed" "$(rc unload klpsh_lp_nap --yes)" 0

apply klpsh_lp_nap
echo 600 >"$nap"
env --default-signal=INT "$KLPSH" disable klpsh_lp_nap --yes --wait --json >"$work/int.out" 2>"$work/int.err" &
waiter=$!
stall "changes, Ctrl-C"
is "changes, Ctrl-C: a second change is refused, and names the first" \
	"$(json '[.rc, (.error.text | test("^busy: disable klpsh_lp_nap by root"))]' \
		load "/lib/modules/$(uname -r)/extra/klpsh_lp_hello.ko" --yes)" '[6,true]'
kill -INT $waiter
wait $waiter
is "changes, Ctrl-C: ends the waiting with 130" $? 130
is "changes, Ctrl-C: says that the kernel goes on" \
	"$(jq -rc '[.data.result, .data.state, (.error.text | test("goes on in the kernel"))]' "$work/int.out")" \
	'["interrupted","disabling",true]'
check "changes, Ctrl-C: the transition runs on" one_blocker
echo wake >"$nap"
check "changes, Ctrl-C: and ends" wait_for 30 gone klpsh_lp_nap
is "changes, Ctrl-C: the leftover is removed" "$(rc unload klpsh_lp_nap --yes)" 0

cat /proc/klpsh/block >"$work/block.out" &
reader=$!
check "changes, poke: a user task blocks" wait_for 10 grep -q klpsh_block /proc/$reader/stack
is "changes, poke: without a transition there is nothing to poke" "$(rc poke $reader --yes)" 5
insmod_quiet klpsh_lp_block
stall "changes, poke"
is "changes, poke: who does not block is not poked" "$(rc poke $$ --yes)" 5
is "changes, poke: a blocker switches" \
	"$(json '[.rc, .data.result, .data.verified]' poke $reader --yes)" '[0,"done",true]'
check "changes, poke: the transition ends" wait_for 10 completed klpsh_lp_block
check "changes, poke: and the task is not left stopped" sh -c "! grep -q '^State:.*T' /proc/$reader/status"
echo go >/proc/klpsh/block
wait $reader
check "changes, poke: its read went on in the new code" grep -q klpsh_lp_block "$work/block.out"
is "changes, poke: the patch is unloaded" "$(rc unload klpsh_lp_block --yes)" 0

echo 600 >"$nap"
insmod_quiet klpsh_lp_nap
stall "changes, poke of a kernel thread"
tid=$(sleeper_in klpsh_nap)
is "changes, poke: a kernel thread is refused" "$(json '[.rc, .error.errno]' poke "$tid" --yes)" '[4,"EPERM"]'
echo wake >"$nap"
check "changes, poke: the transition ends without it" wait_for 30 completed klpsh_lp_nap
is "changes, poke: and that patch is unloaded" "$(rc unload klpsh_lp_nap --yes)" 0
