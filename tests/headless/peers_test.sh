#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Three addresses of a request: the peer that joins with TCP, the client, and what headers claim.
. "$(dirname "$0")/../lib/sh.sh"

unset "${!NETHERGAZE_@}"
export NETHERGAZE_WHOIS_ENABLED=false NETHERGAZE_AUTH_ENABLED=false NETHERGAZE_RUNNING_SERVERS=false
export HOME=/nonexistent
unset XDG_CONFIG_HOME

line() { # PEER CLAIMS
	echo "$1 - - [22/Nov/2026:08:14:15 +0000] \"GET /a HTTP/1.1\" 200 12 \"-\" \"curl\" \"$2\""
}

# reads FILE ARG...: its events to $T/events, the report to $T/report.
reads() {
	local file=$1
	shift
	"$NG" --json --duration 0 --from-start --source proc --log-path "$file" "$@" >"$T/events"
	"$NG" --once --json --duration 0 --from-start --source proc --log-path "$file" "$@" >"$T/report"
}

test_claims_are_only_claims() {
	line 1.1.1.1 '9.9.9.9, 8.8.8.8' >"$T/log"
	reads "$T/log"
	assert_json "$T/events" 'map(select(.t=="request")) |
		length == 1 and all(.ip == "1.1.1.1" and .client == null and .claims == "9.9.9.9, 8.8.8.8")'
	assert_json "$T/report" 'map(select(.t=="host" and .requests > 0).ip) == ["1.1.1.1"]'
}

test_a_trusted_peer_names_the_client() {
	{
		line 1.1.1.1 '9.9.9.9, 8.8.8.8, 1.1.2.3'
		line 2.2.2.2 '9.9.9.9'
	} >"$T/log"
	reads "$T/log" --trusted-proxies 3.0.0.0/8 --trusted-proxies 1.1.0.0/16
	assert_json "$T/events" 'map(select(.t=="request") | [.ip, .client]) ==
		[["1.1.1.1", "8.8.8.8"], ["2.2.2.2", null]]'
	export NETHERGAZE_TRUSTED_PROXIES=2.2.2.2
	reads "$T/log"
	assert_json "$T/events" 'map(select(.t=="request") | [.ip, .client]) ==
		[["1.1.1.1", null], ["2.2.2.2", "9.9.9.9"]]'
}

# What a client sends may stand before what its proxy adds, and in other fields of the line.
test_a_client_cannot_hide_behind_a_word() {
	local word
	for word in x '6.6.6.6, unknown' 'a b'; do
		line 1.1.1.1 "$word, 8.8.8.8" >"$T/log"
		reads "$T/log" --trusted-proxies 1.1.1.1
		assert_json "$T/events" 'any(.t == "request" and .client == "8.8.8.8")' "$word"
	done
	line 1.1.1.1 '8.8.8.8:443' >"$T/log"
	line 1.1.1.1 '6.6.6.6" "8.8.8.8' >>"$T/log"
	reads "$T/log" --trusted-proxies 1.1.1.1
	assert_json "$T/events" 'map(select(.t == "request").client) == ["8.8.8.8", null]'
}

test_a_recording_needs_no_list_of_proxies() {
	line 1.1.1.1 8.8.8.8 >"$T/log"
	"$NG" --once --json --duration 0 --from-start --source proc --log-path "$T/log" \
		--trusted-proxies 1.1.1.1 --record "$T/rec" >"$T/live"
	"$NG" --once --json --replay "$T/rec" --speed max >"$T/again"
	assert_eq "$(grep '"host"' "$T/again")" "$(grep '"host"' "$T/live")"
	assert_json "$T/again" 'any(.t == "host" and .ip == "8.8.8.8" and .requests == 1)'
}

test_refuses_what_is_no_network() {
	assert_status 2 "$NG" --once --trusted-proxies 10/8
	assert_match "$(cat "$T/stderr")" '^nethergaze: --trusted-proxies: "10/8" is not valid; expected a network'
}

run_tests
