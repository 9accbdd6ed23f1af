# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# The task scan that remembers, on a kernel that has patch_state.

tap "$BUILD/tests/lab/scan_probe"
