# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154
#
# --confirm-within: what nobody confirms is undone by a watcher that survives
# the session that made the change; what is confirmed stays.

enabled() {
	[ "$(cat "$patches"/"$1"/enabled)" = 1 ] && [ "$(cat "$patches"/"$1"/transition)" = 0 ]
}

watchers() {
	pgrep -f 'confirm [0-9a-f]* --expire' | wc -l
}

unwatched() {
	[ "$(watchers)" -eq 0 ]
}

watched() {
	[ "$(watchers)" -eq 1 ]
}

ko=/lib/modules/$(uname -r)/extra/klpsh_lp_nap.ko
# The parts before have left the patch's file in the store.
rm -rf /var/lib/klpsh
apply klpsh_lp_nap
is "confirm: what could not be undone is refused beforehand" \
	"$(json '[.rc, .data.state]' disable klpsh_lp_nap --yes --confirm-within=8)" '[5,"enabled"]'
is "confirm: the patch is unloaded" "$(rc unload klpsh_lp_nap --yes)" 0
is "confirm: and loaded by klpsh, which keeps its file" "$(rc load "$ko" --yes)" 0
echo 600 >"$nap"
is "confirm: a disable that hangs returns 7, armed" \
	"$(json '[.rc, (.data.choices | map(select(startswith("klpsh confirm"))) | length)]' \
		disable klpsh_lp_nap --yes --wait=1 --confirm-within=8)" '[7,1]'
is "confirm: one watcher waits" "$(watchers)" 1
is "confirm: status tells that it waits" "$(json '.data.ongoing[0] | test("^disable klpsh_lp_nap is undone in ")' status)" true
check "confirm: unconfirmed, the transition is turned round" wait_for 40 enabled klpsh_lp_nap
check "confirm: the watcher is gone then" wait_for 10 unwatched
is "confirm: the history says why" \
	"$(json '[.data[] | select(.verb == "enable")] | last | .reason | contains("was not confirmed")' history)" true
echo wake >"$nap"

txn=$(json '.data.txn' disable klpsh_lp_nap --yes --confirm-within=600)
is "confirm: a wrong transaction is not found" "$(rc confirm 0123456789)" 5
is "confirm: another user's login is refused" \
	"$(setpriv --reuid=65534 --clear-groups "$KLPSH" confirm "$txn" >/dev/null 2>&1; echo $?)" 4
is "confirm: in time, it is kept" "$(rc confirm "$txn" --reason=works)" 0
check "confirm: its watcher ends" wait_for 10 unwatched
is "confirm: twice is not found" "$(rc confirm "$txn" --reason=works)" 5
check "confirm: the change stays" gone klpsh_lp_nap
is "confirm: the leftover is removed" "$(rc unload klpsh_lp_nap --yes)" 0

txn=$(json '.data.txn' load "$ko" --yes --confirm-within=600)
pkill -KILL -f 'confirm [0-9a-f]* --expire'
check "confirm: the watcher is killed" wait_for 5 unwatched
"$KLPSH" load "$ko" --yes >/dev/null 2>"$work/resume.err"
check "confirm: the next change takes the watching up again, and says so" grep -q 'taken up again' "$work/resume.err"
check "confirm: somebody watches again" wait_for 10 watched
is "confirm: and it can be kept" "$(rc confirm "$txn" --reason=works)" 0
is "confirm: the patch is unloaded" "$(rc unload klpsh_lp_nap --yes)" 0

is "confirm: a load is accepted" "$(rc load "$ko" --yes --confirm-within=6)" 0
check "confirm: unconfirmed, it is rolled back" wait_for 60 [ ! -e /sys/module/klpsh_lp_nap ]
check "confirm: its watcher is gone" wait_for 30 unwatched
is "confirm: the history tells that the rollback is of that change" \
	"$(json '.data[-1] | [.verb, .result, (.reason | contains("was not confirmed"))]' history)" '["rollback","done",true]'

is "confirm: a patch is loaded" "$(rc load "$ko" --yes)" 0
txn=$(json '.data.txn' disable klpsh_lp_nap --yes --confirm-within=6)
rm -rf /var/lib/klpsh/store
check "confirm: the watcher cannot load it again, as its file is gone, and ends" wait_for 60 unwatched
is "confirm: status tells that it could not be undone, and why" \
	"$(json '.data.ongoing[0] | test("^disable klpsh_lp_nap was not confirmed and could not be undone: .*store")' status)" true
is "confirm: who keeps it has decided" "$(rc confirm "$txn" --reason=works)" 0
is "confirm: it is told no more" "$(json '.data.ongoing' status)" '[]'
is "confirm: the leftover is removed" "$(rc unload klpsh_lp_nap --yes)" 0
