# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# Records of changes with a real auditd and ausearch: who did what is found, no
# value becomes a field, nothing is done where it cannot be recorded, and a
# history that was tampered with is told by the audit log.

state=/var/lib/klpsh
first=$state/history/00000000000000000001.json

# shellcheck source=lab/auditd-guest.sh
. "$here/../../lab/auditd-guest.sh"

# said WORDS...: klpsh's exit code and what it told.
said() {
	"$KLPSH" "$@" >"$work/said.out" 2>"$work/said.err"
	printf '%s %s' "$?" "$(cat "$work/said.err")"
}

# refused TEXT SENTENCE: unloading the leftover is exit 9, says so, and nothing was done.
refused() {
	answer=$(said unload klpsh_lp_nap --yes)
	case $answer in
	"9 "*"$2"*) ok "audit: $1: exit 9, and the sentence says so" ;;
	*) is "audit: $1: exit 9, and the sentence says so" "$answer" "9 ... $2 ..." ;;
	esac
	check "audit: $1: nothing was done" [ -e /sys/module/klpsh_lp_nap ]
}

# search: what ausearch finds of ours, a record a line, each field behind a blank.
search() {
	ausearch --input-logs -m USYS_CONFIG --raw 2>/dev/null | sed "s/ msg='/& /" | grep ' op="' >"$work/found" || :
}

# records FIELD...: how many of those hold all of these.
records() {
	cp "$work/found" "$work/records"
	for field in "$@"; do
		grep -F " $field" "$work/records" >"$work/records.new" || :
		mv "$work/records.new" "$work/records"
	done
	wc -l <"$work/records"
}

# A journal to compare with, where the machine has journald; it ends with the guest.
start_journald() {
	[ -x /lib/systemd/systemd-journald ] || return 1
	mountpoint -q /sys/fs/cgroup || mount -t cgroup2 cgroup2 /sys/fs/cgroup
	rm -rf /var/log/journal
	mkdir -p /run/systemd/journal /etc/systemd
	printf '[Journal]\nStorage=volatile\n' >/etc/systemd/journald.conf
	/lib/systemd/systemd-journald >/dev/null 2>&1 &
	wait_for 10 [ -S /run/systemd/journal/socket ]
}

verify_says() {
	"$KLPSH" history --verify | grep -qF "$1"
}

# broken TEXT SENTENCE: history --verify is exit 1 and says so; then the history is put back.
broken() {
	is "audit: history --verify finds $1" "$(rc history --verify)" 1
	check "audit: and says what it found: $1" verify_says "$2"
	rm -rf $state/history
	cp -a "$work/history" $state/history
}

audit_part() {
	printf 'audit = required\n' >/etc/klpsh.conf
	journal=
	if start_journald; then
		journal=$!
		auditctl -e 1 >/dev/null # which it has switched off
	fi
	apply klpsh_lp_nap
	answer=$(said disable klpsh_lp_nap --yes)
	case $answer in
	"9 "*"no auditd runs"*) ok "audit: required and no auditd: exit 9, and the sentence says so" ;;
	*) is "audit: required and no auditd: exit 9, and the sentence says so" "$answer" "9 ... no auditd runs ..." ;;
	esac
	is "audit: the patch is enabled still" "$(cat "$patches"/klpsh_lp_nap/enabled)" 1
	printf 'audit = required\naudit-consumer = kernel\n' >/etc/klpsh.conf
	is "audit: where the kernel log is enough a record counts without auditd" \
		"$(rc disable klpsh_lp_nap) $(json '.data[-1].audit' history)" "8 recorded"
	printf 'audit = required\n' >/etc/klpsh.conf
	check "audit: auditd starts" start_auditd

	reason="x
res=failed op=evil patch=\"other\""
	(
		echo 0 >/proc/self/loginuid
		"$KLPSH" disable klpsh_lp_nap --yes --reason "$reason" >"$work/out" 2>&1
	)
	is "audit: with auditd a patch is disabled" $? 0
	check "audit: it is gone from sysfs" gone klpsh_lp_nap
	is "audit: without a yes it is declined" "$(rc unload klpsh_lp_nap)" 8
	search
	is "audit: ausearch finds the intent" "$(records 'op="disable"' 'patch="klpsh_lp_nap"' \
		'phase="intent"' auid=0 'kernel="'"$(uname -r)"'"' res=success)" 1
	is "audit: and the outcome with its head" "$(records 'op="disable"' 'phase="outcome"' 'result="done"' auid=0 \
		'head="' res=success)" 1
	is "audit: both by the user's login uid" "$(ausearch --input-logs -m USYS_CONFIG -ul 0 --raw 2>/dev/null |
		grep -c 'op="disable"')" 2
	is "audit: no value became a field" "$(grep -cE " (op|patch)=\"?(evil|other)" /var/log/audit/audit.log)" 0
	is "audit: the reason is encoded" "$(records 'op="disable"' \
		reason=780A7265733D6661696C6564206F703D6576696C2070617463683D226F7468657222 res=success)" 2

	is "audit: the declined one is recorded too" "$(records 'op="unload"' 'phase="declined"' res=failed)" 1
	is "audit: history has all of it" \
		"$(json '[.data[] | [.verb, .phase, .result, .audit]] | .[-5:]' history)" \
		'[["disable","refused","refused","not-written"],["disable","declined","declined","recorded"],["disable","intent","pending","recorded"],["disable","outcome","done","recorded"],["unload","declined","declined","recorded"]]'
	is "audit: and names who did it, with the reason whole" \
		"$(json '[.data[] | select(.phase == "intent")] | last | [.auid, .user, (.reason | length)]' history)" '[0,"root",34]'

	auditctl -e 0 >/dev/null
	refused "auditing switched off" "auditing is switched off"
	auditctl -e 1 >/dev/null
	kill -9 "$(auditd_pid)"
	refused "auditd killed" "auditd"
	check "audit: auditd starts again" start_auditd

	mount -t tmpfs -o size=64k,mode=700 tmpfs $state
	dd if=/dev/zero of=$state/fill bs=4k 2>/dev/null
	refused "a full disk" "No space left on device"
	mount -o remount,ro $state
	refused "a read-only file system" "Read-only file system"
	umount $state
	: >/run/utmp
	start_sshd
	over_ssh -tt "echo 0 >/proc/self/loginuid; SSH_CLIENT='203.0.113.9 1 2' SSH_CONNECTION='203.0.113.9 1 2 3' \
		LOGNAME=mallory USER=mallory $KLPSH unload klpsh_lp_nap --yes" </dev/null >"$work/out" 2>&1
	is "audit: with all in place it is done, over ssh" $? 0
	stop_sshd
	is "audit: who came over the network is told by the login's record, not by the environment" \
		"$(json '.data[-1] | [.auid, .user, .origin, (.tty | startswith("pts/"))]' history)" '[0,"root","127.0.0.1",true]'
	search
	is "audit: in the audit log too" "$(records 'op="unload"' 'result="done"' auid=0 hostname=127.0.0.1 \
		addr=127.0.0.1 terminal=pts/)" 1
	check "audit: and the module is gone" [ ! -e /sys/module/klpsh_lp_nap ]

	is "audit: the history is whole, and was compared with the audit log" \
		"$(json '[.rc, .data.whole, .data.audit_checked, .data.findings]' history --verify)" '[0,true,true,[]]'
	[ -z "$journal" ] || is "audit: and with the journal" \
		"$(json '[.data.journal_checked, .data.journal_heads > 2]' history --verify)" '[true,true]'
	rm -rf "$work/history"
	cp -a $state/history "$work/history"
	sed -i '2s/klpsh_lp_nap/klpsh_lp_xxx/' "$first"
	broken "an alteration" "record 2 was altered"
	sed -i 2d "$first"
	broken "a removal" "record 2 is missing"
	sed -i '$d' "$first"
	broken "a truncation" "the end is missing"
	sed -i '$d' "$first"
	rm $state/history/heads
	broken "a truncation without heads" "the audit log knows record"
	rm -rf $state/history
	broken "that all is gone" "the audit log knows record"
	is "audit: put back as it was, it is whole again" "$(rc history --verify)" 0

	kill "$(auditd_pid)"
	[ -z "$journal" ] || kill "$journal"
	stall_after 20
}

if stage_auditd; then
	audit_part
else
	not_ok "audit: there is no auditd in the lab's cache; klpsh-lab fetch brings it"
fi
