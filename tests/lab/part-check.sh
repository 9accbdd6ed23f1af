# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# check: what it says before a load is what the load then meets. Each failure
# it foretells is tried with insmod as well.

# results RESULT NAME: ids of the checks that gave RESULT.
results() {
	json "[.data.checks[] | select(.result == \"$1\").id]" check "$(ko "$2")"
}

verdict() {
	json .data.verdict check "$(ko "$1")"
}

# evidence ID NAME
evidence() {
	json ".data.checks[] | select(.id == \"$1\").evidence" check "$(ko "$2")"
}

predicted() {
	json '[.data.predicted_blockers[] | [.tid, .class, .unblock, .object, .function]]' check "$(ko "$1")"
}

refused() {
	! insmod_quiet "$1"
}

for name in klpsh_lp_nap klpsh_lp_hello klpsh_lp_vmlinux klpsh_lp_cumul; do
	is "check: $name passes on an idle machine" "$(verdict $name)" pass
	is "check: and every check of $name was made" "$(results not-checked $name)" '[]'
done
is "check: a pass exits 0" "$(rc check "$(ko klpsh_lp_nap)")" 0
check "check: text has the verdict in its first line" \
	sh -c "'$KLPSH' check '$(ko klpsh_lp_nap)' | head -n 1 | grep -q '^pass: '"
is "check: a module that is no livepatch fails" "$(results fail klpsh_target | jq -c 'index("is-livepatch")')" 0

case $(uname -r) in
6.1.*) other=6.12 ;;
*) other=6.1 ;;
esac
other=$BUILD/lab/$other/klpsh_lp_nap.ko
if [ -e "$other" ]; then
	is "check: the build for another kernel fails by its vermagic" \
		"$(json '[.data.checks[] | select(.result == "fail").id]' check "$other")" '["vermagic"]'
	is "check: and exits 1" "$(rc check "$other")" 1
	check "check: the kernel refuses it too" sh -c "! insmod '$other'"
fi

echo 0 >/proc/sys/kernel/ftrace_enabled
is "check: with ftrace off it fails" "$(results fail klpsh_lp_hello)" '["ftrace-enabled"]'
check "check: and the kernel refuses it" refused klpsh_lp_hello
echo 1 >/proc/sys/kernel/ftrace_enabled
rmmod klpsh_lp_hello 2>/dev/null

if echo 'p:klpsh_check klpsh_target:klpsh_nap' >>/sys/kernel/tracing/kprobe_events; then
	echo 1 >/sys/kernel/tracing/events/kprobes/klpsh_check/enable
	is "check: a kprobe at the entry warns" "$(results warn klpsh_lp_nap)" '["kprobes"]'
	is "check: a warning exits 0" "$(rc check "$(ko klpsh_lp_nap)")" 0
	echo 0 >/sys/kernel/tracing/events/kprobes/klpsh_check/enable
	echo '-:klpsh_check' >>/sys/kernel/tracing/kprobe_events
	is "check: without it, it passes again" "$(verdict klpsh_lp_nap)" pass
fi

check "check: klpsh_target is removed" rmmod klpsh_target
is "check: without the module it needs, klpsh_lp_nap fails" "$(results fail klpsh_lp_nap)" '["depends"]'
check "check: and the kernel refuses it" refused klpsh_lp_nap
is "check: klpsh_lp_hello needs it not, and patches nothing yet" "$(results warn klpsh_lp_hello)" \
	'["objects-loaded"]'
insmod_quiet klpsh_target

echo 600 >"$nap"
tid=$(sleeper_in klpsh_nap)
foretold="[[$tid,\"sleeping-in-patched-function\",\"reverse-only\",\"klpsh_target\",\"klpsh_nap\"]]"
is "check: exactly the napping kworker is predicted" "$(predicted klpsh_lp_nap)" "$foretold"
is "check: and warned of" "$(results warn klpsh_lp_nap)" '["blockers"]'
is "check: a patch of another function predicts nobody" "$(predicted klpsh_lp_hello)" '[]'
check "check: text names the task" sh -c "'$KLPSH' check '$(ko klpsh_lp_nap)' | grep -q '^$tid .*klpsh_nap'"
insmod_quiet klpsh_lp_nap
stall "check, as predicted"
names "check, as predicted" klpsh_lp_nap 1 "$tid" reverse-only klpsh_nap
is "check: during a transition it fails" "$(results fail klpsh_lp_nap2)" '["transition"]'
check "check: and the kernel refuses it" refused klpsh_lp_nap2
echo wake >"$nap"
check "check: the transition ends" wait_for 30 completed klpsh_lp_nap

is "check: an enabled patch is loaded already" "$(results fail klpsh_lp_nap)" '["already-loaded"]'
is "check: in this very build" "$(evidence already-loaded klpsh_lp_nap)" \
	"klpsh_lp_nap is loaded already, in this very build: enabled"
is "check: nobody naps in its version, so nobody is predicted" "$(predicted klpsh_lp_nap2)" '[]'
is "check: its own redirection is no obstacle" "$(results fail klpsh_lp_nap2)" '[]'
is "check: conflicts tells what it stacks on" "$(evidence conflicts klpsh_lp_nap2)" \
	"klpsh_nap of klpsh_target: stacks on klpsh_lp_nap"
is "check: a replace that drops a fix warns" "$(results warn klpsh_lp_drop)" '["conflicts"]'

echo 600 >"$nap"
tid=$(sleeper_in klpsh_nap_sleep)
foretold="[[$tid,\"sleeping-in-patched-function\",\"reverse-only\",\"klpsh_target\",\"klpsh_nap\"]]"
for name in klpsh_lp_nap2 klpsh_lp_cumul klpsh_lp_drop; do
	is "check: $name: a nap in the former patch's version is predicted" "$(predicted $name)" "$foretold"
done
is "check: klpsh_lp_hello: not for a patch that leaves the function alone" "$(predicted klpsh_lp_hello)" '[]'
insmod_quiet klpsh_lp_drop
stall "check, dropping as predicted"
names "check, dropping as predicted" klpsh_lp_drop 1 "$tid" reverse-only klpsh_nap
echo wake >"$nap"
check "check: the replace ends" wait_for 30 completed klpsh_lp_drop
check "check: the replaced one is gone from sysfs" wait_for 10 gone klpsh_lp_nap
is "check: the leftover is loaded already" "$(evidence already-loaded klpsh_lp_nap)" \
	"klpsh_lp_nap is loaded already, in this very build: leftover"
check "check: the leftover is removed" wait_for 10 rmmod klpsh_lp_nap
check "check: klpsh_lp_drop is taken out" take_out klpsh_lp_drop
