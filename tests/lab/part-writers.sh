# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# One writer at a time, and changes that outlive who asked for them: a front
# end that is killed, a worker that is killed while it waits, a terminal that
# dies, a login over ssh that ends, and a long script over a real sshd.

conf 'stall-after = 600'

# The last record of a load: phase and result.
wr_last() {
	json '[.data[] | select(.verb == "load")] | last | [.phase, .result]' history
}
wr_last_is() {
	[ "$(wr_last)" = "$1" ]
}

only_the_worker() {
	[ "$(pgrep -x klpsh | wc -l)" = 1 ]
}

# The lock tells who the worker is.
# begin COMMAND...: a load that waits for a sleeper; its front end is $front.
begin() {
	echo 600 >"$nap"
	"$@" >"$work/front.out" 2>"$work/front.err" </dev/null &
	front=$!
	check "writers: a load waits" wait_for 30 test -e "$patches/klpsh_lp_nap"
	check "writers: its intent is recorded" wait_for 10 wr_last_is '["intent","pending"]'
}

wr_take_out() {
	is "writers: it can be taken out" "$(rc unload klpsh_lp_nap --yes)" 0
}

begin "$KLPSH" load "$(ko klpsh_lp_nap)" --yes --wait=600
"$KLPSH" install "$(ko klpsh_lp_vmlinux)" --yes --json >"$work/second.json" 2>/dev/null
is "writers: a second writer gets exit 6" $? 6
check "writers: and hears who is first, since when" sh -c \
	"jq -r .error.text '$work/second.json' | grep -E '^busy: load klpsh_lp_nap by root \(pid $(jq .pid /run/klpsh/lock)\) has been at it for '"

# The front end dies; the worker goes on and records how it ended.
kill -9 $front
wait $front 2>/dev/null
check "writers: the change outlives its front end" test "$(cat "$patches/klpsh_lp_nap/transition")" = 1
echo wake >"$nap"
check "writers: and its outcome is recorded" wait_for 30 wr_last_is '["outcome","done"]'
wr_take_out

# The worker dies: the intent stays open, and the next start closes it.
begin "$KLPSH" load "$(ko klpsh_lp_nap)" --yes --wait=600
worker=$(jq .pid /run/klpsh/lock)
kill -9 "$worker"
wait $front
check "writers: a dead worker is no success" test $? -ne 0
check "writers: the lock is free again" flock -n /run/klpsh/lock true
"$KLPSH" poke 1 --yes >/dev/null 2>"$work/next.err"
check "writers: the next start tells of it, and what the kernel says now" grep -q \
	'load klpsh_lp_nap by root was cut off before its outcome was recorded; klpsh_lp_nap is enabled now, and in transition' \
	"$work/next.err"
is "writers: and closes it" "$(wr_last)" '["outcome","unknown"]'
echo wake >"$nap"
check "writers: the kernel had gone on" wait_for 30 completed klpsh_lp_nap
wr_take_out

# The terminal dies during the wait.
begin script -qec "'$KLPSH' load '$(ko klpsh_lp_nap)' --yes --wait=600" /dev/null
kill -9 $front
wait $front 2>/dev/null
check "writers: without its terminal only the worker is left" wait_for 10 only_the_worker
echo wake >"$nap"
check "writers: a terminal that dies takes nothing with it" wait_for 30 wr_last_is '["outcome","done"]'
wr_take_out

# One script of many commands over ssh. KLPSH_LAB_SSH of them.
commands=${KLPSH_LAB_SSH:-200}
start_sshd
i=0
while [ $i -lt "$commands" ]; do
	i=$((i + 2))
	printf 'status\nlist\n'
done >"$work/commands"
over_ssh "$KLPSH" --json -f - <"$work/commands" >"$work/commands.out" 2>"$work/commands.err"
is "writers: $commands commands over ssh end well" $? 0
is "writers: each has its answer" "$(jq -c 'select(.rc == 0)' "$work/commands.out" | wc -l)" "$commands"
stop_sshd
