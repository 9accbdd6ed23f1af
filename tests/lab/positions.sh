#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Has positions_probe make the objects of positions.list for a kernel of the lab and
# tell where their local symbols are, in $BUILD/positions/RELEASE for part-positions.sh.
# Prints TAP. Usage: positions.sh 6.1|6.12. For 6.12 only the first twenty, unless
# KLPSH_LAB_LONG is 1. KLPSH_BUILD_SOURCE: a source tree in place of the package.
set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/lab/build-lib.sh
. "$here/build-lib.sh"
made=${BUILD:-build}/positions/$release

objects=100
[ "$kernel" != 6.12 ] || [ "${KLPSH_LAB_LONG:-0}" = 1 ] || objects=20
grep -v '^#' "$here/positions.list" | head -n $objects >"$work/list"

mkdir -p "$(dirname "$made")"
rm -f "$made"
"${BUILD:-build}/tests/lab/positions_probe" "$image" "$root/lib/modules/$release" \
	"$config" "$work/Module.symvers" ${KLPSH_BUILD_SOURCE:+"$KLPSH_BUILD_SOURCE"} \
	<"$work/list" >"$work/made" 2>"$work/err"
rc=$?
is "positions: objects are made and asked for theirs" $rc 0
sed 's/^/# /' "$work/err"
grep -e '^# failed' -e '^# not proven' "$work/made"
is "positions: every object of the list is proven" "$(grep -c '^# proven' "$work/made")" $objects
# Markers for the linker (__UNIQUE_ID_..., ___addressable...) and init code are not kept.
is "positions: all have one, but for what the kernel does not keep" \
	"$(grep "^# .*: '" "$work/made" | grep -v -e ": '__" -e 'once the module is loaded$')" ''
mv "$work/made" "$made"
finish
