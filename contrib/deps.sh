#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Installs what building and testing klpsh need, with the machine's own package
# manager: apt-get (Debian 12 is the base), dnf or zypper. Asks for nothing when
# all is there. Needs root, or sudo.
set -eu

apt_list='build-essential pkg-config git
libncurses-dev libreadline-dev libelf-dev libaudit-dev libsystemd-dev libjansson-dev
libsmartcols-dev libinih-dev libkmod-dev libcap-ng-dev libssl-dev zlib1g-dev liblzma-dev libzstd-dev liblz4-dev
libcmocka-dev libvterm-dev
qemu-system-x86 busybox-static cpio kmod xz-utils zstd bc bison flex
gcc-12 e2fsprogs linux-source-6.1 linux-source-6.12
jq htop man-db bash zsh fish openssh-server openssh-client util-linux procps iproute2 tmux systemd'
dev_list='clang-tidy clang-format cppcheck shellcheck codespell'

dnf_list='gcc make pkgconf-pkg-config git ncurses-devel readline-devel elfutils-libelf-devel
audit-libs-devel systemd-devel kmod-devel libcap-ng-devel jansson-devel libsmartcols-devel inih-devel openssl-devel
zlib-devel xz-devel libzstd-devel lz4-devel libcmocka-devel libvterm-devel qemu-system-x86 busybox cpio
kmod xz zstd bc bison flex glibc-static jq htop man-db bash zsh fish openssh-server openssh-clients
util-linux procps-ng iproute tmux systemd'
dnf_dev='clang-tools-extra cppcheck ShellCheck codespell'
zypper_list='gcc make pkgconf git ncurses-devel readline-devel libelf-devel libkmod-devel libcap-ng-devel audit-devel
systemd-devel libjansson-devel libsmartcols-devel inih-devel libopenssl-devel zlib-devel
xz-devel libzstd-devel liblz4-devel libcmocka-devel libvterm-devel qemu-x86 busybox-static cpio kmod
xz zstd bc bison flex glibc-devel-static jq htop man bash zsh fish openssh util-linux procps
iproute2 tmux systemd'
zypper_dev='clang-tools cppcheck ShellCheck codespell'

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		echo "deps: installing packages needs root: become root or install sudo" >&2
		exit 1
	fi
}

apt_missing() {
	for p in "$@"; do
		dpkg-query -W -f '${Status}\n' "$p" 2>/dev/null | grep -q 'ok installed' || printf '%s ' "$p"
	done
}

apt_install() {
	# shellcheck disable=SC2086 # a list of words
	missing=$(apt_missing $apt_list ${1:+$dev_list})
	[ -n "$missing" ] || return 0
	echo "deps: installing $missing"
	as_root apt-get update -qq
	# shellcheck disable=SC2086
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

if command -v apt-get >/dev/null; then
	apt_install "${1:-}"
elif command -v dnf >/dev/null; then
	# shellcheck disable=SC2086
	as_root dnf install -y -q $dnf_list ${1:+$dnf_dev}
elif command -v zypper >/dev/null; then
	# shellcheck disable=SC2086
	as_root zypper --non-interactive --quiet install $zypper_list ${1:+$zypper_dev}
else
	echo "deps: no apt-get, dnf or zypper here; docs/HACKING.md lists what is needed" >&2
	exit 1
fi
