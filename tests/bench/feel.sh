#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# make bench, on the bare machine: how the screens feel beside htop, on made-up
# machines: one with a patch, one in a transition with 2,000 patches and 100,000
# tasks. Changes nothing. Usage: feel.sh BENCH FEEL KLPSH
set -eu
bench=$1 feel=$2 klpsh=$3
here=$(dirname "$0")
# shellcheck source=tests/bench/lib.sh
. "$here/lib.sh"
command -v htop >/dev/null || {
	echo 'htop is not here: no yardstick for how the screens feel'
	exit 0
}
place=/dev/shm # half a million files
[ -w $place ] || place=${TMPDIR:-/tmp}
tree=$(mktemp -d -p "$place")
trap 'rm -rf "$tree"' EXIT
"$here/../lib/mkroot.sh" ready "$tree/ready"
"$here/../lib/mkroot.sh" many "$tree/many"
cp -r "$tree/many" "$tree/big"
echo 1 >"$tree/big/sys/kernel/livepatch/livepatch_2000/transition"
"$feel" tasks "$tree/big" 100000 100
up=$(printf '\033[A') down=$(printf '\033[B')

row 'the screens on this machine' 'klpsh' 'htop' 'ratio' ''
own=$("$feel" first 20 '' "$klpsh" --root "$tree/ready")
htop=$("$feel" first 20 '' htop)
row 'first picture, CPU us' "$own" "$htop" "$(ratio "$own" "$htop")" 'target: under 50000'
own=$("$feel" first 20 'ready:' "$klpsh" --root "$tree/ready")
row 'the first answer, CPU us' "$own" "$htop" "$(ratio "$own" "$htop")" ''
own=$("$feel" first 5 100000 "$klpsh" --root "$tree/big")
row 'the same, 2,000 patches and 100,000 tasks' "$own" "$htop" "$(ratio "$own" "$htop")" ''
# shellcheck disable=SC2046 # five numbers each
set -- $("$feel" keys 300 100000 "$down" "$up" "$klpsh" --root "$tree/big") $("$feel" keys 300 Help "$down" "$up" htop)
row 'a key there, median us (htop: here)' "$1" "$6" "$(ratio "$1" "$6")" 'target: under 16000'
row 'a key there, 99 of 100, us' "$2" "$7" "$(ratio "$2" "$7")" ''
row 'a key there, worst, us' "$3" "$8" "$(ratio "$3" "$8")" ''
row 'memory there, resident KiB' "$5" "${10}" "$(ratio "$5" "${10}")" 'target: under 16384'
row 'memory there, dirty KiB' "$4" "$9" "$(ratio "$4" "$9")" ''
for kind in ready many; do
	# shellcheck disable=SC2046 # two numbers each
	set -- $("$bench" idle 60 "$klpsh" --root "$tree/$kind") $("$bench" idle 60 htop)
	row "idle, $kind, CPU us in 60 s" "$1" "$3" "$(ratio "$1" "$3")" 'target: under 120000'
done
