#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Boots one kernel of the lab and runs a group of the livepatch tests in it: one
# boot a kernel and group. Usage: on-host.sh 6.1|6.12 GROUP|part-NAME. Prints the guest's
# TAP lines, or one "not ok" with the reason when the guest could not be had.
set -u
kernel=$1 group=$2
here=$(cd "$(dirname "$0")" && pwd)
KLPSH_LAB_ENV="KLPSH KLPSH_LAB_CYCLES KLPSH_LAB_CHURN KLPSH_LAB_SSH KLPSH_LAB_LONG KLPSH_LAB_HEADERS BUILD${KLPSH_LAB_ENV:+ $KLPSH_LAB_ENV}"
export KLPSH_LAB_ENV

# What a group wants of the machine and of the kernel's command line.
case $group in
# One CPU, where two only cost time: emulated, 6.12 now and then dies of its own
# code patching when both are very busy.
writers | part-writers | part-killed | churn | part-churn) set -- --smp 1 ;;
enforced) set -- --append module.sig_enforce=1 ;;
guided) set -- --mem 3072 ;;
systemd) set -- --init "$here/systemd-init.sh" ;;
*) set -- ;;
esac

if [ "$group" = systemd ] && ! [ -x /lib/systemd/systemd ]; then
	echo "ok 1 - systemd: as pid 1 # SKIP this machine has no systemd"
	exit 0
fi

# Made on the host. What failed there counts by its own lines.
case $group in
build)
	"$here/build-patches.sh" "$kernel" </dev/null
	[ "$kernel" != 6.1 ] || "$here/build-troubles.sh" "$kernel" </dev/null
	"$here/positions.sh" "$kernel" </dev/null
	;;
# Prepares the kernel's tree where the guest's build finds it.
guided)
	BUILD=${BUILD:-build}/guided "$here/build-patches.sh" "$kernel" one-function </dev/null
	# shellcheck disable=SC2016 # for the shell that has the lab's words
	KLPSH_LAB_HEADERS=$(LAB_DIR=lab sh -c '. lab/common.sh
		root=$(need_kernel "$1")
		echo "$root/usr/src/linux-headers-$(cat "$root/release")"' sh "$kernel")
	export KLPSH_LAB_HEADERS
	;;
esac

said=$(mktemp)
trap 'rm -f "$said"' EXIT
lab/klpsh-lab run --kernel "$kernel" --timeout "${KLPSH_LAB_TIMEOUT:-900}" "$@" -- sh "$here/in-guest.sh" "$group" </dev/null 2>"$said"
rc=$?
cat "$said" >&2
if [ $rc -ge 120 ]; then
	echo "not ok 999 - the lab with $kernel and group $group gave exit code $rc: $(tail -n 1 "$said")"
fi
exit $rc
