#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs test programs, KLPSH_TEST_JOBS at a time (1), and adds up what they say.
# Each one prints TAP ("ok N - text", "not ok N - text", "# SKIP"); a program
# that ends with an error without a "not ok", or says nothing at all, counts as
# one failure. Usage: run.sh COUNTS PROGRAM...; the sums go to the file COUNTS,
# added to what it holds, so that groups can run apart.
set -u

# --one FOLDER PROGRAM: run it, say how it went in one go, note its counts.
run_one() {
	log=$(mktemp -d -p "$1") || exit 1
	begin=$(date +%s)
	# Who runs us in the background has us ignore SIGINT, which tests send.
	env --default-signal=HUP,INT,QUIT "$2" >"$log/out" 2>"$log/err" </dev/null
	rc=$?
	ok=$(grep -c '^ok ' "$log/out")
	# cmocka says "not ok N # SKIP" of a test that skips itself.
	skip=$(grep -ciE '^(not )?ok .*# SKIP' "$log/out")
	bad=$(grep '^not ok ' "$log/out" | grep -vci '# SKIP')
	ok=$((ok - $(grep -ci '^ok .*# SKIP' "$log/out")))
	if [ "$bad" -eq 0 ] && { [ "$rc" -ne 0 ] || [ $((ok + skip)) -eq 0 ]; }; then
		bad=1
	fi
	printf '%d %d %d\n' "$ok" "$bad" "$skip" >"$log/counts"
	tell "$2" $(($(date +%s) - begin)) >"$log/told"
	flock "$1" cat "$log/told"
}

tell() {
	word=ok
	[ "$bad" -eq 0 ] || word=FAILED
	printf '  %-6s %-48s %4d passed, %d failed, %d skipped, %d s\n' "$word" "$1" "$ok" "$bad" "$skip" "$2"
	if [ "$bad" -ne 0 ]; then
		printf '  ---- %s ended with %d; its output:\n' "$1" "$rc"
		grep -v '^ok ' "$log/out" | tail -n 60
		tail -n 60 "$log/err"
		printf '  ----\n'
	fi
}

if [ "$1" = --one ]; then
	run_one "$2" "$3"
	exit 0
fi

counts=$1
shift
passed=0 failed=0 skipped=0 n=0
logs=$(mktemp -d) || exit 1
trap 'rm -rf "$logs"' EXIT
trap 'exit 130' INT TERM
export CMOCKA_MESSAGE_OUTPUT=TAP

printf '%s\n' "$@" | xargs -P "${KLPSH_TEST_JOBS:-1}" -n 1 "$0" --one "$logs"

for f in "$logs"/*/counts; do
	read -r p b s <"$f" || continue
	passed=$((passed + p)) failed=$((failed + b)) skipped=$((skipped + s)) n=$((n + 1))
done
# One that was killed has left no counts.
[ $n -ge $# ] || failed=$((failed + $# - n))

mine=$failed
if [ -r "$counts" ]; then
	read -r p f s <"$counts"
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
fi
printf '%d %d %d\n' "$passed" "$failed" "$skipped" >"$counts"
[ "$mine" -eq 0 ]
