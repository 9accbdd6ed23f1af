# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# What the builder made of tests/builder/patches, in the kernel it was made for:
# each module is loaded, does what its NAME.sh says, and leaves nothing behind.
# build-patches.sh made them, on the host, in $BUILD/klpmods/RELEASE.

made=$BUILD/klpmods/$(uname -r)
sources=$here/../builder/patches
conf 'stall-after = 600'

# logged PATTERN COMMAND...: COMMAND makes the kernel log say PATTERN once more.
logged() {
	pattern=$1
	seen=$(dmesg | grep -c -e "$pattern")
	shift
	"$@" >"$work/logged.out" 2>&1
	[ "$(dmesg | grep -c -e "$pattern")" -gt "$seen" ]
}

# rises FILE FROM: the number behind "klpsh" in it is above FROM, and grows with a reading.
rises() {
	first=$(sed -n 's/^klpsh \([0-9]*\).*/\1/p' "$1")
	second=$(sed -n 's/^klpsh \([0-9]*\).*/\1/p' "$1")
	[ "$first" -gt "$2" ] && [ "$second" -gt "$first" ]
}

# on_ext4 COMMAND: on the root of an ext4 of our own.
on_ext4() {
	if [ ! -f "$work/ext4.img" ]; then
		modprobe loop || return 1
		truncate -s 8M "$work/ext4.img" && mkfs.ext4 -q "$work/ext4.img" && mkdir "$work/ext4" || return 1
	fi
	mount -t ext4 -o loop "$work/ext4.img" "$work/ext4" || return 1
	"$@" "$work/ext4"
	umount "$work/ext4"
}

# How often the kernel has complained.
complaints() {
	dmesg | grep -cE 'WARNING: |BUG: |Oops|Call Trace:|general protection|klp.*(failed|error)|Unknown rela|stack.*unwind'
}

# try_patch FILE: the whole life of one module.
try_patch() {
	patch=$(basename "$1" .ko)
	name=$(printf '%s' "${patch#klpsh_}" | tr _ -)
	if [ ! -f "$sources/$name.sh" ]; then
		not_ok "build: $name.sh is not there"
		return
	fi
	# shellcheck source=/dev/null
	. "$sources/$name.sh"
	quiet=$(complaints)
	check "build, $name: nothing of it is there before" before
	is "build, $name: it loads and its transition ends" \
		"$(change '[.rc, .data.result, .data.state]' load "$1")" '[0,"done","enabled"]'
	check "build, $name: it does what it should" after
	taken_out "build, $name" "$patch"
	check "build, $name: and nothing of it is left" before
	is "build, $name: the kernel has not complained" "$(complaints)" "$quiet"
}

some=
for ko in "$made"/*.ko; do
	[ -f "$ko" ] || continue
	some=1
	try_patch "$ko"
done
[ -n "$some" ] || ok "build: modules of the builder # SKIP none in $made"
