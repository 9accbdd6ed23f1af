#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The guest's half of the livepatch tests: real patches, real stalls, and what
# klpsh says and does. Runs as root in the lab only; prints TAP. Each part
# leaves the machine without a livepatch for the next one, but the last of a
# group. Usage: in-guest.sh GROUP, or part-NAME for one part alone
set -u
[ "$(hostname)" = klpsh-lab ] || exit 1
# shellcheck source=tests/lab/guest-lib.sh
. "$(dirname "$0")/guest-lib.sh"

# A group is a boot.
case $1 in
look) parts='ready kallsyms scan check states loading reversing unloading stacked replacing user_task sessions trace cycles flood' ;;
# The last part leaves forced patches.
change) parts='changes-load boot changes-replace kpatch confirm changes forced' ;;
writers) parts='writers killed' ;;
churn) parts=churn ;;
part-*) parts=${1#part-} ;;
enforced) parts=enforced ;;
systemd) parts=systemd ;;
# Its auditd and journald are for nobody else.
record) parts='audit' ;;
# What klpsh build made of patches, and what it says of positions; both were made on
# the host (build-patches.sh, positions.sh).
build) parts='build positions' ;;
# What a person does on the screens.
screens) parts='tui-change' ;;
# From a source patch to the boot, on the screens: compiles in the guest.
guided) parts='tui-build' ;;
*)
	echo "not ok 1 - in-guest.sh knows no group $1"
	exit 1
	;;
esac

# The lab's modules, where klpsh looks for the files of loaded patches.
stage_modules
case $1 in
enforced | systemd) ;;
*) insmod_quiet klpsh_target ;;
esac

here=$(dirname "$0")
for part in $parts; do
	# What a change part set is not the next one's. With systemd, init writes it: two writers
	# at once left half a line behind, with which klpsh rightly changes nothing.
	case $1 in
	look | systemd) ;;
	*) stall_after 600 ;;
	esac
	# shellcheck source=/dev/null
	. "$here/part-$part.sh"
done
[ "$failures" -eq 0 ] || dmesg --level=emerg,alert,crit,err,warn 2>&1 | tail -n 40 | sed 's/^/# kernel: /'
finish
