# SPDX-License-Identifier: GPL-2.0-or-later
== case a captured tree is never changed
== root checkable
== args load @KO@ --yes
== stderr
klpsh: load: load changes things, and ROOT is a captured tree
== rc 4
== case without a file
== root checkable
== args load
== stderr
klpsh: load: FILE is missing
  usage: klpsh load FILE [PARAM=VALUE...] [--preflight=MODE] [--expect=PIN] [--expect-before=WORD] [--on-stall=WHAT] [--confirm-within=SEC]
== rc 2
