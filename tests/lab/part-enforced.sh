# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# A kernel booted with module.sig_enforce=1: a patch that nobody signed is
# refused, by the checks and, where they only warn, by the kernel, and both
# say why.

conf 'stall-after = 600'
is "enforced: signatures are demanded" "$(cat /sys/module/module/parameters/sig_enforce)" Y
is "enforced: the check fails" "$(json '[.data.checks[] | select(.result == "fail").id]' check "$(ko klpsh_lp_vmlinux)")" \
	'["signature"]'
is "enforced: an unsigned patch is refused with 4" "$(last load "$(ko klpsh_lp_vmlinux)")" 4
explained "enforced: because it is not signed" 'it is not signed, and module.sig_enforce is on'
is "enforced: the kernel refuses it with 4 as well" "$(last load "$(ko klpsh_lp_vmlinux)" --preflight=warn)" 4
explained "enforced: and that is explained from its log" 'demands a signature .*Loading of unsigned module is rejected'
is "enforced: nothing was loaded" "$(json .data list)" '[]'
