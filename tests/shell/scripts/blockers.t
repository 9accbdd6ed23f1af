# SPDX-License-Identifier: GPL-2.0-or-later
== case stall in words
== root stall
== args blockers
== stdout
klpsh_lp_nap is being enabled, for DURATION, and has stalled: 2 of 14 tasks left.

Blockers:
 TID COMM STATE WHY FUNCTION SINCE HELPS
 57 kworker/u4:1 D sleeping-in-patched-function target_nap DURATION reverse-only
 301 reader S sleeping-in-patched-function target_nap DURATION poke

57 kworker/u4:1: uninterruptible sleep in target_nap of klpsh_target, which is being replaced. Nothing from outside wakes a kernel thread from this sleep: let its work end, or reverse the transition.
301 reader: sleeping in target_nap of klpsh_target, which is being replaced. The kernel has signalled it and it still sleeps here: stop and continue its process, or end what it waits for.
klpsh stack 57 shows its stack.
== case stall as JSON
== root stall
== args blockers --json
== stdout
{"v":1,"cmd":["blockers","--json"],"rc":0,"status":"ok","changed":false,"data":{"patch":"klpsh_lp_nap","target":1,"tasks":14,"done":12,"unreadable":0,"since":N,"stalled":true,"blockers":[{"tid":57,"pid":57,"comm":"kworker/u4:1","state":"D","kthread":true,"patch_state":0,"class":"sleeping-in-patched-function","function":"target_nap","object":"klpsh_target","since":N,"unblock":"reverse-only","reason":"uninterruptible sleep in target_nap of klpsh_target, which is being replaced","inferred":false,"advice":"Nothing from outside wakes a kernel thread from this sleep: let its work end, or reverse the transition.","stack":["msleep+0x2d/0x40","target_nap+0x1c/0x40 [klpsh_target]","process_one_work+0x1c7/0x380","worker_thread+0x4d/0x380","kthread+0xda/0x100"]},{"tid":301,"pid":300,"comm":"reader","state":"S","kthread":false,"patch_state":0,"class":"sleeping-in-patched-function","function":"target_nap","object":"klpsh_target","since":N,"unblock":"poke","reason":"sleeping in target_nap of klpsh_target, which is being replaced","inferred":false,"advice":"The kernel has signalled it and it still sleeps here: stop and continue its process, or end what it waits for.","stack":["wait_woken+0x50/0x60","target_nap+0x3c/0x40 [klpsh_target]","vfs_read+0x9c/0x300","do_syscall_64+0x5b/0xc0"]}],"errors":[]},"error":null,"audit":null}
== case unpatching
== root revert
== args blockers
== stdout
klpsh_lp_nap is being disabled, for DURATION, and has stalled: 1 of 12 tasks left.

Blockers:
 TID COMM STATE WHY FUNCTION SINCE HELPS
 57 kworker/u4:1 D sleeping-in-patched-function target_nap DURATION reverse-only

57 kworker/u4:1: uninterruptible sleep in klpsh_lp_nap's version of target_nap of klpsh_target, which is being taken out (inferred). Nothing from outside wakes a kernel thread from this sleep: let its work end, or reverse the transition.
klpsh stack 57 shows its stack.
== case no transition
== root ready
== args blockers
== stdout
No transition is running.
== case no transition as JSON
== root ready
== args tasks --json
== stdout
{"v":1,"cmd":["tasks","--json"],"rc":0,"status":"ok","changed":false,"data":{"patch":null,"target":null,"tasks":null,"done":null,"unreadable":null,"since":null,"stalled":null,"blockers":[],"errors":[]},"error":null,"audit":null}
== case escape sequences in a task's name are shown, not sent
== root hostile
== args blockers
== stdout
livepatch_with_a_name_that_is_as_long_as_the_kernel_all is being enabled, for at least DURATION: 1 of 5 tasks left.

Blockers:
 TID COMM STATE WHY FUNCTION SINCE HELPS
 66 \x1B[31mred\x1B]0;x\x07 ) R ( D unknown n/a DURATION wait

66 \x1B[31mred\x1B]0;x\x07 ) R (: uninterruptible sleep, and no patched function is on its stack: it should switch at the next try (inferred). The kernel tries again every second; look again in a moment.
klpsh stack 66 shows its stack.
== stderr
klpsh: note: cannot read enabled of binary: it does not hold what the kernel writes there
klpsh: note: cannot read enabled of cut: it does not hold what the kernel writes there
klpsh: note: cannot read enabled of huge: it is longer than an attribute can be
== case tasks count
== root stall
== args tasks
== stdout
klpsh_lp_nap is being enabled, for DURATION, and has stalled: 2 of 14 tasks left.

Blockers:
 TID COMM STATE WHY FUNCTION SINCE HELPS
 57 kworker/u4:1 D sleeping-in-patched-function target_nap DURATION reverse-only
 301 reader S sleeping-in-patched-function target_nap DURATION poke
== case idle CPUs
== root idle
== args tasks
== stdout
klpsh_lp_nap is being enabled, for DURATION: 0 of 11 tasks left.
