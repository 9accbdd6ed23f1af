#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The layers check passes on the tree, and fails on a tree where a rule is
# broken: one breach a rule, in a copy. Prints TAP.
set -u
cd "$(dirname "$0")/.." || exit 1
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
work=$copy
# shellcheck source=tests/lib/tap.sh
. tests/lib/tap.sh

check 'the tree keeps to its layers' tests/check-layers.sh

mkdir -p "$copy/tree/tests" "$copy/tree/core" "$copy/tree/shell" "$copy/tree/tui"
cp tests/check-layers.sh "$copy/tree/tests/"
git -C "$copy/tree" init -q

# breach TEXT FILE LINE: a file with this line is found.
breach() {
	printf '/* SPDX-License-Identifier: GPL-2.0-or-later */\n%s\n' "$3" >"$copy/tree/$2"
	git -C "$copy/tree" add -A
	if "$copy/tree/tests/check-layers.sh" >/dev/null 2>&1; then
		not_ok "$1"
	else
		ok "$1"
	fi
	git -C "$copy/tree" rm -qf --cached "$2"
	rm -f "$copy/tree/$2"
}

breach 'core may not include shell' core/a.c '#include "shell/verb.h"'
breach 'shell may not include the TUI' shell/a.c '#include "tui/tui.h"'
breach 'only tui/term.c includes curses' tui/a.c '#include <ncurses.h>'
breach 'only core/record.c includes jansson' shell/a.c '#include <jansson.h>'
breach 'core does not print' core/a.c '	printf("x");'
breach 'core does not exit' core/a.c '	exit(1);'
breach 'shell knows no sysfs path' shell/a.c '	x("sys/kernel/livepatch");'
breach 'nobody calls system()' shell/a.c '	system("x");'
printf 'int x;\n' >"$copy/tree/core/b.c"
git -C "$copy/tree" add -A
if "$copy/tree/tests/check-layers.sh" >/dev/null 2>&1; then
	not_ok 'a file without an SPDX line is found'
else
	ok 'a file without an SPDX line is found'
fi
finish
