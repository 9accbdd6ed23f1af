# SPDX-License-Identifier: GPL-2.0-or-later
== case without a patch
== args build
== stderr
klpsh: build: PATCH is missing
  usage: klpsh build PATCH... [-n NAME] [-o DIR] [--check] [--kernel=RELEASE] [--source=DIR] [--config=FILE] [--image=FILE] [--symvers=FILE] [--modules=DIR] [--oot-module=FILE] [--oot-module-src=DIR] [--target=TARGETS] [--non-replace] [--as=USER] [-j N] [--max-objects=N] [--trust-compiler] [--sign-key=FILE] [--sign-cert=FILE] [--keep] [--verbose]
== rc 2
== case of a patch that is not there
== args build nosuch.patch
== stderr
klpsh: build: nosuch.patch: No such file or directory
== rc 5
== case of a folder
== args build /
== stderr
klpsh: build: / is a folder, not a file
== rc 1
== case for what is no kernel's release
== script
not a patch
== args build --kernel ../6.1 @SCRIPT@
== stderr
klpsh: build: '../6.1' is not a kernel release
== rc 2
== case for a kernel whose image is not installed
== script
not a patch
== args build --kernel 5.99.0-1-amd64 @SCRIPT@
== stderr
klpsh: build: the image of kernel 5.99.0-1-amd64 is not installed (no /boot/vmlinuz-5.99.0-1-amd64)
  apt-get install linux-image-5.99.0-1-amd64, or give it with --image FILE; for another kernel say --kernel RELEASE
== rc 5
== case with an image that is not there
== script
not a patch
== args build --image /nosuch/vmlinuz @SCRIPT@
== stderr
klpsh: build: /nosuch/vmlinuz: No such file or directory
== rc 5
== case under a name that no module can have
== script
not a patch
== args build -n bad/name @SCRIPT@
== stderr
klpsh: build: 'bad/name' is not a name for a module: letters, digits and underscores, at most 55
== rc 2
== case under a name that is too long
== script
not a patch
== args build -n aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa @SCRIPT@
== stderr
klpsh: build: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' is not a name for a module: letters, digits and underscores, at most 55
== rc 2
== case into a folder that is not there
== script
not a patch
== args build -o /nosuch --image @SCRIPT@ @SCRIPT@
== stderr
klpsh: build: -o /nosuch: No such file or directory
== rc 5
== case into a file
== script
not a patch
== args build --output=@SCRIPT@ --image @SCRIPT@ @SCRIPT@
== stderr
klpsh: build: -o SCRIPT: Not a directory
== rc 1
== case with no compilers at all
== script
not a patch
== args build -j 0 @SCRIPT@
== stderr
klpsh: build: --jobs takes a number from 1, not "0"
== rc 2
== case from a source that is not there
== script
not a patch
== args build --source /nosuch @SCRIPT@
== stderr
klpsh: build: --source /nosuch: No such file or directory
== rc 5
== case with a configuration that is not there
== script
not a patch
== args build --config /nosuch @SCRIPT@
== stderr
klpsh: build: --config /nosuch: No such file or directory
== rc 5
== case with a Module.symvers that is not there
== script
not a patch
== args build --symvers /nosuch @SCRIPT@
== stderr
klpsh: build: --symvers /nosuch: No such file or directory
== rc 5
== case an out-of-tree module without its sources
== script
not a patch
== args build --oot-module @SCRIPT@ @SCRIPT@
== stderr
klpsh: build: --oot-module without --oot-module-src
  --oot-module is the module's file as it is loaded, --oot-module-src the folder of its sources
== rc 2
== case sources of an out-of-tree module without its file
== script
not a patch
== args build --oot-module-src /tmp @SCRIPT@
== stderr
klpsh: build: --oot-module-src without --oot-module
  --oot-module is the module's file as it is loaded, --oot-module-src the folder of its sources
== rc 2
== case a target of the kernel
== script
not a patch
== args build --target vmlinux @SCRIPT@
== stderr
klpsh: build: --target is for --oot-module: of the kernel only what the patch touches is built
== rc 2
== case a target that is a rule
== script
not a patch
== args build --oot-module @SCRIPT@ --oot-module-src /tmp --target=one:two @SCRIPT@
== stderr
klpsh: build: --target 'one:two' is no list of make's targets
== rc 2
== case a target that sets a variable
== script
not a patch
== args build --oot-module @SCRIPT@ --oot-module-src /tmp --target=CC=cc @SCRIPT@
== stderr
klpsh: build: --target 'CC=cc' is no list of make's targets
== rc 2
== case a target and an option whose value is none
== script
not a patch
== args build --oot-module @SCRIPT@ --oot-module-src /tmp '--target=modules CONFIG_X=$(id)' @SCRIPT@
== stderr
klpsh: build: --target 'modules CONFIG_X=$(id)' is no list of make's targets
== rc 2
== case options of an out-of-tree module
== script
not a patch
== args build --oot-module @SCRIPT@ --oot-module-src /nosuch '--target= modules CONFIG_X=m CONFIG_N_2=4' @SCRIPT@
== stderr
klpsh: build: --oot-module-src /nosuch: No such file or directory
== rc 5
== case sources of an out-of-tree module that are not there
== script
not a patch
== args build --oot-module @SCRIPT@ --oot-module-src /nosuch @SCRIPT@
== stderr
klpsh: build: --oot-module-src /nosuch: No such file or directory
== rc 5
== case as a user that there is not
== script
not a patch
== args build --check --image @SCRIPT@ --as nosuchuser @SCRIPT@
== stderr
klpsh: build: --as nosuchuser: there is no such user
== rc 5
== case with a letter that is no flag
== script
not a patch
== args build -x @SCRIPT@
== stderr
klpsh: build: there is no flag -x
  only -n -o -j are letters, with a blank before their value; others are whole words, such as --json; -- ends them
== rc 2
== case in a read-only session
== script
not a patch
== args --read-only build @SCRIPT@
== stderr
klpsh: build: build changes things, and this session is read-only
== rc 4
== case an error in JSON is one object
== args build --json --kernel 5.99.0-1-amd64 nosuch.patch
== stdout
{"v":1,"cmd":["build","--json","--kernel","5.99.0-1-amd64","nosuch.patch"],"rc":5,"status":"not-found","changed":false,"data":null,"error":{"code":"not-found","errno":"ENOENT","text":"nosuch.patch: No such file or directory","hint":""},"audit":null}
== stderr
klpsh: build: nosuch.patch: No such file or directory
== rc 5
== case a wrong word in JSON
== args build --json
== stdout
{"v":1,"cmd":["build","--json"],"rc":2,"status":"usage","changed":false,"data":null,"error":{"code":"usage","errno":"EINVAL","text":"PATCH is missing","hint":"usage: klpsh build PATCH... [-n NAME] [-o DIR] [--check] [--kernel=RELEASE] [--source=DIR] [--config=FILE] [--image=FILE] [--symvers=FILE] [--modules=DIR] [--oot-module=FILE] [--oot-module-src=DIR] [--target=TARGETS] [--non-replace] [--as=USER] [-j N] [--max-objects=N] [--trust-compiler] [--sign-key=FILE] [--sign-cert=FILE] [--keep] [--verbose]"},"audit":null}
== stderr is stderr of without a patch
== rc 2
== case signed with a certificate and no key
== script
not a patch
== args build --sign-cert /nosuch/cert @SCRIPT@
== stderr
klpsh: build: --sign-cert without --sign-key
  both may name one file that has the key and its certificate
== rc 2
== case signed with a key that is not there
== script
not a patch
== args build --sign-key /nosuch/key @SCRIPT@
== stderr
klpsh: build: --sign-key /nosuch/key: No such file or directory
== rc 5
