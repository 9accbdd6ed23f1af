# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion for klpsh: the program itself knows what fits.

_klpsh() {
	local cur=${COMP_WORDS[COMP_CWORD]} line word i
	local -a words=()

	# bash takes --flag=value apart at the equals sign; klpsh wants it whole.
	for ((i = 1; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if ((${#words[@]})) && [[ $word == = || ${words[-1]} == --*= ]]; then
			words[-1]+=$word
		else
			words+=("$word")
		fi
	done
	[[ $cur == = ]] && cur=
	COMPREPLY=()
	while IFS= read -r line; do
		if [[ $line == $'\tfiles' ]]; then
			compopt -o filenames 2>/dev/null
			while IFS= read -r word; do
				COMPREPLY+=("$word")
			done < <(compgen -f -- "$cur")
			continue
		fi
		word=${line%%$'\t'*}
		# Only what stands behind the equals sign is replaced.
		[[ ${words[-1]} == --*=* ]] && word=${word#*=}
		[[ $word == *= ]] && compopt -o nospace 2>/dev/null
		COMPREPLY+=("$word")
	done < <("${COMP_WORDS[0]}" --complete -- "${words[@]}" 2>/dev/null)
}
complete -F _klpsh klpsh
