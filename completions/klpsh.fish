# SPDX-License-Identifier: GPL-2.0-or-later
# fish completion for klpsh: the program itself knows what fits.

function __klpsh_complete
	set -l before (commandline -opc)
	set -l current (commandline -ct)
	for line in ($before[1] --complete -- $before[2..-1] "$current" 2>/dev/null)
		if test "$line" = \tfiles
			__fish_complete_path "$current"
		else
			printf '%s\n' $line
		end
	end
end
complete -c klpsh -f -a '(__klpsh_complete)'
