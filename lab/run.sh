# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# 'run' and 'shell': boots a guest, runs one command in it, and hands out what
# the command wrote and its exit code; or says in one sentence why there is none.

run_defaults() {
	RUN_KERNEL=6.1 RUN_MEM=2048 RUN_SMP=2 RUN_TIMEOUT='' RUN_TTY='' RUN_APPEND='' RUN_INIT=''
}

run_need_number() {
	case $2 in
	'' | *[!0-9]*) die "$EX_USAGE" "$1 wants a number, not '$(clean_text "$2")'" ;;
	??????????*) die "$EX_USAGE" "$1 wants a number below 1000000000" ;;
	esac
}

# run_option NAME VALUE: one option that takes a value.
run_option() {
	case $1 in
	--kernel) RUN_KERNEL=$2 ;;
	--mem) run_need_number --mem "$2" && RUN_MEM=$2 ;;
	--smp) run_need_number --smp "$2" && RUN_SMP=$2 ;;
	--timeout) run_need_number --timeout "$2" && RUN_TIMEOUT=$2 ;;
	--append) RUN_APPEND=$2 ;;
	--init)
		# shellcheck disable=SC2034 # initramfs_make uses it
		RUN_INIT=$2 ;;
	*) die "$EX_USAGE" "unknown option '$(clean_text "$1")'; see 'klpsh-lab help'" ;;
	esac
}

# The two programs: those beside us, else built in the repository when stale.
run_find_programs() {
	if [ -n "$LAB_REPO" ]; then
		need_tool make make
		need_tool "${CC:-cc}" gcc
		(take_lock programs && cd -- "$LAB_REPO" &&
			env -u MAKEFLAGS -u MFLAGS -u CFLAGS -u LDFLAGS make -s -f lab/lab.mk BUILD=build V=1 lab) >&2 ||
			die "$EX_BUILD" "the lab's agent and relay do not build; try: make -f lab/lab.mk"
		LAB_AGENT=$LAB_REPO/build/lab/agent LAB_RELAY=$LAB_REPO/build/lab/relay
	else
		LAB_AGENT=$LAB_DIR/agent LAB_RELAY=$LAB_DIR/relay
	fi
	for program in "$LAB_AGENT" "$LAB_RELAY"; do
		[ -x "$program" ] || die "$EX_BUILD" "$program is missing; install klpsh again"
	done
}

run_check_host() {
	need_tool qemu-system-x86_64 qemu-system-x86
	need_tool busybox busybox-static
	need_tool cpio cpio
	need_tool xz xz-utils
}

# run_relay VMLINUZ ACCEL: the guest's whole life. The relay is a child that we
# wait for, so that a signal to us ends it at once; 3 is the caller's stdin.
run_relay() {
	set -- qemu-system-x86_64 -nodefaults -no-user-config -no-reboot \
		-display none -monitor none -accel "$(accel_args "$2")" -cpu max \
		-smp "$RUN_SMP" -m "$RUN_MEM" -kernel "$1" -initrd "$LAB_TMP/initrd" \
		-append "console=ttyS0 quiet panic=-1 audit=1${RUN_APPEND:+ $RUN_APPEND}" \
		-serial "file:$LAB_TMP/console" -device virtio-serial-pci \
		-virtfs "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap"
	"$LAB_RELAY" ${RUN_TTY:+--tty} --timeout "${RUN_TIMEOUT:-0}" \
		--verdict "$LAB_TMP/verdict" --qemu-log "$LAB_TMP/qemu.log" -- "$@" <&3 3<&- &
	LAB_CHILD=$!
	code=0
	wait "$LAB_CHILD" || code=$?
	LAB_CHILD=
	return "$code"
}

run_log_tail() {
	if [ -s "$LAB_TMP/console" ]; then
		say "the guest's last log lines:"
		clean <"$LAB_TMP/console" | grep -v '^ *$' | tail -n 15 | sed 's/^/    /' >&2 || :
	fi
}

run_reason() {
	[ ! -f "$LAB_TMP/console" ] || clean <"$LAB_TMP/console" | sed -n 's/.*Kernel panic - not syncing: //p' | sed 1q
}

run_died() {
	panic=$(run_reason)
	run_log_tail
	if [ -n "$panic" ]; then
		die "$EX_DIED" "the guest's kernel panicked ($panic); the command's exit code is unknown"
	fi
	die "$EX_DIED" "the guest ended before the command did; its exit code is unknown"
}

run_no_boot() {
	panic=$(run_reason)
	if ! [ -s "$LAB_TMP/console" ]; then
		clean <"$LAB_TMP/qemu.log" | tail -n 3 | sed 's/^/    /' >&2 || :
		die "$EX_QEMU" "QEMU ended before the guest's kernel said a word; is --mem $RUN_MEM too little for it, or too much for this machine?"
	fi
	run_log_tail
	die "$EX_DIED" "the guest did not come up${panic:+: its kernel panicked ($panic)}; is --mem $RUN_MEM enough?"
}

# run_verdict CODE: what the relay saw, as our exit code and a sentence.
run_verdict() {
	word=internal value=0
	[ ! -f "$LAB_TMP/verdict" ] || read -r word value <"$LAB_TMP/verdict"
	[ -z "${KLPSH_LAB_LOG:-}" ] || cp -- "$LAB_TMP/console" "$KLPSH_LAB_LOG"
	case $word in
	exit) exit "$value" ;;
	pipe) exit 141 ;;
	signal) exit $((128 + value)) ;;
	died) run_died ;;
	noboot) run_no_boot ;;
	timeout)
		run_log_tail
		die "$EX_TIMEOUT" "the command did not end within $RUN_TIMEOUT s (--timeout); the guest was stopped" ;;
	*) die "$EX_INTERNAL" "the relay failed (exit $1, error $value); nothing is known about the command" ;;
	esac
}

# The relay restores the terminal; this is for when it was killed.
run_save_terminal() {
	# shellcheck disable=SC2034 # lab_cleanup uses it
	LAB_STTY=$(stty -g <&3 2>/dev/null) || LAB_STTY=''
}

# run_boot CMD...: does not return.
run_boot() {
	# shellcheck disable=SC2034 # note uses it
	LAB_QUIET=1
	check_kernel_name "$RUN_KERNEL"
	run_check_host
	root=$(need_kernel "$RUN_KERNEL")
	run_find_programs
	modules_ensure "$RUN_KERNEL" "$root" || exit $?
	make_tmp
	initramfs_make "$RUN_KERNEL" "$root" "$RUN_TTY" "$@"
	vmlinuz=$root/boot/vmlinuz-$(cat -- "$root/release")
	accel=$(accel_choose "$vmlinuz")
	exec 3<&0
	[ -z "$RUN_TTY" ] || run_save_terminal
	code=0
	run_relay "$vmlinuz" "$accel" || code=$?
	run_verdict "$code"
}

cmd_run() {
	run_defaults
	while [ $# -gt 0 ]; do
		case $1 in
		--) shift && break ;;
		--tty) RUN_TTY=1 && shift ;;
		--*=*) run_option "${1%%=*}" "${1#*=}" && shift ;;
		--*)
			[ $# -gt 1 ] || die "$EX_USAGE" "$(clean_text "$1") wants a value"
			run_option "$1" "$2" && shift 2 ;;
		*) break ;;
		esac
	done
	[ $# -gt 0 ] || die "$EX_USAGE" "run needs a command: klpsh-lab run [OPTIONS] -- CMD..."
	[ -n "$RUN_TTY" ] || RUN_TIMEOUT=${RUN_TIMEOUT:-600}
	run_boot "$@"
}

cmd_shell() {
	cmd_run --tty "$@" -- "${SHELL:-/bin/sh}"
}
