#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# make bench, inside the lab's guest: what the way through klpsh costs beside
# the bare system calls. Usage: change.sh BENCH_CHANGE BENCH KLPSH
set -u
[ "$(hostname)" = klpsh-lab ] || exit 1
change=$1 bench=$2 klpsh=$3
here=$(dirname "$0")
# shellcheck source=tests/bench/lib.sh
. "$here/lib.sh"
extra=/lib/modules/$(uname -r)/extra
name=klpsh_lp_vmlinux
ko=$extra/$name.ko
runs=7

# median: of the numbers on stdin, one a line.
median() {
	sort -n | sed -n "$((runs / 2 + 1))p"
}

take_out() {
	"$klpsh" unload $name --yes >/dev/null 2>&1
}

now_us() {
	echo $(($(date +%s%N) / 1000))
}

# The bare calls in a process of their own, start to exit.
bare() {
	for _ in $(seq $runs); do
		begin=$(now_us)
		"$change" insmod "$ko" $name >/dev/null
		echo $(($(now_us) - begin))
		take_out
	done | median
}

# loads FLAGS...: klpsh load, start to exit.
loads() {
	for _ in $(seq $runs); do
		begin=$(now_us)
		"$klpsh" load "$ko" --yes "$@" >/dev/null 2>&1
		echo $(($(now_us) - begin))
		take_out
	done | median
}

# What check does more than inspect, which starts and reads the same file, too.
preflights() {
	echo $(($("$bench" wall $runs "$klpsh" check "$ko") - $("$bench" wall $runs "$klpsh" inspect "$ko")))
}

sources() {
	for _ in $(seq $runs); do
		"$change" sources
	done | sort -n | head -n 1
}

# lags: from the kernel's end to that of klpsh wait. A sleeper of four seconds makes
# the transition last until all are there.
lags() {
	for _ in $(seq $runs); do
		echo 4 >/proc/klpsh/nap
		insmod "$extra/klpsh_lp_nap.ko"
		"$change" lag klpsh_lp_nap -- "$klpsh" wait klpsh_lp_nap
		"$klpsh" unload klpsh_lp_nap --yes >/dev/null 2>&1
	done | median
}

row "changes, in the lab ($(uname -r), $(nproc) CPU)" 'klpsh' 'yardstick' 'ratio' ''
printf 'audit = best-effort\nallow-preflight-off = yes\n' >/etc/klpsh.conf
insmod "$extra/klpsh_target.ko"
insmod_us=$(bare) preflight_us=$(preflights) load_us=$(loads) off_us=$(loads --preflight=off)
row 'load beside insmod and a look each 10 ms, us' "$load_us" "$insmod_us" "$(ratio "$load_us" "$insmod_us")" ''
row 'the same without its preflight, us' "$off_us" "$insmod_us" "$(ratio "$off_us" "$insmod_us")" 'target: at most 1.1'
source_us=$(sources)
row 'check less inspect, beside reading its sources, us' "$preflight_us" "$source_us" \
	"$(ratio "$preflight_us" "$source_us")" \
	'target: at most 1.3'
lag_us=$(lags)
row 'wait: from the end of the transition to ours, us' "$lag_us" 20000 "$(ratio "$lag_us" 20000)" 'target: under 20000'
