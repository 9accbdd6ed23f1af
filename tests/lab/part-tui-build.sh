# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# From a source patch to a livepatch that is verified and loaded at each boot, and
# back again, by keys alone: the kernel that runs is the one that is built for. The
# tree was prepared on the host (on-host.sh), so that only the patch is compiled here.
# Before that a patch that is refused, and why.

printf 'audit = off\nstall-after = 20\n' >/etc/klpsh.conf
rm -rf /var/lib/klpsh /var/lib/kpatch
release=$(uname -r)
# What the kernel's header package has; who builds may not look into root's folders.
mkdir -p "/usr/src/linux-headers-$release" "$work/made"
cp "$KLPSH_LAB_HEADERS/Module.symvers" "/usr/src/linux-headers-$release/"
cp "/boot/config-$release" "/usr/src/linux-headers-$release/.config"
chmod -R a+rX "/usr/src/linux-headers-$release"
cp "$here/../builder/patches/one-function.patch" "$here/../builder/patches/refuse-init.patch" "$work/"
top=$PWD probe=$(realpath "$BUILD/tests/lab/tui_change_probe")
cd "$work/made" || exit 1 # where the module goes

steps() {
	tap "$probe" "$KLPSH" "$@"
}

steps 80x24 "key:B" "see:source patch to build" "key:$work/refuse-init.patch\r" "see:Enter: begin" \
	"key:B" "see:Build a livepatch?" "key:y" "see:patch check" "key:1" "see:6 shows it" "key:6" \
	"long:refused" "see:What helps" "see:init-code" "key:\r" "see:__init"
is "the Build screen: what is refused leaves no module" "$(find "$work/made" -name '*.ko')" ''

steps 80x24 "key:A" "see:file to apply" "key:$work/one-function.patch\r" "see:Step 1 of 8: build" \
	"key:\r" "see:Build a livepatch?" "key:y" "see:1 build     ► running" "long:1 build     ● done" \
	"see:cmdline_proc_show in fs/proc/cmdline" "key:\r" "see:Step 2 of 8: inspect" "key:\r" \
	"see:2 inspect   ● done" "key:\r" "see:Step 3 of 8: check" "key:\r" "see:no task would block it now" \
	"key:\r" "see:Step 4 of 8: confirm" "key:\r" "see:[ Cancel ]" "key:y" "long:7 verify    ● done" \
	"key:\r" "see:[ install livepatch_one_function ]" "key:y" "see:8 install   ● done"
check "from source to boot: the new code runs" grep -q ' klpsh$' /proc/cmdline
check "from source to boot: it is installed for this kernel" \
	test -e "/var/lib/kpatch/$release/livepatch_one_function.ko"
is "from source to boot: the kernel log is free of warnings" \
	"$(dmesg | grep -cE 'WARNING|BUG|Oops')" 0
steps 80x24 "see:livepatch_one_function" "key:T" "see:Trace livepatch_one_function?" "key:y" "see:of 10 s" "see:cmdline_proc_show" \
	"key:q" "key:Z" "see:Step 1 of 5" "key:\r" "see:undoes: load livepatch_one_function" \
	"key:\r" "see:Step 2 of 5" "key:\r" "see:[ Cancel ]" "key:y" "long:5 verify    ● done" \
	"key:1" "see:No livepatch is loaded"
check "and back again: the old code runs" sh -c '! grep -q " klpsh$" /proc/cmdline'
is "and back again: the history tells all of it" \
	"$(json '[.data[] | select(.phase != "intent") | [.verb, .result]]' history)" \
	'[["load","done"],["install","done"],["rollback","done"]]'
cd "$top" || exit 1
rm -rf /etc/klpsh.conf /var/lib/kpatch /var/lib/klpsh
