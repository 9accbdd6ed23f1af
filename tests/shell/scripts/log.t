# SPDX-License-Identifier: GPL-2.0-or-later
== case livepatch lines, gaps marked
== root ready
== args log
== stdout
[ ... 898 records missing ... ]
[   12.000000] livepatch_fix: tainting kernel with TAINT_LIVEPATCH
[   12.000100] livepatch: enabling patch 'livepatch_fix'
[   12.000200] livepatch: 'livepatch_fix': starting patching transition
[   13.500000] livepatch: 'livepatch_fix': patching complete
[ ... 48 records missing ... ]
[   21.000000] livepatch: 'nfsd': nothing to see here
== case all lines as JSON
== root ready
== args log --all --json
== stdout
{"v":1,"cmd":["log","--all","--json"],"rc":0,"status":"ok","changed":false,"data":[{"seq":1,"seconds":N,"level":"info","livepatch":false,"patch":null,"lost":0,"text":"Linux version 6.1.0-50-amd64"},{"seq":900,"seconds":N,"level":"info","livepatch":true,"patch":"livepatch_fix","lost":898,"text":"livepatch_fix: tainting kernel with TAINT_LIVEPATCH"},{"seq":901,"seconds":N,"level":"info","livepatch":true,"patch":"livepatch_fix","lost":0,"text":"livepatch: enabling patch 'livepatch_fix'"},{"seq":902,"seconds":N,"level":"info","livepatch":true,"patch":"livepatch_fix","lost":0,"text":"livepatch: 'livepatch_fix': starting patching transition"},{"seq":903,"seconds":N,"level":"info","livepatch":true,"patch":"livepatch_fix","lost":0,"text":"livepatch: 'livepatch_fix': patching complete"},{"seq":950,"seconds":N,"level":"info","livepatch":false,"patch":null,"lost":46,"text":"usb 1-1: new device"},{"seq":953,"seconds":N,"level":"info","livepatch":true,"patch":"nfsd","lost":2,"text":"livepatch: 'nfsd': nothing to see here"}],"error":null,"audit":null}
== case a captured log does not grow
== root ready
== args log --follow --json
== stdout
{"seq":900,"seconds":N,"level":"info","livepatch":true,"patch":"livepatch_fix","lost":898,"text":"livepatch_fix: tainting kernel with TAINT_LIVEPATCH"}
{"seq":901,"seconds":N,"level":"info","livepatch":true,"patch":"livepatch_fix","lost":0,"text":"livepatch: enabling patch 'livepatch_fix'"}
{"seq":902,"seconds":N,"level":"info","livepatch":true,"patch":"livepatch_fix","lost":0,"text":"livepatch: 'livepatch_fix': starting patching transition"}
{"seq":903,"seconds":N,"level":"info","livepatch":true,"patch":"livepatch_fix","lost":0,"text":"livepatch: 'livepatch_fix': patching complete"}
{"seq":953,"seconds":N,"level":"info","livepatch":true,"patch":"nfsd","lost":48,"text":"livepatch: 'nfsd': nothing to see here"}
{"v":1,"cmd":["log","--follow","--json"],"rc":0,"status":"ok","changed":false,"data":null,"error":null,"audit":null}
== case escape sequences are shown, not sent
== root hostile
== args log
== stdout
[ ... 5 records missing ... ]
[    0.000099] livepatch: \x1B[2Jcleared
== case seconds without follow
== root ready
== args log --seconds=1
== stderr
klpsh: log: --seconds only means something with --follow
== rc 2
