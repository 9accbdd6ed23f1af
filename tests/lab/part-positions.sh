# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# Which of its name the builder says that a local symbol is, beside what the running
# kernel shows, for every local symbol of some of its objects. positions.sh made the
# list on the host, in $BUILD/positions/RELEASE.

list=$BUILD/positions/$(uname -r)
probe=$BUILD/tests/lab/positions_check_probe

# off_by_one OBJECT: the list with the first repeated name of it one further.
off_by_one() {
	awk -v vmlinux="$1" '!done && $1 !~ /^#/ && ($1 == "vmlinux") == vmlinux && (!vmlinux || $3 > 0) && $2 != "_text" {
		done = 1
		$3 = vmlinux ? $3 + 1 : 2
	} { print }' "$list" >"$work/positions.off"
}

if [ -s "$list" ]; then
	for module in $(awk '$1 !~ /^#/ && $1 != "vmlinux" { print $1 }' "$list" | sort -u); do
		check "positions: $module can be loaded" modprobe "$module"
	done
	tap "$probe" "$list" vmlinux
	tap "$probe" "$list" modules
	off_by_one 1
	is "positions: of the kernel, one too high is seen" "$("$probe" "$work/positions.off" vmlinux | tail -n 1)" \
		"# 1 are wrong"
	off_by_one 0
	is "positions: of a module, one too high is seen" "$("$probe" "$work/positions.off" modules | tail -n 1)" \
		"# 1 are wrong"
else
	not_ok "positions: the host has made $list"
fi
