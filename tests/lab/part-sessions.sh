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
