#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# make bench, on the bare machine: what starting klpsh costs, on a made-up tree
# with one patch, so that emulation does not blur it. Changes nothing.
# Usage: host.sh BENCH KLPSH TRUE
set -eu
bench=$1 klpsh=$2 plain=$3
here=$(dirname "$0")
# shellcheck source=tests/bench/lib.sh
. "$here/lib.sh"
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
"$here/../lib/mkroot.sh" ready "$tree/ready"

row 'on this machine' 'klpsh' 'yardstick' 'ratio' ''
own=$("$bench" cpu 200 "$klpsh" --root "$tree/ready" list)
base=$("$bench" cpu 200 "$plain")
row 'list beside true with the same libraries, CPU us' "$own" "$base" "$(ratio "$own" "$base")" \
	"target: under 5000 us more; here $((own - base))"
files=$(find "$tree/ready/sys/kernel/livepatch" "$tree/ready/sys/module" "$tree/ready/proc/modules" -type f)
# shellcheck disable=SC2086 # a list of words
cats=$("$bench" wall 200 cat $files)
own=$("$bench" wall 200 "$klpsh" --root "$tree/ready" list)
row 'list beside cat of the same files, wall us' "$own" "$cats" "$(ratio "$own" "$cats")" ''
