# SPDX-License-Identifier: GPL-2.0-or-later
== case a captured tree has no history
== root ready
== args history
== stderr
klpsh: history: ROOT is a captured tree, which has no history of changes
== rc 2
