# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154
# remove_both DIR: $kept is what could not be removed.
remove_both() {
	touch "$1/klpsh-goes" "$1/klpsh-stays"
	rm -f "$1/klpsh-goes" "$1/klpsh-stays" 2>"$work/remove.err"
	kept=$(find "$1" -name "klpsh-*" -printf "%f ")
}
# removing: the same with the tracepoint on; $traced is how often it was heard.
removing() {
	tracing=/sys/kernel/tracing
	[ -d $tracing/events ] || mount -t tracefs none $tracing
	modprobe ext4
	: >$tracing/trace
	echo 1 >$tracing/events/ext4/ext4_unlink_enter/enable
	on_ext4 remove_both
	echo 0 >$tracing/events/ext4/ext4_unlink_enter/enable
	traced=$(grep -c 'ext4_unlink_enter: ' $tracing/trace)
}
before() {
	removing
	[ -z "$kept" ] && [ "$traced" = 2 ]
}
after() {
	removing
	[ "$kept" = "klpsh-stays " ] && [ "$traced" = 0 ]
}
