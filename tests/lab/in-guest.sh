#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The guest's half of the livepatch tests: real patches, real stalls, and what
# klpsh says of them. Runs as root in the lab only; prints TAP. Each part leaves
# the machine without a livepatch for the next one.
set -u
[ "$(hostname)" = klpsh-lab ] || exit 1
# shellcheck source=tests/lab/guest-lib.sh
. "$(dirname "$0")/guest-lib.sh"

# The lab's modules, where klpsh looks for the files of loaded patches.
stage_modules
insmod_quiet klpsh_target

here=$(dirname "$0")
for part in ready scan check states loading reversing unloading stacked replacing user_task sessions cycles flood \
	changes-load changes-replace; do
	# shellcheck source=/dev/null
	. "$here/part-$part.sh"
done
finish
