# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Builds lab/modules against a kernel's headers in the cache. Sources are copied
# to LAB_BUILD/obj-K/ and compiled there, never in the source tree; the finished
# modules, without debug data, go to LAB_BUILD/K/. A stamp of the sources' and
# the kernel's identity tells whether anything has to be done.

modules_dir() {
	printf '%s\n' "$LAB_BUILD/$1"
}

modules_stamp() {
	cat -- "$2/release"
	(cd -- "$LAB_DIR/modules" && sha256sum -- Kbuild *.[ch])
}

modules_fresh() {
	[ -f "$LAB_BUILD/$1/.stamp" ] &&
		[ "$(modules_stamp "$1" "$2")" = "$(cat -- "$LAB_BUILD/$1/.stamp")" ]
}

modules_compile() {
	headers=$2/usr/src/linux-headers-$(cat -- "$2/release")
	rm -rf -- "$3"
	mkdir -p -- "$3" || return 1
	cp -- "$LAB_DIR"/modules/Kbuild "$LAB_DIR"/modules/*.[ch] "$3/" || return 1
	env -u MAKEFLAGS -u MFLAGS -u CFLAGS -u CC make -C "$headers" -j2 \
		M="$3" CONFIG_DEBUG_INFO_BTF_MODULES= modules >"$3/build.log" 2>&1
}

# modules_install OBJ DIR: so that nobody ever sees half a set. Its callers test
# the result, so "set -e" does not hold here.
modules_install() {
	rm -rf -- "$2.new"
	mkdir -p -- "$2.new" || return 1
	for ko in "$1"/*.ko; do
		strip --strip-debug -o "$2.new/$(basename -- "$ko")" "$ko" || return 1
	done
	cp -- "$1/.stamp" "$2.new/.stamp" || return 1
	rm -rf -- "$2"
	mv -- "$2.new" "$2"
}

# modules_ensure K ROOT: builds when sources or kernel changed.
modules_ensure() {
	[ -f "$LAB_DIR/modules/Kbuild" ] || return 0
	modules_fresh "$1" "$2" && return 0
	need_tool make make
	need_tool gcc-12 gcc-12
	mkdir -p -- "$LAB_BUILD"
	(take_lock modules && modules_build "$1" "$2")
}

modules_build() {
	modules_fresh "$1" "$2" && return 0
	obj=$LAB_BUILD/obj-$1
	note "building the lab's modules for $(cat -- "$2/release")"
	stamp=$(modules_stamp "$1" "$2")
	if ! modules_compile "$1" "$2" "$obj"; then
		clean <"$obj/build.log" | tail -n 20 >&2 || :
		die "$EX_BUILD" "the lab's modules do not build for $1; the whole log is $obj/build.log"
	fi
	[ -n "${LAB_QUIET:-}" ] || grep -i warning "$obj/build.log" | clean >&2 || :
	printf '%s\n' "$stamp" >"$obj/.stamp"
	if ! modules_install "$obj" "$LAB_BUILD/$1"; then
		die "$EX_BUILD" "the lab's modules for $1 cannot be put into $LAB_BUILD/$1"
	fi
}

cmd_modules() {
	[ $# -gt 0 ] || set -- 6.1 6.12
	for k in "$@"; do
		root=$(need_kernel "$k")
		modules_ensure "$k" "$root" || return $?
		say "modules for $k: $(modules_dir "$k")"
	done
}
