# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# The head of the tests that are scripts and run the program: in the top
# folder, the program in $klpsh, a folder that goes at the end in $work. TAP.
# Sourced, never run.
cd "$(dirname "$0")/../.." || exit 1
# shellcheck disable=SC2034 # for who sources it
klpsh=${KLPSH:-$PWD/build/klpsh}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/lib/tap.sh
. tests/lib/tap.sh
