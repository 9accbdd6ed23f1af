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
n=0 bad=0

# ok NAME: takes the result of the command before it.
ok() {
	local rc=$?
	n=$((n + 1))
	if [ $rc -eq 0 ]; then
		echo "ok $n - $1"
	else
		bad=1
		echo "not ok $n - $1"
		echo "# got: ${got//$'\n'/ | }"
	fi
}

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
in_zsh() {
	zsh -f -c '
		zmodload zsh/zpty
		zpty z zsh -f -i
		zpty -w z "PS1= PROMPT_EOL_MARK=; fpath=($2/completions \$fpath); autoload -U compinit; compinit -u -D -d $3/dump"
		zpty -w z "cd $3/files; stty -echo; echo READY"
		zpty -r z out "*READY*READY*"
		zpty -n -w z "$1"$'"'\\t'"'
		zpty -n -w z $'"'\\x05 #END\\n'"'
		zpty -r z out "*#END*"
		print -r -- "$out"
		zpty -d z' zsh "$1" "$PWD" "$tmp" | sed 's/\x1b[^a-zA-Z]*[a-zA-Z]//g' | tr -d '\000-\011\013-\037'
}

got=$(in_bash li)
[ "$got" = list ]
ok "bash completes a verb"
got=$(in_bash --root "$tmp/stall" wait '')
[ "$got" = klpsh_lp_nap ]
ok "bash completes a livepatch of a captured tree"
got=$(in_bash stack --root = "$tmp/stall" '' | sort -n | tr '\n' ' ')
[ "$got" = '57 301 ' ]
ok "bash completes blocking tasks, --root= taken apart by bash"
got=$(in_bash list --color = a | tr '\n' ' ')
[ "$got" = 'auto always ' ]
ok "bash completes a value behind an equals sign"
# A shell would run what stands in such a name.
mkdir -p "$tmp/stall/sys/kernel/livepatch/a\$(touch boo)/vmlinux" "$tmp/stall/sys/kernel/livepatch/a b"
printf '1\n' >"$tmp/stall/sys/kernel/livepatch/a\$(touch boo)/enabled"
got=$(in_bash --root "$tmp/stall" show a)
[ -z "$got" ]
ok "a livepatch whose name a shell would take apart is not offered"
rm -r "$tmp/stall/sys/kernel/livepatch/a"*
got=$(in_bash inspect "$tmp/files/f")
[ "$got" = "$tmp/files/fix one.ko" ]
ok "bash completes files, a blank in the name kept"
got=$(in_bash log --f)
[ "$got" = --follow ]
ok "bash completes a flag of a verb"

got=$(in_fish 'klpsh li')
[ "$got" = "list"$'\t'"all livepatches with state, objects, order and build-id" ]
ok "fish completes a verb, with its description"
got=$(in_fish "klpsh --root $tmp/stall show ")
[ "$got" = "klpsh_lp_nap"$'\t'"enabling" ]
ok "fish completes a livepatch with its state"
got=$(in_fish "klpsh inspect $tmp/files/f")
[[ $got == *'fix one.ko'* ]]
ok "fish completes files"

got=$(in_zsh 'klpsh lis')
[[ $got == *'klpsh list '*'#END'* ]]
ok "zsh completes a verb"
got=$(in_zsh "klpsh --root $tmp/stall wait ")
[[ $got == *'wait klpsh_lp_nap '* ]]
ok "zsh completes a livepatch"
got=$(in_zsh 'klpsh inspect f')
[[ $got == *'fix\ one.ko'* ]]
ok "zsh completes files, quoted"

echo "1..$n"
exit $bad
