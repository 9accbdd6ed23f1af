# SPDX-License-Identifier: GPL-2.0-or-later
== case a file that is not there
== root ready
== args inspect /nonexistent.ko
== stderr
klpsh: inspect: /nonexistent.ko: No such file or directory
== rc 5
== case a file that is no module
== root ready
== args inspect /etc/passwd
== stderr
klpsh: inspect: /etc/passwd: not an ELF file, so not a kernel module
== rc 1
