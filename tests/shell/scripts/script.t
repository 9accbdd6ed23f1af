# SPDX-License-Identifier: GPL-2.0-or-later
== case several verbs, comments, continuation
== root checkable
== args -f @SCRIPT@
== script
# a comment
list --plain; taint 1 --plain # behind
taint \
  0 --plain
== stdout
name	state	enabled	transition	loaded	objects	replace	stack_order	inferred_order	forced	refcount	srcversion	build_id	since	since_inferred
livepatch_fix	enabled	true	false	true	vmlinux:true(cmdline_proc_show:1)	-	-	1	-	1	0123456789ABCDEF0123456	0102030405060708090a0b0c0d0e0f1011121314	-	-
value	flags.bit	flags.letter	flags.name	flags.modules	flags.meaning	flags.consequence	errors
1	0	P	proprietary	-	a proprietary module was loaded	Distributions decline bug reports; livepatches load all the same.	-
value	flags.bit	flags.letter	flags.name	flags.modules	flags.meaning	flags.consequence	errors
0	-	-	-	-	-	-	-
== case the first error stops, with its place
== root ready
== args -f @SCRIPT@
== script
taint 0 --plain

show nope
taint 1 --plain
== stdout
value	flags.bit	flags.letter	flags.name	flags.modules	flags.meaning	flags.consequence	errors
0	-	-	-	-	-	-	-
== stderr
SCRIPT:3: show: there is no livepatch "nope"
  klpsh list shows those that are loaded
== rc 5
== case keep going
== root ready
== args --keep-going -f @SCRIPT@
== script
show nope
taint 0 --plain
== stdout
value	flags.bit	flags.letter	flags.name	flags.modules	flags.meaning	flags.consequence	errors
0	-	-	-	-	-	-	-
== stderr
SCRIPT:1: show: there is no livepatch "nope"
  klpsh list shows those that are loaded
== rc 10
== case a state is no error
== root stall
== args -c 'status --json; taint 0 --plain'
== stdout
{"v":1,"cmd":["status","--json"],"rc":7,"status":"stalled","changed":false,"data":{"kernel":"6.1.0-50-amd64","host":"lab","livepatch":true,"state":"stalled","patches":1,"leftover":0,"transition":{"patch":"klpsh_lp_nap","target":1,"tasks":14,"done":12,"blockers":2,"since":N,"since_inferred":false,"next_signal":N},"taint":36864,"audit":null,"ongoing":[],"errors":[]},"error":null,"audit":null}
value	flags.bit	flags.letter	flags.name	flags.modules	flags.meaning	flags.consequence	errors
0	-	-	-	-	-	-	-
== case the last state is the exit code
== root stall
== args -c 'taint 0 --plain; status --json'
== stdout
value	flags.bit	flags.letter	flags.name	flags.modules	flags.meaning	flags.consequence	errors
0	-	-	-	-	-	-	-
{"v":1,"cmd":["status","--json"],"rc":7,"status":"stalled","changed":false,"data":{"kernel":"6.1.0-50-amd64","host":"lab","livepatch":true,"state":"stalled","patches":1,"leftover":0,"transition":{"patch":"klpsh_lp_nap","target":1,"tasks":14,"done":12,"blockers":2,"since":N,"since_inferred":false,"next_signal":N},"taint":36864,"audit":null,"ongoing":[],"errors":[]},"error":null,"audit":null}
== rc 7
== case quotes
== root ready
== args -c "show 'a b'"
== stderr
-c:1: show: there is no livepatch "a b"
  klpsh list shows those that are loaded
== rc 5
== case double quotes
== root ready
== args -f @SCRIPT@
== script
show "a\"b\\c#"
== stderr
SCRIPT:1: show: there is no livepatch "a"b\c#"
  klpsh list shows those that are loaded
== rc 5
== case a hash inside a word
== root ready
== args -c 'show a#b'
== stderr
-c:1: show: there is no livepatch "a#b"
  klpsh list shows those that are loaded
== rc 5
== case a quote that is not closed
== root ready
== args -f @SCRIPT@
== script
taint 0 --plain

  show 'x
== stdout
value	flags.bit	flags.letter	flags.name	flags.modules	flags.meaning	flags.consequence	errors
0	-	-	-	-	-	-	-
== stderr
SCRIPT:3: the quote ' in column 8 is not closed on its line
== rc 2
== case a script that ends in a continuation
== root ready
== args -f @SCRIPT@
== script
taint \
== stderr
SCRIPT:1: the script ends in a \ with nothing behind it
== rc 2
== case stdin is a script
== root ready
== stdin
taint 0 --plain
== stdout
value	flags.bit	flags.letter	flags.name	flags.modules	flags.meaning	flags.consequence	errors
0	-	-	-	-	-	-	-
== case a dash is stdin
== root ready
== args -f -
== stdin
taint 0 --plain
== stdout
value	flags.bit	flags.letter	flags.name	flags.modules	flags.meaning	flags.consequence	errors
0	-	-	-	-	-	-	-
== case one JSON object a command
== root ready
== args --json -f @SCRIPT@
== script
taint 0
show nope
== stdout
{"v":1,"cmd":["taint","0"],"rc":0,"status":"ok","changed":false,"data":{"value":0,"flags":[],"errors":[]},"error":null,"audit":null}
{"v":1,"cmd":["show","nope"],"rc":5,"status":"not-found","changed":false,"data":null,"error":{"code":"not-found","errno":"ENOENT","text":"there is no livepatch \"nope\"","hint":"klpsh list shows those that are loaded"},"audit":null}
== stderr
SCRIPT:2: show: there is no livepatch "nope"
  klpsh list shows those that are loaded
== rc 5
== case a broken line in JSON
== root ready
== args --json -c "taint 0; show 'x"
== stdout
{"v":1,"cmd":[],"rc":2,"status":"usage","changed":false,"data":null,"error":{"code":"usage","errno":"EINVAL","text":"the quote ' in column 15 is not closed on its line","hint":""},"audit":null}
== stderr
-c:1: the quote ' in column 15 is not closed on its line
== rc 2
== case quit ends
== root ready
== args -c 'taint 0 --plain; quit; list'
== stdout
value	flags.bit	flags.letter	flags.name	flags.modules	flags.meaning	flags.consequence	errors
0	-	-	-	-	-	-	-
== case set lasts
== root ready
== args -c 'set plain on; taint 0; set plain off; set color'
== stdout
value	flags.bit	flags.letter	flags.name	flags.modules	flags.meaning	flags.consequence	errors
0	-	-	-	-	-	-	-
NAME   VALUE  MEANING
color  auto   colour in tables
== case set refuses
== root ready
== args -c 'set color blue'
== stderr
-c:1: set: color is auto, always or never, not "blue"
== rc 2
== case read-only cannot be taken back
== root ready
== args -c 'set read-only on; set read-only off'
== stderr
-c:1: set: read-only cannot be taken back in this session
== rc 4
== case source runs in the session
== root ready
== args -c 'set plain on; source @SCRIPT@; taint 1'
== script
taint 0
== stdout
value	flags.bit	flags.letter	flags.name	flags.modules	flags.meaning	flags.consequence	errors
0	-	-	-	-	-	-	-
value	flags.bit	flags.letter	flags.name	flags.modules	flags.meaning	flags.consequence	errors
1	0	P	proprietary	-	a proprietary module was loaded	Distributions decline bug reports; livepatches load all the same.	-
== case an error inside source stops both
== root ready
== args -c 'source @SCRIPT@; taint 1'
== script
show nope
== stderr
SCRIPT:1: show: there is no livepatch "nope"
  klpsh list shows those that are loaded
-c:1: source: SCRIPT met an error
== rc 5
== case source of itself ends
== root ready
== args -f @SCRIPT@
== script
source @SCRIPT@
== stderr
SCRIPT:1: source: SCRIPT: scripts are 8 deep inside one another: not read
SCRIPT:1: source: SCRIPT met an error
SCRIPT:1: source: SCRIPT met an error
SCRIPT:1: source: SCRIPT met an error
SCRIPT:1: source: SCRIPT met an error
SCRIPT:1: source: SCRIPT met an error
SCRIPT:1: source: SCRIPT met an error
SCRIPT:1: source: SCRIPT met an error
SCRIPT:1: source: SCRIPT met an error
== rc 1
== case a script that is not there
== root ready
== args -f /nonexistent
== stderr
klpsh: cannot open /nonexistent: No such file or directory
== rc 5
== case a folder is no script
== root ready
== args -f /tmp
== stderr
klpsh: cannot read /tmp: it is a folder
== rc 1
== case echo
== root ready
== args --echo -c 'taint 0 --plain'
== stdout
value	flags.bit	flags.letter	flags.name	flags.modules	flags.meaning	flags.consequence	errors
0	-	-	-	-	-	-	-
== stderr
+ taint 0 --plain
== case an unknown verb
== root ready
== args -c 'taint 0 --plain; blokers'
== stdout
value	flags.bit	flags.letter	flags.name	flags.modules	flags.meaning	flags.consequence	errors
0	-	-	-	-	-	-	-
== stderr
-c:1: there is no verb "blokers"
  did you mean blockers?
== rc 2
== case another root for one call
== root ready
== args -c 'list --plain --root /nonexistent'
== stderr
-c:1: list: cannot open the root folder /nonexistent: No such file or directory
  --root takes a folder that holds captured sys/ and proc/ trees
== rc 5
== case a line as it would be typed outside of the shell
== root ready
== args -c 'klpsh --plain taint 0; --plain --color never taint 1; exit; nothing more'
== stdout
value	flags.bit	flags.letter	flags.name	flags.modules	flags.meaning	flags.consequence	errors
0	-	-	-	-	-	-	-
value	flags.bit	flags.letter	flags.name	flags.modules	flags.meaning	flags.consequence	errors
1	0	P	proprietary	-	a proprietary module was loaded	Distributions decline bug reports; livepatches load all the same.	-
== case a question mark asks for help
== root ready
== args -c '? quit'
== stdout
quit: end the session; Ctrl-D does the same

Usage: quit
== case what nobody knows, in the shell
== root ready
== args -c 'frobnicate'
== stderr
-c:1: there is no verb "frobnicate"
  help lists the verbs
== rc 2
== case a setting that was misspelt
== root ready
== args -c 'set Colr on'
== stderr
-c:1: set: there is no setting "Colr"
  did you mean color?
== rc 2
== case a byte order mark in front
== root ready
== args -f @SCRIPT@
== script
﻿taint 0
== stdout
A kernel with the value 0 is not tainted.
