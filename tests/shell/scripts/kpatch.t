# SPDX-License-Identifier: GPL-2.0-or-later
== case list says what is loaded and what is installed
== name kpatch
== root ready
== args list
== stdout
Loaded patch modules:
livepatch_fix [enabled]

Installed patch modules:
== case list while enabling names the stalled processes with their stacks
== name kpatch
== root stall
== args list
== stdout
Loaded patch modules:
klpsh_lp_nap [enabling...]

Stalled processes:
57 kworker/u4:1
  msleep+0x2d/0x40
  target_nap+0x1c/0x40 [klpsh_target]
  process_one_work+0x1c7/0x380
  worker_thread+0x4d/0x380
  kthread+0xda/0x100
301 reader
  wait_woken+0x50/0x60
  target_nap+0x3c/0x40 [klpsh_target]
  vfs_read+0x9c/0x300
  do_syscall_64+0x5b/0xc0

Installed patch modules:
== case list while disabling
== name kpatch
== root revert
== args list
== stdout
Loaded patch modules:
klpsh_lp_nap [disabling...]

Stalled processes:
57 kworker/u4:1
  msleep+0x2d/0x40
  new_nap+0x1c/0x40 [klpsh_lp_nap]
  process_one_work+0x1c7/0x380

Installed patch modules:
== case list with stack_order names the functions
== name kpatch
== root replace
== args list
== stdout
Loaded patch modules:
livepatch_v2 [enabled]
livepatch_v1 [disabled]

Currently livepatched functions:
cmdline_proc_show (vmlinux) livepatch_v2

Installed patch modules:
== case list of stacked patches
== name kpatch
== root stacked
== args list
== stdout
Loaded patch modules:
livepatch_one [enabled]
livepatch_two [enabled]
livepatch_old [disabled]

Installed patch modules:
== case list without livepatching still lists what is installed
== name kpatch
== root none
== args list
== stdout
Loaded patch modules:

Installed patch modules:
== case info prints what the module says of itself
== name kpatch
== root ready
== args info @KO@
== stdout
Patch information for KO:
filename:       KO
license:        GPL
livepatch:      Y
name:           livepatch_new
vermagic:       6.1.0-50-amd64 SMP preempt mod_unload modversions 
== case info of what is not installed
== name kpatch
== root ready
== args info livepatch_other
== rc 1
== stderr
kpatch: can't find livepatch_other: it is not installed for kernel 6.1.0-50-amd64
== case info of an installed one, - and _ alike
== name kpatch
== root installed
== args info livepatch_fix
== stdout
Patch information for ROOT/var/lib/kpatch/6.1.0-50-amd64/livepatch-fix.ko:
filename:       ROOT/var/lib/kpatch/6.1.0-50-amd64/livepatch-fix.ko
license:        GPL
livepatch:      Y
name:           livepatch_new
vermagic:       6.1.0-50-amd64 SMP preempt mod_unload modversions 
== case list of installed ones, packages' too
== name kpatch
== root installed
== args list
== stdout
Loaded patch modules:
livepatch_fix [enabled]

Installed patch modules:
livepatch_fix (6.1.0-50-amd64)
livepatch_old (5.10.0-1-amd64)
== case load changes no captured tree
== name kpatch
== root installed
== args load livepatch-fix
== rc 1
== stdout
loading patch module: ROOT/var/lib/kpatch/6.1.0-50-amd64/livepatch-fix.ko
== stderr
kpatch: error: failed to load module livepatch_new: load changes things, and ROOT is a captured tree
== case uninstall of what is not installed
== name kpatch
== root ready
== args uninstall livepatch_fix
== rc 1
== stderr
kpatch: livepatch_fix is not installed for kernel 6.1.0-50-amd64
== case install for another kernel
== name kpatch
== root ready
== args install -k 5.10.0-1-amd64 @KO@
== rc 1
== stderr
kpatch: invalid module version 6.1.0-50-amd64 for kernel 5.10.0-1-amd64
== case install of what is no module
== name kpatch
== root ready
== args install /etc/passwd
== rc 1
== stderr
kpatch: /etc/passwd is not a module: its name has no .ko
== case signal without a transition
== name kpatch
== root ready
== args signal
== stdout
no patch is in transition, so there is no process to signal
== case signal in a transition
== name kpatch
== root stall
== args signal
== stdout
the kernel signals the stalled processes of klpsh_lp_nap by itself, every 15 seconds
== case version
== name kpatch
== args version
== stdout
0.9.11
== case no word
== name kpatch
== args
== rc 1
== stderr
usage: kpatch WORD [ARGS]

Words:
   install [-k|--kernel-version=RELEASE] FILE
      install a patch module to be loaded at boot
   uninstall [-k|--kernel-version=RELEASE] NAME
      uninstall a patch module
   load --all
      load all patch modules installed for the running kernel
   load FILE|NAME
      load a patch module into the running kernel
   unload --all
      unload all patch modules
   unload NAME
      unload a patch module
   info NAME
      show information about a patch module
   list
      list loaded and installed patch modules
   signal
      signal processes that hold a transition up
   version
      show the kpatch version this is compatible with
== case a word too many
== name kpatch
== args unload one two
== rc 1
== stderr
usage: kpatch WORD [ARGS]

Words:
   install [-k|--kernel-version=RELEASE] FILE
      install a patch module to be loaded at boot
   uninstall [-k|--kernel-version=RELEASE] NAME
      uninstall a patch module
   load --all
      load all patch modules installed for the running kernel
   load FILE|NAME
      load a patch module into the running kernel
   unload --all
      unload all patch modules
   unload NAME
      unload a patch module
   info NAME
      show information about a patch module
   list
      list loaded and installed patch modules
   signal
      signal processes that hold a transition up
   version
      show the kpatch version this is compatible with
== case unload of what is not loaded
== name kpatch
== root ready
== args unload livepatch-other
== rc 1
== stderr
kpatch: patch module livepatch-other is not loaded
