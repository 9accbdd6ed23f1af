#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Holds the house rules that a compiler cannot: who may include whom, one owner
# for each foreign library, no printing and no exiting below the front ends, no
# sysfs paths above core, and an SPDX line in every file. Prints each breach
# with its place and exits 1 when there was one. Reads git's list of files.
set -eu
cd "$(dirname "$0")/.."
bad=0

say() {
	printf '%s\n' "$1" >&2
	bad=1
}

# may LAYER PREFIX...: files of LAYER may include only these folders' headers.
may() {
	layer=$1
	shift
	allowed=$(printf '%s|' "$@")
	hits=$(git ls-files "$layer/*.c" "$layer/*.h" | xargs -r grep -nE '^#include "' /dev/null |
		grep -vE "#include \"(${allowed%|})" || true)
	[ -z "$hits" ] || say "$layer may not include:
$hits"
}

# owner FILE PATTERN: only FILE may include a header that matches PATTERN.
owner() {
	hits=$(git ls-files 'core/*.[ch]' 'kmod/*.[ch]' 'builder/*.[ch]' 'shell/*.[ch]' 'tui/*.[ch]' main.c |
		grep -vxF "$1" | xargs -r grep -nE "^#include <($2)" /dev/null || true)
	[ -z "$hits" ] || say "only $1 may include <$2>:
$hits"
}

# never PATTERN WHY FILES...: no line of these files may match.
never() {
	pattern=$1 why=$2
	shift 2
	hits=$(git ls-files "$@" | xargs -r grep -nE "$pattern" /dev/null || true)
	[ -z "$hits" ] || say "$why:
$hits"
}

may core core/
may kmod core/ kmod/
may builder core/ builder/ kmod/elf.h kmod/decompress.h
may shell core/ kmod/ builder/ shell/
may tui core/ shell/ tui/

owner tui/term.c '(ncursesw/)?(n?curses|term)\.h'
owner shell/line.c 'readline/'
owner core/audit.c 'libaudit\.h'
owner core/loop.c 'systemd/sd-event\.h'
owner shell/unconfirmed.c 'systemd/sd-daemon\.h'
owner core/login.c 'systemd/sd-login\.h'
owner core/journal_read.c 'systemd/sd-journal\.h'
owner core/json.c 'jansson\.h'
owner kmod/elf.c '(libelf|gelf)\.h'
owner core/worker.c 'cap-ng'
owner kmod/module.c 'libkmod\.h'
owner shell/table.c 'libsmartcols'
owner core/conf.c 'ini\.h'

never '(^|[^_a-z])(v?f?printf|puts|fputs|putchar|perror|exit|abort)\(' \
	'core, kmod and builder neither print nor exit' 'core/*.c' 'kmod/*.c' 'builder/*.c'
never '"(sys|proc)/[a-z]|open[a-z0-9]*\("/(sys|proc)/' 'paths of sysfs and procfs belong to core and kmod' 'shell/*.c' 'tui/*.c'
never '(^|[^_a-z])(system|popen|strcpy|strcat|sprintf|gets|sleep|usleep|nanosleep)\(' \
	'calls that this project does not make' 'core/*.c' 'kmod/*.c' 'builder/*.c' 'shell/*.c' 'tui/*.c' main.c

for f in $(git ls-files); do
	case $f in
	LICENSE | compile_flags.txt | *.golden | *.t | *.svg | *.png | *.out) continue ;;
	esac
	head -n 3 "$f" | grep -q 'SPDX-License-Identifier' || say "no SPDX line: $f"
done

exit $bad
