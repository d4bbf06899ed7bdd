#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016
#
# The recorder as its unit runs it: a user of its own with the unit's capabilities and no others.
. "$(dirname "$0")/../lib/sh.sh"

UNIT=$NG_TOP/scripts/package/units/nethergaze-record.service

# capabilities: of the unit, as setpriv(1) takes them.
capabilities() {
	sed -n 's/^AmbientCapabilities=//p' "$UNIT" | tr ' ' '\n' | sed 's/^CAP_/+/' | tr 'A-Z\n' 'a-z,' |
		sed 's/,$//'
}

test_the_units_capabilities_suffice() {
	need_root
	need setpriv jq
	local caps user=65534
	caps=-all,$(capabilities)
	mkdir "$T/bin" "$T/state"
	cp "$NG" "$T/bin/"
	chmod 755 "$T" "$T/bin"
	chown "$user:$user" "$T/state"
	start_nginx
	chmod 600 "$NGINX_LOG"
	background setpriv --reuid="$user" --regid="$user" --clear-groups --inh-caps="$caps" \
		--ambient-caps="$caps" --bounding-set="$caps" --no-new-privs env HOME=/ \
		XDG_STATE_HOME="$T/state" "$T/bin/nethergaze" --log-path "$NGINX_LOG" \
		--record "$T/state/record/" --daemon 2>"$T/stderr"
	wait_open "$PID" "$NGINX_LOG"
	assert_eq "$(awk '/^CapPrm/ { print $2 }' "/proc/$PID/status")" \
		"$(awk '/^CapEff/ { print $2 }' "/proc/$PID/status")"
	assert_eq "$(awk '/^CapAmb/ { print $2 }' "/proc/$PID/status")" 0000000000000000
	requests 20 "http://127.0.0.1:$NGINX_PORT/of-the-unit"
	wait_for 'grep -q "n=20" <(zcat "$T/state/record/nethergaze.ndjson.gz" 2>/dev/null)'
	kill -HUP "$PID"
	wait_for '[ -e "$T/state/record/nethergaze-0001.ndjson.gz.index" ]'
	stop "$PID"
	assert_eq "$STATUS" 0
	"$NG" --replay "$T/state/record" --speed max --once --json --show-private-ips >"$T/replayed"
	assert_json "$T/replayed" 'map(select(.t == "host" and .ip == "127.0.0.1"))[0].requests == 20'
	# What root has for a source, this user has.
	"$NG" --once --json --duration 0 --log-path "$T/none" >"$T/root"
	assert_eq "$(jq -r 'select(.t == "summary").source' "$T/replayed")" \
		"$(jq -r 'select(.t == "summary").source' "$T/root")"
	assert_eq "$(stat -c '%U %a' "$T/state/record")" "$(id -un "$user") 700"
}

run_tests "$@"
