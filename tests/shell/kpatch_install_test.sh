#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# make install-kpatch-compat into a folder of its own: three links and nothing
# else, which lead to what make install puts there, and which make the program
# behind them answer as they do. TAP.
set -u
# shellcheck source=tests/lib/program.sh
. "$(dirname "$0")/../lib/program.sh"
unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR

tests/lib/mkroot.sh ready "$work/root" || exit 1
for prefix in /usr /usr/local; do
	dest=$work/dest$prefix
	at=$dest$prefix
	check "$prefix: it installs" make -s install-kpatch-compat DESTDIR="$dest" PREFIX="$prefix"
	check "$prefix: and once more" make -s install-kpatch-compat DESTDIR="$dest" PREFIX="$prefix"
	is "$prefix: three links, and nothing else" "$(cd "$dest" && find . ! -type d | sort)" \
		".$prefix/bin/kpatch-build
.$prefix/lib/systemd/system/kpatch.service
.$prefix/sbin/kpatch"

	# Where make install puts the program and its unit.
	make -sn install DESTDIR="$dest" PREFIX="$prefix" >"$work/plan" 2>&1
	check "$prefix: the program is installed where the link leads" grep -qE " $at/bin/klpsh\$" "$work/plan"
	check "$prefix: the unit as well" grep -qF "> $at/lib/systemd/system/klpsh.service" "$work/plan"
	install -D -m 755 "$klpsh" "$at/bin/klpsh"
	sed "s|@PREFIX@|$prefix|" contrib/klpsh.service >"$at/lib/systemd/system/klpsh.service"
	is "$prefix: the name leads to the program" "$(readlink -f "$at/sbin/kpatch")" "$at/bin/klpsh"
	is "$prefix: also that of the builder" "$(readlink -f "$at/bin/kpatch-build")" "$at/bin/klpsh"
	is "$prefix: the unit's name to the unit" "$(readlink -f "$at/lib/systemd/system/kpatch.service")" \
		"$at/lib/systemd/system/klpsh.service"
	check "$prefix: which starts that program" grep -q "^ExecStart=$prefix/bin/klpsh boot " \
		"$at/lib/systemd/system/kpatch.service"

	is "$prefix: under that name it is kpatch" "$("$at/sbin/kpatch" version)" "0.9.11"
	is "$prefix: also when found in PATH" "$(PATH=$at/sbin:$PATH kpatch --root "$work/root" list)" \
		"Loaded patch modules:
livepatch_fix [enabled]

Installed patch modules:"
	"$at/sbin/kpatch" nonsense >"$work/out" 2>"$work/err"
	is "$prefix: with its exit code for what it does not know" "$? $(head -n 1 "$work/err")" \
		"1 usage: kpatch WORD [ARGS]"
	is "$prefix: and kpatch-build" "$("$at/bin/kpatch-build" --help | head -n 1)" \
		"usage: kpatch-build [OPTIONS] PATCH..."
	"$at/bin/klpsh" nonsense >"$work/out" 2>&1
	is "$prefix: and under its own it is klpsh" "$?" 2
done

finish
