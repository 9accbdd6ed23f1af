#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tests of the lab itself, on the host, against real kernels: what 'run' hands in
# and out, its own exit codes, that the host stays as it was, the terminal, and
# that each lab module does what it is for. Usage: selftest.sh [KERNEL]...
# (default: 6.1 6.12). Few boots, several checks in each. TAP on stdout.
# shellcheck disable=SC2317 # functions that check calls
set -eu

here=$(cd -- "$(dirname -- "$0")" && pwd -P)
lab=${KLPSH_LAB:-$here/../../lab/klpsh-lab}
work=$(mktemp -d)
mkdir -- "$work/tmp"
TMPDIR=$work/tmp
export TMPDIR
trap 'tmux -S "$work/tmux" kill-server 2>/dev/null || :; rm -rf -- "$work"' EXIT
# shellcheck source=tests/lib/tap.sh
. "$here/../lib/tap.sh"

# run_lab ARGS...: RC, and $work/out, $work/err.
run_lab() {
	RC=0
	"$lab" "$@" >"$work/out" 2>"$work/err" || RC=$?
}

# wait_for SECONDS COMMAND...: until it succeeds, looked at ten times a second.
wait_for() {
	left=$(($1 * 10))
	shift
	until "$@" >/dev/null 2>&1; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || return 1
		sleep 0.1
	done
}

no_qemu_left() {
	! pgrep -f "$work/tmp" >/dev/null
}

tmp_empty() {
	[ -z "$(ls -A "$work/tmp")" ]
}

test_usage() {
	run_lab run --kernel 5.4 -- true </dev/null
	check "an unknown kernel has its own code" [ "$RC" = 120 ]
	check "... and a sentence" grep -q "no lab kernel '5.4'" "$work/err"
	run_lab run --bogus 1 -- true </dev/null
	check "a wrong option has its own code" [ "$RC" = 124 ]
	run_lab run --timeout 99999999999999999999 -- true </dev/null
	check "a number beyond all sense has the same" [ "$RC" = 124 ]
	KLPSH_LAB_CACHE=$work/none run_lab run -- true </dev/null
	check "a kernel that was not fetched has its own code" [ "$RC" = 120 ]
	check "... and says what to do" grep -q 'klpsh-lab fetch 6.1' "$work/err"
}

# A PATH with everything but QEMU, and an apt that knows nothing.
test_missing() {
	mkdir -- "$work/bin"
	cp -s /usr/sbin/* /usr/bin/* "$work/bin/" 2>/dev/null || :
	rm -f -- "$work"/bin/qemu* "$work/bin/apt-cache"
	printf '#!/bin/sh\nexit 100\n' >"$work/bin/apt-cache"
	chmod +x "$work/bin/apt-cache"
	real=$PATH
	PATH=$work/bin
	run_lab run -- true </dev/null
	check "a missing QEMU has its own code" [ "$RC" = 121 ]
	check "... and names the package" grep -q qemu-system-x86 "$work/err"
	run_lab fetch 6.1
	check "without apt the cached kernel is used, and said so" grep -q 'using the cached' "$work/err"
	check "... with success" [ "$RC" = 0 ]
	KLPSH_LAB_CACHE=$work/none run_lab fetch 6.1
	check "an unreachable kernel has its own code" [ "$RC" = 120 ]
	PATH=$real
}

# stub NAME LINE...: a program of ours in the way of a real one.
stub() {
	rm -f -- "$work/bin/$1"
	{ echo '#!/bin/sh'; printf '%s\n' "$2"; } >"$work/bin/$1"
	chmod +x "$work/bin/$1"
}

# A disk that is full while a kernel is unpacked or modules are installed.
test_half() {
	real=$PATH
	PATH=$work/bin
	# shellcheck disable=SC2016 # for the stubs to expand
	stub apt-cache 'for p; do :; done
case $p in linux-image-amd64) echo "Depends: linux-image-6.1.0-0-amd64" ;;
linux-headers-amd64) echo "Depends: linux-headers-6.1.0-0-amd64" ;; esac
echo "Version: 6.1.0-1"'
	# shellcheck disable=SC2016
	stub apt-get 'for p; do : >"$p.deb"; done'
	# shellcheck disable=SC2016
	stub dpkg-deb 'mkdir -p "$3/boot" "$3/lib/modules" "$3/usr/src"; : >"$3/boot/vmlinuz-6.1.0-0-amd64"
echo "No space left on device" >&2; exit 2'
	stub depmod 'exit 0'
	KLPSH_LAB_CACHE=$work/half run_lab fetch 6.1
	check "a kernel that was unpacked by half has the code of none" [ "$RC" = 120 ]
	check "... and says why" grep -q 'No space left' "$work/err"
	check "... and is not taken for one later" [ ! -e "$work/half/6.1/current" ]
	check "... and leaves nothing" [ -z "$(ls -A "$work/half/6.1")" ]
	stub strip 'exit 1'
	KLPSH_LAB_BUILD=$work/half-build run_lab modules 6.1
	check "modules that cannot be installed have their code" [ "$RC" = 125 ]
	check "... and are not taken for whole later" [ ! -e "$work/half-build/6.1/.stamp" ]
	PATH=$real
}

# One boot: 20 MB in and out again, stderr apart, exit code, the host untouched.
test_streams() {
	head -c 20000000 /dev/urandom >"$work/in"
	printf 'a\000\377\033[31mb\n' >"$work/bytes"
	# shellcheck disable=SC2016 # for the guest's sh to expand
	KLPSH_LAB_ENV="LAB_TEST_WORD HOME/bad" LAB_TEST_WORD="two words" \
		run_lab run --kernel "$1" -- sh -c 'cat; printf "%s %s" "$LAB_TEST_WORD" "$1" >"$2/word"
			cat "$2/word"; cat "$2/bytes" >&2; exit 37' sh "it's * \$x" "$work" <"$work/in"
	check "$1: the command's exit code" [ "$RC" = 37 ]
	printf '%s' "two words it's * \$x" >>"$work/in"
	check "$1: 20 MB of stdin, its end, stdout, arguments, environment" cmp "$work/in" "$work/out"
	check "$1: stderr is apart and binary-safe" cmp "$work/bytes" "$work/err"
	check "$1: the guest cannot change the host" [ ! -e "$work/word" ]
}

test_failures() {
	run_lab run --kernel "$1" -- sh -c 'echo before; echo c >/proc/sysrq-trigger; sleep 60' </dev/null
	check "$1: a panic has its own code" [ "$RC" = 122 ]
	check "$1: ... and the log's last lines" grep -q 'sysrq triggered crash' "$work/err"
	check "$1: ... and what came before is there" grep -q before "$work/out"
	run_lab run --kernel "$1" --timeout 12 -- sh -c 'echo before; sleep 600' </dev/null
	check "$1: a time-out has its own code" [ "$RC" = 123 ]
	check "$1: ... and a sentence" grep -q 'within 12 s' "$work/err"
}

# A guest that cannot even start, and a time limit that ends the boot.
test_early() {
	run_lab run --kernel "$1" --timeout 1 -- true </dev/null
	check "$1: a time-out while booting has the same code" [ "$RC" = 123 ]
	run_lab run --kernel "$1" --mem 9999999 -- true </dev/null
	check "$1: a QEMU that does not start has its code" [ "$RC" = 121 ]
}

test_terminate() {
	: >"$work/out" # of the run before
	"$lab" run --kernel "$1" -- sh -c 'echo up; exec sleep 600' </dev/null >"$work/out" 2>&1 &
	pid=$!
	check "$1: the guest comes up" wait_for 60 grep -q up "$work/out"
	kill -TERM "$pid"
	RC=0
	wait "$pid" || RC=$?
	check "$1: a signal ends it with 128 + signal" [ "$RC" = 143 ]
	check "$1: ... and QEMU with it" wait_for 5 no_qemu_left
}

test_modules() {
	run_lab run --kernel "$1" -- sh "$here/selftest-guest.sh" </dev/null
	while IFS= read -r line; do
		check "$1: ${line#*ok - }" [ "${line%%ok - *}" != "not " ]
	done <"$work/out"
	check "$1: all module checks ran" [ "$RC" = 0 ]
	[ "$RC" = 0 ] || sed 's/^/# /' "$work/err"
}

pane() {
	tmux -S "$work/tmux" "$@"
}

pane_has() {
	pane capture-pane -p -t lab | grep -q -e "$1"
}

# A person's terminal, played by tmux: 91x33, then 120x40.
test_terminal() {
	command -v tmux >/dev/null || return 0
	cat >"$work/pane.sh" <<-'PANE'
		stty -g >"$1/stty.before"
		rc=0
		"$2" run --kernel "$3" --tty -- sh -c 'old=$(stty size); echo "size $old"
			while new=$(stty size); [ "$new" = "$old" ]; do sleep 0.1; done
			echo "now $new"; read word; tty; echo "word $word"; exit 5' || rc=$?
		stty -g >"$1/stty.after"
		echo "$rc" >"$1/rc"
		read stay
	PANE
	rm -f -- "$work/rc"
	pane -f /dev/null new-session -d -s lab -x 91 -y 33 sh "$work/pane.sh" "$work" "$lab" "$1"
	pane set-option -g status off
	pane resize-window -t lab -x 91 -y 33
	check "$1: --tty has the terminal's size" wait_for 60 pane_has 'size 33 91'
	pane resize-window -t lab -x 120 -y 40
	check "$1: ... follows a resize" wait_for 20 pane_has 'now 40 120'
	pane send-keys -t lab hello Enter
	check "$1: ... hands in what is typed" wait_for 20 pane_has 'word hello'
	check "$1: ... ends with the command's code" wait_for 20 grep -qx 5 "$work/rc"
	check "$1: ... restores the terminal" cmp "$work/stty.before" "$work/stty.after"
	pane kill-server
}

# What a newcomer sees first: a stall, explained, that may be resolved, and who did what.
test_demo() {
	printf 'status\nreverse --yes\nhistory\n' >"$work/demo.script"
	run_lab demo --kernel "$1" --script "$work/demo.script" </dev/null
	check "demo: a script of it ends well" [ "$RC" = 0 ]
	check "demo: a task holds the transition up" grep -q '1 of .* tasks left; kworker/.* in klpsh_nap' "$work/out"
	check "demo: it can be turned round" grep -q '^klpsh_lp_nap is disabled' "$work/out"
	check "demo: all three changes are recorded" [ "$(grep -c ' root .* recorded *$' "$work/out")" -eq 3 ]
}

[ $# -gt 0 ] || set -- 6.1 6.12
test_usage
test_missing
test_half
for kernel in "$@"; do
	test_early "$kernel"
	test_streams "$kernel"
	test_modules "$kernel"
	test_terminal "$kernel"
	test_failures "$kernel"
done
test_terminate "$1"
test_demo "$1"
check "no temporary file is left" tmp_empty
finish
