#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Pid 1 of the group `systemd`: lays out what a site has before its machine
# starts (klpsh, its unit, one installed patch), leaves out what a guest need
# not start, and becomes systemd. Runs in the lab only.
[ "$$" = 1 ] && [ "$(hostname)" = klpsh-lab ] || exit 1
export PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
units=/etc/systemd/system

klpsh=$(tr '\0' '\n' </run/klpsh-lab/env | sed -n 's/^KLPSH=//p')
cp "$klpsh" /usr/local/bin/klpsh
printf 'audit = best-effort\n' >/etc/klpsh.conf
mkdir -p $units/basic.target.wants
sed 's|@PREFIX@|/usr/local|' "$(tr '\0' '\n' </run/klpsh-lab/cwd)/contrib/klpsh.service" >$units/klpsh.service
ln -s ../klpsh.service $units/basic.target.wants/klpsh.service
klpsh install "/lib/modules/$(uname -r)/extra/klpsh_lp_vmlinux.ko" --yes >/run/installed 2>&1

# They read the whole of the host's tree, or devices that are none of ours.
for unit in systemd-tmpfiles-setup systemd-tmpfiles-setup-dev systemd-udevd systemd-udev-trigger \
	systemd-journal-flush systemd-journal-catalog-update systemd-update-done ldconfig systemd-binfmt \
	systemd-hwdb-update systemd-sysusers apparmor networking keyboard-setup console-setup auditd; do
	ln -sfn /dev/null $units/$unit.service
done
ln -sfn /lib/systemd/system/basic.target $units/default.target
: >/etc/fstab
echo klpsh-lab >/etc/hostname
exec /lib/systemd/systemd
