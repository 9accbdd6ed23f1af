#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What klpsh build says and leaves behind where the machine is in its way: full
# disks, an interrupt, another build at the same time, a cache that was damaged.
# Disks are small tmpfs in a mount namespace of our own. Prints TAP.
# Usage: build-troubles.sh 6.1|6.12. What needs a tree made anew only where
# KLPSH_LAB_LONG is 1.
set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/lab/build-lib.sh
. "$here/build-lib.sh"
patches=$here/../builder/patches
long=${KLPSH_LAB_LONG:-0}
out=$work/out
mkdir "$out"

# shellcheck disable=SC2016 # quotes within a document are no quotes
# build WORDS..., also for a shell in a namespace.
cat >"$work/build" <<EOF
build() {
	\${by:-} '$KLPSH' build --kernel '$release' --image '$image' --config '$config' \\
		--symvers '$work/Module.symvers' --modules '$root/lib/modules/$release' \\
		${KLPSH_BUILD_SOURCE:+--source '$KLPSH_BUILD_SOURCE'} "\$@"
}
EOF
# shellcheck source=/dev/null
. "$work/build"

# says TEXT WHAT: on the terminal, in a sentence.
says() {
	check "$2" grep -qF -e "$1" "$work/said"
	grep -qF -e "$1" "$work/said" || tail -n 4 "$work/said" | sed 's/^/# /'
}

# small_disk FOLDER SIZE WORDS...: build while FOLDER is a disk of that size; what is in it then is in $left.
small_disk() {
	# shellcheck disable=SC2016 # for the shell within
	unshare -m sh -c '. "$1" && shift && mount -t tmpfs -o "size=$2,mode=755" none "$1" && folder=$1 &&
		shift 2 && build "$@"; rc=$?; find "$folder" -name "*.ko*"; exit $rc' \
		sh "$work/build" "$@" >"$work/left" 2>"$work/said"
	rc=$?
	left=$(grep '[.]ko' "$work/left")
}

full_output() {
	small_disk "$out" 4k -o "$out" "$patches/one-function.patch"
	is "full disk, the module's folder: exit 1" $rc 1
	says "the disk is full: $out/" "full disk, the module's folder: it says which file was not written"
	is "full disk, the module's folder: no half of a module" "$left" ''
}

full_cache() {
	mkdir -p /var/cache/klpsh
	small_disk /var/cache/klpsh 30m -o "$out" "$patches/one-function.patch"
	is "full disk, the cache: exit 1" $rc 1
	says "the disk of /var/cache/klpsh/" "full disk, the cache: it says which"
	is "full disk, the cache: nothing is built" "$(find "$out" -type f)" ''
}

killed() {
	# One that nobody has built before, so that nothing of it is kept.
	sed "s/\" klpsh\"/\" klpsh-$$-$(date +%s)\"/" "$patches/one-function.patch" >"$work/new.patch"
	chmod 644 "$work/new.patch"
	mkfifo "$work/fifo"
	# shellcheck disable=SC2034 # build reads it
	(by='exec' && build -n klpsh_stopped -o "$out" "$work/new.patch") >"$work/fifo" 2>&1 &
	pid=$!
	while read -r line; do
		case $line in *'prepare tree'*) kill -TERM $pid ;; esac
	done <"$work/fifo"
	wait $pid
	is "killed while it compiles: exit 143" $? 143
	is "killed while it compiles: no module" "$(find "$out" -type f)" ''
	build -n klpsh_again -o "$out" "$work/new.patch" >"$work/said" 2>&1
	is "killed while it compiles: the next build is not in its way" $? 0
}

two_at_once() {
	build -n klpsh_a -o "$out" "$patches/shadow.patch" >"$work/a" 2>&1 &
	pid=$!
	build -n klpsh_b -o "$out" "$patches/one-function.patch" >"$work/b" 2>&1
	is "two at once: the one" $? 0
	wait $pid
	is "two at once: the other" $? 0
	check "two at once: both modules are there" test -s "$out/klpsh_a.ko" -a -s "$out/klpsh_b.ko"
}

damaged_tree() {
	for tree in /var/cache/klpsh/*/tree-"$release"-*/; do
		echo '#error klpsh' >>"$tree/include/linux/seq_file.h"
	done
	sed "s/\" klpsh\"/\" klpsh-$$\"/" "$patches/one-function.patch" >"$work/other.patch"
	chmod 644 "$work/other.patch"
	build -n klpsh_damaged -o "$out" "$work/other.patch" >"$work/said" 2>&1
	is "damaged source: exit 1" $? 1
	says "somebody has changed files in /var/cache/klpsh/" "damaged source: it is told"
	is "damaged source: no module" "$(find "$out" -name 'klpsh_damaged*')" ''
	build -n klpsh_damaged -o "$out" "$work/other.patch" >"$work/said" 2>&1
	is "damaged source: made anew by the next build" $? 0
}

random_layouts() {
	random=$work/config-$release-random
	{ cat "$work/config-$release" && echo CONFIG_RANDSTRUCT=y; } >"$random"
	sed "s|--config '[^']*'|--config '$random'|" "$work/build" >"$work/build-random"
	# shellcheck disable=SC2016 # for the shell within
	sh -c '. "$1" && shift && build "$@"' sh "$work/build-random" -n klpsh_random -o "$out" \
		"$patches/one-function.patch" >"$work/said" 2>&1
	is "randomized structures: refused" $? 11
	says "CONFIG_RANDSTRUCT is on" "randomized structures: it says by what"
	is "randomized structures: no module" "$(find "$out" -name 'klpsh_random*')" ''
}

if unshare -m true 2>"$work/said"; then
	full_output
	[ "$long" != 1 ] || full_cache
else
	echo "ok 1 - full disk # SKIP no mount namespaces here: $(tail -n 1 "$work/said")"
fi
killed
two_at_once
random_layouts
[ "$long" != 1 ] || damaged_tree
finish
