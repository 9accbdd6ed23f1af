# SPDX-License-Identifier: GPL-2.0-or-later
== case a captured tree is never changed
== root stacked
== args rollback --yes
== stderr
klpsh: rollback: rollback changes things, and ROOT is a captured tree
== rc 4
== case replace wants both
== root stacked
== args replace livepatch_fix
== stderr
klpsh: replace: FILE is missing
  usage: klpsh replace OLD FILE [--all] [--preflight=MODE] [--expect=PIN] [--expect-before=WORD] [--on-stall=WHAT] [--confirm-within=SEC]
== rc 2
