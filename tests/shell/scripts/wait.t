# SPDX-License-Identifier: GPL-2.0-or-later
== case no transition
== root ready
== args wait livepatch_fix
== stdout
livepatch_fix is not in transition: it is enabled.
== case stalled
== root stall
== args wait klpsh_lp_nap
== stderr
klpsh: wait: the transition of klpsh_lp_nap has stalled, 2 tasks left
  klpsh blockers says who and what helps; the kernel goes on trying
== rc 7
== case stalled, as JSON
== root stall
== args wait klpsh_lp_nap --json
== stdout
{"v":1,"cmd":["wait","klpsh_lp_nap","--json"],"rc":7,"status":"stalled","changed":false,"data":{"patch":"klpsh_lp_nap","result":"stalled","state":"enabling","seconds":N,"tasks":14,"done":12,"blockers":2},"error":{"code":"stalled","errno":"ETIMEDOUT","text":"the transition of klpsh_lp_nap has stalled, 2 tasks left","hint":"klpsh blockers says who and what helps; the kernel goes on trying"},"audit":null}
== stderr
klpsh: wait: the transition of klpsh_lp_nap has stalled, 2 tasks left
  klpsh blockers says who and what helps; the kernel goes on trying
== rc 7
== case a deadline
== root idle
== args wait klpsh_lp_nap --wait=0.3
== stderr
klpsh: wait: the transition of klpsh_lp_nap still runs, 0 tasks left
  klpsh blockers says who and what helps; the kernel goes on trying
== rc 7
== case asked once
== root idle
== args wait klpsh_lp_nap --wait=0
== stderr
klpsh: wait: the transition of klpsh_lp_nap still runs, 0 tasks left
  klpsh blockers says who and what helps; the kernel goes on trying
== rc 7
== case no such patch
== root idle
== args wait klpsh_lp_nop
== stderr
klpsh: wait: there is no livepatch "klpsh_lp_nop"
  did you mean klpsh_lp_nap?
== rc 5
== case not seconds
== root idle
== args wait klpsh_lp_nap --wait=soon
== stderr
klpsh: wait: --wait takes seconds, not "soon"
== rc 2
