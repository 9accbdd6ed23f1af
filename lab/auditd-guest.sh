# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# A real auditd inside the guest, from the tree that auditd.sh has brought into
# the cache. Sourced, never run.

# The cached tree over the guest's own, where that lacks something.
stage_auditd() {
	[ -n "$KLPSH_LAB_AUDITD" ] && [ -x "$KLPSH_LAB_AUDITD/sbin/auditd" ] || return 1
	tar -C "$KLPSH_LAB_AUDITD" -cf - etc lib sbin usr | tar -C / --keep-directory-symlink --skip-old-files -xf -
	mkdir -p /var/log/audit
	chmod 0700 /var/log/audit
	cat >/etc/audit/auditd.conf <<-'CONF'
		log_file = /var/log/audit/audit.log
		log_format = ENRICHED
		flush = SYNC
		max_log_file = 8
		num_logs = 3
		max_log_file_action = ROTATE
		space_left = 2
		space_left_action = IGNORE
		admin_space_left = 1
		admin_space_left_action = IGNORE
		disk_full_action = IGNORE
		disk_error_action = IGNORE
	CONF
}

auditd_pid() {
	auditctl -s | sed -n 's/^pid //p'
}

auditd_runs() {
	pid=$(auditd_pid)
	[ "${pid:-0}" -gt 0 ] && kill -0 "$pid"
}

# It is back before it has told the kernel who it is; this waits for that, 10 s at most.
start_auditd() {
	left=100
	auditd || return 1
	until auditd_runs; do
		left=$((left - 1))
		[ "$left" -gt 0 ] || return 1
		sleep 0.1
	done
}
