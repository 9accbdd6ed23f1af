# SPDX-License-Identifier: GPL-2.0-or-later
== case a file with itself
== args diff @KO@ @KO@
== stdout
livepatch_new -> livepatch_new: no difference.
== rc 12
== case a file with itself, JSON
== args diff @KO@ @KO@ --json
== stdout
{"v":1,"cmd":["diff","KO","KO","--json"],"rc":12,"status":"no-difference","changed":false,"data":{"a":{"name":"livepatch_new","loaded":false,"path":"KO","build_id":null,"sha256":"SUM"},"b":{"name":"livepatch_new","loaded":false,"path":"KO","build_id":null,"sha256":"SUM"},"same_build":null,"code_compared":true,"changes":[],"errors":[]},"error":null,"audit":null}
== rc 12
== case a loaded patch with a file
== root ready
== args diff livepatch_fix @KO@
== stdout
livepatch_fix -> livepatch_new: 0 added, 1 dropped, 0 changed.

Changes:
  CHANGE   KIND      OBJECT  NAME        DETAIL
  unknown  patch     -       replace     unknown -> no
  dropped  function  nfsd    nfsd_write  position 2

The file of livepatch_fix is not known: callbacks, relocations and code were not compared.
== case a loaded patch with a file, tab-separated
== root ready
== args diff livepatch_fix @KO@ --plain | cut -f 13-17
== stdout
changes.change	changes.kind	changes.object	changes.name	changes.detail
unknown	patch	-	replace	unknown -> no
dropped	function	nfsd	nfsd_write	position 2
== case a loaded patch whose file is not known, JSON
== root stacked
== args diff livepatch_one @KO@ --json
== stdout
{"v":1,"cmd":["diff","livepatch_one","KO","--json"],"rc":0,"status":"ok","changed":false,"data":{"a":{"name":"livepatch_one","loaded":true,"path":null,"build_id":"0102030405060708090a0b0c0d0e0f1011121314","sha256":null},"b":{"name":"livepatch_new","loaded":false,"path":"KO","build_id":null,"sha256":"SUM"},"same_build":null,"code_compared":false,"changes":[{"change":"unknown","kind":"patch","object":null,"name":"replace","detail":"unknown -> no"},{"change":"added","kind":"object","object":null,"name":"nfsd","detail":null},{"change":"added","kind":"function","object":"nfsd","name":"nfsd_read","detail":null},{"change":"dropped","kind":"function","object":"vmlinux","name":"meminfo_proc_show","detail":null}],"errors":["The file of livepatch_one is not known: callbacks, relocations and code were not compared"]},"error":null,"audit":null}
== case one that is loaded with itself
== root ready
== args diff livepatch_fix livepatch_fix
== stdout
livepatch_fix and livepatch_fix are the same build.
== rc 12
== case a leftover without a file
== root stacked
== args diff livepatch_old @KO@
== stderr
klpsh: diff: livepatch_old is disabled for good, so the kernel no longer tells what it patched
  give its file instead: none was found where files of loaded patches are looked for
== rc 5
== case no such patch
== root ready
== args diff livepatch_fax @KO@
== stderr
klpsh: diff: there is no livepatch "livepatch_fax"
  did you mean livepatch_fix?
== rc 5
== case no such file
== root ready
== args diff @KO@ /nonexistent.ko
== stderr
klpsh: diff: /nonexistent.ko: No such file or directory
== rc 5
== case no livepatch
== root ready
== args diff livepatch_fix /etc/passwd
== stderr
klpsh: diff: /etc/passwd: not an ELF file, so not a kernel module
== rc 1
== case one side is missing
== root ready
== args diff @KO@
== stderr
klpsh: diff: FILE|NAME is missing
  usage: klpsh diff FILE|NAME FILE|NAME
== rc 2
