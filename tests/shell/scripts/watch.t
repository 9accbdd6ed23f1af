# SPDX-License-Identifier: GPL-2.0-or-later
== case the first look
== root stall
== args watch --count=1
== stdout
TIME stalled: applying klpsh_lp_nap for DURATION, 2 of 14 tasks left
== case a time limit, JSON
== root ready
== args watch --seconds=0.2 --json
== stdout
{"event":"state","time":"TIME","patch":null,"state":"ready","target":null,"tasks":null,"blockers":null,"taint":36864,"text":"ready: 1 livepatch enabled, no transition runs"}
{"v":1,"cmd":["watch","--seconds=0.2","--json"],"rc":0,"status":"ok","changed":false,"data":null,"error":null,"audit":null}
== case no livepatching
== root none
== args watch
== stderr
klpsh: watch: this kernel (6.1.0-nolp) has no livepatching
  klpsh-lab demo shows klpsh on a kernel that has it
== rc 3
== case count from one
== root ready
== args watch --count=0
== stderr
klpsh: watch: --count takes a number from 1, not "0"
== rc 2
