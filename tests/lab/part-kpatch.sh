# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# klpsh under the name kpatch: its sentences, its streams and its exit codes,
# sentence by sentence, on real patches. KLPSH_LAB_LONG=1 sees a stall through
# kpatch's full 15 and 60 seconds.

kp=$work/bin/kpatch
mkdir -p "$work/bin"
ln -s "$KLPSH" "$kp"
printf 'audit = off\n' >/etc/klpsh.conf

kp_ko() {
	printf '/lib/modules/%s/extra/%s.ko' "$(uname -r)" "$1"
}

# kp TEXT RC WORDS...: run it; its exit code is RC, stdout in kp.out, stderr in kp.err.
kp() {
	text=$1 want=$2
	shift 2
	"$kp" "$@" >"$work/kp.out" 2>"$work/kp.err" </dev/null
	is "kpatch: $text" $? "$want"
}

# calm STREAM: without what is said when a busy machine takes longer than 15 seconds.
calm() {
	grep -vxF -e 'patch transition has stalled!' \
		-e 'the kernel signals the stalled processes by itself, every 15 seconds' \
		-e 'waiting (up to 60 seconds) for patch transition to complete...' "$work/kp.$1"
}

# says TEXT STREAM LINES: exactly these lines, seconds as they came.
says() {
	calm "$2" | sed -E 's/\([0-9]+ seconds?\)/(N seconds)/' >"$work/kp.got"
	is "kpatch: $1" "$(cat "$work/kp.got")" "$3"
}
# Without the lines about waits, which are there only when there is one.
says_but_waits() {
	calm out | grep -vE '^(waiting \(up to|transition complete)' >"$work/kp.few"
	is "kpatch: $1" "$(cat "$work/kp.few")" "$2"
}

kp "load of a file" 0 load "$(kp_ko klpsh_lp_vmlinux)"
says_but_waits "load names the file" "loading patch module: $(kp_ko klpsh_lp_vmlinux)"
says "and nothing goes to stderr" err ""
is "kpatch: it is enabled" "$(json '.data[] | [.name, .state]' list)" '["klpsh_lp_vmlinux","enabled"]'
kp "load once more" 0 load "$(kp_ko klpsh_lp_vmlinux)"
says "it is loaded already" out "module named klpsh_lp_vmlinux already loaded and enabled"

# The same module with another build-id.
kp_id=$(json .data.build_id inspect "$(kp_ko klpsh_lp_vmlinux)")
cp "$(kp_ko klpsh_lp_vmlinux)" "$work/kp_other.ko"
# The note's 16 bytes of heading, then the build-id.
kp_at=$(($(readelf -WS "$work/kp_other.ko" | sed -n 's/.*\.note\.gnu\.build-id *NOTE *[0-9a-f]* \([0-9a-f]*\) .*/0x\1/p') + 16))
printf '\377\376' | dd of="$work/kp_other.ko" bs=1 seek="$kp_at" conv=notrunc 2>/dev/null
kp "another build of it is an error" 1 load "$work/kp_other.ko"
check "kpatch: which names both" grep -q "^kpatch: module named klpsh_lp_vmlinux.*another build.*$kp_id.*fffe" "$work/kp.err"

kp "list" 0 list
check "kpatch: list shows it enabled" grep -qx 'klpsh_lp_vmlinux \[enabled\]' "$work/kp.out"
kp "info of a file" 0 info "$(kp_ko klpsh_lp_vmlinux)"
is "kpatch: info begins with the file" "$(head -n 1 "$work/kp.out")" "Patch information for $(kp_ko klpsh_lp_vmlinux):"
check "kpatch: and has what modinfo has" grep -qF "vermagic:       $(uname -r) " "$work/kp.out"

kp "unload" 0 unload klpsh-lp-vmlinux
says_but_waits "unload says what it does" "disabling patch module: klpsh_lp_vmlinux
unloading patch module: klpsh_lp_vmlinux"
check "kpatch: the module is gone" test ! -e /sys/module/klpsh_lp_vmlinux
kp "unload of what is not loaded" 1 unload klpsh_lp_vmlinux
says "that is told on stderr" err "kpatch: patch module klpsh_lp_vmlinux is not loaded"

# What is disabled stays as a module, and the kernel enables nothing twice.
kp "load of a patch that gets disabled" 0 load "$(kp_ko klpsh_lp_vmlinux)"
echo 0 >"$patches/klpsh_lp_vmlinux/enabled"
check "kpatch: its module is left over" wait_for 30 gone klpsh_lp_vmlinux
kp "list of a leftover" 0 list
check "kpatch: list shows it disabled" grep -qx 'klpsh_lp_vmlinux \[disabled\]' "$work/kp.out"
kp "load of it" 0 load "$(kp_ko klpsh_lp_vmlinux)"
says_but_waits "what is left over goes first" "unloading patch module: klpsh_lp_vmlinux
loading patch module: $(kp_ko klpsh_lp_vmlinux)"
is "kpatch: and it is enabled again" "$(json '.data[] | [.name, .state]' list)" '["klpsh_lp_vmlinux","enabled"]'
kp "unload of it, once more" 0 unload klpsh_lp_vmlinux

# Somebody uses the module, so it stays a while after its patch is disabled.
kp "load of one that is in use" 0 load "$(kp_ko klpsh_lp_held)"
tail -f /dev/null 9</dev/klpsh_held &
kp_holder=$!
: >"$work/kp.out" # of the call before
"$kp" unload klpsh_lp_held >"$work/kp.out" 2>"$work/kp.err" </dev/null &
kp_pid=$!
check "kpatch: unload says that it waits for the references" wait_for 30 grep -qxF \
	'waiting (up to 15 seconds) for module refcount...' "$work/kp.out"
check "kpatch: by then the patch is disabled, and the module there" test ! -e "$patches/klpsh_lp_held" -a \
	-e /sys/module/klpsh_lp_held
kill $kp_holder
wait $kp_pid
is "kpatch: unload ends when the last reference is gone" $? 0
says_but_waits "with these words" "disabling patch module: klpsh_lp_held
unloading patch module: klpsh_lp_held"
is "kpatch: the references are waited for before the unloading" \
	"$(grep -nE '^(waiting .* refcount|unloading)' "$work/kp.out" | sed 's/^[0-9]*://' | cut -d ' ' -f 1 | paste -sd ' ')" \
	'waiting unloading'
check "kpatch: and the module is gone" test ! -e /sys/module/klpsh_lp_held

# A transition that takes its time, and ends.
echo 600 >"$nap"
: >"$work/kp.out" # of the call before
"$kp" load "$(kp_ko klpsh_lp_nap)" >"$work/kp.out" 2>"$work/kp.err" </dev/null &
kp_pid=$!
check "kpatch: load says that it waits" wait_for 20 grep -qxF \
	'waiting (up to 15 seconds) for patch transition to complete...' "$work/kp.out"
"$kp" list >"$work/kp.list" 2>&1
check "kpatch: list shows it enabling" grep -qxF 'klpsh_lp_nap [enabling...]' "$work/kp.list"
check "kpatch: and the stalled process" grep -qxF 'Stalled processes:' "$work/kp.list"
check "kpatch: with its stack" grep -qE '^  klpsh_nap\+' "$work/kp.list"
"$kp" signal >"$work/kp.signal" 2>&1
is "kpatch: signal says who does it" "$? $(cat "$work/kp.signal")" \
	"0 the kernel signals the stalled processes of klpsh_lp_nap by itself, every 15 seconds"
echo wake >"$nap"
wait $kp_pid
is "kpatch: load ends when the transition ends" $? 0
says "with these words" out "loading patch module: $(kp_ko klpsh_lp_nap)
waiting (up to 15 seconds) for patch transition to complete...
transition complete (N seconds)"

# On its way out already: not loaded, and not disabled twice.
echo 600 >"$nap"
echo 0 >"$patches/klpsh_lp_nap/enabled"
stall "kpatch, disabling"
kp "list" 0 list
check "kpatch: list shows it disabling" grep -qxF 'klpsh_lp_nap [disabling...]' "$work/kp.out"
kp "load of one that is being disabled" 1 load "$(kp_ko klpsh_lp_nap)"
says "that is told on stderr, too" err "kpatch: module named klpsh_lp_nap is being disabled"
: >"$work/kp.out" # of the call before
"$kp" unload klpsh_lp_nap >"$work/kp.out" 2>"$work/kp.err" </dev/null &
kp_pid=$!
check "kpatch: unload waits for its end" wait_for 20 grep -qxF \
	'waiting (up to 15 seconds) for patch transition to complete...' "$work/kp.out"
echo wake >"$nap"
wait $kp_pid
is "kpatch: and ends well" $? 0
says_but_waits "it only had to be removed" "unloading patch module: klpsh_lp_nap"

# While another patch's transition stalls, what is active is left alone.
kp "load of a patch that is to stay" 0 load "$(kp_ko klpsh_lp_vmlinux)"
echo 600 >"$nap"
insmod_quiet klpsh_lp_nap
stall "kpatch, another's stall"
kp "load of it while another stalls" 0 load "$(kp_ko klpsh_lp_vmlinux)"
says "it is loaded already, still" out "module named klpsh_lp_vmlinux already loaded and enabled"
kp "load of a third meanwhile" 1 load "$(kp_ko klpsh_lp_hello)"
check "kpatch: the one in transition is named" grep -q '^kpatch: error: failed to load module klpsh_lp_hello: .*klpsh_lp_nap' "$work/kp.err"
is "kpatch: and the active one is enabled" "$(cat "$patches/klpsh_lp_vmlinux/enabled")" 1
echo wake >"$nap"
check "kpatch: the other one completes" wait_for 30 completed klpsh_lp_nap
kp "unload of the one that stayed" 0 unload klpsh_lp_vmlinux

# The policy holds under this name, too.
printf 'audit = required\n' >/etc/klpsh.conf
kp "a load that cannot be recorded" 1 load "$(kp_ko klpsh_lp_vmlinux)"
check "kpatch: it says that it is not recorded, so not done" grep -q \
	'^kpatch: error: failed to load module klpsh_lp_vmlinux: not recorded, so not done' "$work/kp.err"
check "kpatch: nothing was loaded" gone klpsh_lp_vmlinux
printf 'audit = off\n' >/etc/klpsh.conf

# Two patches, out in the order that the kernel wants.
kp "a second patch" 0 load "$(kp_ko klpsh_lp_nap2)"
kp "unload --all" 0 unload --all
is "kpatch: the newest goes first" "$(grep -c . "$work/kp.out"):$(grep '^unloading' "$work/kp.out" | tr '\n' ' ')" \
	"$(grep -c . "$work/kp.out"):unloading patch module: klpsh_lp_nap2 unloading patch module: klpsh_lp_nap "
is "kpatch: nothing is left" "$(json .data list)" '[]'

# What the kernel refuses is an error, also when no word came with it.
kp "a load that the kernel refuses" 1 load "$(kp_ko klpsh_lp_failing)"
check "kpatch: it is told" grep -q '^kpatch: error: failed to load module klpsh_lp_failing' "$work/kp.err"
kp "unload of it" 1 unload klpsh_lp_failing
kp "load of a file that is not there" 1 load /nowhere/x.ko
kp "load of a name that is not installed" 1 load nothing_of_this_name
check "kpatch: says so" grep -q "^kpatch: can't find nothing_of_this_name" "$work/kp.err"

# The boot store that both names share.
kp_dir=/var/lib/kpatch/$(uname -r)
# A machine with systemd, as far as install sees it; in the guest's overlay only.
printf '#!/bin/sh\necho "$@" >>%s/systemctl.log\n' "$work" >"$work/systemctl"
chmod 755 "$work/systemctl"
cp "$work/systemctl" /usr/bin/systemctl
kp "install for another kernel" 1 install -k 5.10.0-1-amd64 "$(kp_ko klpsh_lp_vmlinux)"
says "it is built for this one" err "kpatch: invalid module version $(uname -r) for kernel 5.10.0-1-amd64"
kp "install" 0 install "$(kp_ko klpsh_lp_vmlinux)"
says "install names file and kernel" out "installing $(kp_ko klpsh_lp_vmlinux) ($(uname -r))"
is "kpatch: and the unit that loads it at boot is enabled" "$(cat "$work/systemctl.log")" "--quiet enable klpsh.service"
check "kpatch: it is in kpatch's own store" cmp "$(kp_ko klpsh_lp_vmlinux)" "$kp_dir/klpsh_lp_vmlinux.ko"
kp "install once more" 1 install -k "$(uname -r)" "$(kp_ko klpsh_lp_vmlinux)"
says "it is there" err "kpatch: $(kp_ko klpsh_lp_vmlinux) is already installed"
kp "install of a second" 0 install "--kernel-version=$(uname -r)" "$(kp_ko klpsh_lp_nap)"
kp "list with a store" 0 list
check "kpatch: list shows what is installed" grep -qxF "klpsh_lp_nap ($(uname -r))" "$work/kp.out"
kp "load by name" 0 load klpsh-lp-vmlinux
says_but_waits "it comes from the store" "loading patch module: $kp_dir/klpsh_lp_vmlinux.ko"
kp "load --all" 0 load --all
says_but_waits "one is there, the other is loaded" "module named klpsh_lp_vmlinux already loaded and enabled
loading patch module: $kp_dir/klpsh_lp_nap.ko"
kp "unload --all of these" 0 unload --all
# In the recorded order, which is not that of the names.
is "kpatch: another order is recorded" "$(rc install --order=0 "$(kp_ko klpsh_lp_vmlinux)" --yes)" 0
kp "load --all in that order" 0 load --all
says_but_waits "the order is kept" "loading patch module: $kp_dir/klpsh_lp_vmlinux.ko
loading patch module: $kp_dir/klpsh_lp_nap.ko"
kp "unload --all, ordered" 0 unload --all
# The machine went down while one was being loaded: an earlier boot's mark is left.
kp_sum=$(sha256sum <"$(kp_ko klpsh_lp_vmlinux)")
kp_guard=/var/lib/klpsh/state/boot-${kp_sum%% *}
printf '%s\n' 01234567-89ab-cdef-0123-456789abcdef >"$kp_guard"
kp "load --all with a guard" 1 load --all
says "the guard holds it" err "kpatch: error: failed to load module klpsh_lp_vmlinux: the machine went down while it was being loaded, so it is not loaded by itself again
kpatch: klpsh boot --retry tries it once more, and installing it again clears the guard"
says_but_waits "and the other is loaded" "loading patch module: $kp_dir/klpsh_lp_nap.ko"
kp "load of the file itself is what a person does" 0 load "$(kp_ko klpsh_lp_vmlinux)"
kp "unload --all, guarded" 0 unload --all
rm "$kp_guard"
echo 600 >"$nap"
kp_sum=$(sha256sum <"$(kp_ko klpsh_lp_nap)")
kp_guard=/var/lib/klpsh/state/boot-${kp_sum%% *}
: >"$work/kp.out" # of the call before
"$kp" load --all >"$work/kp.out" 2>"$work/kp.err" </dev/null &
kp_pid=$!
check "kpatch: a guard is set" wait_for 30 test -e "$kp_guard"
stall "kpatch, guarded"
is "kpatch: the guard stands while the transition runs" "$(cat "$kp_guard")" "$(cat /proc/sys/kernel/random/boot_id)"
echo wake >"$nap"
wait $kp_pid
is "kpatch: load --all ends well" $? 0
check "kpatch: and takes its guard away" test ! -e "$kp_guard"
kp "unload --all of the guarded" 0 unload --all
# One that is no longer what was installed is not loaded; the other one is.
printf x >>"$kp_dir/klpsh_lp_vmlinux.ko"
kp "load --all with an altered file" 1 load --all
says "which is told" err "kpatch: error: failed to load module $kp_dir/klpsh_lp_vmlinux.ko: it is not the file that was installed"
check "kpatch: and the other is loaded all the same" completed klpsh_lp_nap
kp "unload of that one" 0 unload klpsh_lp_nap
kp "uninstall" 0 uninstall klpsh-lp-vmlinux
says "uninstall names it" out "uninstalling $kp_dir/klpsh_lp_vmlinux.ko ($(uname -r))"
kp "uninstall of the other" 0 uninstall -k "$(uname -r)" klpsh_lp_nap
check "kpatch: the empty folder is gone" test ! -e "$kp_dir"
kp "uninstall once more" 1 uninstall klpsh_lp_nap
says "it is not there" err "kpatch: klpsh_lp_nap is not installed for kernel $(uname -r)"

if [ "${KLPSH_LAB_LONG:-0}" = 1 ]; then
	kp "load of one that stays in use" 0 load "$(kp_ko klpsh_lp_held)"
	tail -f /dev/null 9</dev/klpsh_held &
	kp_holder=$!
	kp "unload of it" 1 unload klpsh_lp_held
	check "kpatch: says that it is in use" grep -q '^kpatch: failed to unload module klpsh_lp_held: .*in use' "$work/kp.err"
	kill $kp_holder
	kp "unload of what is left over" 0 unload klpsh_lp_held
	says_but_waits "nothing is left to be disabled" "unloading patch module: klpsh_lp_held"

	echo 600 >"$nap"
	kp "a load that stalls" 1 load "$(kp_ko klpsh_lp_nap)"
	check "kpatch: it waits for 15 seconds, then for 60" sh -c "grep -A4 -xF \
		'waiting (up to 15 seconds) for patch transition to complete...' '$work/kp.out' |
		grep -qxF 'waiting (up to 60 seconds) for patch transition to complete...'"
	check "kpatch: says that it has stalled" grep -qxF 'patch transition has stalled!' "$work/kp.out"
	check "kpatch: shows who, with the stack" grep -qE '^  klpsh_nap\+' "$work/kp.out"
	check "kpatch: takes it out" grep -qxF 'module klpsh_lp_nap did not complete its transition, unloading...' "$work/kp.out"
	is "kpatch: and fails" "$(cat "$work/kp.err")" \
		'kpatch: error: failed to load module klpsh_lp_nap (transition stalled)'
	check "kpatch: the module is gone" test ! -e /sys/module/klpsh_lp_nap
	echo wake >"$nap"
fi
