# SPDX-License-Identifier: GPL-2.0-or-later
== case ready
== root ready
== args status
== stdout
ready: 1 livepatch enabled, no transition runs

Kernel:      6.1.0-50-amd64
State:       ready
Patches:     1
Transition:  none
Taint:       36864 (OK)
Audit:       n/a
== case stalled, with the reader's reason
== root stall
== args status
== stdout
stalled: applying klpsh_lp_nap for DURATION, 2 of 14 tasks left; first kworker/u4:1 (57): uninterruptible sleep in target_nap of klpsh_target, which is being replaced

Kernel:         6.1.0-50-amd64
State:          stalled
Patches:        1
Transition:
  Patch:        klpsh_lp_nap
  Target:       patching
  Tasks:        14
  Done:         12
  Blockers:     2
 Since: DURATION
 Next signal: in about DURATION
Taint:          36864 (OK)
Audit:          n/a

klpsh blockers shows who holds the transition up, and what helps.
== rc 7
== case a transition that no task holds up
== root idle
== args status
== stdout
in transition: applying klpsh_lp_nap for DURATION. No task is left: the transition waits for an idle CPU, or has just ended.

Kernel:         6.1.0-50-amd64
State:          transition
Patches:        1
Transition:
  Patch:        klpsh_lp_nap
  Target:       patching
  Tasks:        11
  Done:         11
  Blockers:     0
 Since: DURATION
 Next signal: in about DURATION
Taint:          36864 (OK)
Audit:          n/a

klpsh blockers shows who holds the transition up, and what helps.
== rc 6
== case unpatching
== root revert
== args status --json
== stdout
{"v":1,"cmd":["status","--json"],"rc":7,"status":"stalled","changed":false,"data":{"kernel":"6.1.0-50-amd64","host":"lab","livepatch":true,"state":"stalled","patches":1,"leftover":0,"transition":{"patch":"klpsh_lp_nap","target":0,"tasks":12,"done":11,"blockers":1,"since":N,"since_inferred":false,"next_signal":N},"taint":36864,"audit":null,"ongoing":[],"errors":[]},"error":null,"audit":null}
== rc 7
== case a kernel without livepatching
== root none
== args status
== stdout
unsupported: this kernel has no livepatch support (CONFIG_LIVEPATCH)

Kernel:      6.1.0-nolp
State:       unsupported
Patches:     0
Transition:  none
Taint:       0, not tainted
Audit:       n/a

klpsh-lab demo shows klpsh on a kernel that has livepatching.
== rc 3
== case no patch at all
== root empty
== args status --json
== stdout
{"v":1,"cmd":["status","--json"],"rc":0,"status":"ok","changed":false,"data":{"kernel":"6.1.0-50-amd64","host":"lab","livepatch":true,"state":"ready","patches":0,"leftover":0,"transition":null,"taint":0,"audit":null,"ongoing":[],"errors":[]},"error":null,"audit":null}
== case what cannot be read is not ready
== root broken
== args status
== stderr
klpsh: status: cannot read /sys/kernel/livepatch: Not a directory
== rc 1
== case and says so in JSON
== root broken
== args status --json
== stdout
{"v":1,"cmd":["status","--json"],"rc":1,"status":"failed","changed":false,"data":null,"error":{"code":"failed","errno":"ENOTDIR","text":"cannot read /sys/kernel/livepatch: Not a directory","hint":""},"audit":null}
== stderr
klpsh: status: cannot read /sys/kernel/livepatch: Not a directory
== rc 1
