# SPDX-License-Identifier: GPL-2.0-or-later
== case the kernel's, with modules
== root ready
== args taint
== stdout
The kernel is tainted: 36864 (OK).

Flags:
  BIT  LETTER  NAME                MODULES
   12  O       out-of-tree module  livepatch_fix
   15  K       livepatched         livepatch_fix

O  a module from outside the kernel's tree was loaded. Every livepatch module that is not built in-tree sets this; support may ask for its source.
K  a livepatch was loaded. The running code differs from the kernel's build: say so in bug reports.
== case a number from elsewhere
== root ready
== args taint 0x80000001 --json
== stdout
{"v":1,"cmd":["taint","0x80000001","--json"],"rc":0,"status":"ok","changed":false,"data":{"value":2147483649,"flags":[{"bit":0,"letter":"P","name":"proprietary","modules":[],"meaning":"a proprietary module was loaded","consequence":"Distributions decline bug reports; livepatches load all the same."},{"bit":31,"letter":"?","name":"unknown bit 31","modules":[],"meaning":null,"consequence":null}],"errors":[]},"error":null,"audit":null}
== case not tainted
== root empty
== args taint
== stdout
The kernel is not tainted.
== case no number
== root empty
== args taint K
== stderr
klpsh: taint: a taint value is a number such as 36864 or 0x9000, not "K"
== rc 2
== case works without livepatching
== root none
== args taint 32768 --plain
== stdout
value	flags.bit	flags.letter	flags.name	flags.modules	flags.meaning	flags.consequence	errors
32768	15	K	livepatched	-	a livepatch was loaded	The running code differs from the kernel's build: say so in bug reports.	-
