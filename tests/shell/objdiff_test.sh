#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# `klpsh objdiff` on two versions of a small source, compiled here as the
# kernel compiles: what it says, its exit codes, and what -o leaves behind. TAP.
set -u
# shellcheck source=tests/lib/program.sh
. "$(dirname "$0")/../lib/program.sh"
export LC_ALL=C.UTF-8 TERM=xterm HOME="$work"
if ! command -v gcc >/dev/null; then
	echo "1..0 # SKIP there is no gcc to compile with"
	exit 0
fi

cat >"$work/a.c" <<'END'
extern int out(int), sink(const char *, ...);
extern void __might_sleep(const char *, int);
int data = DATA;
__attribute__((noinline)) static int help(int a) { return out(a) + 1; }
int f(int a) { return help(a) + VALUE; }
int g(int a) { __might_sleep("a.c", VALUE + 10); return out(a) + 2; }
int h(int a) { return out(a) + data; }
#if VALUE > 1
static int state = 3;
int fresh(int a) { state += a; return sink("fresh", &state); }
#endif
END

# compile NAME DEFINES...
compile() {
	object=$work/$1
	shift
	gcc -c -O2 -w -ffunction-sections -fdata-sections -pg -mfentry -mrecord-mcount -fno-common \
		-mcmodel=kernel -mno-red-zone -fno-PIE -fcf-protection=none -fno-asynchronous-unwind-tables \
		"$@" -o "$object" "$work/a.c"
}
compile a.o -DVALUE=1 -DDATA=3 || exit 1
compile b.o -DVALUE=2 -DDATA=3 || exit 1
compile refused.o -DVALUE=1 -DDATA=4 || exit 1

# judge NAME RC WORDS...: run it in the folder; its exit code. Output in $work/out and $work/err.
judge() {
	name=$1 expected=$2
	shift 2
	(cd "$work" && "$klpsh" "$@" >out 2>err </dev/null)
	rc=$?
	if [ "$rc" -eq "$expected" ]; then
		ok "$name"
	else
		not_ok "$name"
		echo "# exit code $rc, expected $expected"
		sed 's/^/# /' "$work/out" "$work/err"
	fi
}

# said NAME PATTERN [FILE]: a line of the output matches.
said() {
	if grep -qE -e "$2" "$work/${3:-out}"; then
		ok "$1"
	else
		not_ok "$1"
		sed 's/^/# /' "$work/${3:-out}"
	fi
}

# holds NAME COMMAND...
holds() {
	name=$1
	shift
	if "$@"; then ok "$name"; else not_ok "$name"; fi
}

judge "a difference" 0 objdiff a.o b.o
said "sums first" '^b\.o: 1 changed, 1 new, 0 dropped, 3 the same\.$'
said "a changed function with its reason" '^  changed  f +byte \+0x[0-9a-f]+ is 02, was 01$'
said "a new function" '^  new      fresh'
said "an overlooked line" '^  same     g +but for line numbers'
holds "the rest is a number only" sh -c "! grep -q help '$work/out'"
judge "all of them" 0 objdiff a.o b.o --all
said "those that are the same, too" '^  same     help'

judge "no difference" 12 objdiff a.o a.o
said "no difference, in words" '^a\.o: no difference in 4 functions\.$'
judge "no difference, nothing to write" 12 objdiff a.o a.o -o same.o
holds "nothing was written" test ! -e "$work/same.o"

judge "a refusal" 11 objdiff a.o refused.o -o refused.out
said "its code, place, reason and what helps" 'Refused \(data-value\): data in \.data\.data: .*What helps: '
holds "nothing is written of what is refused" test ! -e "$work/refused.out"
(cd "$work" && for n in 1 2; do
	gcc -c -O2 -w -ffunction-sections -fdata-sections -pg -mfentry -fasynchronous-unwind-tables \
		-DVALUE=$n -DDATA=3 -o "unwind$n.o" a.c
done)
judge "unwind tables" 11 objdiff unwind1.o unwind2.o
said "unwind tables, with the flag that leaves them out" \
	'unknown-section\): f in \.eh_frame: .*-fno-asynchronous-unwind-tables'
judge "a refusal, JSON" 11 objdiff a.o refused.o --json
said "a refusal as data" '"refusals":\[\{"code":"data-value","file":"refused.o","function":"data","section":".data.data"'

judge "JSON" 0 objdiff a.o b.o --json
said "functions as data" '"functions":\[\{"change":"changed","name":"f","included":true,"why":"byte'
said "sums as data" '"counts":\{"changed":1,"new":1,"dropped":0,"same":3,"overlooked":1,"refusals":0\}'
said "variables as data" '"variables":\["state"\]'

judge "an object" 0 objdiff a.o b.o -o out.o
said "that names are plain" 'undefined in it under its own'
holds "a linker takes it" ld -r -o "$work/linked.o" "$work/out.o"
nm "$work/out.o" >"$work/nm"
said "what stays the kernel's is undefined" ' U help$' nm
said "what is new is there" ' T fresh$' nm
said "what changed is local" ' t f$' nm
holds "no folder was left half-written" sh -c "! ls -A '$work' | grep -q '^\\.tmp-'"
judge "the same bytes again" 0 objdiff a.o b.o --output again.o
holds "the same bytes" cmp -s "$work/out.o" "$work/again.o"

printf '%s\n' '0 T out' '0 t help' '0 t help' '0 T sink' >"$work/symbols"
judge "an ambiguous symbol" 11 objdiff a.o b.o --symbols symbols -o names.o
said "an ambiguous symbol, in words" 'Refused \(ambiguous-symbol\): f in \.text\.f: '
printf '%s\n' '0 T out' '0 T help' '0 t help' '0 T sink' >"$work/symbols"
printf '0x00000001\tsink\tvmlinux\tEXPORT_SYMBOL\t\n' >"$work/symvers"
judge "names for livepatch" 0 objdiff a.o b.o --symbols symbols --symvers symvers -o names.o
nm "$work/names.o" >"$work/nm"
said "the position among all of the name" ' U \.klp\.sym\.vmlinux\.help,2$' nm
said "an export" ' U sink$' nm
printf '%s\n' '0 t out	[mod]' '0 t help	[mod]' '0 t sink	[mod]' >"$work/symbols"
judge "names of a module" 0 objdiff a.o b.o --object mod --symbols symbols -o names.o
nm "$work/names.o" >"$work/nm"
said "the module's name is in it" ' U \.klp\.sym\.mod\.help,1$' nm

ln -s nowhere "$work/link.o"
judge "a link is not followed" 1 objdiff a.o b.o -o link.o
holds "nor replaced" test -L "$work/link.o"
cp "$work/b.o" "$work/b.copy"
judge "what is read is not overwritten" 2 objdiff a.o b.o -o ./b.o
holds "it is as it was" cmp -s "$work/b.o" "$work/b.copy"
judge "no such folder" 5 objdiff a.o b.o -o not/there.o
mkdir "$work/folder"
judge "a folder is no file" 1 objdiff a.o b.o -o folder
said "a folder is no file, in words" '^klpsh: objdiff: folder is a folder: name a file in it' err
judge "a folder with its slash neither" 1 objdiff a.o b.o -o folder/
said "a folder with its slash neither, in words" 'folder/ is a folder: name a file in it' err
judge "no value" 2 objdiff a.o b.o -o
judge "no such letter" 2 objdiff a.o b.o -x
judge "no such file" 5 objdiff a.o not-there.o
judge "no object" 1 objdiff a.o a.c
said "which of the two" 'objdiff: a\.c: not an ELF file' err
said "and what would be one" 'two \.o files' err
judge "one is missing" 2 objdiff a.o
judge "sizes that are none" 2 objdiff a.o b.o --sizes bug_entry
judge "an object's name that is none" 2 objdiff a.o b.o --object 'a b'
judge "symbols that are none" 1 objdiff a.o b.o --symbols a.c
said "with the line" 'a\.c:1: not a line of address, type and name' err
finish
