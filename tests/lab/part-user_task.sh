# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# A user task that blocks in the patched function until the kernel signals it.

cat /proc/klpsh/block >"$work/block.out" &
reader=$!
check "user task: it blocks in the function" wait_for 10 grep -q klpsh_block /proc/$reader/stack
insmod_quiet klpsh_lp_block
stall "user task"
names "user task" klpsh_lp_block 1 $reader kernel-signal klpsh_block
is "user task: it is no kernel thread, and sleeps" \
	"$(json '.data.blockers[0] | [.comm, .kthread, .state]' blockers)" '["cat",false,"S"]'
is "user task: wait sees the kernel's signal end it" "$(rc wait klpsh_lp_block --wait=60)" 0
echo go >/proc/klpsh/block
wait $reader
check "user task: the read was restarted in the new code" grep -q klpsh_lp_block "$work/block.out"
check "user task: the patch is taken out" take_out klpsh_lp_block
