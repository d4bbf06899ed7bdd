#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Rewritten sources on screen, on a recording of half a minute that is made here: five connections come
# to a container as 10.77.0.1, and the table of connections names the clients of three.
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

the_end='REPLAY 00:13:50'

make_recording() { # NAMED STATE [NOTE]
	awk -v named="$1" -v state="$2" -v note="${3:-}" 'function put(kind, rest) {
		printf "{\"t\":\"%s\",\"ts\":%.1f%s}\n", kind, at, rest == "" ? "" : "," rest
	}
	function tuple(i) {
		return "\"ip\":\"10.77.0.1\",\"port\":" 1000 + i \
			",\"lip\":\"10.77.0.2\",\"lport\":80,\"ns\":8"
	}
	BEGIN {
		at = 1767226400
		put("start", "\"host\":\"web1\",\"show_private_ips\":false")
		put("source", "\"source\":\"ebpf\",\"sees\":[\"conns\",\"handshakes\"],\"probes\":[\"iter/tcp\"]")
		put("guard", "\"net\":\"10.77.0.1/32\",\"role\":\"own\",\"on\":true")
		for (i = 0; i < 5; i++)
			put("conn", tuple(i) ",\"state\":\"ESTABLISHED\",\"was\":\"SYN_RECV\",\"dir\":\"in\"")
		for (i = 0; i < 30; i++) {
			at += 1
			if (i == 10)
				put("enricher", "\"what\":\"conntrack\",\"state\":\"" state "\"" note)
			if (i == 10)
				for (k = 0; k < named; k++)
					put("nat", tuple(k) ",\"client\":\"203.0.113.7\"")
			put("tick")
		}
	}' >"$T/nat.ndjson"
	RECORDING=$T/nat.ndjson
}

test_clients_that_are_named() {
	make_recording 3 ready
	play 200x40
	tui_wait "$the_end"
	tui_wait 'rewrites sources to 10[.]77[.]0[.]1 \(masquerade\): conntrack names clients of connections'
	tui_wait '203[.]0[.]113[.]7 +3 '
	tui_wait '10[.]77[.]0[.]1 +2 '
	tui_keys Enter
	tui_wait 'Masquerade +the server sees 10[.]77[.]0[.]1; by conntrack'
	tui_wait 'no logged requests: its source is rewritten'
}

test_a_table_that_is_missing() {
	make_recording 0 missing ',"note":"there is no conntrack(8); install the package conntrack"'
	play 200x40
	tui_wait "$the_end"
	tui_wait 'clients behind it cannot be told apart, conntrack is missing'
	tui_wait '10[.]77[.]0[.]1 +5 '
	tui_keys Enter
	tui_wait 'Masquerade +this host puts it in the place of clients; .* not of 5'
	tui_wait 'conntrack +missing: there is no conntrack\(8\); install the package conntrack'
}

test_reports() {
	make_recording 3 ready
	"$NG" --replay "$RECORDING" --speed max --once --json --show-private-ips >"$T/json"
	assert_json "$T/json" '.[-1].rewrites == [{"ip": "10.77.0.1", "named": 3, "unnamed": 2}]'
	assert_json "$T/json" 'any(.[]; .t == "host" and .ip == "203.0.113.7" and .conns == 3)'
	"$NG" --replay "$RECORDING" --speed max --once >"$T/table"
	assert_match "$(cat "$T/table")" 'server: this host rewrites sources to 10.77.0.1 \(masquerade\)'
}

run_tests
