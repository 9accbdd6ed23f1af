# SPDX-License-Identifier: GPL-2.0-or-later
== case without an image
== args kallsyms
== stderr
klpsh: kallsyms: IMAGE is missing
  usage: klpsh kallsyms IMAGE [NAME]
== rc 2
== case with two names
== args kallsyms image one two
== stderr
klpsh: kallsyms: "two" is one word too many
  usage: klpsh kallsyms IMAGE [NAME]
== rc 2
== case of an image that is not there
== args kallsyms /nosuch/vmlinuz
== stderr
klpsh: kallsyms: /nosuch/vmlinuz: No such file or directory
== rc 5
== case of a folder
== args kallsyms /
== stderr
klpsh: kallsyms: / is a folder, not a file
== rc 1
== case of what is no image
== script
not an image
== args kallsyms @SCRIPT@
== stderr
klpsh: kallsyms: SCRIPT is no kernel image: neither a bzImage nor an ELF vmlinux
  an image is /boot/vmlinuz-RELEASE, or the vmlinux of a kernel's build
== rc 1
== case of a module
== args kallsyms @KO@
== stderr
klpsh: kallsyms: KO: not a linked program (ELF type 1), so not a kernel
  an image is /boot/vmlinuz-RELEASE, or the vmlinux of a kernel's build
== rc 1
== case an error in JSON is one object
== script
not an image
== args kallsyms --json @SCRIPT@
== stdout
{"v":1,"cmd":["kallsyms","--json","SCRIPT"],"rc":1,"status":"failed","changed":false,"data":null,"error":{"code":"failed","errno":"ENOEXEC","text":"SCRIPT is no kernel image: neither a bzImage nor an ELF vmlinux","hint":"an image is /boot/vmlinuz-RELEASE, or the vmlinux of a kernel's build"},"audit":null}
== stderr
klpsh: kallsyms: SCRIPT is no kernel image: neither a bzImage nor an ELF vmlinux
  an image is /boot/vmlinuz-RELEASE, or the vmlinux of a kernel's build
== rc 1
