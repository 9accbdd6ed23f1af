# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# A kernel log that is written faster than anybody reads it. The last part: of
# what the log held before nothing is left.

echo on >/proc/sys/kernel/printk_devkmsg
echo 1 >/proc/sys/kernel/printk
check "flood: status answers all the same" "$BUILD/tests/lab/flood_probe" 30 "$KLPSH" status
check "flood: and so does log" "$BUILD/tests/lab/flood_probe" 30 "$KLPSH" log
