#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# make bench, on the bare machine: what a build costs beside kbuild, and objdiff
# beside readelf. Needs what a build needs; says so where it is not there. The
# first build finds an empty cache but for the tree and the image, in a mount
# namespace of its own, as root only. BENCH_TREE=1: a tree is prepared, too.
# Nothing here fails a test. Usage: build.sh BENCH KLPSH KERNEL
set -u
bench=$1 klpsh=$2 kernel=$3
here=$(cd "$(dirname "$0")" && pwd)
LAB_DIR=$(cd "$here/../../lab" && pwd)
# shellcheck source=lab/common.sh
. "$LAB_DIR/common.sh"
# shellcheck source=tests/bench/lib.sh
. "$here/lib.sh"
patches=$here/../builder/patches
root=$(need_kernel "$kernel") || exit 0
release=$(cat "$root/release")
headers=$root/usr/src/linux-headers-$release
uid=$(id -u) cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/klpsh
[ "$uid" != 0 ] || uid=65534
[ ! -d "/var/cache/klpsh/$uid" ] && [ "$(id -u)" != 0 ] || cache=/var/cache/klpsh/$uid
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
chmod 755 "$work"
mkdir -p "$work/out" "$work/objects"
cp "$root/boot/config-$release" "$headers/Module.symvers" "$work/"
chmod 644 "$work"/*-"$release" "$work/Module.symvers"
[ "$(id -u)" != 0 ] || chown "$uid:$uid" "$work/objects"

# as_builder CMD...: as who builds, never as root.
as_builder() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid="$uid" --regid="$uid" --clear-groups --no-new-privs "$@"
	else
		"$@"
	fi
}

# klpsh_build WORDS...: its events in $work/events.
klpsh_build() {
	"$klpsh" build --json --kernel "$release" --image "$root/boot/vmlinuz-$release" \
		--config "$work/config-$release" --symvers "$work/Module.symvers" \
		--modules "$root/lib/modules/$release" -o "$work/out" "$@" >"$work/events" 2>"$work/err"
}

# prepared_tree: a tree of the cache with this kernel and configuration; of several any will do.
prepared_tree() {
	for t in "$cache/tree-$release"-*/; do
		if [ -f "$t/.klpsh-stamp" ] && cmp -s "$t/Module.symvers" "$work/Module.symvers"; then
			printf '%s\n' "${t%/}"
			return
		fi
	done
}

# ms EVENTS FIELD FILTER: the sum of a field of seconds, in milliseconds.
ms() {
	jq -rs "[.[] | (.data // .) | select($3) | .$2 // 0] | add // 0 | . * 1000 | round" "$1"
}

phases() {
	jq -r '(.data // .) | select(.event == "phase" and .seconds >= 0.001) |
		"  \(.phase) \(.seconds * 1000 | round) ms, klpsh itself \(.own_seconds * 1000 | round), children \(.children_seconds * 1000 | round)"' \
		"$work/events"
}

# kbuild TARGET...: make in the tree, as klpsh calls it.
kbuild() {
	as_builder env -i PATH="$PATH" LC_ALL=C TMPDIR="$tree/.klpsh-tmp" \
		make -s -C "$tree" --no-print-directory "-j$(nproc)" CC="$cc" KERNELRELEASE="$release" \
		PAHOLE=./.klpsh-pahole "$@" >/dev/null 2>&1
}

now_ms() {
	echo $(($(date +%s%N) / 1000000))
}

# kbuild_ms OBJECT: kbuild makes it anew, while no build works there.
kbuild_ms() {
	(
		exec 9<"$tree.lock"
		flock 9
		as_builder rm -f "$tree/$1"
		begin=$(now_ms)
		kbuild "$1"
		echo $(($(now_ms) - begin))
	)
}

# forget OBJECT: in all trees of this kernel, so that kbuild has to make it.
forget() {
	for t in "$cache/tree-$release"-*/; do
		as_builder flock "${t%/}.lock" rm -f "$t/$1"
	done
}

# first_build: the objects' cache is empty but for the kernel's image, and kbuild has not made this one.
first_build() {
	mkdir "$work/entries"
	chmod 700 "$work/entries"
	chown "$uid:$uid" "$work/entries"
	forget fs/proc/cmdline.o
	export klpsh work release root cache patches
	# shellcheck disable=SC2016 # for the shell inside
	unshare -m sh -c 'mount --bind "$work/entries" "$cache/entries" || exit 1
		one() {
			"$klpsh" build --json --kernel "$release" --image "$root/boot/vmlinuz-$release" \
				--config "$work/config-$release" --symvers "$work/Module.symvers" \
				--modules "$root/lib/modules/$release" -o "$work/out" "$@"
		}
		one --check "$patches/lines-dev.patch" >/dev/null 2>&1
		one "$patches/one-function.patch" >"$work/events" 2>"$work/err"'
}

build_row() {
	own=$(ms "$work/events" own_seconds '.event == "result"')
	wall=$(ms "$work/events" seconds '.event == "result"')
	row "$1, beside kbuild's make of its object, ms" "$wall" "$one_object" "$(ratio "$wall" "$one_object")" \
		"target: under $2"
	children=$(ms "$work/events" children_seconds '.event == "result"')
	row '  klpsh itself beside what it runs, processor time, ms' "$own" "$children" "$(ratio "$own" "$children")" \
		'target: under 300'
	phases
}

builds() {
	one_object=$(kbuild_ms fs/proc/cmdline.o)
	if [ "$(id -u)" = 0 ] && first_build; then
		build_row 'first build of a file' 4000
	else
		echo 'no mount namespace: no first build'
	fi
	klpsh_build "$patches/one-function.patch"
	klpsh_build "$patches/one-function.patch"
	build_row 'the same once more' 2000
}

# compile SOURCE FROM OUT: FROM in the place of SOURCE, a section for each function, to OUT.
compile() {
	dir=${1%/*} base=${1##*/}
	command=$(sed -n '1{s/^[^=]*:= //;s/ ; .*//;s/ -Wp,-MMD,[^ ]*//;p}' "$tree/$dir/.${base%.c}.o.cmd")
	command=${command% -o *}
	# shellcheck disable=SC2016 # for the shell inside
	as_builder sh -c "cd \"\$1\" && $command -iquote $dir -ffunction-sections -fdata-sections -o \"\$3\" \"\$2\"" \
		sh "$tree" "$2" "$3" >/dev/null 2>&1
}

# diff_row SOURCE PATCH MS KIB: objdiff of SOURCE and its patched twin.
diff_row() {
	old=$work/objects/old.o new=$work/objects/new.o
	kbuild "${1%.c}.o"
	as_builder cp "$tree/$1" "$work/objects/old.c"
	as_builder patch -s -o "$work/objects/new.c" "$work/objects/old.c" "$patches/$2" >/dev/null
	if ! compile "$1" "$work/objects/old.c" "$old" || ! compile "$1" "$work/objects/new.c" "$new"; then
		echo "$1 does not compile here: no objdiff of it"
		return
	fi
	own=$("$bench" wall 10 "$klpsh" objdiff "$old" "$new") elf=$("$bench" wall 3 readelf -aW "$old")
	row "objdiff of ${1##*/} beside readelf -a, us" "$own" "$elf" "$(ratio "$own" "$elf")" "target: under $3"
	own=$("$bench" peak "$klpsh" objdiff "$old" "$new") elf=$("$bench" peak readelf -aW "$old")
	row '  memory at most, KiB' "$own" "$elf" "$(ratio "$own" "$elf")" "target: under $4 dirty"
}

# tar_and_make: what a tree costs without klpsh, processor time in microseconds.
tar_and_make() {
	# shellcheck disable=SC2016 # for the shell inside
	as_builder "$bench" cpu 1 sh -c 'tar xf "$1" -C "$2" --strip-components=1 && cp "$3" "$2/.config" &&
		cp "$4" "$2/" && make -s -C "$2" "-j$5" CC="$6" KERNELRELEASE="$7" olddefconfig prepare modules_prepare' \
		sh "/usr/src/linux-source-$kernel.tar.xz" "$work/objects/tree" "$work/config-$release" \
		"$work/Module.symvers" "$(nproc)" "$cc" "$release"
}

# trees: a tree prepared from nothing, beside tar and make. What the first of them wrote goes to the disk
# before the second begins, else that one waits for it; even so the processor's time is the steadier figure.
trees() {
	as_builder mkdir "$work/objects/tree"
	sync
	begin=$(now_ms)
	alone_cpu=$(($(tar_and_make) / 1000))
	alone=$(($(now_ms) - begin))
	as_builder rm -rf "$work/objects/tree"
	sync
	mkdir -m 700 "$work/cache"
	chown "$uid:$uid" "$work/cache"
	export klpsh work release root cache patches
	# shellcheck disable=SC2016 # for the shell inside
	unshare -m sh -c 'mount --bind "$work/cache" "$cache" && "$klpsh" build --check --json --kernel "$release" \
		--image "$root/boot/vmlinuz-$release" --config "$work/config-$release" \
		--symvers "$work/Module.symvers" --modules "$root/lib/modules/$release" \
		"$patches/one-function.patch"' >"$work/events" 2>"$work/err"
	prepared='.event == "phase" and .phase == "prepare"'
	own=$(ms "$work/events" seconds "$prepared")
	row 'a tree unpacked and prepared, beside tar and make, ms' "$own" "$alone" "$(ratio "$own" "$alone")" 'target: 1'
	own=$(($(ms "$work/events" own_seconds "$prepared") + $(ms "$work/events" children_seconds "$prepared")))
	row '  processor time, ms' "$own" "$alone_cpu" "$(ratio "$own" "$alone_cpu")" 'target: 1'
}

row "builds, on this machine ($release)" 'klpsh' 'yardstick' 'ratio' ''
if ! klpsh_build --check "$patches/one-function.patch"; then
	echo "no build is possible here: $(jq -r '.error.text? // empty' "$work/events" 2>/dev/null | tail -n 1)"
	exit 0
fi
tree=$(prepared_tree)
cc=$(sed -n 's/^CONFIG_CC_VERSION_TEXT="\([^ "]*\).*/\1/p' "$work/config-$release")
if [ -z "$tree" ]; then
	echo "no prepared tree in $cache: no yardsticks"
	exit 0
fi
builds
diff_row net/core/dev.c lines-dev.patch 60000 24576
diff_row arch/x86/kvm/x86.c lines-kvm.patch 100000 40960
if [ "${BENCH_TREE:-0}" = 1 ] && [ "$(id -u)" = 0 ]; then
	trees
fi
