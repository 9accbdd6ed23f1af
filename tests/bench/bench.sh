#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# make bench, inside the lab's guest: each figure beside its yardstick in the
# same run, as a ratio. Nothing here fails a test. Usage: bench.sh BENCH KLPSH TRUE
set -u
[ "$(hostname)" = klpsh-lab ] || exit 1
bench=$1 klpsh=$2 plain=$3
here=$(dirname "$0")
# shellcheck source=tests/bench/lib.sh
. "$here/lib.sh"

list_cpu() {
	own=$("$bench" cpu 30 "$klpsh" list)
	true_cpu=$("$bench" cpu 30 "$plain")
	row 'list beside true with the same libraries, CPU us' "$own" "$true_cpu" "$(ratio "$own" "$true_cpu")" ''
}

list_wall() {
	own=$("$bench" wall 20 "$klpsh" list)
	files=$(find /sys/kernel/livepatch /sys/module/klpsh_lp_*/notes -type f ! -name force ! -name signal)
	# shellcheck disable=SC2086 # a list of words
	cats=$("$bench" wall 20 cat $files /proc/modules)
	row 'list beside cat of the same files, wall us' "$own" "$cats" "$(ratio "$own" "$cats")" ''
	script=$("$bench" wall 20 bash "$here/list.bash")
	row 'list beside a bash script, wall us' "$own" "$script" "$(ratio "$own" "$script")" ''
}

scan() {
	# shellcheck disable=SC2046 # four numbers
	set -- $("$bench" tasks 2000 -- "$bench" scan)
	row "task scan of $1 tasks beside the least C, us" "$4" "$2" "$(ratio "$4" "$2")" 'target: at most 1.15'
	row 'the first scan, which lists /proc, us' "$3" "$2" "$(ratio "$3" "$2")" ''
	begin=$(date +%s%N)
	for f in /proc/[0-9]*/task/[0-9]*/patch_state; do
		cat "$f" >/dev/null
	done
	end=$(date +%s%N)
	n=$(find /proc/[0-9]*/task -maxdepth 1 -name '[0-9]*' | wc -l)
	row 'the same a task, beside a shell loop with cat, ns' "$(($4 * 1000 / $1))" "$(((end - begin) / n))" \
		"$(ratio $(($4 * 1000 / $1)) $(((end - begin) / n)))" ''
}

idle() {
	# shellcheck disable=SC2046 # two numbers
	set -- $("$bench" tasks "$1" -- "$bench" idle 20 "$klpsh") \
		$("$bench" tasks "$1" -- "$bench" idle 20 htop) "$1"
	row "TUI beside htop, $5 tasks, idle, CPU us in 20 s" "$1" "$3" "$(ratio "$1" "$3")" 'target: under 0.2 % of a core'
	row "TUI beside htop, $5 tasks, dirty KiB" "$2" "$4" "$(ratio "$2" "$4")" 'target: under 12288'
}

row "in the lab ($(uname -r))" 'klpsh' 'yardstick' 'ratio' ''
extra=/lib/modules/$(uname -r)/extra
insmod "$extra/klpsh_target.ko"
insmod "$extra/klpsh_lp_vmlinux.ko"
insmod "$extra/klpsh_lp_hello.ko" 2>/dev/null || true
"$klpsh" wait klpsh_lp_vmlinux >/dev/null
list_cpu
list_wall
scan
if command -v htop >/dev/null; then
	idle 10000
else
	echo 'htop is not here: no yardstick for the TUI'
fi
