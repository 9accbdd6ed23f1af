# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # its variables are used by who sources it
#
# What the host's parts of the builder's lab tests share: the kernel that is
# built for, and a folder that who builds can read. Sourced with the kernel as
# $1, by scripts that set $here to their folder; it makes nothing else.

LAB_DIR=$(cd "$here/../../lab" && pwd)
# shellcheck source=lab/common.sh
. "$LAB_DIR/common.sh"
# shellcheck source=tests/lib/tap.sh
. "$here/../lib/tap.sh"
kernel=${1:?kernel}
root=$(need_kernel "$kernel")
release=$(cat "$root/release")
image=$root/boot/vmlinuz-$release
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
# Who builds is not root, and reads our files.
chmod 755 "$work"
config=$work/config-$release
cp "$root/boot/config-$release" "$root/usr/src/linux-headers-$release/Module.symvers" "$work/"
