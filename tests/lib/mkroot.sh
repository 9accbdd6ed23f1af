#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Writes a made-up machine for `klpsh --root DIR`: trees of sys, proc and dev
# as a kernel would show them. Usage: mkroot.sh KIND DIR, where KIND is
#   ready       6.1, one patch enabled (vmlinux and a module that is not loaded)
#   stacked     6.1, two patches of the same function, one leftover
#   stall       6.1, a patch being enabled for a minute, a kworker and a reader block
#   crowded     stall, with 40 more tasks in the way, on a kernel that has oopsed
#   revert      6.1, a patch being disabled, a kworker blocks
#   idle        6.1, a transition that no visible task holds up
#   replace     6.12, an atomic replace enabled, one replaced patch left over
#   checkable   6.1, one patch enabled, all that a preflight looks at; a task sleeps in the patch
#   hooked      checkable, and others hook the patched function
#   none        a kernel without livepatching
#   installed   ready, with livepatch_fix installed, and an older one by a package for another kernel
#   empty       6.1, no patch
#   many        6.12, 2000 patches
#   full        many, the newest in a transition that 2000 tasks hold up, and as many lines in the log
#   broken      6.1, /sys/kernel/livepatch is no folder
#   hostile     long names, escape sequences, attributes that are binary, cut or huge
set -eu
kind=$1 dir=$2
lp=$dir/sys/kernel/livepatch

# put FILE TEXT: one attribute with its newline.
put() {
	mkdir -p "${1%/*}"
	printf '%s\n' "$2" >"$1"
}

# machine RELEASE: what every machine has.
machine() {
	put "$dir/proc/sys/kernel/osrelease" "$1"
	put "$dir/proc/sys/kernel/hostname" lab
	put "$dir/proc/sys/kernel/tainted" "${2:-0}"
	put "$dir/proc/sys/kernel/ftrace_enabled" 1
	put "$dir/proc/sys/kernel/yama/ptrace_scope" 0
	put "$dir/proc/cmdline" 'console=ttyS0 quiet'
	put "$dir/proc/uptime" "72.00 140.00"
	put "$dir/sys/devices/system/cpu/online" 0-1
	mkdir -p "$dir/dev" "$dir/sys/module"
	: >"$dir/proc/modules"
	: >"$dir/proc/kallsyms"
	printf '6,1,1000000,-;Linux version %s\n' "$1" >"$dir/dev/kmsg"
}

# module NAME SIZE REFS HOLDERS [TAINTS]: appended, so call it newest first.
module() {
	printf '%s %s %s %s Live 0x0000000000000000%s\n' "$1" "$2" "$3" "$4" "${5:+ ($5)}" >>"$dir/proc/modules"
	put "$dir/sys/module/$1/refcnt" "$3"
	put "$dir/sys/module/$1/taint" "${5:-}"
	put "$dir/sys/module/$1/srcversion" 0123456789ABCDEF0123456
	mkdir -p "$dir/sys/module/$1/notes"
	# An ELF note: namesz 4, descsz 20, type 3 (NT_GNU_BUILD_ID), "GNU", 20 bytes.
	printf '\004\0\0\0\024\0\0\0\003\0\0\0GNU\0\001\002\003\004\005\006\007\010\011\012\013\014\015\016\017\020\021\022\023\024' \
		>"$dir/sys/module/$1/notes/.note.gnu.build-id"
}

# patch NAME ENABLED TRANSITION: then func for each function.
patch() {
	put "$lp/$1/enabled" "$2"
	put "$lp/$1/transition" "$3"
	: >"$lp/$1/force"
}

# func PATCH OBJECT FUNCTION,SYMPOS PATCHED
func() {
	mkdir -p "$lp/$1/$2/$3"
	put "$lp/$1/$2/patched" "$4"
}

# task PID TID COMM STATE FLAGS PATCH_STATE [STACK-LINE...]
task() {
	t=$dir/proc/$1/task/$2 p=$1 tid=$2 comm=$3 state=$4 flags=$5 ps=$6
	shift 6
	for d in "$t" "$dir/proc/$tid"; do
		mkdir -p "$d"
		printf '%s\n' "$comm" >"$d/comm"
		printf '%s (%s) %s 1 0 0 0 -1 %s 0 0 0 0 0 0 0 0 20 0 1 0 4242 0 0\n' "$tid" "$comm" "$state" \
			"$flags" >"$d/stat"
		printf 'Name:\t%s\nState:\t%s\nTgid:\t%s\nPid:\t%s\n' "$comm" "$state" "$p" "$tid" >"$d/status"
		put "$d/patch_state" "$ps"
		: >"$d/stack"
		for line in "$@"; do
			printf '[<0>] %s\n' "$line" >>"$d/stack"
		done
	done
}

kthread=2129984 user=4194304

# log SEQ USEC TEXT
log() {
	printf '6,%s,%s,-;%s\n' "$1" "$2" "$3" >>"$dir/dev/kmsg"
}

# crowd FROM TO STATE: user tasks that hold nobody up.
crowd() {
	i=$1
	while [ "$i" -le "$2" ]; do
		task "$i" "$i" "daemon$i" S $user "$3" 'ep_poll+0x123/0x400' 'do_syscall_64+0x5b/0xc0'
		i=$((i + 1))
	done
}

make_ready() {
	machine 6.1.0-50-amd64 36864
	module livepatch_fix 16384 1 - OEK
	module ext4 983040 1 -
	module jbd2 167936 1 ext4,
	patch livepatch_fix 1 0
	func livepatch_fix vmlinux cmdline_proc_show,1 1
	func livepatch_fix nfsd nfsd_read,1 0
	func livepatch_fix nfsd nfsd_write,2 0
	crowd 100 104 -1
	log 900 12000000 "livepatch_fix: tainting kernel with TAINT_LIVEPATCH"
	log 901 12000100 "livepatch: enabling patch 'livepatch_fix'"
	log 902 12000200 "livepatch: 'livepatch_fix': starting patching transition"
	log 903 13500000 "livepatch: 'livepatch_fix': patching complete"
	log 950 20000000 "usb 1-1: new device"
	log 953 21000000 "livepatch: 'nfsd': nothing to see here"
}

make_stacked() {
	machine 6.1.0-50-amd64 36864
	module livepatch_two 16384 1 - OEK
	module livepatch_old 16384 0 - OEK
	module livepatch_one 16384 1 - OEK
	patch livepatch_one 1 0
	func livepatch_one vmlinux cmdline_proc_show,1 1
	func livepatch_one vmlinux meminfo_proc_show,1 1
	patch livepatch_two 1 0
	func livepatch_two vmlinux cmdline_proc_show,1 1
}

transition() {
	machine 6.1.0-50-amd64 36864
	module klpsh_lp_nap 16384 1 - OEK
	module klpsh_target 16384 1 klpsh_lp_nap, OE
	patch klpsh_lp_nap "$1" 1
	func klpsh_lp_nap klpsh_target target_nap,1 1
	crowd 100 110 "$1"
}

make_stall() {
	transition 1
	task 57 57 kworker/u4:1 D $kthread 0 'msleep+0x2d/0x40' 'target_nap+0x1c/0x40 [klpsh_target]' \
		'process_one_work+0x1c7/0x380' 'worker_thread+0x4d/0x380' 'kthread+0xda/0x100'
	task 300 301 reader S $user 0 'wait_woken+0x50/0x60' 'target_nap+0x3c/0x40 [klpsh_target]' \
		'vfs_read+0x9c/0x300' 'do_syscall_64+0x5b/0xc0'
	task 300 300 reader S $user 1 'futex_wait+0x10/0x200'
	log 900 12000000 "livepatch: enabling patch 'klpsh_lp_nap'"
	log 901 12000200 "livepatch: 'klpsh_lp_nap': starting patching transition"
	log 902 27000200 "livepatch: signaling remaining tasks"
}

make_crowded() {
	make_stall
	crowd 401 440 0
	printf '4225\n' >"$dir/proc/sys/kernel/tainted"
}

make_revert() {
	transition 0
	task 57 57 kworker/u4:1 D $kthread 1 'msleep+0x2d/0x40' 'new_nap+0x1c/0x40 [klpsh_lp_nap]' \
		'process_one_work+0x1c7/0x380'
	log 901 12000200 "livepatch: 'klpsh_lp_nap': starting unpatching transition"
}

make_idle() {
	transition 1
	log 901 12000200 "livepatch: 'klpsh_lp_nap': starting patching transition"
}

make_replace() {
	machine 6.12.0-1-amd64 32768
	module livepatch_v2 16384 1 - K
	module livepatch_v1 16384 0 - K
	patch livepatch_v2 1 0
	put "$lp/livepatch_v2/replace" 1
	put "$lp/livepatch_v2/stack_order" 1
	func livepatch_v2 vmlinux cmdline_proc_show,1 1
}

make_checkable() {
	machine 6.1.0-50-amd64 36864
	module livepatch_fix 16384 1 - OEK
	patch livepatch_fix 1 0
	func livepatch_fix vmlinux cmdline_proc_show,1 1
	put "$dir/sys/module/module/parameters/sig_enforce" N
	put "$dir/sys/kernel/security/lockdown" '[none] integrity confidentiality'
	put "$dir/proc/kallsyms" 'ffffffff81000000 t cmdline_proc_show'
	put "$dir/sys/kernel/tracing/available_filter_functions" cmdline_proc_show
	put "$dir/sys/kernel/tracing/enabled_functions" 'cmdline_proc_show (1) R I   	tramp: 0x0'
	mkdir -p "$dir/sys/kernel/debug/kprobes"
	: >"$dir/sys/kernel/debug/kprobes/list"
	crowd 100 104 -1
	task 57 57 reader D $user -1 'msleep+0x2d/0x40' 'new_show+0x1c/0x40 [livepatch_fix]'
	log 900 12000000 "livepatch: enabling patch 'livepatch_fix'"
}

make_hooked() {
	make_checkable
	put "$dir/sys/kernel/tracing/enabled_functions" \
		'cmdline_proc_show (4) R I D 	tramp: 0x0
	direct-->bpf_trampoline_1+0x0/0x100
another (1) R'
	put "$dir/sys/kernel/debug/kprobes/list" \
		'ffffffff81000000  k  cmdline_proc_show+0x0    [FTRACE]'
}

make_none() {
	machine 6.1.0-nolp 0
	module ext4 983040 1 -
}

make_installed() {
	make_ready
	mkdir -p "$dir/var/lib/kpatch/6.1.0-50-amd64" "$dir/usr/lib/kpatch/5.10.0-1-amd64"
	tests/lib/mkko.sh "$dir/var/lib/kpatch/6.1.0-50-amd64/livepatch-fix.ko"
	cp "$dir/var/lib/kpatch/6.1.0-50-amd64/livepatch-fix.ko" \
		"$dir/usr/lib/kpatch/5.10.0-1-amd64/livepatch_old.ko"
}

make_empty() {
	machine 6.1.0-50-amd64 0
	mkdir -p "$lp"
}

make_many() {
	machine 6.12.0-1-amd64 32768
	seq 2000 | sed "s|.*|$lp/livepatch_&/vmlinux/function_&,1|" | xargs mkdir -p
	i=2000
	while [ "$i" -ge 1 ]; do
		n=livepatch_$i
		printf '%s 16384 1 - Live 0x0000000000000000 (K)\n' "$n" >>"$dir/proc/modules"
		printf '1\n' >"$lp/$n/enabled"
		printf '0\n' >"$lp/$n/transition"
		printf '0\n' >"$lp/$n/replace"
		printf '%s\n' "$i" >"$lp/$n/stack_order"
		printf '1\n' >"$lp/$n/vmlinux/patched"
		i=$((i - 1))
	done
}

# Without a program started for each file: there are thousands.
make_full() {
	make_many
	printf '1\n' >"$lp/livepatch_2000/transition"
	seq 10001 12000 | sed "s|.*|$dir/proc/&/task/&|" | xargs mkdir -p
	i=1
	while [ "$i" -le 2000 ]; do
		for d in "$dir/proc/$((10000 + i))" "$dir/proc/$((10000 + i))/task/$((10000 + i))"; do
			printf 'daemon%s\n' "$i" >"$d/comm"
			printf '%s (daemon%s) S 1 0 0 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 4242 0 0\n' \
				$((10000 + i)) "$i" >"$d/stat"
			printf '[<0>] ep_poll+0x123/0x400\n[<0>] do_syscall_64+0x5b/0xc0\n' >"$d/stack"
			printf '0\n' >"$d/patch_state"
		done
		printf '6,%s,%s,-;usb 1-1: message %s\n' $((100 + i)) $((1000000 + i * 1000)) "$i"
		i=$((i + 1))
	done >>"$dir/dev/kmsg"
}

make_hostile() {
	esc=$(printf '\033')
	long=livepatch_with_a_name_that_is_as_long_as_the_kernel_all
	machine 6.1.0-50-amd64 36864
	module "$long" 16384 1 - OEK
	patch "$long" 1 1
	func "$long" vmlinux cmdline_proc_show,1 1
	func "$long" vmlinux "evil${esc}]0;owned,1" 1
	patch binary 1 0
	printf '\0\377\376' >"$lp/binary/enabled"
	func binary vmlinux cmdline_proc_show,1 1
	patch cut 1 0
	: >"$lp/cut/enabled"
	patch huge 1 0
	dd if=/dev/zero bs=1024 count=64 2>/dev/null | tr '\0' 1 >"$lp/huge/enabled"
	mkdir -p "$lp/link"
	ln -s ../../../../../../../../etc/passwd "$lp/link/enabled"
	printf 'broken line\n' >>"$dir/proc/modules"
	task 66 66 "$(printf '\033[31mred\033]0;x\007 ) R (')" D $user 0 \
		"$(printf 'evil\033[2J+0x1/0x2 [\033[1m]')" 'cmdline_proc_show+0x1/0x20'
	crowd 100 103 1
	printf 'rubbish without a prefix\n6,7,99;%s\n' "livepatch: $(printf '\033[2J')cleared" >>"$dir/dev/kmsg"
}

mkdir -p "$dir"
make_broken() {
	machine 6.1.0-50-amd64
	put "$lp" rubbish
}

case $kind in
ready | stacked | stall | crowded | revert | idle | replace | checkable | hooked | installed | none | empty | many | full | hostile | broken) "make_$kind" ;;
*)
	printf 'mkroot.sh: no kind "%s"\n' "$kind" >&2
	exit 2
	;;
esac
