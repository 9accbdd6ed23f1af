#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The guest's half of the kernel's livepatch selftests: one TAP line a script.
# The scripts compare the kernel log with what they expect, line by line, so a
# pass also says that klpsh did the same as the original commands and put
# nothing into that log. SELFTESTS is the folder that selftests-kernel.sh made.
set -u
[ "$(hostname)" = klpsh-lab ] || exit 1
# shellcheck source=tests/lab/guest-lib.sh
. "$(dirname "$0")/guest-lib.sh"

cp -R "$SELFTESTS" "$work/livepatch"
release=/lib/modules/$(uname -r)
mkdir -p "$release/extra"
cp "$work/livepatch"/test_modules/*.ko "$release/extra/"
touch "$release/modules.order" "$release/modules.builtin"
depmod
if [ "$KLPSH_SELFTESTS" = klpsh ]; then
	cat "$(dirname "$0")/selftests-override.bash" >>"$work/livepatch/functions.sh"
fi
# Without an auditd, records would go to the kernel log that the tests compare.
printf 'audit = off\nallow-preflight-off = yes\n' >/etc/klpsh.conf
# Of ours, which log what klpsh said where it failed.
SELFTESTS_LOG=$work/klpsh.log
KDIR=$release
export SELFTESTS_LOG KDIR

# What the scripts do not own must not disturb them.
dmesg -n 1
cd "$work/livepatch" || exit 1
for script in test-*.sh; do
	: >"$SELFTESTS_LOG"
	bash "./$script" >"$work/script.out" 2>&1
	rc=$?
	case $rc in
	0) ok "selftests: $script" ;;
	4) ok "selftests: $script # SKIP $(tail -n 1 "$work/script.out")" ;;
	*)
		not_ok "selftests: $script"
		sed 's/^/# /' "$work/script.out" "$SELFTESTS_LOG"
		;;
	esac
done
is "selftests: no patch is left" "$(ls "$patches")" ""
if [ "$KLPSH_SELFTESTS" = klpsh ]; then
	check "selftests: klpsh did it, as its history says" sh -c \
		"[ \"\$('$KLPSH' history --json | jq '[.data[] | select(.phase == \"outcome\")] | length')\" -gt 20 ]"
	is "selftests: and the kernel log does not know it" "$(dmesg | grep -c klpsh)" 0
fi
finish
