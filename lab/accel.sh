# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# KVM or software emulation. A /dev/kvm that exists but cannot run a guest is
# common, so it is tried once by booting the very kernel and switching it off
# again; the verdict is kept in the cache until the host reboots.
# KLPSH_LAB_ACCEL=kvm or tcg skips the question.

# One thread for all processors: with one each, QEMU 7.2 goes on for a moment with
# what it translated before the kernel rewrote it, and a 6.12 guest that switches
# cond_resched for a livepatch dies of an int3 that is no longer there.
accel_args() {
	case $1 in
	kvm) printf 'kvm\n' ;;
	*) printf 'tcg,thread=single\n' ;;
	esac
}

accel_probe() {
	mkdir -p "$LAB_TMP/probe/lab"
	: >"$LAB_TMP/probe/lab/kvm-probe"
	initramfs_pack "$LAB_TMP/probe" >"$LAB_TMP/probe.cpio"
	cat -- "$LAB_TMP/initrd" "$LAB_TMP/probe.cpio" >"$LAB_TMP/probe.initrd"
	# shellcheck disable=SC3045 # dash and every other sh of Linux know -c
	(ulimit -c 0
		timeout -k 1 10 qemu-system-x86_64 -accel kvm -cpu max -m 512 -nodefaults \
			-display none -monitor none -no-reboot -kernel "$1" \
			-initrd "$LAB_TMP/probe.initrd" -append "console=ttyS0 quiet panic=-1" \
			-serial "file:$LAB_TMP/probe.log" || :) >/dev/null 2>&1 </dev/null || :
	grep -q KVM-WORKS "$LAB_TMP/probe.log" 2>/dev/null
}

# accel_choose VMLINUZ: prints kvm or tcg.
accel_choose() {
	if [ -n "${KLPSH_LAB_ACCEL:-}" ]; then
		printf '%s\n' "$KLPSH_LAB_ACCEL"
		return 0
	fi
	if ! [ -r /dev/kvm ] || ! [ -w /dev/kvm ]; then
		printf 'tcg\n'
		return 0
	fi
	boot=$(cat /proc/sys/kernel/random/boot_id)
	if ! grep -qx -e "$boot kvm" -e "$boot tcg" "$LAB_CACHE/accel" 2>/dev/null; then
		verdict=tcg
		accel_probe "$1" && verdict=kvm
		printf '%s %s\n' "$boot" "$verdict" >"$LAB_TMP/accel"
		mv -- "$LAB_TMP/accel" "$LAB_CACHE/accel"
	fi
	sed 's/.* //' "$LAB_CACHE/accel"
}
