#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The yardstick for `klpsh list`: the same facts as a bash script prints them,
# without a process a file.
for p in /sys/kernel/livepatch/*/; do
	name=${p%/} name=${name##*/}
	read -r enabled <"$p/enabled"
	read -r transition <"$p/transition"
	read -r refs <"/sys/module/$name/refcnt"
	src=
	[ -r "/sys/module/$name/srcversion" ] && read -r src <"/sys/module/$name/srcversion"
	objects=
	for o in "$p"*/; do
		patched=
		[ -r "$o/patched" ] && read -r patched <"$o/patched"
		objects="$objects $o:$patched"
		for f in "$o"*/; do
			objects="$objects $f"
		done
	done
	printf '%s %s %s %s %s %s\n' "$name" "$enabled" "$transition" "$refs" "$src" "$objects"
done
