#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The kernel's own livepatch selftests, with klpsh doing what changes the
# kernel. Sources come from Debian's linux-source package of the same version
# as the lab's kernel; only the selftests are unpacked, into the lab's cache,
# and their modules are built against the lab's headers. Nothing of it is ever
# part of this repository.
# Usage: selftests-kernel.sh 6.1|6.12            one boot; TAP
#        selftests-kernel.sh --prepare 6.1|6.12  only get and build
# KLPSH_SELFTESTS=plain runs them without klpsh, to tell its faults from ours.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
LAB_DIR=$(cd "$here/../../lab" && pwd)
# shellcheck source=lab/common.sh
. "$LAB_DIR/common.sh"
only_prepare=
if [ "${1:-}" = --prepare ]; then
	only_prepare=1
	shift
fi
kernel=${1:?kernel}
root=$(need_kernel "$kernel")
version=$(cat "$LAB_CACHE/$kernel/current")
src=$LAB_CACHE/selftests/$kernel-$version
obj=$LAB_BUILD/selftests-$kernel

# What is wanted of the source: the scripts, what they source, the modules.
members='*/tools/testing/selftests/livepatch/* */lib/livepatch/*'

download() {
	(cd "$LAB_TMP" && apt-get -q -o APT::Sandbox::User=root download "$1") >"$LAB_TMP/apt.log" 2>&1
}

unpack() {
	mkdir -p "$LAB_TMP/src"
	# shellcheck disable=SC2086 # a list of patterns, for tar to match
	dpkg-deb --fsys-tarfile "$LAB_TMP"/linux-source-*.deb |
		tar -xO --wildcards '*.tar.xz' |
		(set -f && tar -xJ -C "$LAB_TMP/src" --strip-components=1 --wildcards $members) 2>"$LAB_TMP/tar.log"
	[ -f "$LAB_TMP/src/tools/testing/selftests/livepatch/functions.sh" ]
}

get() {
	[ ! -d "$src" ] || return 0
	say "downloading the source of kernel $kernel ($version) for its selftests"
	download "linux-source-$kernel=$version" || download "linux-source-$kernel" ||
		die "$EX_KERNEL" "linux-source-$kernel cannot be downloaded: $(clean <"$LAB_TMP/apt.log" | tail -n 1)"
	unpack || die "$EX_KERNEL" "the livepatch selftests cannot be unpacked from linux-source-$kernel"
	mkdir -p "$LAB_CACHE/selftests"
	mv "$LAB_TMP/src" "$src"
}

# 6.1 keeps its test modules in lib/livepatch, later kernels beside the scripts.
lay_out() {
	rm -rf "$obj.new"
	mkdir -p "$obj.new"
	cp -R "$src/tools/testing/selftests/livepatch/." "$obj.new/"
	if [ ! -d "$obj.new/test_modules" ]; then
		cp -R "$src/lib/livepatch" "$obj.new/test_modules"
	fi
}

build() {
	headers=$root/usr/src/linux-headers-$(cat "$root/release")
	env -u MAKEFLAGS -u MFLAGS -u CFLAGS -u CC make -C "$headers" -j2 M="$obj.new/test_modules" \
		CONFIG_TEST_LIVEPATCH=m CONFIG_DEBUG_INFO_BTF_MODULES= modules || return 1
	for program in "$obj.new"/*.c; do
		[ ! -f "$program" ] || gcc -O2 -o "${program%.c}" "$program" || return 1
	done
}

prepare() {
	stamp="$(cat "$root/release") $(sha256sum <"$here/selftests-kernel.sh")"
	[ "$stamp" != "$(cat "$obj/.stamp" 2>/dev/null)" ] || return 0
	get
	need_tool gcc-12 gcc-12
	lay_out
	build >"$LAB_TMP/build.log" 2>&1 ||
		die "$EX_BUILD" "the kernel's selftests do not build: $(clean <"$LAB_TMP/build.log" | tail -n 5)"
	printf '%s\n' "$stamp" >"$obj.new/.stamp"
	rm -rf "$obj"
	mv "$obj.new" "$obj"
}

make_tmp
(take_lock selftests && prepare)
[ -z "$only_prepare" ] || exit 0

SELFTESTS=$obj
KLPSH_LAB_ENV="KLPSH SELFTESTS KLPSH_SELFTESTS"
export SELFTESTS KLPSH_LAB_ENV KLPSH_SELFTESTS="${KLPSH_SELFTESTS:-klpsh}"
rc=0
"$LAB_DIR/klpsh-lab" run --kernel "$kernel" --timeout "${KLPSH_LAB_TIMEOUT:-900}" -- \
	sh "$here/selftests-guest.sh" </dev/null || rc=$?
if [ $rc -ge 120 ]; then
	echo "not ok 999 - the lab with $kernel gave exit code $rc"
fi
exit $rc
