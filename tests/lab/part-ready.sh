# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# A quiet machine, a patch that completes, and what is left when it was
# disabled.

is "ready: status exits 0 without a patch" "$(rc status)" 0
is "ready: status says ready" "$(json '[.data.state, .data.patches, .data.transition]' status)" '["ready",0,null]'
is "ready: list is empty" "$(json '.data' list)" '[]'
is "ready: blockers has nothing" "$(json '.data.blockers' blockers)" '[]'
is "ready: an unknown patch is not found" "$(rc show no_such_patch)" 5

check "complete: klpsh_lp_vmlinux loads" apply klpsh_lp_vmlinux
is "complete: list has it enabled with its function" \
	"$(json '.data | map([.name, .enabled, .transition, .loaded, (.objects | map([.name, .patched, (.functions | map([.name, .sympos, .restore]))]))])' list)" \
	'[["klpsh_lp_vmlinux",true,false,true,[["vmlinux",true,[["cmdline_proc_show",1,false]]]]]]'
is "complete: its build-id is that of the file" "$(json '.data[0].build_id' list)" \
	"$(json .data.build_id inspect "/lib/modules/$(uname -r)/extra/klpsh_lp_vmlinux.ko")"
is "complete: status still exits 0" "$(rc status)" 0
is "complete: wait returns 0 at once" "$(rc wait klpsh_lp_vmlinux)" 0
is "complete: taint tells who brought K" \
	"$(json '.data.flags | map(select(.letter == "K") | .modules) | .[0]' taint)" '["klpsh_lp_vmlinux"]'
is "complete: modules marks the livepatch" \
	"$(json '.data | map(select(.livepatch == true) | .name)' modules)" '["klpsh_lp_vmlinux"]'
is "complete: the log has its lines" \
	"$(json 'select(. != null) | tostring' log | grep -c "klpsh_lp_vmlinux.*patching complete")" 1
if [ -e "$patches"/klpsh_lp_vmlinux/replace ]; then
	is "complete: replace is false where the kernel says so" "$(json '.data[0].replace' list)" false
else
	is "complete: replace is null where the kernel does not say" "$(json '.data[0].replace' list)" null
fi

echo 0 >"$patches"/klpsh_lp_vmlinux/enabled
check "leftover: the disable completes" wait_for 30 gone klpsh_lp_vmlinux
is "leftover: list shows it disabled but loaded" \
	"$(json '.data | map([.name, .enabled, .loaded])' list)" '[["klpsh_lp_vmlinux",false,true]]'
check "leftover: it can be removed" wait_for 10 rmmod klpsh_lp_vmlinux
is "leftover: list is empty again" "$(json '.data' list)" '[]'

tap "$BUILD/tests/lab/tui_probe" "$KLPSH" log
