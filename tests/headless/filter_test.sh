#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/../lib/sh.sh"

# shown ARG...: a report of the recording, in $T/stdout.
shown() {
	assert_status 0 "$NG" --replay "$NG_TOP/tests/data/console.ndjson" --speed max \
		--show-private-ips "$@"
}

test_table() {
	shown --once --filter 'status:4xx -192.0.2.200'
	assert_eq "$(sed -n '/^Address /,$p' "$T/stdout" | wc -l)" 2
	sed -n '/^Address /,$p' "$T/stdout" | grep -q '^192\.0\.2\.77 '
	grep -q 'rows are left out by the filter status:4xx -192.0.2.200$' "$T/stdout"
}

# Two networks are alternatives, not a contradiction.
test_records() {
	shown --once --json --filter 'net:203.0.113.0/24,198.51.100.0/24 half>0'
	assert_eq "$(json "$T/stdout" 'select(.t=="host").ip' | wc -l)" 30
	assert_json "$T/stdout" '[.[] | select(.t=="host").ip] |
		all(startswith("203.0.113.") or startswith("198.51.100."))'
	assert_json "$T/stdout" 'any(.[]; .t=="summary")'
}

test_groups() {
	shown --once --json --group net --filter 'ips>3 half>9'
	assert_eq "$(json "$T/stdout" 'select(.t=="group").who' | sort | tr '\n' ' ')" \
		'198.51.100.0/24 203.0.113.0/24 '
	shown --once --json --group country --filter 'path:wp-content'
	assert_eq "$(json "$T/stdout" 'select(.t=="group").who')" NL
}

# Of requests and connections those that match; all else is there.
test_stream() {
	shown --json --filter 'path:wp-content status:404'
	assert_json "$T/stdout" '[.[] | select(.t=="request")] | length == 40 and all(.status == 404)'
	assert_json "$T/stdout" 'all(.[]; .t != "conn") and any(.[]; .t=="tick")'
	shown --json --filter 'net:203.0.113.0/24 state:syn_recv'
	assert_json "$T/stdout" '[.[] | select(.t=="conn")] | length > 0 and all(.state == "SYN_RECV")'
}

test_with_suspicious() {
	shown --once --json --suspicious --filter 'status:404'
	assert_json "$T/stdout" '[.[] | select(.t=="host").ip] |
		any(. == "192.0.2.77") and all(startswith("203.") | not)'
}

# refused TEXT MESSAGE: exit 2, and the place in words.
refused() {
	assert_status 2 "$NG" --once --duration 0 --source proc --filter "$1"
	grep -qF -- "$2" "$T/stderr" || fail "$(cat "$T/stderr")"
}

test_errors() {
	refused 'net:203.0.113.0/24 rat>60' 'at 20, "rat": no field "rat"; rate?'
	refused 'path>3' 'at 5, ">": path takes : = ~, not >'
	refused 'status:404,abc' 'at 12, "abc": status: takes 404, 4xx or 400-499'
	refused 'flag:scaner' 'no such flag; scanner?'
	refused 'ips>3' 'at 1, "ips>3": ips says nothing of addresses'
	refused $'a\e[31m' 'cannot be shown'
}

test_config_file() {
	printf '[view]\nfilter = "status:4xx rat>1"\n' >"$T/bad.toml"
	assert_status 2 "$NG" --config "$T/bad.toml" --once --duration 0 --source proc
	grep -qF 'at 12, "rat"' "$T/stderr"
	printf '[view]\nfilter = "status:4xx"\n' >"$T/good.toml"
	shown --config "$T/good.toml" --once --json
	assert_eq "$(json "$T/stdout" 'select(.t=="host").ip' | wc -l)" 2
}

run_tests
