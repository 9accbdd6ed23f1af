# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# replace and rollback: what an atomic replace takes with it, the way back in
# each of its cases, and what is refused.

# enabled: names of the enabled patches, oldest first.
enabled() {
	json '[.data | sort_by(.stack_order)[] | select(.enabled).name]' list
}

# modules_left: livepatch modules that are loaded.
modules_left() {
	grep -o '^klpsh_lp_[a-z0-9]*' /proc/modules | sort | paste -sd ' '
}

conf 'stall-after = 600'
rm -rf /var/lib/klpsh
is "rollback: without a recorded change there is nothing to undo" "$(last rollback)" 5
explained "rollback: and it says so" 'no change is recorded'

is "replace: klpsh_lp_nap is loaded" "$(change .rc load "$(ko klpsh_lp_nap)")" 0
is "replace: a patch that is not there is not found" "$(last replace klpsh_lp_none "$(ko klpsh_lp_cumul)")" 5
is "replace: a file that stacks is refused" "$(last replace klpsh_lp_nap "$(ko klpsh_lp_nap2)")" 1
explained "replace: for that" 'no atomic replace'
is "replace: and klpsh_lp_vmlinux" "$(change .rc load "$(ko klpsh_lp_vmlinux)")" 0
is "replace: another patch that would go is a reason to refuse" "$(last replace klpsh_lp_nap "$(ko klpsh_lp_drop)")" 1
explained "replace: and it is named" 'klpsh_lp_vmlinux would go as well'
is "replace: both are still enabled" "$(enabled)" '["klpsh_lp_nap","klpsh_lp_vmlinux"]'
check "replace: a dry run lists the functions that would be lost" sh -c \
	"'$KLPSH' replace klpsh_lp_nap '$(ko klpsh_lp_drop)' --all --dry-run | grep -q '^no longer fixed: klpsh_nap of klpsh_target'"
is "replace: --all takes both" \
	"$(change '[.rc, .data.result, .data.verified]' replace klpsh_lp_nap "$(ko klpsh_lp_drop)" --all)" '[0,"done",true]'
is "replace: the new one is the only one" "$(enabled)" '["klpsh_lp_drop"]'
is "replace: and no module is left over" "$(modules_left)" klpsh_lp_drop
is "replace: once more: klpsh_lp_nap is gone, so it is done already" \
	"$(change '[.rc, .data.result]' replace klpsh_lp_nap "$(ko klpsh_lp_drop)")" '[0,"already"]'

# The former ones are plain: out first, then in again, with a gap.
check "rollback: the question says that the kernel runs unpatched in between" \
	sh -c "'$KLPSH' rollback --dry-run | grep -q 'runs unpatched'"
is "rollback: of a replace that replaced plain patches" \
	"$(change '[.rc, .data.result, .data.verified]' rollback)" '[0,"done",true]'
is "rollback: both are back, in their order" "$(enabled)" '["klpsh_lp_nap","klpsh_lp_vmlinux"]'
is "rollback: and the new one is out" "$(modules_left)" 'klpsh_lp_nap klpsh_lp_vmlinux'

# A stacked patch: only it goes.
is "rollback: klpsh_lp_hello on top" "$(change .rc load "$(ko klpsh_lp_hello)")" 0
is "rollback: of another patch than the last change's is refused" "$(last rollback klpsh_lp_nap)" 1
explained "rollback: and the last change is named" 'the last change was load klpsh_lp_hello'
is "rollback: of a load takes it out" "$(change '[.rc, .data.verified]' rollback klpsh_lp_hello)" '[0,true]'
is "rollback: the others stay" "$(enabled)" '["klpsh_lp_nap","klpsh_lp_vmlinux"]'
is "rollback: its module is out as well" "$(modules_left)" 'klpsh_lp_nap klpsh_lp_vmlinux'
taken_out replace klpsh_lp_vmlinux
is "rollback: of an unload loads it again" "$(change '[.rc, .data.verified]' rollback)" '[0,true]'
is "rollback: and both are there" "$(enabled)" '["klpsh_lp_nap","klpsh_lp_vmlinux"]'

# The former one is an atomic replace itself: one transition.
is "rollback: cumul replaces them" "$(change .rc replace klpsh_lp_nap "$(ko klpsh_lp_cumul)" --all)" 0
is "rollback: drop replaces cumul" "$(change .rc replace klpsh_lp_cumul "$(ko klpsh_lp_drop)")" 0
before=$(dmesg | grep -c 'starting .*patching transition')
check "rollback: no gap is announced" sh -c "! '$KLPSH' rollback --dry-run | grep -q 'runs unpatched'"
is "rollback: from one atomic replace to the former one" "$(change '[.rc, .data.verified]' rollback)" '[0,true]'
is "rollback: the former one is back" "$(enabled)" '["klpsh_lp_cumul"]'
is "rollback: in a single transition" "$(($(dmesg | grep -c 'starting .*patching transition') - before))" 1
is "rollback: with nothing left over" "$(modules_left)" klpsh_lp_cumul

# It comes to a stop half-way, and is taken up again.
conf 'stall-after = 3'
echo 600 >"$nap"
is "rollback: a stall exits 7" "$(last rollback)" 7
echo wake >"$nap"
check "rollback: its step ends in the kernel" wait_for 30 completed klpsh_lp_drop
is "rollback: the next one goes on with the rest" "$(change '[.rc, .data.result]' rollback)" '[0,"done"]'
is "rollback: to the end" "$(enabled) $(modules_left)" '["klpsh_lp_drop"] klpsh_lp_drop'
conf 'stall-after = 600'

# Bytes that are missing or altered.
is "rollback: cumul again" "$(change .rc replace klpsh_lp_drop "$(ko klpsh_lp_cumul)")" 0
sum=$(sha256sum <"$(ko klpsh_lp_drop)")
stored=/var/lib/klpsh/store/${sum%% *}.ko
printf x | dd of="$stored" bs=1 seek=300 conv=notrunc 2>/dev/null
is "rollback: altered bytes are not loaded" "$(last rollback)" 5
explained "rollback: and the file is named" "$stored"
rm "$stored"
is "rollback: nor are missing ones found" "$(last rollback)" 5
explained "rollback: with the file's name" "klpsh_lp_drop.*"
is "rollback: nothing was touched" "$(enabled)" '["klpsh_lp_cumul"]'
taken_out replace klpsh_lp_cumul
# The next part finds no file that was kept here.
rm -rf /var/lib/klpsh
