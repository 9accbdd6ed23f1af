#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The completion files in the real shells: bash, zsh and fish ask the program
# about a made-up machine. TAP.
set -u
cd "$(dirname "$0")/../.." || exit 1
klpsh=${KLPSH:-$PWD/build/klpsh}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
# shellcheck source=tests/lib/tap.sh
. tests/lib/tap.sh

tests/lib/mkroot.sh stall "$tmp/stall"
mkdir "$tmp/bin" "$tmp/files"
ln -s "$klpsh" "$tmp/bin/klpsh"
: >"$tmp/files/fix one.ko"
PATH=$tmp/bin:$PATH

# in_bash WORD...: candidates for the last word, one a line.
in_bash() {
	bash --norc -c '
		. completions/klpsh.bash
		compopt() { :; }
		COMP_WORDS=(klpsh "$@") COMP_CWORD=$#
		_klpsh
		printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
}

# in_fish LINE: candidates for the end of the line.
in_fish() {
	# shellcheck disable=SC2016
	HOME=$tmp fish --no-config -c 'source completions/klpsh.fish; complete -C "$argv[1]"' "$1"
}

# in_zsh LINE: what the line becomes after a Tab (a pty, as zsh completes nowhere else).
# Before its prompt stands there, the terminal takes keys in its own way.
in_zsh() {
	zsh -f -c '
		zmodload zsh/zpty
		zpty z zsh -f -i
		zpty -w z "PS1=at-your-service PROMPT_EOL_MARK=; fpath=($2/completions \$fpath); autoload -U compinit; compinit -u -D -d $3/dump"
		zpty -w z "cd $3/files; stty -echo; echo READY"
		zpty -r z out "*READY*READY*at-your-service*"
		zpty -n -w z "$1"$'"'\\t'"'
		zpty -n -w z $'"'\\x05 #END\\n'"'
		zpty -r z out "*#END*"
		print -r -- "$out"
		zpty -d z' zsh "$1" "$PWD" "$tmp" | sed 's/\x1b[^a-zA-Z]*[a-zA-Z]//g' | tr -d '\000-\011\013-\037'
}

is "bash completes a verb" "$(in_bash li)" list
is "bash completes a livepatch of a captured tree" "$(in_bash --root "$tmp/stall" wait '')" klpsh_lp_nap
is "bash completes blocking tasks, --root= taken apart by bash" \
	"$(in_bash stack --root = "$tmp/stall" '' | sort -n | tr '\n' ' ')" '57 301 '
is "bash completes a value behind an equals sign" "$(in_bash list --color = a | tr '\n' ' ')" 'auto always '
# A shell would run what stands in such a name.
mkdir -p "$tmp/stall/sys/kernel/livepatch/a\$(touch boo)/vmlinux" "$tmp/stall/sys/kernel/livepatch/a b"
printf '1\n' >"$tmp/stall/sys/kernel/livepatch/a\$(touch boo)/enabled"
is "a livepatch whose name a shell would take apart is not offered" \
	"$(in_bash --root "$tmp/stall" show a)" ''
rm -r "$tmp/stall/sys/kernel/livepatch/a"*
is "bash completes files, a blank in the name kept" "$(in_bash inspect "$tmp/files/f")" "$tmp/files/fix one.ko"
is "bash completes a flag of a verb" "$(in_bash log --f)" --follow

is "fish completes a verb, with its description" "$(in_fish 'klpsh li')" \
	"list"$'\t'"all livepatches with state, objects, order and build-id"
is "fish completes a livepatch with its state" "$(in_fish "klpsh --root $tmp/stall show ")" "klpsh_lp_nap"$'\t'"enabling"
has "fish completes files" "$(in_fish "klpsh inspect $tmp/files/f")" 'fix one.ko'

is "zsh completes a verb" "$(in_zsh 'klpsh lis' | grep -c 'klpsh list .*#END')" 1
has "zsh completes a livepatch" "$(in_zsh "klpsh --root $tmp/stall wait ")" 'wait klpsh_lp_nap '
has "zsh completes files, quoted" "$(in_zsh 'klpsh inspect f')" 'fix\ one.ko'

finish
