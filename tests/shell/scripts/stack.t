# SPDX-License-Identifier: GPL-2.0-or-later
== case the frames that matter are marked
== root stall
== args stack 57
== stdout
Tid:            57
Pid:            57
Name:           kworker/u4:1
State:          D, uninterruptible sleep
Kernel thread:  yes
Patch state:    0
Blocks:         sleeping-in-patched-function

Stack:
  MARK  FRAME
        msleep+0x2d/0x40
  =>    target_nap+0x1c/0x40 [klpsh_target]
        process_one_work+0x1c7/0x380
        worker_thread+0x4d/0x380
        kthread+0xda/0x100

It blocks the transition: uninterruptible sleep in target_nap of klpsh_target, which is being replaced. Nothing from outside wakes a kernel thread from this sleep: let its work end, or reverse the transition.
=> marks the frames that hold the transition up.
== case a task that does not block
== root stall
== args stack 100 --json
== stdout
{"v":1,"cmd":["stack","100","--json"],"rc":0,"status":"ok","changed":false,"data":{"tid":100,"pid":100,"comm":"daemon100","state":"S","kthread":false,"patch_state":1,"class":null,"reason":null,"advice":null,"frames":[{"matters":false,"frame":"ep_poll+0x123/0x400","function":"ep_poll","module":null,"offset":291,"size":1024},{"matters":false,"frame":"do_syscall_64+0x5b/0xc0","function":"do_syscall_64","module":null,"offset":91,"size":192}],"errors":[]},"error":null,"audit":null}
== case no such task
== root stall
== args stack 4711
== stderr
klpsh: stack: there is no task 4711
== rc 5
== case no number
== root stall
== args stack kworker
== stderr
klpsh: stack: a thread id is a number, not "kworker"
== rc 2
