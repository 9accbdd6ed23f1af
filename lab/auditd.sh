# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Brings Debian's auditd into the cache without installing it: on the host it
# would begin to audit at once. In the guest KLPSH_LAB_AUDITD names the unpacked
# tree. Cache: CACHE/auditd/VERSION/, .complete and current as for kernels. What
# is missing is no error: who needs auditd says so.

# What auditd and ausearch link with beyond the C library.
AUDITD_PACKAGES="auditd libauparse0 libaudit1 libcap-ng0 libwrap0 libnsl2 libtirpc3
libgssapi-krb5-2 libkrb5-3 libk5crypto3 libkrb5support0 libcom-err2 libkeyutils1"

# auditd_root: folder of the complete tree in the cache, or nothing.
auditd_root() {
	kernel_root auditd
}

auditd_unpack() {
	dir=$LAB_CACHE/auditd
	new=$(mktemp -d "$dir/.new.XXXXXXXX") || return 1
	for deb in "$LAB_TMP"/debs/*.deb; do
		if ! dpkg-deb -x "$deb" "$new"; then
			rm -rf -- "$new"
			return 1
		fi
	done
	: >"$new/.complete" && chmod 0755 "$new" && rm -rf -- "${dir:?}/$1" && mv -- "$new" "$dir/$1" &&
		printf '%s\n' "$1" >"$dir/current.new" && mv -- "$dir/current.new" "$dir/current"
}

auditd_fetch() {
	version=$(fetch_field auditd Version)
	[ -z "$version" ] || [ ! -f "$LAB_CACHE/auditd/$version/.complete" ] || return 0
	mkdir -p -- "$LAB_CACHE/auditd"
	# shellcheck disable=SC2086 # a list of words
	printf '%s\n' $AUDITD_PACKAGES >"$LAB_TMP/list"
	if [ -z "$version" ] || ! fetch_download "$LAB_TMP/list" auditd "$version" || ! auditd_unpack "$version"; then
		say "auditd could not be had; what needs it in a guest will say so"
	fi
	rm -rf -- "$LAB_TMP/debs"
}
