# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# The boot store: install, boot with a good and a broken patch, the crash guard
# and the off switch.

release=$(uname -r)
store=/var/lib/kpatch/$release

# outcomes FILTER [FLAGS...]: jq's FILTER of klpsh boot.
outcomes() {
	filter=$1
	shift
	json "$filter" boot --yes "$@"
}

results_of_boot='[.rc, (.data.patches | map([.name, .result]))]'

conf 'stall-after = 600'
is "boot: with nothing installed there is nothing to do" "$(outcomes '[.rc, .data.patches]')" '[0,[]]'
is "boot: install asks" "$(rc install "$(ko klpsh_lp_vmlinux)")" 8
is "boot: install puts it into the store" \
	"$(change '[.rc, .changed, .data.result]' install "$(ko klpsh_lp_vmlinux)")" '[0,true,"done"]'
check "boot: as kpatch lays it out" cmp "$(ko klpsh_lp_vmlinux)" "$store/klpsh_lp_vmlinux.ko"
is "boot: once more is no error" "$(change '[.rc, .changed, .data.result]' install "$(ko klpsh_lp_vmlinux)")" \
	'[0,false,"already"]'
is "boot: for another kernel it is refused" "$(rc install "$(ko klpsh_lp_hello)" --kernel=6.0.0 --yes)" 1
is "boot: installing loads nothing" "$(json .data list)" '[]'
is "boot: a second one" "$(rc install "$(ko klpsh_lp_hello)" --yes)" 0
is "boot: a third one, to be first" "$(rc install "$(ko klpsh_lp_nap)" --order=0 --yes)" 0
printf x >>"$store/klpsh_lp_hello.ko"
head -c 2000 "$(ko klpsh_lp_nap2)" >"$store/klpsh-lp-nap2.ko"

is "boot: a dry run tells what would be" "$(json "$results_of_boot" boot --dry-run)" \
	'[10,[["klpsh_lp_nap","would"],["klpsh_lp_vmlinux","would"],["klpsh_lp_hello","refused"],["klpsh_lp_nap2","failed"]]]'
is "boot: the good ones are loaded in order, the broken ones named" "$(outcomes "$results_of_boot")" \
	'[10,[["klpsh_lp_nap","done"],["klpsh_lp_vmlinux","done"],["klpsh_lp_hello","refused"],["klpsh_lp_nap2","failed"]]]'
is "boot: they are enabled" "$(json '[.data[] | [.name, .enabled, .transition]]' list)" \
	'[["klpsh_lp_nap",true,false],["klpsh_lp_vmlinux",true,false]]'
is "boot: no guard is left" "$(find /var/lib/klpsh/state -name 'boot-*' | wc -l)" 0
is "boot: once more, what is loaded is no error" "$(outcomes "$results_of_boot")" \
	'[10,[["klpsh_lp_nap","already"],["klpsh_lp_vmlinux","already"],["klpsh_lp_hello","refused"],["klpsh_lp_nap2","failed"]]]'
check "boot: text names the broken file and what is wrong with it" \
	sh -c "'$KLPSH' boot --yes | tr -s '\n ' ' ' | grep -q 'klpsh_lp_hello.ko is not what was installed'"
is "boot: the history tells" \
	"$(json '[.data[] | select(.verb == "boot" and .target == "klpsh_lp_nap" and .phase == "outcome").result]' history)" \
	'["done"]'
is "boot: uninstall, spelled either way" "$(rc uninstall klpsh_lp_nap2 --yes)" 0
check "boot: it is gone" test ! -e "$store/klpsh-lp-nap2.ko"
is "boot: uninstall what is not installed" "$(rc uninstall klpsh_lp_nap2 --yes)" 5
is "boot: uninstall the broken one" "$(rc uninstall klpsh_lp_hello --yes)" 0
taken_out boot klpsh_lp_nap
taken_out boot klpsh_lp_vmlinux

# The machine goes down while klpsh_lp_nap is being loaded: an earlier boot's mark is left.
content=$(sha256sum <"$(ko klpsh_lp_nap)")
guard=/var/lib/klpsh/state/boot-${content%% *}
printf '%s\n' 01234567-89ab-cdef-0123-456789abcdef >"$guard"
is "boot: the guard holds it, the other one is loaded" "$(outcomes "$results_of_boot")" \
	'[10,[["klpsh_lp_nap","held"],["klpsh_lp_vmlinux","done"]]]'
is "boot: and says why" "$(outcomes '.data.patches[0].text')" \
	"the machine went down while klpsh_lp_nap was being loaded, so it is not loaded by itself again"
is "boot: --retry loads it" "$(outcomes "$results_of_boot" --retry)" \
	'[0,[["klpsh_lp_nap","done"],["klpsh_lp_vmlinux","already"]]]'
check "boot: and the guard is gone" test ! -e "$guard"
taken_out boot klpsh_lp_nap
printf '%s\n' 01234567-89ab-cdef-0123-456789abcdef >"$guard"
is "boot: installing it again is another way" "$(change '[.rc, .data.result]' install "$(ko klpsh_lp_nap)")" \
	'[0,"done"]'
check "boot: that clears the guard, too" test ! -e "$guard"

# While it is being loaded the mark is there: the transition waits for a nap.
echo 600 >"$nap"
"$KLPSH" boot --yes --wait >"$work/boot.out" 2>&1 &
booting=$!
check "boot: the guard stands while it is being loaded" wait_for 30 test -e "$guard"
is "boot: and names this boot" "$(cat "$guard")" "$(cat /proc/sys/kernel/random/boot_id)"
check "boot: the transition runs" wait_for 30 one_blocker
echo wake >"$nap"
wait $booting
is "boot: it ends well" $? 0
check "boot: the guard is gone then" test ! -e "$guard"
taken_out boot klpsh_lp_nap

for word in klpsh.enable=0 kpatch.enable=0; do
	printf 'quiet %s panic=-1\n' $word >"$work/cmdline"
	mount --bind "$work/cmdline" /proc/cmdline
	is "boot: $word switches it off" "$(outcomes '[.rc, .data.off, .data.patches]')" "[0,\"$word\",[]]"
	umount /proc/cmdline
done
check "boot: nothing of it was loaded" gone klpsh_lp_nap
is "boot: the last ones are uninstalled" "$(rc uninstall klpsh_lp_nap --yes)$(rc uninstall klpsh-lp-vmlinux --yes)" 00
check "boot: and the folder of the kernel is gone" test ! -e "$store"
taken_out boot klpsh_lp_vmlinux
