# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# The TUI changes the kernel, by keys alone. First single keys: a no, a load
# that stalls behind a kworker and is turned round, what is left is removed.
# Then the guides: apply through stall, poke, completion and installation, an
# upgrade by an atomic replace, and the rollback.

printf 'audit = off\nstall-after = 2\n' >/etc/klpsh.conf
rm -rf /var/lib/klpsh /var/lib/kpatch

tui_steps() {
	tap "$BUILD/tests/lab/tui_change_probe" "$KLPSH" "$@"
}

# results: how the last N changes ended, oldest first.
results() {
	json "[.data[] | select(.phase != \"intent\") | [.verb, .result]] | .[-$1:]" history
}

echo 600 >"$nap"
file=$(ko klpsh_lp_nap)
tui_steps 80x24 "key:L" "see:livepatch file to load" "key:$file\r" \
	"see:[ Cancel ]" "see:Load klpsh_lp_nap" "key:n" "see:nothing was done" \
	"key:L$file\r" "see:[ Cancel ]" "key:y" "see:waiting for the kernel" \
	"key:2" "see:sleeping-in-patched-function" "see:stalled" "gone:waiting for the kernel" \
	"key:V" "see:Reverse the enabling of klpsh_lp_nap" "key:\t\r" "see:reverse klpsh_lp_nap: done" \
	"key:1" "see:leftover" "key:U" "see:[ unload klpsh_lp_nap ]" "key:y" "see:unload klpsh_lp_nap: done" \
	"see:No livepatch is loaded" "key:8" "see:declined" "see:reverse" "see:unload"
is "the TUI by keys alone: the history tells the same" "$(results 4)" \
	'[["load","declined"],["load","stalled"],["reverse","done"],["unload","done"]]'
echo wake >"$nap"

cat /proc/klpsh/block >"$work/block.out" &
reader=$!
check "the guides: a user task blocks in the function" wait_for 10 grep -q klpsh_block /proc/$reader/stack
tui_steps 80x24 "key:A" "see:file to apply" "key:$(ko klpsh_lp_block)\r" "see:Step 1 of 7" \
	"key:\r" "see:klpsh_block in klpsh_target" "key:\r\r" "see:1 task would block it now" \
	"key:\r\r" "see:[ Cancel ]" "see:Load klpsh_lp_block" "key:y" "see:5 watch     ► running" \
	"see:stalled: 1 of" "key:q" "see:PATCH " "key:A" "see:stalled: 1 of" \
	"key:\r" "see:cat" "key:P" "see:[ poke" "key:y" "see:ready: 1 livepatch enabled" \
	"key:A" "see:6 verify    ► next" "key:\r" "see:enabled, 1 of 1 objects use it" \
	"key:\r\r" "see:[ install klpsh_lp_block ]" "key:y" "see:7 install   ● done"
echo go >/proc/klpsh/block
wait $reader
is "the guides: the patch is enabled" "$(json '[.data[] | select(.enabled).name]' list)" '["klpsh_lp_block"]'
check "the guides: and installed for this kernel" test -e "/var/lib/kpatch/$(uname -r)/klpsh_lp_block.ko"
tui_steps 120x40 "key:A$(ko klpsh_lp_cumul)\r" "see:Step 1 of 7" "key:\r" "see:1 inspect   ● done" \
	"key:\r\r" "see:no task would block it now" "key:\r\r" "see:[ Cancel ]" "see:klpsh_lp_block" "key:y" \
	"see:6 verify    ● done" "key:1" "see:klpsh_lp_cumul" "see:leftover" \
	"key:Z" "see:Step 1 of 5" "key:\r" "see:undoes: load klpsh_lp_cumul" "see:enabled afterwards: klpsh_lp_block" \
	"key:\r\r" "see:[ Cancel ]" "key:y" "see:5 verify    ● done" "key:1" "see:klpsh_lp_block" \
	"key:D" "see:Disable klpsh_lp_block" "key:y" "see:disable klpsh_lp_block: done" \
	"see:leftover" "key:E" "see:not possible now" "key:q" "key:U" "see:[ Cancel ]" "key:y" \
	"see:unload klpsh_lp_block: done"
is "the guides: nothing is left" "$(json .data list)" '[]'
is "the guides: the history tells the same" "$(results 7 | jq -c '[.[] | select(.[1] != "refused")]')" \
	'[["load","stalled"],["poke","done"],["install","done"],["load","done"],["rollback","done"],["disable","done"],["unload","done"]]'
rm -rf /etc/klpsh.conf /var/lib/kpatch
