# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What both halves of the bench share: a row of the table and a ratio.

ratio() {
	awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.3g", a / b; else printf "n/a" }'
}

row() {
	printf '%-56s %10s %10s %8s  %s\n' "$1" "$2" "$3" "$4" "$5"
}
