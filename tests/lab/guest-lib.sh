# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034
#
# What the parts of the guest's tests share: TAP, loading and removing patches,
# and asking klpsh for JSON. Sourced, never run.

# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"

work=$(mktemp -d)
patches=/sys/kernel/livepatch
nap=/proc/klpsh/nap

# json FILTER WORDS...: what jq's FILTER makes of klpsh WORDS --json.
json() {
	filter=$1
	shift
	"$KLPSH" "$@" --json 2>"$work/json.err" | jq -rc "$filter"
}

# rc WORDS...: klpsh's exit code.
rc() {
	"$KLPSH" "$@" >/dev/null 2>&1
	echo $?
}

# Nothing in sysfs can be waited on, so look ten times a second, SECONDS long.
wait_for() {
	left=$(($1 * 10))
	shift
	until "$@" >/dev/null 2>&1; do
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

# The policy: when klpsh calls a transition stalled, in seconds without a switch;
# changes go on without auditd (part-audit.sh is about it).
stall_after() {
	printf 'stall-after = %d\naudit = best-effort\n' "$1" >/etc/klpsh.conf
}

stage_modules() {
	extra=/lib/modules/$(uname -r)/extra
	[ "$KLPSH_LAB_MODULES" -ef "$extra" ] && return
	mkdir -p "$extra"
	cp "$KLPSH_LAB_MODULES"/*.ko "$extra/"
}

insmod_quiet() {
	insmod "/lib/modules/$(uname -r)/extra/$1.ko"
}

# Load and wait until the transition has ended.
apply() {
	insmod_quiet "$1" && wait_for 30 completed "$1"
}

# Disable, wait, remove the module.
take_out() {
	[ ! -e "$patches/$1" ] || echo 0 >"$patches/$1/enabled"
	wait_for 30 gone "$1" && wait_for 10 rmmod "$1"
}

# A real sshd on loopback, and a login through it.
start_sshd() {
	mkdir -p /run/sshd "$work/ssh" /root/.ssh
	chmod 700 "$work/ssh" /root /root/.ssh
	[ -e "$work/ssh/host" ] || ssh-keygen -q -t ed25519 -N '' -f "$work/ssh/host"
	[ -e "$work/ssh/id" ] || ssh-keygen -q -t ed25519 -N '' -f "$work/ssh/id"
	cp "$work/ssh/id.pub" /root/.ssh/authorized_keys
	chmod 600 /root/.ssh/authorized_keys
	/usr/sbin/sshd -p 2222 -o ListenAddress=127.0.0.1 -o PidFile="$work/ssh/pid" -o UsePAM=no \
		-o StrictModes=no -h "$work/ssh/host" -E "$work/ssh/log"
}

over_ssh() {
	ssh -p 2222 -i "$work/ssh/id" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
		-o LogLevel=ERROR root@127.0.0.1 "$@"
}

stop_sshd() {
	kill "$(cat "$work/ssh/pid")"
}

# The tid of the kworker whose stack holds FUNCTION.
sleeper_in() {
	for d in /proc/[0-9]*; do
		if grep -q "$1+" "$d/stack" 2>/dev/null; then
			printf '%s\n' "${d#/proc/}"
		fi
	done
}

# One blocker is left, and all others have switched.
one_blocker() {
	[ "$(json .data.transition.blockers status)" = 1 ]
}

# stall TEXT: wait until the transition is down to its one blocker.
stall() {
	check "$1: the transition comes down to one blocker" wait_for 30 one_blocker
}

# names TEXT PATCH TARGET TID UNBLOCK FUNCTION: blockers names exactly this.
names() {
	is "$1: blockers names exactly the task, its class and the function" \
		"$(json '.data | [.patch, .target, (.blockers | map([.tid, .class, .unblock, .object, .function]))]' \
			blockers)" \
		"[\"$2\",$3,[[$4,\"sleeping-in-patched-function\",\"$5\",\"klpsh_target\",\"$6\"]]]"
}

# tap COMMAND...: take over the TAP lines of a program, numbered anew.
tap() {
	"$@" >"$work/tap.out" 2>"$work/tap.err"
	rc=$?
	while read -r line; do
		case $line in
		"ok "*) ok "${line#ok * - }" ;;
		"not ok "*) not_ok "${line#not ok * - }" ;;
		"#"*) printf '%s\n' "$line" ;;
		esac
	done <"$work/tap.out"
	if [ ! -s "$work/tap.out" ] || [ $rc -gt 1 ]; then
		not_ok "$1 ended with $rc: $(head -c 300 "$work/tap.err")"
	fi
}

# tui PATCH STRING...: the Transition screen shows these, at three sizes; the
# patch's name is cut short on the smallest, the strings are not.
tui() {
	tap "$BUILD/tests/lab/tui_probe" "$KLPSH" 80x24,200x60 "$@"
	shift
	tap "$BUILD/tests/lab/tui_probe" "$KLPSH" 40x10 "$@"
}

# conf LINES...: the site's policy.
conf() {
	printf '%s\n' 'audit = off' "$@" >/etc/klpsh.conf
}

ko() {
	printf '/lib/modules/%s/extra/%s.ko' "$(uname -r)" "$1"
}

# change FILTER WORDS...: jq's FILTER of a change that was agreed to.
change() {
	filter=$1
	shift
	json "$filter" "$@" --yes
}

# explained TEXT PATTERN: the error of the last json call says PATTERN.
explained() {
	is "$1" "$(jq -r .error.text "$work/last.json" 2>/dev/null | grep -cE "$2")" 1
	grep -qE "$2" "$work/last.json" || sed 's/^/# /' "$work/last.json"
}

# last WORDS...: keep the answer of klpsh WORDS --yes; its exit code.
last() {
	"$KLPSH" "$@" --yes --json >"$work/last.json" 2>"$work/last.err"
	echo $?
}

taken_out() {
	is "$1: klpsh unload takes it out" "$(change '[.rc, .data.result]' unload "$2")" '[0,"done"]'
}
