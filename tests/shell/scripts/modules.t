# SPDX-License-Identifier: GPL-2.0-or-later
== case livepatches marked
== root stacked
== args modules
== stdout
NAME            SIZE  REFS  LIVEPATCH  STATE  TAINTS  USED-BY
livepatch_two  16384     1  enabled    Live   OEK
livepatch_old  16384     0  leftover   Live   OEK
livepatch_one  16384     1  enabled    Live   OEK
== case livepatches only
== root stacked
== args modules --livepatch --plain
== stdout
name	size	refcount	livepatch	patch_state	state	taints	holders
livepatch_two	16384	1	true	enabled	Live	OEK	-
livepatch_old	16384	0	true	leftover	Live	OEK	-
livepatch_one	16384	1	true	enabled	Live	OEK	-
== case works without livepatching
== root none
== args modules
== stdout
NAME    SIZE  REFS  LIVEPATCH  STATE  TAINTS  USED-BY
ext4  983040     1  -          Live   -
