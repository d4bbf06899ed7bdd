#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Where addresses are, by databases that the tests make: read, shown, recorded, replaced.
. "$(dirname "$0")/../lib/sh.sh"

BUILT=$(date +%s) # newer than any that this machine may have
unset NETHERGAZE_GEOIP_ENABLED

need_writer() {
	perl -MMaxMind::DB::Writer::Tree -e 1 2>/dev/null ||
		skip 'libmaxmind-db-writer-perl is not installed'
}

# database FILE SCHEMA IP-VERSION NETWORK...: into the data directory, as if it had been there long.
database() {
	local file=$XDG_DATA_HOME/nethergaze/$1
	need_writer
	mkdir -p "$XDG_DATA_HOME/nethergaze"
	printf '%s\n' "${@:4}" | "$NG_TOP/tests/lib/mmdb.pl" "$T/new" "$2" "$3" "$BUILT"
	touch -d '1 hour ago' "$T/new"
	mv "$T/new" "$file"
}

two_databases() {
	database city.mmdb city 6 '203.0.113.0/24|BR|Recife||' '2001:db8::/32|PT|Porto||'
	database asn.mmdb asn 6 '203.0.113.0/24|||64500|Example Telecom'
}

log_line() { # ADDRESS
	printf '%s - - [25/Nov/2026:13:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "x"\n' "$1"
}

three_clients() {
	log_line 203.0.113.5
	log_line 2001:db8::5
	log_line 192.0.2.5
}

# Other tests may run on this machine at the same time; only what the log names is looked at.
once() {
	"$NG" --once --from-start --duration 0 --source proc --show-private-ips --log-path "$T/log" "$@"
}

host() { # FILE ADDRESS FIELD
	jq -r --arg ip "$2" --arg field "$3" 'select(.t == "host" and .ip == $ip)[$field]' "$1"
}

start() {
	export XDG_DATA_HOME=$T/data
	three_clients >"$T/log"
}

test_hosts_have_places() {
	start
	two_databases
	once --json >"$T/out"
	assert_eq "$(host "$T/out" 203.0.113.5 country)" BR
	assert_eq "$(host "$T/out" 203.0.113.5 city)" Recife
	assert_eq "$(host "$T/out" 203.0.113.5 asn)" 64500
	assert_eq "$(host "$T/out" 203.0.113.5 org)" 'Example Telecom'
	assert_eq "$(host "$T/out" 2001:db8::5 country)" PT
	assert_json "$T/out" 'map(select(.ip == "192.0.2.5"))[0] | has("country") or has("org") | not'
	once >"$T/table"
	assert_match "$(cat "$T/table")" 'Address +CC +Organization +Conns'
	assert_match "$(cat "$T/table")" '203\.0\.113\.5 +BR +Example Telecom'
}

test_no_database_no_column() {
	start
	! ls /usr/share/GeoIP/*.mmdb /var/lib/GeoIP/*.mmdb /usr/local/share/GeoIP/*.mmdb \
		/var/lib/nethergaze/geoip/*.mmdb 2>/dev/null ||
		skip 'this machine has databases'
	once >"$T/table"
	assert_no_match "$(cat "$T/table")" 'Organization'
	"$NG" --json --from-start --duration 0 --source proc --log-path "$T/log" >"$T/out"
	assert_json "$T/out" 'map(select(.t == "enricher" and .what == "city"))[0].state == "missing"'
	assert_json "$T/out" 'map(select(.t == "enricher" and .what == "asn"))[0].note | test("geoip-update")'
}

test_switched_off() {
	start
	two_databases
	"$NG" --json --from-start --duration 0 --source proc --no-geoip --show-private-ips \
		--log-path "$T/log" >"$T/out"
	assert_json "$T/out" 'map(select(.t == "place")) == []'
	assert_json "$T/out" 'map(select(.t == "enricher" and .what == "geoip"))[0].state == "off"'
}

# A place is an event: the replay has it on a machine without databases.
test_replay_needs_no_database() {
	start
	two_databases
	once --json --record "$T/rec.ndjson.gz" >"$T/live"
	rm -r "$XDG_DATA_HOME"
	"$NG" --replay "$T/rec.ndjson.gz" --speed max --once --json >"$T/again"
	jq -c 'select(.t == "host")' "$T/live" >"$T/live.hosts"
	jq -c 'select(.t == "host")' "$T/again" >"$T/again.hosts"
	cmp "$T/live.hosts" "$T/again.hosts"
	assert_eq "$(host "$T/again" 203.0.113.5 org)" 'Example Telecom'
}

# While it runs, one comes and is replaced; what is known of the hosts follows.
test_replaced_while_running() {
	start
	database asn.mmdb flat-asn 4 '203.0.113.0/24|||64500|Example Telecom'
	background "$NG" --json --from-start --source proc --show-private-ips --log-path "$T/log" \
		>"$T/out" 2>"$T/err"
	wait_for 'grep -q "\"org\":\"Example Telecom\"" "$T/out"'
	database city.mmdb flat-city 4 '203.0.113.0/24|BR|Recife||'
	wait_for 'grep "\"t\":\"place\"" "$T/out" | grep -q "\"city\":\"Recife\""' 20
	database asn.mmdb flat-asn 4 '203.0.113.0/24|||64500|Renamed'
	wait_for 'grep -q "\"org\":\"Renamed\"" "$T/out"' 20
	stop "$PID"
	assert_eq "$STATUS" 0
}

test_damaged_database_is_said() {
	start
	two_databases
	head -c 700 "$XDG_DATA_HOME/nethergaze/city.mmdb" >"$T/short.mmdb"
	NETHERGAZE_GEOIP_CITY_DB=$T/short.mmdb "$NG" --json --from-start --duration 0 --source proc \
		--show-private-ips --log-path "$T/log" >"$T/out"
	assert_json "$T/out" 'map(select(.t == "note"))[0].text | test("short.mmdb: damaged")'
	assert_json "$T/out" 'map(select(.what == "city"))[0] |
		.state == "ready" and (.note | test("not used: .*short.mmdb: damaged"))'
	assert_json "$T/out" 'map(select(.t == "place" and .ip == "203.0.113.5"))[0].country == "BR"'
	rm "$XDG_DATA_HOME/nethergaze/city.mmdb"
	NETHERGAZE_GEOIP_CITY_DB=$T/short.mmdb "$NG" --json --duration 0 --source proc \
		--log-path "$T/log" >"$T/out"
	assert_json "$T/out" 'map(select(.what == "city"))[0].state == "corrupt"'
}

test_configured_databases() {
	start
	two_databases
	mkdir "$T/elsewhere"
	mv "$XDG_DATA_HOME/nethergaze/"* "$T/elsewhere"
	rmdir "$XDG_DATA_HOME/nethergaze"
	printf '[geoip]\ncity_db = "%s"\nasn_db = "%s"\n' "$T/elsewhere/city.mmdb" \
		"$T/elsewhere/asn.mmdb" >"$T/config.toml"
	once --json --config "$T/config.toml" >"$T/out"
	assert_eq "$(host "$T/out" 203.0.113.5 city)" Recife
	assert_eq "$(host "$T/out" 203.0.113.5 asn)" 64500
	printf '[geoip]\nenabled = false\ncity_db = "%s"\n' "$T/elsewhere/city.mmdb" >"$T/config.toml"
	once --json --config "$T/config.toml" >"$T/out"
	assert_eq "$(host "$T/out" 203.0.113.5 country)" null
}

run_tests
