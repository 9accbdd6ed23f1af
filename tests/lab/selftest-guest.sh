#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The guest's half of selftest.sh: loads the lab's modules and checks that each
# does what it is for. Prints "ok - TEXT" or "not ok - TEXT"; selftest.sh turns
# these into TAP. Runs as root in the guest only.
set -eu

[ "$(hostname)" = klpsh-lab ] || exit 1
patches=/sys/kernel/livepatch
cd -- "$KLPSH_LAB_MODULES"

check() {
	text=$1
	shift
	if "$@" >/dev/null 2>&1; then echo "ok - $text"; else echo "not ok - $text"; fi
}

wait_for() {
	left=$(($1 * 10))
	shift
	until "$@" 2>/dev/null; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || return 1
		sleep 0.1
	done
}

completed() {
	[ "$(cat "$patches/$1/transition")" = 0 ]
}

gone() {
	[ ! -e "$patches/$1" ]
}

load() {
	insmod "$1.ko" && wait_for 20 completed "$1"
}

disable() {
	echo 0 >"$patches/$1/enabled" && wait_for 20 gone "$1"
}

# stalled PATCH FUNCTION: after two rounds of the kernel it still waits for a
# kworker that sleeps in FUNCTION.
stalled() {
	sleep 2.5
	! completed "$1" && grep -lx 0 /proc/[0-9]*/patch_state |
		sed 's/patch_state/stack/' | xargs grep -q "$2"
}

says() {
	grep -q -e "$1" "$2"
}

log_says() {
	dmesg | grep -q -e "$1"
}

insmod klpsh_target.ko
check "klpsh_target loads" says 'original hello' /proc/klpsh/hello
check "klpsh_lp_vmlinux completes" load klpsh_lp_vmlinux
check "... and shows in /proc/cmdline" says ' klpsh_lp_vmlinux=1$' /proc/cmdline
insmod klpsh_kprobe.ko
insmod klpsh_lp_hello.ko 2>/tmp/kprobe && echo "not ok - klpsh_kprobe keeps klpsh_lp_hello away"
check "klpsh_kprobe keeps klpsh_lp_hello away with EBUSY" says 'resource busy' /tmp/kprobe
rmmod klpsh_kprobe
check "klpsh_lp_hello completes" load klpsh_lp_hello
check "... and hello is patched" says 'patched hello' /proc/klpsh/hello
check "... and can be disabled" disable klpsh_lp_hello
check "... and hello is unpatched" says 'original hello' /proc/klpsh/hello

echo 600 >/proc/klpsh/nap
insmod klpsh_lp_nap.ko
check "a nap stalls klpsh_lp_nap" stalled klpsh_lp_nap 'klpsh_nap+.*klpsh_target'
echo wake >/proc/klpsh/nap
check "... and after the wake it completes" wait_for 20 completed klpsh_lp_nap
echo 600 >/proc/klpsh/nap
check "new naps run the new function" says '^[0-9]* klpsh_lp_nap ' /proc/klpsh/nap
insmod klpsh_lp_nap2.ko
check "a nap in it stalls the patch on top" stalled klpsh_lp_nap2 'klpsh_lp_nap\]'
echo 600 >/proc/klpsh/nap
check "several naps run at once" says 'running 2' /proc/klpsh/nap
echo wake1 >/proc/klpsh/nap
check "wake1 ends the oldest alone" says 'running 1' /proc/klpsh/nap
echo wake >/proc/klpsh/nap
check "... and the stack completes" wait_for 20 completed klpsh_lp_nap2

check "klpsh_lp_cumul replaces" load klpsh_lp_cumul
check "... every other patch" [ "$(ls "$patches")" = klpsh_lp_cumul ]
check "klpsh_lp_drop replaces it" load klpsh_lp_drop
echo 1 >/proc/klpsh/nap
check "... and drops klpsh_nap" says '^[0-9]* original ' /proc/klpsh/nap
check "... but not hello" says 'dropping hello' /proc/klpsh/hello

check "klpsh_lp_callbacks completes" load klpsh_lp_callbacks
check "... its callbacks ran" log_says 'klpsh_lp_callbacks: post-patch klpsh_target'
check "... and it goes" disable klpsh_lp_callbacks
check "... with its callbacks" log_says 'klpsh_lp_callbacks: post-unpatch vmlinux'
check "klpsh_lp_held completes" load klpsh_lp_held
exec 8</dev/klpsh_held
check "... and can be disabled" disable klpsh_lp_held
check "... but not removed while its device is open" sh -c '! rmmod klpsh_lp_held'
exec 8<&-
check "... only afterwards" wait_for 10 rmmod klpsh_lp_held
insmod klpsh_lp_failing.ko 2>/tmp/failing && echo "not ok - klpsh_lp_failing refuses"
check "klpsh_lp_failing refuses with ENODEV" says 'No such device' /tmp/failing

cat /proc/klpsh/block >/tmp/block &
wait_for 10 sh -c "grep -q klpsh_block /proc/$!/stack"
insmod klpsh_lp_block.ko
check "a blocked reader stalls klpsh_lp_block" stalled klpsh_lp_block klpsh_block
check "... until the kernel's signal" wait_for 40 completed klpsh_lp_block
echo go >/proc/klpsh/block
wait
check "... when it went on in the new function" says 'released by klpsh_lp_block' /tmp/block
echo 3 >/proc/klpsh/spin
check "the spinning kthread spins" says spinning /proc/klpsh/spin
