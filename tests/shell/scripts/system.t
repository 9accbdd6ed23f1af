# SPDX-License-Identifier: GPL-2.0-or-later
== case facts, and what could not be seen
== root ready
== args system
== stdout
Livepatches can be loaded here.

Kernel:               6.1.0-50-amd64
Host:                 lab
Command line:         console=ttyS0 quiet
CPUs online:          2
Livepatch:            yes
Configured:           n/a
Ftrace:               yes
Signatures required:  n/a
Lockdown:             n/a
Root:                 ROOT
Ptrace scope:         0
Audit:                n/a
Audit policy:         default
Replaced functions:   3
== stderr
klpsh: note: who else hooks the functions is not known: there is no /sys/kernel/tracing/enabled_functions; it may not be mounted
klpsh: note: who else hooks the functions is not known: there is no /sys/kernel/debug/kprobes/list; it may not be mounted
== case others hook a function, as JSON
== root hooked
== args system --json
== stdout
{"v":1,"cmd":["system","--json"],"rc":0,"status":"ok","changed":false,"data":{"kernel":"6.1.0-50-amd64","host":"lab","cmdline":"console=ttyS0 quiet","cpus":2,"livepatch":true,"config":null,"ftrace":true,"sig_enforce":false,"signed":false,"lockdown":"none","root":ROOT,"ptrace_scope":0,"audit":null,"audit_daemon":null,"audit_lost":null,"audit_policy":"default","functions":1,"hooked":[{"name":"cmdline_proc_show","object":"vmlinux","patches":["livepatch_fix"],"others":"a kprobe, a BPF program or another direct call, 1 other user of ftrace"}],"hooks_unseen":[],"errors":[]},"error":null,"audit":null}
== case no livepatching
== root none
== args system
== stdout
This kernel has no livepatching: /sys/kernel/livepatch is missing. make demo in klpsh's source shows a kernel that has.

Kernel:               6.1.0-nolp
Host:                 lab
Command line:         console=ttyS0 quiet
CPUs online:          2
Livepatch:            no
Configured:           n/a
Ftrace:               yes
Signatures required:  n/a
Lockdown:             n/a
Root:                 ROOT
Ptrace scope:         0
Audit:                n/a
Audit policy:         default
Replaced functions:   0
