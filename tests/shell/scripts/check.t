# SPDX-License-Identifier: GPL-2.0-or-later
== case a warning exits 0
== root checkable
== args check @KO@
== stdout
warn: livepatch_new would load, with 1 warning. 1 of 17 checks could not be made.

Checks:
  CHECK            RESULT       EVIDENCE
  is-livepatch     pass         livepatch_new is a livepatch
  vermagic         pass         built for 6.1.0-50-amd64, which runs
  signature        pass         not signed, and no signature is demanded; the kernel will be tainted (E)
  already-loaded   pass         no module livepatch_new is loaded
  depends          pass         it needs no module
  objects-loaded   pass         nfsd is not loaded: patched when it is
  transition       pass         no transition runs
  ftrace-enabled   pass         kernel.ftrace_enabled is 1
  forced           pass         the kernel log tells of no forced transition
  functions-exist  pass         1 found, others are looked up when their module is loaded
  klp-relocs       pass         it has no livepatch relocations
  traceable        pass         ftrace knows every function
  ip-modify        pass         nobody else redirects a function
  kprobes          pass         no kprobe at the entry of a function
  conflicts        pass         cmdline_proc_show of vmlinux: stacks on livepatch_fix
  states           not-checked  the file of livepatch_fix, which would tell its states, is not known
  blockers         warn         in code that would be replaced: 1 of 6 sleeping tasks

Would block now:
 TID COMM STATE WHY FUNCTION SINCE HELPS
   57  reader  D      sleeping-in-patched-function  cmdline_proc_show    n/a  wait

blockers: in code that would be replaced: 1 of 6 sleeping tasks; the transition would wait for them: let them end, or see what helps each.
57 reader: uninterruptible sleep in livepatch_fix's version of cmdline_proc_show of vmlinux, which it would replace (inferred). Only the I/O it waits for ends this sleep: load when that is over.
== case json
== root checkable
== args check @KO@ --json
== stdout
{"v":1,"cmd":["check","KO","--json"],"rc":0,"status":"ok","changed":false,"data":{"verdict":"warn","path":"KO","module":"livepatch_new","sha256":"SUM","checks":[{"id":"is-livepatch","result":"pass","evidence":"livepatch_new is a livepatch","hint":null},{"id":"vermagic","result":"pass","evidence":"built for 6.1.0-50-amd64, which runs","hint":null},{"id":"signature","result":"pass","evidence":"not signed, and no signature is demanded; the kernel will be tainted (E)","hint":null},{"id":"already-loaded","result":"pass","evidence":"no module livepatch_new is loaded","hint":null},{"id":"depends","result":"pass","evidence":"it needs no module","hint":null},{"id":"objects-loaded","result":"pass","evidence":"nfsd is not loaded: patched when it is","hint":null},{"id":"transition","result":"pass","evidence":"no transition runs","hint":null},{"id":"ftrace-enabled","result":"pass","evidence":"kernel.ftrace_enabled is 1","hint":null},{"id":"forced","result":"pass","evidence":"the kernel log tells of no forced transition","hint":null},{"id":"functions-exist","result":"pass","evidence":"1 found, others are looked up when their module is loaded","hint":null},{"id":"klp-relocs","result":"pass","evidence":"it has no livepatch relocations","hint":null},{"id":"traceable","result":"pass","evidence":"ftrace knows every function","hint":null},{"id":"ip-modify","result":"pass","evidence":"nobody else redirects a function","hint":null},{"id":"kprobes","result":"pass","evidence":"no kprobe at the entry of a function","hint":null},{"id":"conflicts","result":"pass","evidence":"cmdline_proc_show of vmlinux: stacks on livepatch_fix","hint":null},{"id":"states","result":"not-checked","evidence":"the file of livepatch_fix, which would tell its states, is not known","hint":null},{"id":"blockers","result":"warn","evidence":"in code that would be replaced: 1 of 6 sleeping tasks","hint":"the transition would wait for them: let them end, or see what helps each"}],"predicted_blockers":[{"tid":57,"pid":57,"comm":"reader","state":"D","kthread":false,"patch_state":-1,"class":"sleeping-in-patched-function","function":"cmdline_proc_show","object":"vmlinux","since":null,"unblock":"wait","reason":"uninterruptible sleep in livepatch_fix's version of cmdline_proc_show of vmlinux, which it would replace","inferred":true,"advice":"Only the I/O it waits for ends this sleep: load when that is over.","stack":["msleep+0x2d/0x40","new_show+0x1c/0x40 [livepatch_fix]"]}],"errors":[]},"error":null,"audit":null}
== case during a transition it fails
== root stall
== args check @KO@
== stdout
fail: livepatch_new would not load: klpsh_lp_nap is in transition, and only one runs at a time.

Checks:
  CHECK            RESULT       EVIDENCE
  is-livepatch     pass         livepatch_new is a livepatch
  vermagic         pass         built for 6.1.0-50-amd64, which runs
  signature        not-checked  it is not signed; whether this kernel wants a signature could not be read
  already-loaded   pass         no module livepatch_new is loaded
  depends          pass         it needs no module
  objects-loaded   pass         nfsd is not loaded: patched when it is
  transition       fail         klpsh_lp_nap is in transition, and only one runs at a time
  ftrace-enabled   pass         kernel.ftrace_enabled is 1
  forced           pass         the kernel log tells of no forced transition
  functions-exist  not-checked  /proc/kallsyms is empty
  klp-relocs       pass         it has no livepatch relocations
  traceable        not-checked  there is no /sys/kernel/tracing/available_filter_functions; it may not be mounted
  ip-modify        not-checked  there is no /sys/kernel/tracing/enabled_functions; it may not be mounted
  kprobes          not-checked  there is no /sys/kernel/debug/kprobes/list; it may not be mounted
  conflicts        pass         no enabled patch has a function of it
  states           not-checked  the file of klpsh_lp_nap, which would tell its states, is not known
  blockers         pass         in code that would be replaced: none of 14 sleeping tasks

transition: klpsh_lp_nap is in transition, and only one runs at a time; wait for its end (klpsh wait), or see who holds it up (klpsh blockers).
== rc 1
== case for another kernel
== root replace
== args check @KO@
== stdout
fail: livepatch_new would not load: built for 6.1.0-50-amd64, but 6.12.0-1-amd64 runs.

Checks:
  CHECK            RESULT       EVIDENCE
  is-livepatch     pass         livepatch_new is a livepatch
  vermagic         fail         built for 6.1.0-50-amd64, but 6.12.0-1-amd64 runs
  signature        not-checked  it is not signed; whether this kernel wants a signature could not be read
  already-loaded   pass         no module livepatch_new is loaded
  depends          pass         it needs no module
  objects-loaded   pass         nfsd is not loaded: patched when it is
  transition       pass         no transition runs
  ftrace-enabled   pass         kernel.ftrace_enabled is 1
  forced           pass         the kernel log tells of no forced transition
  functions-exist  not-checked  /proc/kallsyms is empty
  klp-relocs       pass         it has no livepatch relocations
  traceable        not-checked  there is no /sys/kernel/tracing/available_filter_functions; it may not be mounted
  ip-modify        not-checked  there is no /sys/kernel/tracing/enabled_functions; it may not be mounted
  kprobes          not-checked  there is no /sys/kernel/debug/kprobes/list; it may not be mounted
  conflicts        pass         cmdline_proc_show of vmlinux: stacks on livepatch_v2
  states           not-checked  the file of livepatch_v2, which would tell its states, is not known
  blockers         not-checked  in code that would be replaced: none of 0 sleeping tasks

vermagic: built for 6.1.0-50-amd64, but 6.12.0-1-amd64 runs; take the build for this kernel.
== rc 1
== case a kernel without livepatching
== root none
== args check @KO@
== stderr
klpsh: check: this kernel (6.1.0-nolp) has no livepatching
  klpsh-lab demo shows klpsh on a kernel that has it
== rc 3
== case a file that is not there
== root ready
== args check /nonexistent.ko
== stderr
klpsh: check: /nonexistent.ko: No such file or directory
== rc 5
== case without a file
== root ready
== args check
== stderr
klpsh: check: FILE is missing
  usage: klpsh check FILE
== rc 2
