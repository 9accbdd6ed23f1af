# SPDX-License-Identifier: GPL-2.0-or-later
== case a patch that is partly applied
== root ready
== args list
== stdout
NAME           STATE    OBJECTS  REPLACE  ORDER  REFS  BUILD-ID
livepatch_fix  enabled      1/2  n/a          1     1  010203040506
== case stacked patches and a leftover
== root stacked
== args list
== stdout
NAME           STATE     OBJECTS  REPLACE  ORDER  REFS  BUILD-ID
livepatch_one  enabled       1/1  n/a          1     1  010203040506
livepatch_two  enabled       1/1  n/a          2     1  010203040506
livepatch_old  leftover        -  n/a          -     0  010203040506

This kernel does not tell the order: it is inferred from the order of loading.
== case 6.12 knows replace and order
== root replace
== args list
== stdout
NAME          STATE     OBJECTS  REPLACE  ORDER  REFS  BUILD-ID
livepatch_v2  enabled       1/1  yes          1     1  010203040506
livepatch_v1  leftover        -  n/a          -     0  010203040506
== case an empty list is a sentence
== root empty
== args list
== stdout
No livepatch is loaded.
== case JSON has nulls for what the kernel does not say
== root ready
== args list --json
== stdout
{"v":1,"cmd":["list","--json"],"rc":0,"status":"ok","changed":false,"data":[{"name":"livepatch_fix","state":"enabled","enabled":true,"transition":false,"loaded":true,"objects":[{"name":"nfsd","patched":false,"functions":[{"name":"nfsd_read","sympos":1,"restore":false},{"name":"nfsd_write","sympos":2,"restore":false}]},{"name":"vmlinux","patched":true,"functions":[{"name":"cmdline_proc_show","sympos":1,"restore":false}]}],"replace":null,"stack_order":null,"inferred_order":1,"forced":null,"refcount":1,"srcversion":"0123456789ABCDEF0123456","build_id":"0102030405060708090a0b0c0d0e0f1011121314","since":N,"since_inferred":true}],"error":null,"audit":null}
== case JSON of a leftover
== root replace
== args --json list
== stdout
{"v":1,"cmd":["list"],"rc":0,"status":"ok","changed":false,"data":[{"name":"livepatch_v2","state":"enabled","enabled":true,"transition":false,"loaded":true,"objects":[{"name":"vmlinux","patched":true,"functions":[{"name":"cmdline_proc_show","sympos":1,"restore":false}]}],"replace":true,"stack_order":1,"inferred_order":null,"forced":null,"refcount":1,"srcversion":"0123456789ABCDEF0123456","build_id":"0102030405060708090a0b0c0d0e0f1011121314","since":null,"since_inferred":null},{"name":"livepatch_v1","state":"leftover","enabled":false,"transition":false,"loaded":true,"objects":[],"replace":null,"stack_order":null,"inferred_order":null,"forced":null,"refcount":0,"srcversion":"0123456789ABCDEF0123456","build_id":"0102030405060708090a0b0c0d0e0f1011121314","since":null,"since_inferred":null}],"error":null,"audit":null}
== case tab-separated, nothing cut
== root stacked
== args list --plain
== stdout
name	state	enabled	transition	loaded	objects	replace	stack_order	inferred_order	forced	refcount	srcversion	build_id	since	since_inferred
livepatch_one	enabled	true	false	true	vmlinux:true(cmdline_proc_show:1,meminfo_proc_show:1)	-	-	1	-	1	0123456789ABCDEF0123456	0102030405060708090a0b0c0d0e0f1011121314	-	-
livepatch_two	enabled	true	false	true	vmlinux:true(cmdline_proc_show:1)	-	-	2	-	1	0123456789ABCDEF0123456	0102030405060708090a0b0c0d0e0f1011121314	-	-
livepatch_old	leftover	false	false	true	-	-	-	-	-	0	0123456789ABCDEF0123456	0102030405060708090a0b0c0d0e0f1011121314	-	-
== case broken attributes are named, the rest is shown
== root hostile
== args list
== stdout
NAME                                                     STATE     OBJECTS  REPLACE  ORDER  REFS  BUILD-ID
binary                                                   unknown       1/1  n/a        n/a   n/a  n/a
cut                                                      unknown       0/0  n/a        n/a   n/a  n/a
huge                                                     unknown       0/0  n/a        n/a   n/a  n/a
livepatch_with_a_name_that_is_as_long_as_the_kernel_all  enabling      1/1  n/a          1     1  010203040506
== stderr
klpsh: note: cannot read enabled of binary: it does not hold what the kernel writes there
klpsh: note: cannot read enabled of cut: it does not hold what the kernel writes there
klpsh: note: cannot read enabled of huge: it is longer than an attribute can be
== case a kernel without livepatching
== root none
== args list
== stderr
klpsh: list: this kernel (6.1.0-nolp) has no livepatching
  klpsh-lab demo shows klpsh on a kernel that has it
== rc 3
== case JSON on a kernel without livepatching
== root none
== args list --json
== stdout
{"v":1,"cmd":["list","--json"],"rc":3,"status":"unsupported","changed":false,"data":null,"error":{"code":"unsupported","errno":"EOPNOTSUPP","text":"this kernel (6.1.0-nolp) has no livepatching","hint":"klpsh-lab demo shows klpsh on a kernel that has it"},"audit":null}
== stderr
klpsh: list: this kernel (6.1.0-nolp) has no livepatching
  klpsh-lab demo shows klpsh on a kernel that has it
== rc 3
