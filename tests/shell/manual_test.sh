#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# klpsh(8) against the program: every verb, flag and exit code is in it, and
# man renders it without a warning. TAP.
# shellcheck disable=SC2013
set -u
# shellcheck source=tests/lib/program.sh
. "$(dirname "$0")/../lib/program.sh"

# section NAME: its text.
section() {
	awk -v name="$1" '/^[A-Z]/ { on = ($0 == name) } on' "$work/text"
}

"$klpsh" --man docs/klpsh.8.in >"$work/klpsh.8"
is 'the program fills the template' $? 0
is 'no marker is left' "$(grep '@[A-Z]*@' "$work/klpsh.8")" ''

LC_ALL=C.UTF-8 MANWIDTH=100 man --warnings -E UTF-8 -l "$work/klpsh.8" >"$work/text" 2>"$work/warnings"
is 'man renders it' $? 0
is 'without warnings' "$(cat "$work/warnings")" ''

"$klpsh" help >"$work/help"
missing=
for verb in $("$klpsh" help --plain | awk 'NR > 1 { print $1 }' | sort -u); do
	section VERBS | grep -qx "   $verb" || missing="$missing $verb"
done
is 'every verb has its part' "$missing" ''

wide=
for verb in '' $("$klpsh" help --plain | awk 'NR > 1 { print $1 }' | sort -u); do
	# shellcheck disable=SC2086 # the empty word is none
	wide="$wide$("$klpsh" help $verb | awk 'length($0) > 80')"
done
is 'help fits on 80 columns where there is no terminal' "$wide" ''

missing=
for flag in $(sed -n '/^Flags/,/^$/s/^  --\([a-z-]*\).*/\1/p' "$work/help"); do
	section FLAGS | grep -q -- "^ *--$flag" || missing="$missing $flag"
done
is 'every global flag is explained' "$missing" ''

missing=
for verb in $("$klpsh" help --plain | awk 'NR > 1 { print $1 }' | sort -u); do
	for flag in $("$klpsh" help "$verb" | sed -n '/^Flags of its own/,/^$/s/^  --\([a-z-]*\).*/\1/p'); do
		section VERBS | grep -q -- "^ *--$flag" || missing="$missing $verb:$flag"
	done
done
is 'every flag of a verb is explained' "$missing" ''

missing=
for code in $(sed -n '/^Exit codes/,/^$/s/^ *\([0-9][0-9]*\)[ +].*/\1/p' "$work/help"); do
	section 'EXIT STATUS' | grep -qE "^ *$code( |\$)" || missing="$missing $code"
done
is 'every exit code is explained' "$missing" ''
check 'there are at least 14 exit codes' [ "$(section 'EXIT STATUS' | grep -cE '^ +[0-9]+')" -ge 14 ]
missing=
for code in $(sed -n 's/.*\[REFUSE_[A-Z_]*\] = { "\([a-z-]*\)".*/\1/p' builder/refusal.c); do
	section REFUSALS | grep -qE "^ *$code( |\$)" || missing="$missing $code"
done
is 'every reason to refuse a patch is explained' "$missing" ''
check 'there are at least 20 reasons' [ "$(section REFUSALS | grep -c "helps:")" -ge 20 ]

missing=
for name in kpatch kpatch-build; do
	section 'OTHER NAMES' | grep -qw -- "$name" || missing="$missing $name"
done
is 'every name that it answers to is explained' "$missing" ''
has 'the folder of builds is named' "$(section FILES)" '/var/cache/klpsh'
check 'the keys of the screens are there' [ "$(section KEYS | wc -l)" -gt 10 ]

missing=
for name in $(grep -ho 'getenv("[A-Z_]*")' main.c builder/*.c core/*.c kmod/*.c shell/*.c tui/*.c | cut -d'"' -f2 | sort -u); do
	section ENVIRONMENT | grep -qw "$name" || missing="$missing $name"
done
is 'every variable that is read is explained' "$missing" ''

finish
