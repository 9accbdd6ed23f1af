# SPDX-License-Identifier: GPL-2.0-or-later
== case help
== name kpatch-build
== args --help
== stdout
usage: kpatch-build [OPTIONS] PATCH...

Options:
   -n, --name NAME            name of the module (default: livepatch- and the patch's)
   -o, --output DIR           folder for the module (default: the current one)
   -s, --sourcedir DIR        the kernel's source (default: the distribution's package)
   -c, --config FILE          the kernel's configuration
   -a, --archversion RELEASE  build for this kernel (default: the running one)
   -j, --jobs N               compilers at a time
   -R, --non-replace          leave other livepatches as they are
   -d, --debug                show what compilers and make print
   -v, --vmlinux FILE         taken, not needed: the kernel's image is used
   -t, --target TARGET        what to make of the sources of --oot-module; else not needed
   --oot-module FILE          patch this module from outside of the kernel's tree
   --oot-module-src DIR       its sources
   --skip-cleanup             keep the build's folder and say where it is
   -h, --help                 this

Flags of klpsh build that its messages name (--image, --symvers, ...) are taken, too.
== case no word
== name kpatch-build
== args 
== stderr is stdout of help
== rc 1
== case an option that there is not
== name kpatch-build
== args --no-such-option x.patch
== stderr
ERROR: --no-such-option: there is no such option
  kpatch-build --help lists the options
== rc 1
== case a letter that is none, among others
== name kpatch-build
== args -xR x.patch
== stderr
ERROR: -x: there is no such option
  kpatch-build --help lists the options
== rc 1
== case a letter that is none, behind a word
== name kpatch-build
== args --debug -Rx x.patch
== stderr
ERROR: -x: there is no such option
  kpatch-build --help lists the options
== rc 1
== case a value where there is none to give
== name kpatch-build
== args --non-replace=yes x.patch
== stderr
ERROR: --non-replace=yes: this option takes no value
  kpatch-build --help lists the options
== rc 1
== case an option without its value
== name kpatch-build
== args x.patch -n
== stderr
ERROR: -n: this option needs a value
  kpatch-build --help lists the options
== rc 1
== case a patch that is not there
== name kpatch-build
== args nosuch.patch
== stdout
Testing patch file(s)
== stderr
ERROR: nosuch.patch: No such file or directory
== rc 1
== case options that are not needed are taken
== name kpatch-build
== args -v vmlinux -t vmlinux --skip-cleanup -d -R -a 5.99.0-1-amd64 nosuch.patch
== stdout
Testing patch file(s)
== stderr
ERROR: nosuch.patch: No such file or directory
== rc 1
== case long names of options
== name kpatch-build
== args --vmlinux=v --target=t --debug --non-replace --archversion=5.99.0-1-amd64 --jobs=2 --output=/tmp nosuch.patch
== stdout
Testing patch file(s)
== stderr
ERROR: nosuch.patch: No such file or directory
== rc 1
== case a kernel whose image is not installed
== name kpatch-build
== script
not a patch
== args -a 5.99.0-1-amd64 @SCRIPT@
== stdout
Testing patch file(s)
== stderr
ERROR: the image of kernel 5.99.0-1-amd64 is not installed (no /boot/vmlinuz-5.99.0-1-amd64)
  apt-get install linux-image-5.99.0-1-amd64, or give it with --image FILE; for another kernel say --kernel RELEASE
== rc 1
== case a name that no module can have
== name kpatch-build
== script
not a patch
== args -n bad/name -a 5.99.0-1-amd64 @SCRIPT@
== stdout
Testing patch file(s)
== stderr
ERROR: 'bad/name' is not a name for a module: letters, digits and underscores, at most 55
== rc 1
== case a folder that is not there
== name kpatch-build
== script
not a patch
== args -o /nosuch --image @SCRIPT@ @SCRIPT@
== stdout
Testing patch file(s)
== stderr
ERROR: -o /nosuch: No such file or directory
== rc 1
== case a source that is not there
== name kpatch-build
== script
not a patch
== args -s /nosuch @SCRIPT@
== stdout
Testing patch file(s)
== stderr
ERROR: --source /nosuch: No such file or directory
== rc 1
== case a configuration that is not there
== name kpatch-build
== script
not a patch
== args -c /nosuch @SCRIPT@
== stdout
Testing patch file(s)
== stderr
ERROR: --config /nosuch: No such file or directory
== rc 1
== case a number that is none
== name kpatch-build
== script
not a patch
== args -j many @SCRIPT@
== stdout
Testing patch file(s)
== stderr
ERROR: --jobs takes a number from 1, not "many"
== rc 1
== case the compiler check is not skipped
== name kpatch-build
== script
not a patch
== args --skip-compiler-check @SCRIPT@
== stderr
ERROR: --skip-compiler-check is not done: with another compiler the new code could differ from the kernel in more than the patch
  install the compiler that the kernel was built with, or try --trust-compiler: another version of it is taken then, and the module says so
== rc 1
== case by its old name neither
== name kpatch-build
== script
not a patch
== args --skip-gcc-check @SCRIPT@
== stderr
ERROR: --skip-compiler-check is not done: with another compiler the new code could differ from the kernel in more than the patch
  install the compiler that the kernel was built with, or try --trust-compiler: another version of it is taken then, and the module says so
== rc 1
== case of an out-of-tree module the file alone
== name kpatch-build
== script
not a patch
== args --oot-module @SCRIPT@ -t one -t two @SCRIPT@
== stdout
Testing patch file(s)
== stderr
ERROR: --oot-module without --oot-module-src
  --oot-module is the module's file as it is loaded, --oot-module-src the folder of its sources
== rc 1
== case of an out-of-tree module a target that is none
== name kpatch-build
== script
not a patch
== args --oot-module @SCRIPT@ --oot-module-src /tmp -t one -t -k @SCRIPT@
== stdout
Testing patch file(s)
== stderr
ERROR: --target 'one -k' is no list of make's targets
== rc 1
== case an out-of-tree module that is not there
== name kpatch-build
== script
not a patch
== args --oot-module=a.ko --oot-module-src=/tmp --target=modules @SCRIPT@
== stdout
Testing patch file(s)
== stderr
ERROR: a.ko: No such file or directory
== rc 1
== case source packages are not unpacked
== name kpatch-build
== script
not a patch
== args -r kernel.src.rpm @SCRIPT@
== stderr
ERROR: source packages are not unpacked from RPM files: --sourcerpm
  unpack and prepare it, then give the folder with --sourcedir DIR
== rc 1
== case a captured tree is not built for
== name kpatch-build
== script
not a patch
== args --root /tmp @SCRIPT@
== stdout
Testing patch file(s)
== stderr
ERROR: build changes things, and /tmp is a captured tree
== rc 1
