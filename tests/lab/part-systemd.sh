# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# Where systemd is pid 1: the unit loads what is installed while the machine
# starts, and the watcher of --confirm-within is a unit of its own, which the
# end of the session that armed it leaves alone.

export SYSTEMD_PAGER=''

started() {
	systemctl is-active --quiet basic.target
}

unit_is() {
	[ "$(systemctl show -P ActiveState "$1")" = "$2" ]
}

watcher_of() {
	printf 'klpsh-confirm-%s.service' "$1"
}

unloaded() {
	[ ! -e "/sys/module/$1" ]
}

check "systemd: it is pid 1, and the machine has started" wait_for 120 started
is "systemd: klpsh.service was started" "$(systemctl show -P ActiveState,Result klpsh.service | xargs)" 'success active'
is "systemd: what was installed is loaded" "$(json '.data[] | [.name, .enabled, .transition]' list)" \
	'["klpsh_lp_vmlinux",true,false]'
is "systemd: the history says that the machine did it" \
	"$(json '[.data[] | select(.verb == "boot" or .verb == "load")] | last | [.target, .result, .reason]' history)" \
	'["klpsh_lp_vmlinux","done","the machine starts"]'
check "systemd: the journal has it" sh -c "journalctl -b -t klpsh --no-pager | grep -q klpsh_lp_vmlinux"

# tell FILE...: what stands in these, where a check before has failed.
tell() {
	[ "$failures" -eq 0 ] || tail -n 20 -v "$@" 2>&1 | sed 's/^/# /'
}
[ "$failures" -eq 0 ] || systemctl status --no-pager --full klpsh.service 2>&1 | sed 's/^/# /'
tell /run/installed /proc/sys/kernel/tainted /proc/sys/kernel/ftrace_enabled

# A login session as systemd knows it: a scope, all of which is killed at its end.
session() {
	systemd-run --quiet --scope --unit="$1" -- sh -c "$2; exec sleep 600" >/dev/null 2>&1 &
}

nap_ko=$(ko klpsh_lp_nap)
insmod_quiet klpsh_target
session session-1 "'$KLPSH' load '$nap_ko' --yes --json --confirm-within=20 >'$work/session.json' 2>'$work/session.err'"
check "systemd: a session loads a patch, to be confirmed" wait_for 60 grep -q '"rc":0' "$work/session.json"
tell "$work/session.json" "$work/session.err"
txn=$(jq -r .data.txn "$work/session.json")
check "systemd: the watcher is a unit of its own" unit_is "$(watcher_of "$txn")" active
is "systemd: so there is no warning of a weaker one" "$(jq '.data.notes | map(select(test("child"))) | length' "$work/session.json")" 0
check "systemd: the session ends, with all that is in it" systemctl stop session-1.scope
check "systemd: the watcher lives on" unit_is "$(watcher_of "$txn")" active
check "systemd: and undoes what nobody confirmed" wait_for 90 unloaded klpsh_lp_nap
check "systemd: the unit is gone then" wait_for 30 unit_is "$(watcher_of "$txn")" inactive

txn=$(json .data.txn load "$nap_ko" --yes --confirm-within=600)
check "systemd: the next one is watched by a unit, too" unit_is "$(watcher_of "$txn")" active
is "systemd: confirmed, it stays" "$(rc confirm "$txn" --reason=works)" 0
check "systemd: its unit ends" wait_for 30 unit_is "$(watcher_of "$txn")" inactive
is "systemd: and the patch is still there" "$(cat "$patches"/klpsh_lp_nap/enabled)" 1

printf x >>"/var/lib/kpatch/$(uname -r)/klpsh_lp_vmlinux.ko"
is "systemd: the loaded one is taken out" "$(rc unload klpsh_lp_nap --yes) $(rc unload klpsh_lp_vmlinux --yes)" '0 0'
check "systemd: with a broken file, the unit fails" sh -c '! systemctl restart klpsh.service 2>/dev/null'
check "systemd: and its log says which" sh -c "journalctl -u klpsh.service --no-pager | grep -q klpsh_lp_vmlinux"
check "systemd: nothing is loaded" unloaded klpsh_lp_vmlinux
