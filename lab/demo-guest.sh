#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Inside the guest: sets the scene of the demo, then becomes klpsh. Usage:
# demo-guest.sh KLPSH [SCRIPT]. The scene: klpsh_lp_vmlinux is applied; a kworker
# sleeps in klpsh_nap(); klpsh_lp_nap wants to patch that function and waits.
# With a script only klpsh's own output comes out on stdout. The two loads are
# klpsh's and recorded, so that there is something to look at and to roll back.
set -eu

# shellcheck source=lab/auditd-guest.sh
. "$(dirname "$0")/auditd-guest.sh"

klpsh=$1
script=${2:-}
modules=$KLPSH_LAB_MODULES

tell() {
	[ -n "$script" ] || printf '%s\n' "$*"
}

# What cannot be recorded is not done, so there is an auditd, as on a server.
prepare_records() {
	if stage_auditd && start_auditd >/dev/null 2>&1; then
		return
	fi
	tell "no auditd runs here: the kernel's log takes the audit records"
	echo 'audit-consumer = kernel' >/etc/klpsh.conf
}

# load PATCH [FLAG]
load() {
	"$klpsh" load "$modules/$1.ko" --yes --reason="the demo" ${2:+"$2"} >/dev/null
}

# A stall this long is the demo's purpose, not a hang to be reported.
echo 0 >/proc/sys/kernel/hung_task_timeout_secs

tell "starting auditd"
prepare_records
tell "loading klpsh_target, a module to be patched"
insmod "$modules/klpsh_target.ko"
tell "loading klpsh_lp_vmlinux, a livepatch that completes"
load klpsh_lp_vmlinux
tell "starting a kworker that sleeps in klpsh_nap()"
echo 86400 >/proc/klpsh/nap
tell "loading klpsh_lp_nap, which patches klpsh_nap() and has to wait for it"
load klpsh_lp_nap --wait=0

if [ -n "$script" ]; then
	exec "$klpsh" -f "$script"
fi
exec "$klpsh"
