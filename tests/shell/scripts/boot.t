# SPDX-License-Identifier: GPL-2.0-or-later
== case a captured tree has no boot store to change
== root checkable
== args install @KO@ --yes
== stderr
klpsh: install: install changes things, and ROOT is a captured tree
== rc 4
== case nor one to load from
== root checkable
== args boot --yes
== stderr
klpsh: boot: boot changes things, and ROOT is a captured tree
== rc 4
== case install without a file
== root checkable
== args install
== stderr
klpsh: install: FILE is missing
  usage: klpsh install FILE [--kernel=RELEASE] [--order=N] [--expect=PIN] [--expect-before=WORD]
== rc 2
== case uninstall without a name
== root checkable
== args uninstall
== stderr
klpsh: uninstall: NAME is missing
  usage: klpsh uninstall NAME [--kernel=RELEASE] [--expect=PIN] [--expect-before=WORD]
== rc 2
== case read-only
== args --read-only boot
== stderr
klpsh: boot: boot changes things, and this session is read-only
== rc 4
== case read-only, another kernel
== args --read-only uninstall fix --kernel=6.1.0
== stderr
klpsh: uninstall: uninstall changes things, and this session is read-only
== rc 4
== case a release that is a path
== args install @KO@ --kernel=../../etc --dry-run
== stderr
klpsh: install: "../../etc" is no kernel release
== rc 2
== case no such file
== args install /nonexistent.ko --dry-run
== stderr
klpsh: install: /nonexistent.ko: No such file or directory
== rc 5
