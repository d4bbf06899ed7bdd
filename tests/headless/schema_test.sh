#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# --json-schema: every record that is written fits, and what does not is told.
. "$(dirname "$0")/../lib/sh.sh"

VALIDATE=$NG_TOP/tests/lib/validate.py

test_records_fit() {
	need jq
	[ -x /usr/bin/python3 ] || skip 'python3 is not installed'
	local file name
	"$NG" --json-schema >"$T/schema"
	for file in "$NG_TOP"/tests/data/*.ndjson* "$NG_TOP"/demo/*.ndjson.gz; do
		name=$T/${file##*/}
		"$NG" --replay "$file" --speed max --show-private-ips --json >"$name.stream"
		"$NG" --replay "$file" --speed max --show-private-ips --once --json >"$name.once"
		"$NG" --replay "$file" --speed max --once --json --group net >"$name.net"
		"$NG" --replay "$file" --speed max --once --json --group country >"$name.country"
	done
	"$NG" --demo --report "$T/report.json"
	"$NG" --demo --speed max --publish - --show-private-ips </dev/null >"$T/sets.stream"
	"$NG" --once --json --source proc --duration 0.1 --show-private-ips --log-path "$T/none" >"$T/live.once"
	"$NG" --json --source proc --duration 0.1 --show-private-ips --log-path "$T/none" >"$T/live.stream"
	"$VALIDATE" "$T/schema" "$T"/*.stream "$T"/*.once "$T"/*.net "$T"/*.country "$T/report.json" \
		"$NG_TOP"/tests/data/*.ndjson* >"$T/kinds"
	for name in conn request flag verdict weather host group summary top since report mark machine share herd; do
		grep -q "^$name " "$T/kinds" || fail "no record $name"
	done
}

# Staged incidents, as they were recorded, and what is made of them.
test_incidents_fit() {
	[ -x /usr/bin/python3 ] || skip 'python3 is not installed'
	local file n=0
	"$NG" --json-schema >"$T/schema"
	for file in "$NG_TOP"/tests/incidents/recordings/*.ndjson.gz; do
		n=$((n + 1))
		[ $((n % 16)) -eq 0 ] || continue
		"$NG" --replay "$file" --speed max --show-private-ips --once --json >"$T/$n"
		gzip -dc "$file" | sed -n 1,500p >"$T/$n.head"
	done
	[ "$n" -ge 40 ]
	"$VALIDATE" "$T/schema" "$T"/[0-9]* >"$T/kinds"
}

# The schema has no room for what it does not name, and misses what must be there.
test_others_do_not() {
	need jq
	[ -x /usr/bin/python3 ] || skip 'python3 is not installed'
	local change
	"$NG" --json-schema >"$T/schema"
	"$NG" --demo --speed max --once --json >"$T/out"
	for change in '.conns = "7"' '.conns = -1' '.extra = 1' 'del(.ip)' '.t = "hosts"' '.ip = "x"' \
		'.flags = "scanner"' '.first_seen = null' '.states = {"ESTABLISHED": "1"}'; do
		jq -c "select(.t == \"host\") | $change" "$T/out" | sed -n 1p >"$T/bad"
		[ -s "$T/bad" ]
		if "$VALIDATE" "$T/schema" "$T/bad" >"$T/said" 2>&1; then
			fail "$change passes"
		fi
	done
}

# As many records under the names of ECS, with the same values.
test_ecs() {
	need jq
	local kind
	"$NG" --demo --speed max --duration 3m --json >"$T/native"
	"$NG" --demo --speed max --duration 3m --json=ecs >"$T/ecs"
	assert_eq "$(wc -l <"$T/ecs")" "$(wc -l <"$T/native")"
	assert_json "$T/ecs" 'all(.[]; .["@timestamp"] and .["ecs.version"] and .["event.kind"])'
	for kind in request conn flag; do
		assert_eq "$(json "$T/ecs" "select(.[\"event.dataset\"] == \"nethergaze.$kind\") | .[\"source.ip\"] // .[\"rule.name\"]")" \
			"$(json "$T/native" "select(.t == \"$kind\") | .ip // .flag")" "$kind"
	done
	assert_eq "$(json "$T/ecs" '.["http.response.status_code"] // empty' | sort | uniq -c)" \
		"$(json "$T/native" 'select(.t == "request").status // empty' | sort | uniq -c)"
	"$NG" --demo --speed max --once --json=ecs >"$T/once"
	assert_json "$T/once" 'any(.[]; .["event.dataset"] == "nethergaze.host" and .["source.geo.country_iso_code"])'
	assert_json "$T/once" '.[-1] | .["event.dataset"] == "nethergaze.summary" and .message'
	assert_status 2 "$NG" --demo --once --json=xml
}

run_tests
