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
== case a broken line hides no other module
== root hostile
== args modules
== stdout
NAME                                                      SIZE  REFS  LIVEPATCH  STATE  TAINTS  USED-BY
livepatch_with_a_name_that_is_as_long_as_the_kernel_all  16384     1  enabling   Live   OEK
== stderr
klpsh: note: /proc/modules holds a line that is not a module
klpsh: note: cannot read enabled of binary: it does not hold what the kernel writes there
klpsh: note: cannot read enabled of cut: it does not hold what the kernel writes there
klpsh: note: cannot read enabled of huge: it is longer than an attribute can be
