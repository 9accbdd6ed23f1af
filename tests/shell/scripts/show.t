# SPDX-License-Identifier: GPL-2.0-or-later
== case functions as a tree, stacking
== root stacked
== args show livepatch_one
== stdout
Name:          livepatch_one
State:         enabled
Since:         n/a
Transition:    no
Replace:       n/a
Order:         1 (inferred from the order of loading)
Forced:        n/a
Srcversion:    0123456789ABCDEF0123456
Build-id:      0102030405060708090a0b0c0d0e0f1011121314
Module:
  Size:        16384 bytes
  References:  1
  State:       Live
  Taints:      OEK
File:          not found

Objects:
  NAME                 PATCHED  SYMPOS  REPLACED-BY  BELOW  ABOVE
  vmlinux              yes
  ├─cmdline_proc_show                1  n/a          -      livepatch_two
  └─meminfo_proc_show                1  n/a          -      -
== case a leftover
== root stacked
== args show livepatch_old
== stdout
Name:          livepatch_old
State:         leftover
Since:         n/a
Transition:    no
Replace:       n/a
Order:         n/a
Forced:        n/a
Srcversion:    0123456789ABCDEF0123456
Build-id:      0102030405060708090a0b0c0d0e0f1011121314
Module:
  Size:        16384 bytes
  References:  0
  State:       Live
  Taints:      OEK
File:          not found

It is disabled and cannot be enabled again: remove the module with rmmod, then load it anew.
== case since when, over a gap in the log
== root ready
== args show livepatch_fix
== stdout
Name:          livepatch_fix
State:         enabled
Since: DURATION (inferred: the log has a gap)
Transition:    no
Replace:       n/a
Order:         1 (inferred from the order of loading)
Forced:        n/a
Srcversion:    0123456789ABCDEF0123456
Build-id:      0102030405060708090a0b0c0d0e0f1011121314
Module:
  Size:        16384 bytes
  References:  1
  State:       Live
  Taints:      OEK
File:          not found

Objects:
  NAME                 PATCHED  SYMPOS  REPLACED-BY  BELOW  ABOVE
  nfsd                 no
  ├─nfsd_read                        1  n/a          -      -
  └─nfsd_write                       2  n/a          -      -
  vmlinux              yes
  └─cmdline_proc_show                1  n/a          -      -
== case since when, by the log
== root stall
== args show klpsh_lp_nap --json
== stdout
{"v":1,"cmd":["show","klpsh_lp_nap","--json"],"rc":0,"status":"ok","changed":false,"data":{"name":"klpsh_lp_nap","state":"enabling","since":N,"since_inferred":false,"enabled":true,"transition":true,"loaded":true,"replace":null,"stack_order":null,"inferred_order":1,"forced":null,"srcversion":"0123456789ABCDEF0123456","build_id":"0102030405060708090a0b0c0d0e0f1011121314","module":{"size":16384,"refcount":1,"state":"Live","taints":"OEK"},"file":null,"objects":[{"name":"klpsh_target","patched":true,"functions":[{"name":"target_nap","sympos":1,"restore":false,"new_name":null,"below":[],"above":[],"unordered":[]}]}],"errors":[]},"error":null,"audit":null}
== case JSON
== root stacked
== args show livepatch_two --json
== stdout
{"v":1,"cmd":["show","livepatch_two","--json"],"rc":0,"status":"ok","changed":false,"data":{"name":"livepatch_two","state":"enabled","since":null,"since_inferred":null,"enabled":true,"transition":false,"loaded":true,"replace":null,"stack_order":null,"inferred_order":2,"forced":null,"srcversion":"0123456789ABCDEF0123456","build_id":"0102030405060708090a0b0c0d0e0f1011121314","module":{"size":16384,"refcount":1,"state":"Live","taints":"OEK"},"file":null,"objects":[{"name":"vmlinux","patched":true,"functions":[{"name":"cmdline_proc_show","sympos":1,"restore":false,"new_name":null,"below":["livepatch_one"],"above":[],"unordered":[]}]}],"errors":[]},"error":null,"audit":null}
== case a wrong name gets a suggestion
== root stacked
== args show livepatch_onne
== stderr
klpsh: show: there is no livepatch "livepatch_onne"
  did you mean livepatch_one?
== rc 5
== case no name
== root stacked
== args show
== stderr
klpsh: show: NAME is missing
  usage: klpsh show NAME
== rc 2
