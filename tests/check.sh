#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs groups of tests (make targets) one after the other, all of them whatever
# happens, and closes with the sum. A group that fails without having counted a
# failure (it did not build, say) counts as one. Usage: check.sh COUNTS GROUP...
set -u
counts=$1
shift
rm -f "$counts"
extra=0

for group in "$@"; do
	before=0
	if [ -r "$counts" ]; then
		read -r _ before _ <"$counts"
	fi
	printf '== %s\n' "$group"
	if "${MAKE:-make}" --no-print-directory "$group" </dev/null; then
		continue
	fi
	after=0
	if [ -r "$counts" ]; then
		read -r _ after _ <"$counts"
	fi
	if [ "$after" -eq "$before" ]; then
		printf '  FAILED %s could not be run\n' "$group"
		extra=$((extra + 1))
	fi
done

p=0 f=0 s=0
if [ -r "$counts" ]; then
	read -r p f s <"$counts"
fi
f=$((f + extra))
if [ "$s" -gt 0 ]; then
	printf '%d passed, %d failed, %d skipped\n' "$p" "$f" "$s"
else
	printf '%d passed, %d failed\n' "$p" "$f"
fi
[ "$f" -eq 0 ]
