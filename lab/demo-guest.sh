#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Inside the guest: sets the scene of the demo, then becomes klpsh. Usage:
# demo-guest.sh KLPSH [SCRIPT]. The scene: klpsh_lp_vmlinux is applied; a kworker
# sleeps in klpsh_nap(); klpsh_lp_nap wants to patch that function and waits.
# With a script only klpsh's own output comes out on stdout.
set -eu

klpsh=$1
script=${2:-}
modules=$KLPSH_LAB_MODULES
patches=/sys/kernel/livepatch

tell() {
	[ -n "$script" ] || printf '%s\n' "$*"
}

# Nothing in sysfs can be waited on: look ten times a second.
wait_complete() {
	while [ "$(cat "$patches/$1/transition")" != 0 ]; do
		sleep 0.1
	done
}

# A stall this long is the demo's purpose, not a hang to be reported.
echo 0 >/proc/sys/kernel/hung_task_timeout_secs

tell "loading klpsh_target, a module to be patched"
insmod "$modules/klpsh_target.ko"
tell "loading klpsh_lp_vmlinux, a livepatch that completes"
insmod "$modules/klpsh_lp_vmlinux.ko"
wait_complete klpsh_lp_vmlinux
tell "starting a kworker that sleeps in klpsh_nap()"
echo 86400 >/proc/klpsh/nap
tell "loading klpsh_lp_nap, which patches klpsh_nap() and has to wait for it"
insmod "$modules/klpsh_lp_nap.ko"

if [ -n "$script" ]; then
	exec "$klpsh" -f "$script"
fi
exec "$klpsh"
