# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# 'demo': from nothing to klpsh beside a stalled transition. It checks what it
# needs, fetches the kernel when it is not cached, builds the modules, and boots;
# demo-guest.sh sets the scene inside. With --script the same without a terminal.

demo_find_klpsh() {
	for klpsh in "${KLPSH:-}" "${LAB_REPO:+$LAB_REPO/build/klpsh}" "$(command -v klpsh || :)"; do
		if [ -n "$klpsh" ] && [ -x "$klpsh" ]; then
			readlink -f -- "$klpsh"
			return 0
		fi
		[ -z "${KLPSH:-}" ] || break
	done
	die "$EX_USAGE" "no klpsh to show (looked for ${KLPSH:-build/klpsh}); build it with make, or set KLPSH to it"
}

demo_kernel() {
	check_kernel_name "$1"
	kernel_root "$1" >/dev/null && return 0
	(cmd_fetch "$1")
}

demo_check_terminal() {
	if ! [ -t 0 ] || ! [ -t 1 ]; then
		die "$EX_USAGE" "the demo shows the TUI and needs a terminal; without one use --script FILE"
	fi
}

cmd_demo() {
	script=''
	run_defaults
	while [ $# -gt 0 ]; do
		case $1 in
		--script=*) script=${1#*=} && shift ;;
		--*=*) run_option "${1%%=*}" "${1#*=}" && shift ;;
		--script | --*)
			[ $# -gt 1 ] || die "$EX_USAGE" "$(clean_text "$1") wants a value"
			if [ "$1" = --script ]; then script=$2; else run_option "$1" "$2"; fi
			shift 2 ;;
		*) die "$EX_USAGE" "demo takes no argument '$(clean_text "$1")'" ;;
		esac
	done
	klpsh=$(demo_find_klpsh)
	if [ -n "$script" ]; then
		[ -r "$script" ] || die "$EX_USAGE" "cannot read the script $(clean_text "$script")"
		script=$(readlink -f -- "$script")
		RUN_TIMEOUT=${RUN_TIMEOUT:-600}
	else
		demo_check_terminal
		RUN_TTY=1
	fi
	run_check_host
	demo_kernel "$RUN_KERNEL" || exit $?
	[ -z "$RUN_TTY" ] || say "booting kernel $RUN_KERNEL; quitting klpsh (Q) ends it"
	run_boot sh "$LAB_DIR/demo-guest.sh" "$klpsh" ${script:+"$script"}
}
