#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs the fuzzers in their standalone mode: a seed, a number of inputs, and
# files to begin from. Lengths come from KLPSH_FUZZ_RUNS. Prints TAP.
set -u
cd "$(dirname "$0")/../.." || exit 1
runs=${KLPSH_FUZZ_RUNS:-20000}
work=$(mktemp -d)
# What a fuzzer leaves behind when it dies goes with it.
TMPDIR=$work
export TMPDIR
trap 'rm -rf "$work"' EXIT
n=0

# fuzz NAME COUNT FILE...: no finding in COUNT inputs from each file.
fuzz() {
	name=$1
	shift
	n=$((n + 1))
	if "${BUILD:-build}/tests/fuzz/$name" 1 "$@" >"$work/out" 2>&1; then
		printf 'ok %d - %s finds nothing in %s inputs\n' "$n" "$name" "$1"
	else
		printf 'not ok %d - %s found something (seed 1, %s inputs)\n' "$n" "$name" "$1"
		tail -n 40 "$work/out" | sed 's/^/# /'
	fi
}

# An object to begin from, and real modules where the lab has built them.
set -- "${BUILD:-build}/core/util.o"
for f in build/lab/6.1/klpsh_lp_callbacks.ko build/lab/6.12/klpsh_lp_cumul.ko; do
	[ ! -r "$f" ] || set -- "$@" "$f"
done
fuzz inspect_fuzz $((runs / 10)) "$@"
fuzz core_fuzz "$runs"
fuzz shell_fuzz "$runs"
fuzz builder_fuzz "$runs"
printf '1..%d\n' "$n"
