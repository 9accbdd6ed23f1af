# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Makes the guest's initramfs: static busybox, guest-init, the agent, the modules
# that reach the root file system (in the order modules.dep gives, which differs
# between kernels), and the command to run. Modules keep their signatures: those
# that Debian ships compressed are decompressed, never stripped.

INITRAMFS_APPLETS="sh mount mkdir insmod ln cp hostname ifconfig switch_root uname sleep"
INITRAMFS_MODULES="virtio_pci 9p 9pnet_virtio overlay virtio_console"

# initramfs_module_paths MODULES_DEP: what to insert, in order, each once.
initramfs_module_paths() {
	awk -v wanted="$INITRAMFS_MODULES" -F: '
		{
			name = $1
			sub(/.*\//, "", name)
			sub(/\.ko.*/, "", name)
			gsub(/-/, "_", name)
			path[name] = $1
			deps[name] = $2
		}
		END {
			n = split(wanted, w, " ")
			for (i = 1; i <= n; i++) {
				if (!(w[i] in path))
					continue	# built in
				m = split(deps[w[i]], d, " ")
				for (j = m; j > 0; j--)
					if (d[j] != "" && !seen[d[j]]++)
						print d[j]
				if (!seen[path[w[i]]]++)
					print path[w[i]]
			}
		}' "$1"
}

initramfs_modules() {
	modules=$1/lib/modules/$(cat -- "$1/release")
	initramfs_module_paths "$modules/modules.dep" | while IFS= read -r path; do
		name=$(basename -- "$path")
		case $name in
		*.xz) xz -dc -- "$modules/$path" >"$2/${name%.xz}" ;;
		*.gz) gzip -dc -- "$modules/$path" >"$2/${name%.gz}" ;;
		*.zst) zstd -qdc -- "$modules/$path" >"$2/${name%.zst}" ;;
		*) cp -- "$modules/$path" "$2/$name" ;;
		esac
		printf '%s\n' "${name%.[xgz]*}" | sed 's/\.ko$//;s/$/.ko/' >>"$2/list"
	done
}

# initramfs_env: NUL-separated environment of the command in the guest.
initramfs_env() {
	printf '%s\0' "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" \
		HOME=/root USER=root LOGNAME=root SHELL=/bin/sh "TERM=${TERM:-linux}" \
		"LANG=${LANG:-C.UTF-8}" "KLPSH_LAB=$1" \
		"KLPSH_LAB_MODULES=/lib/modules/$2/extra" "KLPSH_LAB_AUDITD=$(auditd_root || :)"
	for name in LC_ALL LC_CTYPE COLORTERM NO_COLOR ${KLPSH_LAB_ENV:-}; do
		case $name in
		'' | *[!A-Za-z0-9_]*) continue ;;
		esac
		if value=$(printenv "$name"); then
			printf '%s=%s\0' "$name" "$value"
		fi
	done
}

# initramfs_make K ROOT TTY CMD...: writes LAB_TMP/initrd.
initramfs_make() {
	kernel=$1 root=$2 tty=$3
	shift 3
	tree=$LAB_TMP/tree
	mkdir -p "$tree/bin" "$tree/dev" "$tree/proc" "$tree/host" "$tree/over" \
		"$tree/new" "$tree/modules" "$tree/lab"
	cp -- "$(command -v busybox)" "$tree/bin/busybox"
	for applet in $INITRAMFS_APPLETS; do
		ln -s busybox "$tree/bin/$applet"
	done
	cp -- "$LAB_DIR/guest-init" "$tree/init"
	cp -- "$LAB_AGENT" "$tree/lab/agent"
	chmod 0755 "$tree/init" "$tree/lab/agent"
	initramfs_modules "$root" "$tree/modules"
	printf '%s\n' "$root" >"$tree/lab/kernel"
	readlink -m -- "$(modules_dir "$kernel")" >"$tree/lab/modules"
	printf '%s\0' "$@" >"$tree/lab/argv"
	printf '%s\0' "$(pwd -P)" >"$tree/lab/cwd"
	initramfs_env "$kernel" "$(cat -- "$root/release")" >"$tree/lab/env"
	[ -z "$tty" ] || : >"$tree/lab/tty"
	[ -z "${RUN_INIT:-}" ] || printf '%s\n' "$RUN_INIT" >"$tree/lab/init"
	initramfs_pack "$tree" >"$LAB_TMP/initrd"
}

initramfs_pack() {
	(cd -- "$1" && find . | cpio -o -H newc --quiet -R 0:0)
}
