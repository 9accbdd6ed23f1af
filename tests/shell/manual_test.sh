#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# klpsh(8) against the program: every verb, flag and exit code is in it, and
# man renders it without a warning. TAP.
# shellcheck disable=SC2013
set -u
cd "$(dirname "$0")/../.." || exit 1
klpsh=${KLPSH:-$PWD/build/klpsh}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
n=0 bad=0

# check NAME RESULT [WHY]
check() {
	n=$((n + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $n - $1"
	else
		bad=1
		echo "not ok $n - $1"
		echo "# ${3:-}"
	fi
}

# section NAME: its text.
section() {
	awk -v name="$1" '/^[A-Z]/ { on = ($0 == name) } on' "$tmp/text"
}

"$klpsh" --man docs/klpsh.8.in >"$tmp/klpsh.8"
check 'the program fills the template' $?
! grep -q '@[A-Z]*@' "$tmp/klpsh.8"
check 'no marker is left' $? "$(grep '@[A-Z]*@' "$tmp/klpsh.8")"

LC_ALL=C.UTF-8 MANWIDTH=100 man --warnings -E UTF-8 -l "$tmp/klpsh.8" >"$tmp/text" 2>"$tmp/warnings"
check 'man renders it' $?
[ ! -s "$tmp/warnings" ]
check 'without warnings' $? "$(cat "$tmp/warnings")"

"$klpsh" help >"$tmp/help"
missing=
for verb in $("$klpsh" help --plain | awk 'NR > 1 { print $1 }' | sort -u); do
	section VERBS | grep -qx "   $verb" || missing="$missing $verb"
done
[ -z "$missing" ]
check 'every verb has its part' $? "missing:$missing"

missing=
for flag in $(sed -n '/^Flags/,/^$/s/^  --\([a-z-]*\).*/\1/p' "$tmp/help"); do
	section FLAGS | grep -q -- "^ *--$flag" || missing="$missing $flag"
done
[ -z "$missing" ]
check 'every global flag is explained' $? "missing:$missing"

missing=
for verb in $("$klpsh" help --plain | awk 'NR > 1 { print $1 }' | sort -u); do
	for flag in $("$klpsh" help "$verb" | sed -n '/^Flags of its own/,/^$/s/^  --\([a-z-]*\).*/\1/p'); do
		section VERBS | grep -q -- "^ *--$flag" || missing="$missing $verb:$flag"
	done
done
[ -z "$missing" ]
check 'every flag of a verb is explained' $? "missing:$missing"

missing=
for code in $(sed -n '/^Exit codes/,/^$/s/^ *\([0-9][0-9]*\)[ +].*/\1/p' "$tmp/help"); do
	section 'EXIT STATUS' | grep -qE "^ *$code( |\$)" || missing="$missing $code"
done
[ -z "$missing" ]
check 'every exit code is explained' $? "missing:$missing"
[ "$(section 'EXIT STATUS' | grep -cE '^ +[0-9]+')" -ge 14 ]
check 'there are at least 14 exit codes' $?
[ "$(section KEYS | wc -l)" -gt 10 ]
check 'the keys of the screens are there' $?

missing=
for name in $(grep -ho 'getenv("[A-Z_]*")' main.c core/*.c kmod/*.c shell/*.c tui/*.c | cut -d'"' -f2 | sort -u); do
	section ENVIRONMENT | grep -qw "$name" || missing="$missing $name"
done
[ -z "$missing" ]
check 'every variable that is read is explained' $? "missing:$missing"

echo "1..$n"
exit $bad
