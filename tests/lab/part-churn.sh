# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# klpsh loads and removes a patch again and again, all in one process, on one
# CPU: it may leak no memory, no descriptor and no lock. KLPSH_LAB_CHURN times.
# Then a patch of a module that comes and goes.

churn=${KLPSH_LAB_CHURN:-50}
conf
is "churn: one CPU" "$(nproc)" 1
mkfifo "$work/churn" || exit 1
# What is freed goes back at once, so that what stays is what leaks.
GLIBC_TUNABLES=glibc.malloc.mmap_threshold=131072 "$KLPSH" --json --yes -f "$work/churn" >"$work/churn.out" 2>"$work/churn.err" </dev/null &
churner=$!
exec 9>"$work/churn"

# cycles N: the patch loaded and removed so many times. A list closes them: when its
# line is there, all is over that the changes began, and klpsh waits for a command.
cycles() {
	left=$1
	while [ "$left" -gt 0 ]; do
		printf 'load %s\nunload klpsh_lp_vmlinux\n' "$(ko klpsh_lp_vmlinux)"
		left=$((left - 1))
	done >&9
	echo list >&9
	told=$((told + $1 * 2 + 1))
	line "$told"
}
# line N: what was printed has so many, or klpsh has ended. It is awaited, as a look
# every moment would take a good part of the one CPU.
line() {
	[ -n "$(tail -n +1 -f --pid=$churner "$work/churn.out" | sed -n "$1{p;q}")" ]
}
fds() {
	find "/proc/$churner/fd" -mindepth 1 2>/dev/null | wc -l
}
# Kilobytes of memory that are its own: dirty pages. What a page of a library that is
# read for the first time adds is no growth.
dirty() {
	awk '/^(Private|Shared)_Dirty:/ { kb += $2 } END { print kb + 0 }' "/proc/$churner/smaps_rollup"
}

# After the first half it has been through everything, also what is rare.
told=0
check "churn: half of it is done" cycles $((churn / 2))
fds_before=$(fds) memory_before=$(dirty)
check "churn: it goes on" cycles $((churn - churn / 2))
fds_after=$(fds) memory_after=$(dirty)
exec 9>&-
wait $churner
is "churn: the script ends well" $? 0
is "churn: every load and unload was done" \
	"$(jq -c 'select(.rc == 0 and .data.result == "done")' "$work/churn.out" | wc -l)" $((churn * 2))
is "churn: no descriptor is left open" "$fds_after" "$fds_before"
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
