#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The completion files in the real shells: bash, zsh and fish ask the program
# about a made-up machine. TAP.
set -u
# shellcheck source=tests/lib/program.sh
. "$(dirname "$0")/../lib/program.sh"

tests/lib/mkroot.sh stall "$work/stall"
mkdir "$work/bin" "$work/files"
ln -s "$klpsh" "$work/bin/klpsh"
: >"$work/files/fix one.ko"
PATH=$work/bin:$PATH

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
	HOME=$work fish --no-config -c 'source completions/klpsh.fish; complete -C "$argv[1]"' "$1"
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
		zpty -d z' zsh "$1" "$PWD" "$work" | sed 's/\x1b[^a-zA-Z]*[a-zA-Z]//g' | tr -d '\000-\011\013-\037'
}

is "bash completes a verb" "$(in_bash li)" list
is "bash completes a livepatch of a captured tree" "$(in_bash --root "$work/stall" wait '')" klpsh_lp_nap
is "bash completes blocking tasks, --root= taken apart by bash" \
	"$(in_bash stack --root = "$work/stall" '' | sort -n | tr '\n' ' ')" '57 301 '
is "bash completes a value behind an equals sign" "$(in_bash list --color = a | tr '\n' ' ')" 'auto always '
# A shell would run what stands in such a name.
mkdir -p "$work/stall/sys/kernel/livepatch/a\$(touch boo)/vmlinux" "$work/stall/sys/kernel/livepatch/a b"
printf '1\n' >"$work/stall/sys/kernel/livepatch/a\$(touch boo)/enabled"
is "a livepatch whose name a shell would take apart is not offered" \
	"$(in_bash --root "$work/stall" show a)" ''
rm -r "$work/stall/sys/kernel/livepatch/a"*
is "bash completes files, a blank in the name kept" "$(in_bash inspect "$work/files/f")" "$work/files/fix one.ko"
is "bash completes a flag of a verb" "$(in_bash log --f)" --follow

is "fish completes a verb, with its description" "$(in_fish 'klpsh li')" \
	"list"$'\t'"all livepatches with state, objects, order and build-id"
is "fish completes a livepatch with its state" "$(in_fish "klpsh --root $work/stall show ")" "klpsh_lp_nap"$'\t'"enabling"
has "fish completes files" "$(in_fish "klpsh inspect $work/files/f")" 'fix one.ko'

is "zsh completes a verb" "$(in_zsh 'klpsh lis' | grep -c 'klpsh list .*#END')" 1
has "zsh completes a livepatch" "$(in_zsh "klpsh --root $work/stall wait ")" 'wait klpsh_lp_nap '
has "zsh completes files, quoted" "$(in_zsh 'klpsh inspect f')" 'fix\ one.ko'

finish
