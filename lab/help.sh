# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# 'klpsh-lab help': subcommands, options, environment, exit codes. The one place
# where people find them; it changes together with the code.

lab_help() {
	cat <<'TEXT'
klpsh-lab - a real livepatch kernel in QEMU

  klpsh-lab fetch [6.1|6.12]...     bring Debian's kernels and auditd into the cache
  klpsh-lab modules [6.1|6.12]...   build the lab's modules for them
  klpsh-lab run [OPTIONS] -- CMD... run CMD in a guest, as if it ran here
  klpsh-lab shell [OPTIONS]         an interactive shell in a guest
  klpsh-lab demo [--kernel K] [--script FILE]
                                    klpsh beside a livepatch that stalls
  klpsh-lab help                    this text

Options of run and shell:
  --kernel K     6.1 (default) or 6.12
  --mem M        memory in MiB (2048)
  --smp N        processors (2)
  --timeout S    stop the guest after S seconds, boot included (600; with --tty
                 and in shell none); 0 is none
  --tty          CMD gets a terminal of its own, as large as this one
  --append ARGS  more for the kernel's command line
  --init PROG    becomes pid 1, beside CMD: systemd, or a script that execs it

In the guest: the host's whole file tree, as it is, in the caller's folder; what
CMD writes stays in the guest. No network but lo. KLPSH_LAB_MODULES is the folder
of the lab's modules, KLPSH_LAB the kernel, KLPSH_LAB_AUDITD a tree with auditd
and ausearch (empty: none was to be had). CMD's stdout, stderr and exit code
are handed out (128 + N when signal N ended it); all of our stdin is handed in,
so say </dev/null in a loop. /run and /dev/shm are the guest's own.
With --tty, Ctrl-] three times ends the guest.

Environment:
  KLPSH_LAB_CACHE  kernels (default ~/.cache/klpsh-lab)
  KLPSH_LAB_BUILD  modules, in K/ below it (default build/lab of the repository)
  KLPSH_LAB_DIR    the lab's own parts, when they are not beside klpsh-lab
  KLPSH_LAB_ENV    names of variables to hand into the guest
  KLPSH_LAB_ACCEL  kvm or tcg; default: kvm if it truly works
  KLPSH_LAB_LOG    a file that gets the guest's console log at the end
  KLPSH            the klpsh to run in the demo

Exit codes: CMD's own, or
  120  the kernel is unknown, not fetched, or not to be had
  121  QEMU or another tool is missing, or QEMU did not start
  122  the guest panicked or died
  123  the time limit was reached
  124  klpsh-lab was called wrongly
  125  the lab's modules or programs do not build
  126  the lab itself failed, or CMD cannot be run
  127  CMD does not exist in the guest
  141  nobody reads our output any more
TEXT
}
