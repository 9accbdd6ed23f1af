# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# trace: entries are counted by the kernel, what cannot be traced says so, and
# the instance of tracefs goes away whatever happens.

instances=/sys/kernel/tracing/instances
left() {
	find $instances -mindepth 1 -maxdepth 1 -name '*klpsh*' -printf '%f '
}
is_tracing() {
	[ "$(cat $instances/klpsh-*/tracing_on 2>/dev/null)" = 1 ]
}
none_left() {
	[ -z "$(left)" ]
}
# traced SECONDS WORDS...: the answer of a trace in $work/trace, begun in the background.
traced() {
	seconds=$1
	shift
	"$KLPSH" --json trace "$@" --seconds="$seconds" >"$work/trace" 2>"$work/trace.err" </dev/null &
	tracer=$!
}
answer() {
	jq -cr "select(.event == null) | $1" "$work/trace"
}

conf
insmod_quiet klpsh_lp_vmlinux
wait_for 60 completed klpsh_lp_vmlinux
traced 10 klpsh_lp_vmlinux
check "trace: it begins" wait_for 60 is_tracing
cat /proc/cmdline /proc/cmdline /proc/cmdline /proc/cmdline /proc/cmdline >/dev/null
wait $tracer
is "trace: it ends well" $? 0
is "trace: how it stands is told each second" \
	"$(jq -r 'select(.event == "counts").event' "$work/trace" | uniq)" counts
check "trace: the original was entered at least as often as it was called" \
	test "$(answer '.data.functions[] | select(.kind == "original").entered')" -ge 5
is "trace: and each time the new code" "$(answer '.data.calls == .data.entries')" true
is "trace: nothing was lost" "$(answer '[.data.lost, .data.ended, .data.verdict]')" '[0,"time","ran"]'
is "trace: nobody else hooks it" "$(answer '[.data.functions[].others]')" '[null,null]'
is "trace: the instance is gone" "$(left)" ''

if echo 'p:klpsh_trace cmdline_proc_show' >>/sys/kernel/tracing/kprobe_events; then
	echo 1 >/sys/kernel/tracing/events/kprobes/klpsh_trace/enable
	traced 1 klpsh_lp_vmlinux
	wait $tracer
	has "trace: a kprobe there is told" "$(answer '.data.functions[0].others')" kprobe
	is "system: the kprobe there is told" "$("$KLPSH" system --json |
		jq -c '[.data.functions, (.data.hooked[] | .name, .patches, .others)]')" \
		'[1,"cmdline_proc_show",["klpsh_lp_vmlinux"],"a kprobe"]'
	echo 0 >/sys/kernel/tracing/events/kprobes/klpsh_trace/enable
	echo '-:klpsh_trace' >>/sys/kernel/tracing/kprobe_events
	is "system: nobody is left" "$("$KLPSH" system --json | jq -c .data.hooked)" '[]'
fi

traced 50 klpsh_lp_vmlinux
check "trace: another begins" wait_for 60 is_tracing
kill -KILL $tracer
wait $tracer 2>/dev/null
check "trace: what was killed leaves nothing" wait_for 60 none_left
mkdir $instances/klpsh-999999-1 $instances/klpsh-other
traced 1 klpsh_lp_vmlinux
wait $tracer
is "trace: leftovers of the dead are taken away, nothing else" "$(left)" 'klpsh-other '
rmdir $instances/klpsh-other
is "trace: it is not for a minute and more" "$(rc trace klpsh_lp_vmlinux --seconds=61)" 2
is "trace: a patch that is not there" "$(rc trace no_such_patch)" 5
taken_out "trace" klpsh_lp_vmlinux

rmmod klpsh_target
insmod_quiet klpsh_lp_hello
wait_for 60 completed klpsh_lp_hello
traced 1 klpsh_lp_hello
wait $tracer
is "trace: what is not in the kernel is not counted as 0" \
	"$(answer '[.data.functions[] | select(.kind == "original") | [.entered, .why]] | unique')" \
	'[[null,"it is not in the kernel: its module is not loaded"]]'
taken_out "trace, without its module" klpsh_lp_hello
insmod_quiet klpsh_target
