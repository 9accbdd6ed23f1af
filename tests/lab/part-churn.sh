# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# klpsh loads and removes a patch again and again, all in one process, on one
# CPU: it may leak no memory, no descriptor and no lock. KLPSH_LAB_CHURN times.
# Then a patch of a module that comes and goes.

churn=${KLPSH_LAB_CHURN:-50}
conf
is "churn: one CPU" "$(nproc)" 1
i=0
while [ $i -lt "$churn" ]; do
	i=$((i + 1))
	printf 'load %s\nunload klpsh_lp_vmlinux\n' "$(ko klpsh_lp_vmlinux)"
done >"$work/churn"

"$KLPSH" --json --yes -f "$work/churn" >"$work/churn.out" 2>"$work/churn.err" </dev/null &
churner=$!

# lines N: so many commands are done, or the script has ended.
lines() {
	[ "$(wc -l <"$work/churn.out")" -ge "$1" ] || ! kill -0 $churner 2>/dev/null
}
fds() {
	find "/proc/$churner/fd" -mindepth 1 2>/dev/null | wc -l
}
# Kilobytes of memory that are its own: dirty pages. What a page of a library that is
# read for the first time adds is no growth.
dirty() {
	awk '/^(Private|Shared)_Dirty:/ { kb += $2 } END { print kb + 0 }' "/proc/$churner/smaps_rollup"
}
# memory N: the least from line N on, as a sample may fall into a command.
memory() {
	for n in 0 1 2 3 4 5 6 7; do
		wait_for 3000 lines $(($1 + n)) && dirty
	done | sort -n | head -n 1
}

# By then it has been through everything, also what is rare.
check "churn: half of it is done" wait_for 3000 lines "$churn"
fds_before=$(fds) memory_before=$(memory "$churn")
check "churn: it goes on" wait_for 3000 lines $((churn * 2 - 12))
fds_after=$(fds) memory_after=$(memory $((churn * 2 - 12)))
wait $churner
is "churn: the script ends well" $? 0
is "churn: every load and unload was done" \
	"$(jq -c 'select(.rc == 0 and .data.result == "done")' "$work/churn.out" | wc -l)" $((churn * 2))
# A sample may fall into a command, which holds a few more open.
check "churn: no descriptor is left open ($fds_before, then $fds_after)" test "$fds_after" -le $((fds_before + 8))
check "churn: memory does not grow ($memory_before kB, then $memory_after kB)" \
	test "$memory_after" -le $((memory_before + 512))
check "churn: no lock is held" sh -c 'flock -n /run/klpsh/lock true && flock -n /run/klpsh/write true'
is "churn: no process is left" "$(pgrep -x klpsh | wc -l)" 0
is "churn: no patch is left" "$(ls "$patches")" ""
is "churn: the history is whole" "$(rc history --verify)" 0

hello() {
	cat /proc/klpsh/hello
}
# Whether the kernel has patched klpsh_target, by sysfs and by klpsh.
hello_patched() {
	printf '%s ' "$(cat "$patches/klpsh_lp_hello/klpsh_target/patched" 2>/dev/null)"
	json '.data[] | select(.name == "klpsh_lp_hello").objects[0].patched' list
}

rmmod klpsh_target
is "come and go: a patch of a module that is not there loads" \
	"$(change '[.rc, .data.result, .data.preflight.verdict]' load "$(ko klpsh_lp_hello)")" '[0,"done","warn"]'
for round in 1 2 3; do
	insmod_quiet klpsh_target
	is "come and go, $round: the module comes patched" "$(hello)" 'patched hello'
	is "come and go, $round: klpsh shows it" "$(hello_patched)" '1 true'
	rmmod klpsh_target
	is "come and go, $round: and when it has gone, that too" "$(hello_patched)" '0 false'
done
insmod_quiet klpsh_target
taken_out "come and go" klpsh_lp_hello
is "come and go: the original runs" "$(hello)" 'original hello'
is "come and go: with the module there a load is verified" \
	"$(change '[.rc, .data.verified, .data.preflight.verdict]' load "$(ko klpsh_lp_hello)")" '[0,true,"pass"]'
rmmod klpsh_target
taken_out "come and go, without the module" klpsh_lp_hello
insmod_quiet klpsh_target
is "come and go: the original runs again" "$(hello)" 'original hello'
