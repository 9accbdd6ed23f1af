#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Has klpsh build every patch of tests/builder/patches for a kernel of the lab and
# compares what it says with LIST there. The modules go to $BUILD/klpmods/RELEASE,
# for part-build.sh. Prints TAP. Usage: build-patches.sh 6.1|6.12 [NAME...]
# For 6.12 only what differs there, unless KLPSH_LAB_LONG is 1 or names are given.
# KLPSH_BUILD_SOURCE: a source tree in place of the distribution's package.
set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/lab/build-lib.sh
. "$here/build-lib.sh"
shift
only=$*
patches=$here/../builder/patches
made=${BUILD:-build}/klpmods/$release
cp -r "$LAB_DIR/modules" "$work/modules"
# Its Makefile is a program of somebody's, which tries what it must not.
# shellcheck disable=SC2016 # make's words, not the shell's
printf '$(shell touch "%s" 2>/dev/null)\n' '$(CURDIR)/klpsh-escaped' >>"$work/modules/Kbuild"
chmod -R a+rX "$work/modules"
# Where nothing may appear.
none=$work/none
mkdir "$none"
chmod 755 "$none"
source=${KLPSH_BUILD_SOURCE:-}
oot=

patch_file() {
	for f in "$patches/$1.$kernel.patch" "$patches/$1.patch"; do
		if [ -f "$f" ]; then
			printf '%s\n' "$f"
			return
		fi
	done
}

# wanted NAME KERNELS: it is this kernel's turn.
wanted() {
	case $only in
	'') ;;
	*) case " $only " in *" $1 "*) ;; *) return 1 ;; esac ;;
	esac
	[ "$2" = both ] || [ "$2" = "$kernel" ] || return 1
	[ "$kernel" != 6.12 ] || [ "${KLPSH_LAB_LONG:-0}" = 1 ] || [ -n "$only" ] ||
		[ "$2" = 6.12 ] || [ -f "$patches/$1.6.12.patch" ]
}

# klpsh_build WORDS...: its exit code in $rc, its events in $work/events.
klpsh_build() {
	"$KLPSH" build --json --kernel "$release" --image "$image" \
		--config "$config" --symvers "$work/Module.symvers" \
		--modules "$root/lib/modules/$release" \
		${source:+--source "$source"} \
		${oot:+--oot-module "$oot" --oot-module-src "$work/modules" --target klpsh_target.ko} \
		-o "$out" "$@" \
		>"$work/events" 2>"$work/err"
	rc=$?
}

# event FILTER: of every event; the last one, the result, stands in "data".
event() {
	jq -r "(.data // .) | $1" "$work/events" 2>/dev/null
}

# explain: what was said, under a line that is not ok.
explain() {
	jq -r '.why // .text // .error.text? // empty' "$work/events" 2>&1 | tail -n 4 | cut -c 1-300 | sed 's/^/# /'
	tail -n 4 "$work/err" | cut -c 1-300 | sed 's/^/# /'
}

sorted() {
	tr ',' '\n' | grep -v '^-*$' | sort
}

# functions FILTER PREFIX: those of the result that FILTER takes, as LIST has them.
functions() {
	event "select(.event == \"result\") | .functions[] | select($1) |
		select(.name | test(\"[.]cold\") | not) | .object + \":$2\" + .name" | sort
}

# builds NAME EXPECTED
builds() {
	module=klpsh_$(printf '%s' "$1" | tr - _)
	klpsh_build -n "$module" "$(patch_file "$1")"
	is "$1: it becomes a module" "$rc" 0
	[ $rc -eq 0 ] || explain
	is "$1: exactly these functions change" "$(functions '.change == "changed"' '')" \
		"$(printf '%s\n' "$2" | sorted | grep -vF ':+')"
	is "$1: each with its position" "$(functions '.change == "changed" and .sympos == null' '')" ''
	functions '.change == "new"' + >"$work/new"
	is "$1: what is new is in it" "$(printf '%s\n' "$2" | sorted | grep -F ':+' | grep -vxF -f "$work/new")" ''
	has "$1: the file is the one that was told" "$(sha256sum "$out/$module.ko" 2>&1)" \
		"$(event 'select(.event == "result") | .sha256')  "
	[ "$1" != unwind ] || { mkdir "$work/first" && cp "$out/$module.ko" "$work/first/"; }
}

# no_module NAME: nothing was left behind; if it was, then not for the next one.
no_module() {
	is "$1: no module is left" "$(find "$none" -type f -print -delete)" ''
}

# refuses NAME CODE
refuses() {
	klpsh_build -n klpsh_refused "$(patch_file "$1")"
	is "$1: exit 11" $rc 11
	[ $rc -eq 11 ] || explain
	has "$1: the refusal is $2" " $(event 'select(.event == "refusal") | .code' | tr '\n' ' ')" " $2 "
	is "$1: each says why and what helps" \
		"$(event 'select(.event == "refusal") | select((.why // "") == "" or (.technique // "") == "") | .code')" ''
	no_module "$1"
}

# warns NAME CODE
warns() {
	klpsh_build --check "$(patch_file "$1")"
	is "$1: it passes the checks" $rc 0
	[ $rc -eq 0 ] || explain
	has "$1: $2 is told" " $(event '.code? // empty' | tr '\n' ' ')" " $2 "
	no_module "$1"
}

# stops NAME RC
stops() {
	klpsh_build -n klpsh_stopped "$(patch_file "$1")"
	is "$1: exit $2" $rc "$2"
	check "$1: and a sentence about it" test -s "$work/events" -o -s "$work/err"
	no_module "$1"
}

# forget: what builds keep, but for the big images; what is compiled or linked is made anew.
forget() {
	uid=$(id -u)
	[ "$uid" != 0 ] || uid=65534
	for c in "/var/cache/klpsh/$uid" "${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/klpsh"; do
		[ ! -d "$c/entries" ] || find "$c/entries" -type f -size -20M -delete
	done
}

# twice NAME: its module once more, in another folder, and nothing of it from the cache.
twice() {
	forget
	out=$work/again
	mkdir "$out"
	klpsh_build -n "klpsh_$(printf '%s' "$1" | tr - _)" "$(patch_file "$1")"
	check "$1: another build gives the same bytes" diff -r "$out" "$work/first"
}

# escaped: what the module's Makefile made outside of the build's folder.
escaped() {
	find "/var/cache/klpsh" "${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/klpsh" -maxdepth 3 \
		-name klpsh-escaped -print -delete 2>/dev/null
}

# unused FOLDER: it is there, and nobody builds in it.
unused() {
	[ -d "$1" ] && flock -n "$1" true 2>/dev/null
}

# left: folders of builds that nobody is in any more. Another kernel's builds run
# beside these, and theirs are without a lock while they come and go.
left() {
	for d in /var/cache/klpsh/*/tmp/b-* "${XDG_CACHE_HOME:-${HOME:-/root}/.cache}"/klpsh/tmp/b-*; do
		tries=100
		while unused "$d" && [ $tries -gt 0 ]; do
			sleep 0.1
			tries=$((tries - 1))
		done
		[ $tries -gt 0 ] || printf '%s\n' "$d"
	done
}

# target KERNEL: the lab's own module, which its oot-patches are for, as that kernel loads it.
target() {
	"$LAB_DIR/klpsh-lab" modules "$1" >&2
	printf '%s\n' "$LAB_BUILD/$1/klpsh_target.ko"
}

# The compiler is not the kernel's, and the image is another kernel's.
wrong_inputs() {
	sed 's/^CONFIG_CC_VERSION_TEXT=.*/CONFIG_CC_VERSION_TEXT="gcc-12 (Debian 12.0.0-1) 12.0.0"/' \
		"$config" >"$work/config"
	config=$work/config
	refuses_somehow "another compiler" 12.0.0
	config=$work/config-$release
	case $kernel in
	6.1) name=6.12 ;;
	*) name=6.1 ;;
	esac
	other=$(kernel_root $name)
	[ -n "$other" ] || return
	oot=$(target "$name")
	refuses_somehow "a module of another kernel" "$(cat "$other/release")" oot
	oot=
	image=$other/boot/vmlinuz-$(cat "$other/release")
	refuses_somehow "another image" "$(cat "$other/release")"
}

# refuses_somehow TEXT WORD [NAME]: exit 11, and WORD is named.
refuses_somehow() {
	klpsh_build -n klpsh_refused "$(patch_file "${3:-one-function}")"
	is "$1: exit 11" $rc 11
	check "$1: it is named" grep -qF -e "$2" "$work/events" "$work/err"
	no_module "$1"
}

mkdir -p "$made"
[ -n "$only" ] || rm -f "$made"/*.ko
# LIST is this one's alone; klpsh must not read it.
while read -r name kernels kind expected <&4; do
	case $name in
	'' | '#'*) continue ;;
	esac
	wanted "$name" "$kernels" || continue
	oot=
	case $name in
	oot*) oot=$(target "$kernel") ;;
	esac
	case $kind in
	build) out=$made && builds "$name" "$expected" ;;
	refuse) out=$none && refuses "$name" "$expected" ;;
	warn) out=$none && warns "$name" "$expected" ;;
	apply) out=$none && stops "$name" "$expected" ;;
	*) not_ok "$name: LIST has no kind $kind" ;;
	esac
done 4<"$patches/LIST"
oot=
is "a module's Makefile has changed nothing that builds share" "$(escaped)" ''
is "no build's folder is left" "$(left)" ''
[ ! -d "$work/first" ] || twice unwind
out=$none
[ -n "$only" ] || wrong_inputs
finish
