# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# The same answers through a script over a real sshd on loopback, for someone
# who is not root, and as a stream of changes.

stall_after 600
echo 600 >"$nap"
insmod_quiet klpsh_lp_nap
stall sessions
tid=$(sleeper_in klpsh_nap)

printf 'status\nblockers\n' >"$work/script"
"$KLPSH" --json -f "$work/script" >"$work/local.json" 2>"$work/local.err"
is "sessions: a script prints one JSON object a command" "$(wc -l <"$work/local.json")" 2

start_sshd
# What does not move on between two calls.
steady='del(.data.transition | .since, .next_signal, .tasks, .done) | del(.data | .since, .tasks, .done)
	| del(.data.blockers[]?.since)'
over_ssh "$KLPSH" --json -f - <"$work/script" >"$work/ssh.json" 2>"$work/ssh.err"
is "sessions: the script gives the same JSON over ssh" \
	"$(jq -c "$steady" "$work/ssh.json")" "$(jq -c "$steady" "$work/local.json")"
check "sessions: and it is about the sleeper" grep -q "\"tid\":$tid" "$work/ssh.json"
stop_sshd

is "sessions: another user sees that a transition runs" \
	"$(setpriv --reuid=65534 --regid=65534 --clear-groups "$KLPSH" status --json | jq -rc '[.rc, .data.transition.patch]')" \
	'[6,"klpsh_lp_nap"]'
check "sessions: and is told what is hidden" sh -c \
	"setpriv --reuid=65534 --regid=65534 --clear-groups '$KLPSH' blockers 2>&1 | grep -qi 'root'"

"$KLPSH" watch --json >"$work/watch.json" 2>"$work/watch.err" &
watcher=$!
check "sessions: watch begins with the state" wait_for 20 grep -q '"event":"state"' "$work/watch.json"
echo wake >"$nap"
check "sessions: watch tells of the end of the transition" \
	wait_for 20 grep -q '"event":"transition-ended".*klpsh_lp_nap' "$work/watch.json"
kill -TERM $watcher
wait $watcher
is "sessions: watch ends when told to" $? 143
check "sessions: every line of it is JSON" jq -c . "$work/watch.json"
check "sessions: the patch is taken out" take_out klpsh_lp_nap

# A disable begins within the write: how long until a script at the other end of ssh is told?
insmod_quiet klpsh_lp_vmlinux
"$KLPSH" wait klpsh_lp_vmlinux --wait=60 >/dev/null
start_sshd
over_ssh "$KLPSH" watch --json >"$work/remote.json" 2>"$work/remote.err" &
remote=$!
check "sessions: watch over ssh begins with the state" wait_for 20 grep -q '"event":"state"' "$work/remote.json"
tail --pid=$remote -n +1 -f "$work/remote.json" | jq --unbuffered -r '"\(now) \(.event)"' >"$work/remote.times" &
follower=$!
check "sessions: its lines are timed" wait_for 20 grep -q state "$work/remote.times"
before=$(date +%s.%N)
echo 0 >"$patches/klpsh_lp_vmlinux/enabled"
check "sessions: watch over ssh tells of a disable" wait_for 20 grep -qE 'transition-began|patch-' "$work/remote.times"
took=$(awk -v before="$before" '/transition-began|patch-/ { print int(($1 - before) * 1000); exit }' "$work/remote.times")
echo "# sessions: after $took ms, on an emulated processor"
check "sessions: within a few seconds even so" test "$took" -lt 5000
kill $remote $follower
wait $remote $follower 2>/dev/null
stop_sshd
check "sessions: the patch of the test is taken out" wait_for 30 gone klpsh_lp_vmlinux
rmmod klpsh_lp_vmlinux
