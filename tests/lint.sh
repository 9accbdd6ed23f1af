#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# clang-tidy, cppcheck, shellcheck and codespell over the tree, and the format.
# Prints what they find; exits 1 when they find anything.
set -u
cd "$(dirname "$0")/.." || exit 1
bad=0
for tool in clang-tidy cppcheck shellcheck codespell clang-format; do
	if ! command -v "$tool" >/dev/null; then
		echo "lint: $tool is not installed: contrib/deps.sh dev" >&2
		exit 1
	fi
done

c_files=$(git ls-files 'core/*.c' 'kmod/*.c' 'builder/*.c' 'shell/*.c' 'tui/*.c' main.c)
all_c=$(git ls-files '*.c' '*.h' ':!lab/modules')
sh_files=$(git ls-files | xargs grep -lE '^#!/bin/(sh|bash)' | grep -v '\.t$')

# shellcheck disable=SC2086,SC2046 # lists of files, without blanks in them
{
	clang-format --dry-run -Werror $all_c || bad=1
	shellcheck -x $sh_files || bad=1
	codespell -q 3 --ignore-words-list=lsit,staus,bloc,lits,ist $(git ls-files ':!LICENSE' ':!*.golden') || bad=1
	cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c11 --enable=warning,portability \
		--suppress=missingIncludeSystem --suppress=nullPointerOutOfMemory --suppress=memleak \
		--suppress=unknownMacro -D_GNU_SOURCE -DHAVE_AUDIT=1 -DKLPSH_VERSION='"0"' -I. $c_files || bad=1
	printf '%s\n' $c_files | xargs -P "$(nproc)" -n 8 clang-tidy --quiet --warnings-as-errors='*' \
		--extra-arg=-D_GNU_SOURCE 2>/dev/null || bad=1
}
exit $bad
