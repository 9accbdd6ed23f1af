#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs the fuzzers in their standalone mode: a seed, a number of inputs, and
# files to begin from, two at a time. Lengths come from KLPSH_FUZZ_RUNS. Prints TAP.
set -u
cd "$(dirname "$0")/../.." || exit 1
runs=${KLPSH_FUZZ_RUNS:-20000}
work=$(mktemp -d)
# What a fuzzer leaves behind when it dies goes with it.
TMPDIR=$work
export TMPDIR
trap 'rm -rf "$work"' EXIT

# fuzz N NAME COUNT FILE...: no finding in COUNT inputs from each file.
fuzz() {
	n=$1 name=$2
	shift 2
	if "${BUILD:-build}/tests/fuzz/$name" 1 "$@" >"$work/$name" 2>&1; then
		printf 'ok %d - %s finds nothing in %s inputs\n' "$n" "$name" "$1"
	else
		{
			printf 'not ok %d - %s found something (seed 1, %s inputs)\n' "$n" "$name" "$1"
			tail -n 40 "$work/$name" | sed 's/^/# /'
		} >"$work/told.$name"
		cat "$work/told.$name"
	fi
}

# An object to begin from, and real modules where the lab has built them.
set -- "${BUILD:-build}/core/util.o"
for f in build/lab/6.1/klpsh_lp_callbacks.ko build/lab/6.12/klpsh_lp_cumul.ko; do
	[ ! -r "$f" ] || set -- "$@" "$f"
done
# The longest beside the others.
fuzz 1 builder_fuzz "$runs" &
fuzz 2 inspect_fuzz $((runs / 10)) "$@"
fuzz 3 core_fuzz "$runs"
fuzz 4 shell_fuzz "$runs"
wait
printf '1..4\n'
