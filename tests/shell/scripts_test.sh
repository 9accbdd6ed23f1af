#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Runs the declarative cases of tests/shell/scripts/*.t against made-up
# machines: words or a script in, stdout, stderr and exit code out. TAP.
#
# A file holds cases; a line that starts with "== " opens a part:
#   == case NAME         the next case
#   == root KIND         of tests/lib/mkroot.sh; passed as --root
#   == name WORD         the name it is called by (klpsh when not given)
#   == args WORDS        quoted as for sh; @KO@ is a livepatch of tests/lib/mkko.sh
#   == script            lines of the file @SCRIPT@ that args may name
#   == stdin             lines for stdin (else it is empty)
#   == stdout            expected lines (none given: must be empty)
#   == stderr            likewise
#   == stderr is stdout of NAME   what another case above expects; any two of the streams
#   == rc N              expected exit code (0 when not given)
# In outputs the root is ROOT, the script SCRIPT, the livepatch KO, a duration DURATION, a time
# TIME; a line with a duration has its blanks squeezed, as widths differ.
# UPDATE=1 prints what was got instead of judging.
set -u
# shellcheck source=tests/lib/program.sh
. "$(dirname "$0")/../lib/program.sh"
unset NO_COLOR XDG_STATE_HOME COLUMNS
export LC_ALL=C.UTF-8 TERM=xterm HOME="$work"

# Take one .t file apart: $work/c/NNN/{name,called,root,args,script,stdin,stdout,stderr,rc}.
split() {
	rm -rf "$work/c"
	mkdir "$work/c"
	awk -v top="$work/c" '
		/^#/ && !dir { next }
		/^== case / {
			dir = sprintf("%s/%03d", top, ++k)
			system("mkdir " dir)
			print substr($0, 9) > (dir "/name")
			dirs[substr($0, 9)] = dir
			part = ""
			next
		}
		/^== (root|name|args|rc) / {
			print substr($0, length($2) + 5) > (dir "/" ($2 == "name" ? "called" : $2))
			part = ""
			next
		}
		/^== (stdout|stderr) is (stdout|stderr) of / {
			from = dirs[substr($0, 24)] "/" $4
			close(from)
			while ((getline line < from) > 0)
				print line > (dir "/" $2)
			part = ""
			next
		}
		/^== (script|stdin|stdout|stderr)$/ { part = dir "/" $2; printf "" > part; next }
		part { print > part }
	' "$1"
}

# What differs from run to run, made the same.
normal() {
	sed -E -e "s|$work/roots/[a-z]+|ROOT|g" -e "s|$work/script|SCRIPT|g" \
		-e "s|$work/fix.ko|KO|g" -e 's/"sha256":"[0-9a-f]{64}"/"sha256":"SUM"/g' \
		-e 's/"(since|seconds|next_signal)":[0-9.e+-]+/"\1":N/g' \
		-e 's/"time":"[^"]*"/"time":"TIME"/g' \
		-e 's/([0-9]+ d )?([0-9]+ h )?([0-9]+ min )?[0-9]+ s\b/DURATION/g' \
		-e 's/[0-9]+ d [0-9]+ h/DURATION/g; s/[0-9]+ h [0-9]+ min/DURATION/g' \
		-e 's/^[0-9]{2}:[0-9]{2}:[0-9]{2}  /TIME  /' \
		-e 's/"root":(true|false)/"root":ROOT/; s/^(Root: +)(yes|no)$/\1ROOT/' \
		-e '/DURATION|SINCE/s/ +/ /g' "$1"
}

# judge NAME PART: PART as expected?
same() {
	normal "$work/$1" >"$work/$1.got"
	[ -e "$case/$1" ] || : >"$case/$1"
	diff -u "$case/$1" "$work/$1.got" >"$work/$1.diff"
}

run_case() {
	args=$(cat "$case/args" 2>/dev/null)
	root=$(cat "$case/root" 2>/dev/null)
	expected=$(cat "$case/rc" 2>/dev/null || echo 0)
	if [ -n "$root" ]; then
		[ -d "$work/roots/$root" ] || tests/lib/mkroot.sh "$root" "$work/roots/$root"
		root="--root $work/roots/$root"
	fi
	[ ! -e "$case/script" ] || sed "s|@SCRIPT@|$work/script|g" "$case/script" >"$work/script"
	[ -e "$case/stdin" ] || : >"$case/stdin"
	args=$(printf '%s\n' "$args" | sed -e "s|@SCRIPT@|$work/script|g" -e "s|@KO@|$work/fix.ko|g")
	# shellcheck disable=SC2034 # used through eval
	called=$(cat "$case/called" 2>/dev/null || echo klpsh)
	eval "timeout 60 \"\$work/bin/\$called\" $root $args" <"$case/stdin" >"$work/stdout" 2>"$work/stderr"
	rc=$?
}

mkdir "$work/bin"
for name in klpsh kpatch kpatch-build; do
	ln -s "$klpsh" "$work/bin/$name"
done
tests/lib/mkko.sh "$work/fix.ko" || exit 1
for file in tests/shell/scripts/*.t; do
	split "$file"
	for case in "$work"/c/*; do
		name="$(basename "$file" .t): $(cat "$case/name")"
		run_case
		if [ -n "${UPDATE:-}" ]; then
			printf '##### %s\n== stdout\n' "$name"
			normal "$work/stdout"
			printf '== stderr\n'
			normal "$work/stderr"
			printf '== rc %s\n' "$rc"
			continue
		fi
		if same stdout && same stderr && [ "$rc" -eq "$expected" ]; then
			ok "$name"
			continue
		fi
		not_ok "$name"
		[ "$rc" -eq "$expected" ] || echo "# exit code $rc, expected $expected"
		same stdout || sed 's/^/# /' "$work/stdout.diff"
		same stderr || sed 's/^/# /' "$work/stderr.diff"
	done
done
finish
