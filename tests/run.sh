#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs test programs one after the other and adds up what they say. Each one
# prints TAP ("ok N - text", "not ok N - text", "# SKIP"); a program that ends
# with an error without a "not ok", or says nothing at all, counts as one
# failure. Usage: run.sh COUNTS PROGRAM...; the sums go to the file COUNTS,
# added to what it holds, so that groups can run apart.
set -u
counts=$1
shift
passed=0 failed=0 skipped=0
log=$(mktemp -d) || exit 1
trap 'rm -rf "$log"' EXIT
trap 'exit 130' INT TERM

export CMOCKA_MESSAGE_OUTPUT=TAP

run_one() {
	"$1" >"$log/out" 2>"$log/err" </dev/null
	rc=$?
	ok=$(grep -c '^ok ' "$log/out")
	# cmocka says "not ok N # SKIP" of a test that skips itself.
	skip=$(grep -ciE '^(not )?ok .*# SKIP' "$log/out")
	bad=$(grep '^not ok ' "$log/out" | grep -vci '# SKIP')
	ok=$((ok - $(grep -ci '^ok .*# SKIP' "$log/out")))
	if [ "$bad" -eq 0 ] && { [ "$rc" -ne 0 ] || [ $((ok + skip)) -eq 0 ]; }; then
		bad=1
	fi
	passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + skip))
	word=ok
	[ "$bad" -eq 0 ] || word=FAILED
	printf '  %-6s %-48s %4d passed, %d failed, %d skipped\n' "$word" "$1" "$ok" "$bad" "$skip"
	if [ "$bad" -ne 0 ]; then
		printf '  ---- %s ended with %d; its output:\n' "$1" "$rc"
		grep -v '^ok ' "$log/out" | tail -n 60
		tail -n 60 "$log/err"
		printf '  ----\n'
	fi
}

for t in "$@"; do
	run_one "$t"
done

mine=$failed
if [ -r "$counts" ]; then
	read -r p f s <"$counts"
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
fi
printf '%d %d %d\n' "$passed" "$failed" "$skipped" >"$counts"
[ "$mine" -eq 0 ]
