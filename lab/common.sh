# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034 # its variables are used by the other parts
#
# What every part of klpsh-lab shares: exit codes, messages, where things live,
# temporary folders and their removal. It starts nothing and downloads nothing.
# Sourced by klpsh-lab, which sets LAB_DIR.

# Exit codes of our own; everything else comes from the command in the guest.
EX_KERNEL=120	# kernel unknown, not fetched, or not to be had
EX_QEMU=121	# no usable QEMU, or a tool the lab needs is missing
EX_DIED=122	# the guest panicked or died
EX_TIMEOUT=123	# the time given was not enough
EX_USAGE=124	# klpsh-lab was called wrongly
EX_BUILD=125	# the lab's modules or programs do not build
EX_INTERNAL=126	# a failure of the lab itself

LAB_CACHE=$(readlink -m -- "${KLPSH_LAB_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/klpsh-lab}")
LAB_KERNELS="6.1 6.12"

say() {
	printf 'klpsh-lab: %s\n' "$*" >&2
}

die() {
	code=$1
	shift
	say "$*"
	exit "$code"
}

# Progress, for people only: in 'run' stderr belongs to the command.
note() {
	if [ -t 2 ] || [ -z "${LAB_QUIET:-}" ]; then
		say "$*"
	fi
}

# Text from outside, fit for a terminal: only printable ASCII, tabs and newlines.
clean() {
	LC_ALL=C tr -cd '\11\12\40-\176'
}

clean_text() {
	printf '%s' "$1" | clean
}

need_tool() {
	command -v "$1" >/dev/null 2>&1 ||
		die "$EX_QEMU" "$1 is not installed; on Debian: apt-get install $2"
}

# An installed lab has no repository: then LAB_REPO is empty.
lab_repo() {
	if [ -f "$LAB_DIR/lab.mk" ] && [ -f "$LAB_DIR/agent.c" ]; then
		dirname -- "$LAB_DIR"
	fi
}
LAB_REPO=$(lab_repo)
LAB_BUILD=${KLPSH_LAB_BUILD:-${LAB_REPO:+$LAB_REPO/build/lab}}
LAB_BUILD=$(readlink -m -- "${LAB_BUILD:-$LAB_CACHE/build}")

# One temporary folder a process, made on first use, removed however we end.
LAB_TMP=
LAB_CHILD=
LAB_STTY=	# the terminal as it was, when a guest has it
lab_cleanup() {
	if [ -n "$LAB_CHILD" ]; then
		kill -TERM "$LAB_CHILD" 2>/dev/null || :
		wait "$LAB_CHILD" 2>/dev/null || :
		LAB_CHILD=
	fi
	[ -z "$LAB_STTY" ] || stty "$LAB_STTY" <&3 2>/dev/null || :
	[ -z "$LAB_TMP" ] || rm -rf -- "$LAB_TMP"
	LAB_TMP=
}

make_tmp() {
	[ -z "$LAB_TMP" ] || return 0
	trap lab_cleanup EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	LAB_TMP=$(mktemp -d "${TMPDIR:-/tmp}/klpsh-lab.XXXXXXXX")
}

# lock NAME: held until the shell (or subshell) that took it ends.
take_lock() {
	need_tool flock util-linux
	mkdir -p -- "$LAB_CACHE"
	exec 9>"$LAB_CACHE/$1.lock"
	flock 9
}

check_kernel_name() {
	case " $LAB_KERNELS " in
	*" $1 "*) [ -n "$1" ] && return 0 ;;
	esac
	die "$EX_KERNEL" "there is no lab kernel '$(clean_text "$1")'; the lab knows: $LAB_KERNELS"
}

# kernel_root K: folder of the newest complete kernel in the cache, or nothing.
kernel_root() {
	[ -f "$LAB_CACHE/$1/current" ] || return 1
	root=$LAB_CACHE/$1/$(cat -- "$LAB_CACHE/$1/current")
	[ -f "$root/.complete" ] || return 1
	printf '%s\n' "$root"
}

need_kernel() {
	check_kernel_name "$1"
	kernel_root "$1" ||
		die "$EX_KERNEL" "kernel $1 is not in $LAB_CACHE; get it with: klpsh-lab fetch $1"
}
