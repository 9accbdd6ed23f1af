# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Brings Debian's kernels into the cache without installing them: apt-get
# download checks each package against the signed lists, dpkg-deb unpacks it.
# The package of today comes from the meta package, never from a number here.
# Cache: CACHE/K/VERSION/ is the unpacked root; .complete marks it whole;
# CACHE/K/current names the one in use.

fetch_meta() {
	case $1 in
	6.1) printf 'amd64\n' ;;
	*) printf '%s-amd64\n' "$1" ;;
	esac
}

# fetch_field PACKAGE FIELD: of the version apt would install today.
fetch_field() {
	apt-cache show --no-all-versions -- "$1" 2>/dev/null |
		sed -n "s/^$2: //p" | sed 1q
}

# fetch_depends PACKAGE PATTERN: names it depends on that match, one a line.
fetch_depends() {
	fetch_field "$1" Depends | tr ',|' '\n' |
		sed -e 's/^ *//' -e 's/[ (].*//' | grep -E -- "$2" | sort -u || :
}

# fetch_list K: "package" lines of all that is needed; the image is first.
fetch_list() {
	meta=$(fetch_meta "$1")
	image=$(fetch_depends "linux-image-$meta" '^linux-image-[0-9]' | sed 1q)
	headers=$(fetch_depends "linux-headers-$meta" '^linux-headers-[0-9]' | sed 1q)
	[ -n "$image" ] && [ -n "$headers" ] || return 1
	printf '%s\n%s\n' "$image" "$headers"
	fetch_depends "$headers" '^linux-(headers|kbuild)-[0-9]'
}

fetch_download() {
	say "downloading $(wc -l <"$1") packages of $2 ($3)"
	mkdir -- "$LAB_TMP/debs"
	# shellcheck disable=SC2016 # for the inner sh to expand
	xargs sh -c 'cd -- "$0" && exec apt-get -q -o APT::Sandbox::User=root download "$@"' \
		"$LAB_TMP/debs" <"$1" >"$LAB_TMP/apt.log" 2>&1 && return 0
	clean <"$LAB_TMP/apt.log" | grep -E '^[EW]:' | tail -n 3 >&2 || :
	return 1
}

# The headers' makefiles and links name /usr/src and /usr/lib: point them here.
fetch_relocate() {
	root=$1 final=$2
	find "$root/usr/src" -maxdepth 2 -type f \( -name Makefile -o -name '.kernelvariables' \) \
		-exec sed -i -e "s,/usr/src/,$final/usr/src/,g" -e "s,/usr/lib/linux-,$final/usr/lib/linux-,g" {} +
	find "$root/usr" "$root/lib" -type l | while IFS= read -r link; do
		to=$(readlink -- "$link")
		case $to in
		/usr/* | /lib/*) ln -sfn -- "$final$to" "$link" ;;
		esac
	done
}

# fetch_root NEW FINAL: the downloaded packages become a root that will be FINAL.
# Whoever calls this tests its result, so "set -e" does not hold here.
fetch_root() {
	for deb in "$LAB_TMP"/debs/*.deb; do
		dpkg-deb -x "$deb" "$1" || return 1
	done
	if ! [ -d "$1/lib/modules" ]; then
		mv -- "$1/usr/lib/modules" "$1/lib/" || return 1
	fi
	release=$(basename -- "$(echo "$1"/boot/vmlinuz-*)")
	release=${release#vmlinuz-}
	depmod -b "$1" -F "$1/boot/System.map-$release" "$release" || return 1
	fetch_relocate "$1" "$2" || return 1
	printf '%s\n' "$release" >"$1/release" && : >"$1/.complete" && chmod 0755 "$1"
}

# fetch_unpack K VERSION: to a complete root that is the one in use, or to none.
fetch_unpack() {
	dir=$LAB_CACHE/$1
	new=$(mktemp -d "$dir/.new.XXXXXXXX") || return 1
	if ! fetch_root "$new" "$dir/$2" 2>"$LAB_TMP/unpack.log"; then
		clean <"$LAB_TMP/unpack.log" | tail -n 3 >&2 || :
		rm -rf -- "$new"
		return 1
	fi
	rm -rf -- "${dir:?}/$2"
	mv -- "$new" "$dir/$2" && printf '%s\n' "$2" >"$dir/current.new" &&
		mv -- "$dir/current.new" "$dir/current"
}

fetch_fallback() {
	if kernel_root "$1" >/dev/null; then
		say "$2; using the cached kernel $1 ($(cat -- "$LAB_CACHE/$1/current"))"
		return 0
	fi
	die "$EX_KERNEL" "$2, and no kernel $1 is cached; check the network and apt's sources (bookworm, bookworm-security), run apt-get update, then: klpsh-lab fetch $1"
}

fetch_one() {
	k=$1
	check_kernel_name "$k"
	mkdir -p -- "$LAB_CACHE/$k"
	if ! fetch_list "$k" >"$LAB_TMP/list"; then
		fetch_fallback "$k" "apt knows no package for kernel $k"
		return 0
	fi
	version=$(fetch_field "$(sed 1q "$LAB_TMP/list")" Version)
	if [ -f "$LAB_CACHE/$k/$version/.complete" ]; then
		printf '%s\n' "$version" >"$LAB_CACHE/$k/current"
	elif ! fetch_download "$LAB_TMP/list" "kernel $k" "$version"; then
		fetch_fallback "$k" "the packages of kernel $k ($version) could not be downloaded"
	elif ! fetch_unpack "$k" "$version"; then
		fetch_fallback "$k" "the packages of kernel $k ($version) could not be unpacked in $LAB_CACHE"
	fi
	rm -rf -- "$LAB_TMP/debs"
	say "kernel $k is $(cat -- "$(kernel_root "$k")/release") ($(cat -- "$LAB_CACHE/$k/current"))"
}

cmd_fetch() {
	[ $# -gt 0 ] || set -- 6.1 6.12
	for k in "$@"; do
		check_kernel_name "$k"
	done
	need_tool depmod kmod
	make_tmp
	mkdir -p -- "$LAB_CACHE"
	for k in "$@"; do
		# A subshell, so that the lock goes with it.
		(trap - EXIT && take_lock fetch && fetch_one "$k") || return $?
	done
	(trap - EXIT && take_lock fetch && auditd_fetch)
}
