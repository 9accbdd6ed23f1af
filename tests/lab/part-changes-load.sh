# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# load: what it does with a real kernel, and what it says when the kernel or
# the checks say no.

conf 'stall-after = 600'
is "load: nobody said yes, so nothing is done" "$(rc load "$(ko klpsh_lp_nap)")" 8
is "load: a dry run says so" "$(json '[.rc, .changed, .data.result]' load "$(ko klpsh_lp_nap)" --dry-run)" \
	'[0,true,"would"]'
is "load: and does nothing" "$(json .data list)" '[]'
is "load: the transition ends and all is verified" \
	"$(change '[.rc, .changed, .data.result, .data.verified, .data.state, .data.preflight.verdict]' \
		load "$(ko klpsh_lp_nap)")" '[0,true,"done",true,"enabled","pass"]'
content=$(sha256sum <"$(ko klpsh_lp_nap)")
check "load: the bytes are in the store" cmp "$(ko klpsh_lp_nap)" "/var/lib/klpsh/store/${content%% *}.ko"
is "load: once more is no error" "$(change '[.rc, .changed, .data.result]' load "$(ko klpsh_lp_nap)")" \
	'[0,false,"already"]'

# The same module with another byte in its build-id.
id=$(json .data.build_id inspect "$(ko klpsh_lp_nap)")
cp "$(ko klpsh_lp_nap)" "$work/other.ko"
at=$(LC_ALL=C grep -obUaP "$(printf '%s' "$id" | sed 's/../\\x&/g')" "$work/other.ko" | head -n 1 | cut -d: -f1)
printf '\377\376' | dd of="$work/other.ko" bs=1 seek="$at" conv=notrunc 2>/dev/null
is "load: another build of what is loaded is refused" "$(last load "$work/other.ko")" 1
explained "load: and both build-ids are named" "$id.*fffe${id#????}"
taken_out load klpsh_lp_nap

conf 'stall-after = 3'
echo 600 >"$nap"
tid=$(sleeper_in klpsh_nap)
is "load: a stall exits 7" "$(last load "$(ko klpsh_lp_nap)")" 7
is "load: it names the blocker and what can be done" \
	"$(jq -c '[.data.result, (.data.blockers | map([.tid, .function])), (.data.choices | index("klpsh reverse") != null)]' \
		"$work/last.json")" "[\"stalled\",[[$tid,\"klpsh_nap\"]],true]"
is "load: the prediction had named it too" "$(jq -c '.data.preflight.predicted_blockers | map(.tid)' "$work/last.json")" "[$tid]"
is "load: during a transition another load is refused with 6" "$(last load "$(ko klpsh_lp_vmlinux)")" 6
is "load: and the same one as well" "$(last load "$(ko klpsh_lp_nap)")" 6
echo wake >"$nap"
check "load: the kernel had gone on" wait_for 30 completed klpsh_lp_nap
taken_out "load, stalled" klpsh_lp_nap

echo 600 >"$nap"
is "load: --on-stall=reverse turns it round" \
	"$(change '[.rc, .data.result]' load "$(ko klpsh_lp_nap)" --on-stall=reverse)" '[7,"reversed"]'
check "load: and it is gone from sysfs" gone klpsh_lp_nap
taken_out "load, reversed" klpsh_lp_nap
is "load: --wait=0 returns when the kernel has accepted" \
	"$(change '[.rc, .data.result]' load "$(ko klpsh_lp_nap)" --wait=0)" '[0,"accepted"]'
is "load: and the transition still runs" "$(cat "$patches/klpsh_lp_nap/transition")" 1
is "load: --wait=1 on top would be refused" "$(last load "$(ko klpsh_lp_nap2)" --wait=1)" 6
echo wake >"$nap"
is "load: wait sees its end" "$(rc wait klpsh_lp_nap --wait=60)" 0
taken_out "load, accepted" klpsh_lp_nap
conf 'stall-after = 600'

case $(uname -r) in
6.1.*) other=6.12 ;;
*) other=6.1 ;;
esac
other=$BUILD/lab/$other/klpsh_lp_nap.ko
if [ -e "$other" ]; then
	is "load: the build for another kernel is refused" "$(last load "$other")" 1
	explained "load: with both kernels" "built for .*, but $(uname -r | sed 's/[.+]/\\&/g') runs"
	is "load: with --preflight=warn the kernel refuses it" "$(last load "$other" --preflight=warn)" 1
	explained "load: and that is explained from its log" 'built for another kernel .*(version magic|must match the kernel|module_layout)'
fi
is "load: an ordinary module is refused" "$(last load "$(ko klpsh_target)")" 1
explained "load: for what it is" 'no livepatch'
is "load: a file that is not there exits 5" "$(rc load "$work/none.ko" --yes)" 5

for how in 'gzip gz' 'xz xz --check=crc32' 'zstd zst -q'; do
	# shellcheck disable=SC2086 # words
	set -- $how
	tool=$1 end=$2
	shift 2
	"$tool" "$@" -c "$(ko klpsh_lp_vmlinux)" >"$work/fix.ko.$end"
	is "load: a module packed as .$end loads" \
		"$(change '[.rc, .data.verified]' load "$work/fix.ko.$end")" '[0,true]'
	taken_out "load, .$end" klpsh_lp_vmlinux
done

cp "$(ko klpsh_lp_vmlinux)" "$work/swap.ko"
pin=$(json .data.pin load "$work/swap.ko" --dry-run)
cp "$(ko klpsh_lp_nap)" "$work/swap.ko"
is "load: a file that was swapped since it was looked at is not loaded" \
	"$(last load "$work/swap.ko" --expect="$pin")" 1
explained "load: and it says so" 'not what was expected'
is "load: nothing was" "$(json .data list)" '[]'
cp "$(ko klpsh_lp_vmlinux)" "$work/swap.ko"
is "load: the one that was looked at is" "$(change .rc load "$work/swap.ko" --expect="$pin")" 0
taken_out "load, expected" klpsh_lp_vmlinux

# The same while the question stands: after the look, before the insertion. Both
# builds have one name, so that only the build-id tells which was loaded.
# load_swapped HOW WORDS...: its exit code; what is enabled then is in swap.now.
load_swapped() {
	how=$1
	shift
	cp "$(ko klpsh_lp_nap)" "$work/swap.ko"
	cp "$work/other.ko" "$work/swap.new"
	rm -f "$work/swap.in" "$work/swap.out"
	mkfifo "$work/swap.in"
	script -qec "'$KLPSH' load '$work/swap.ko' $*" /dev/null <"$work/swap.in" >"$work/swap.out" 2>&1 &
	swapper=$!
	exec 8>"$work/swap.in"
	wait_for 60 grep -q 'Do it?' "$work/swap.out" || echo "no question:"
	case $how in
	exchanged) mv "$work/swap.new" "$work/swap.ko" ;;
	overwritten) cat "$work/swap.new" >"$work/swap.ko" ;;
	esac
	echo y >&8
	wait $swapper
	echo $?
	exec 8>&-
	json '[.data[] | [.name, .build_id]]' list >"$work/swap.now"
}
pin=$(json .data.pin load "$(ko klpsh_lp_nap)" --dry-run)
for how in exchanged overwritten; do
	for expect in '' "--expect=$pin"; do
		swap_text="load: a file that is $how while it asks${expect:+, with --expect}"
		is "$swap_text" "$(load_swapped $how "$expect")" 0
		is "$swap_text: what was looked at is what is loaded" "$(cat "$work/swap.now")" "[[\"klpsh_lp_nap\",\"$id\"]]"
		is "$swap_text: and recorded" "$(json '.data[-1].content' history)" "${content%% *}"
		taken_out "$swap_text" klpsh_lp_nap
	done
done
conf 'stall-after = 600' 'load-from = file'
for expect in '' "--expect=$pin"; do
	swap_text="load: from the file itself, overwritten${expect:+, with --expect}"
	is "$swap_text: refused" "$(load_swapped overwritten "$expect")" 1
	check "$swap_text: and told" grep -q 'has been changed since it was inspected' "$work/swap.out"
	is "$swap_text: nothing is loaded" "$(cat "$work/swap.now")$(grep -c '^klpsh_lp_nap ' /proc/modules)" '[]0'
done
is "load: from the file itself, exchanged: it is the descriptor that counts" \
	"$(load_swapped exchanged) $(cat "$work/swap.now")" "0 [[\"klpsh_lp_nap\",\"$id\"]]"
taken_out "load, exchanged file" klpsh_lp_nap
conf 'stall-after = 600'

is "load: parameters reach the kernel" "$(change .rc load "$(ko klpsh_lp_vmlinux)" klpsh_p1=1 'klpsh_p2=a b')" 0
check "load: each as one" sh -c \
	"dmesg | grep -q 'klpsh_p1. ignored' && dmesg | grep -q 'klpsh_p2. ignored' && ! dmesg | grep -q ': unknown parameter .b'"
is "load: a rollback takes it out" "$(change .rc rollback)" 0
is "load: and the next one brings it back, with its parameters" \
	"$(change .rc rollback) $(dmesg | grep -c "klpsh_p2. ignored")" '0 2'
taken_out "load, parameters" klpsh_lp_vmlinux
insmod "$(ko klpsh_lp_vmlinux)"
check "load: somebody else loads it as well" wait_for 30 completed klpsh_lp_vmlinux
taken_out "load, elsewhere" klpsh_lp_vmlinux
check "load: whose parameters are not taken for known" \
	sh -c "'$KLPSH' rollback --dry-run | grep -q 'load klpsh_lp_vmlinux.*parameters are not known'"
is "load: what is no parameter is a usage error" "$(rc load "$(ko klpsh_lp_vmlinux)" debug --yes)" 2

echo 0 >/proc/sys/kernel/ftrace_enabled
is "load: with ftrace off it is refused" "$(last load "$(ko klpsh_lp_vmlinux)")" 1
explained "load: for that reason" 'ftrace_enabled'
is "load: and by the kernel with --preflight=warn" "$(last load "$(ko klpsh_lp_vmlinux)" --preflight=warn)" 1
explained "load: from whose log it is explained" 'ftrace is switched off, or something else redirects'
check "load: and the hint tells which" sh -c "jq -r .error.hint '$work/last.json' | grep -q 'ftrace_enabled is 0'"
echo 1 >/proc/sys/kernel/ftrace_enabled

if echo 'p:klpsh_load klpsh_target:klpsh_nap' >>/sys/kernel/tracing/kprobe_events; then
	echo 1 >/sys/kernel/tracing/events/kprobes/klpsh_load/enable
	is "load: a kprobe at the entry is a warning, and no more" \
		"$(change '[.rc, .data.verified, .data.preflight.verdict]' load "$(ko klpsh_lp_nap)")" '[0,true,"warn"]'
	taken_out "load, kprobe" klpsh_lp_nap
	echo 0 >/sys/kernel/tracing/events/kprobes/klpsh_load/enable
	echo '-:klpsh_load' >>/sys/kernel/tracing/kprobe_events
fi

# A kprobe with a post handler claims what a livepatch needs: the kernel refuses.
# load_in_the_way FUNCTION OBJECT PATCH
load_in_the_way() {
	conf
	check "load: a kprobe claims $1" insmod "$(ko klpsh_kprobe)" "function=$1"
	is "load: check fails, by ftrace's flag and by the kprobe" \
		"$(json '[.rc, .data.verdict, [.data.checks[] | select(.result == "fail").id]]' check "$(ko "$3")")" \
		'[1,"fail",["ip-modify","kprobes"]]'
	is "load: $3 is refused" "$(last load "$(ko "$3")")" 1
	explained "load: with the function and the kprobe" \
		"it would not load: someone else changes the instruction pointer in $1 of $2, most likely the kprobe there"
	is "load: with --preflight=warn the kernel refuses it" "$(last load "$(ko "$3")" --preflight=warn)" 1
	conf 'allow-preflight-off = yes'
	is "load: and without any check" "$(last load "$(ko "$3")" --preflight=off)" 1
	explained "load: explained from its log" \
		"something else redirects a function .*failed to register ftrace handler for function '$1'"
	is "load: its errno is in the answer, and that nothing was done" \
		"$(jq -c '[.error.errno, .changed, .data.result]' "$work/last.json")" '["EBUSY",false,"failed"]'
	check "load: the hint sends to the kprobe" sh -c \
		"jq -r .error.hint '$work/last.json' | grep -q 'ftrace_enabled is 1.*kprobe with a post handler'"
	is "load: nothing of it is left" "$(json .data list)$(grep -c "^$3 " /proc/modules)" '[]0'
	conf 'stall-after = 600'
	check "load: the kprobe goes" rmmod klpsh_kprobe
	is "load: without it $3 loads" "$(change '[.rc, .data.verified]' load "$(ko "$3")")" '[0,true]'
	check "load: and now the kernel refuses the kprobe" sh -c "! insmod '$(ko klpsh_kprobe)' 'function=$1'"
	taken_out "load, kprobe in the way" "$3"
}
load_in_the_way klpsh_nap klpsh_target klpsh_lp_nap
load_in_the_way cmdline_proc_show vmlinux klpsh_lp_vmlinux

is "load: a callback that refuses fails it" "$(last load "$(ko klpsh_lp_failing)")" 1
explained "load: and is explained" 'pre-patch callback refused .*callback failed'
is "load: a load that failed is no change" "$(jq -c '[.changed, .data.result]' "$work/last.json")" '[false,"failed"]'

is "load: without the policy's leave checks are not left out" "$(last load "$(ko klpsh_lp_vmlinux)" --preflight=off)" 4
conf 'allow-preflight-off = yes' 'load-from = file'
is "load: with it they are, and from the file itself" \
	"$(change '[.rc, .data.verified, .data.preflight]' load "$(ko klpsh_lp_vmlinux)" --preflight=off)" '[0,true,null]'
check "load: that is recorded" sh -c 'cat /var/lib/klpsh/history/* | grep -q preflight=off'
taken_out "load, unchecked" klpsh_lp_vmlinux
conf 'stall-after = 600'
