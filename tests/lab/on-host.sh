#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Boots one kernel of the lab and runs a group of the livepatch tests in it: one
# boot a kernel and group. Usage: on-host.sh 6.1|6.12 GROUP. Prints the guest's
# TAP lines, or one "not ok" with the reason when the guest could not be had.
set -u
kernel=$1 group=$2
here=$(cd "$(dirname "$0")" && pwd)
KLPSH_LAB_ENV="KLPSH KLPSH_LAB_CYCLES KLPSH_LAB_LONG BUILD${KLPSH_LAB_ENV:+ $KLPSH_LAB_ENV}"
export KLPSH_LAB_ENV

# What a group wants of the kernel's command line.
case $group in
enforced) set -- --append module.sig_enforce=1 ;;
*) set -- ;;
esac

lab/klpsh-lab run --kernel "$kernel" --timeout "${KLPSH_LAB_TIMEOUT:-900}" "$@" -- sh "$here/in-guest.sh" "$group" </dev/null
rc=$?
if [ $rc -ge 120 ]; then
	echo "not ok 999 - the lab with $kernel and group $group gave exit code $rc"
fi
exit $rc
