#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Proxies and logins on screen, on a recording of a few seconds that is made here.
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

the_end='REPLAY 00:13:32'

# Two edges of a CDN, visitors through them, somebody who comes directly, and somebody who guesses
# passwords and asks for pages, too. The times are those of the other console tests.
make_recording() {
	awk 'function put(kind, rest) {
		printf "{\"t\":\"%s\",\"ts\":%.1f%s}\n", kind, at, rest == "" ? "" : "," rest
	}
	function conn(ip, port, lport) {
		put("conn", "\"state\":\"ESTABLISHED\",\"ip\":\"" ip "\",\"port\":" port \
			",\"lip\":\"192.0.2.1\",\"lport\":" lport ",\"dir\":\"in\"")
	}
	function request(ip, more) {
		put("request", "\"ip\":\"" ip "\",\"method\":\"GET\",\"path\":\"/shop/" n++ \
			"\",\"status\":200,\"bytes\":512,\"log\":\"/var/log/caddy/site.log\"" more)
	}
	function auth(outcome, user, more) {
		put("auth", "\"ip\":\"203.0.113.66\",\"outcome\":\"" outcome "\"" \
			(user == "" ? "" : ",\"user\":\"" user "\"") ",\"log\":\"/var/log/auth.log\"" more)
	}
	BEGIN {
		at = 1767226400
		put("start", "\"host\":\"web1\",\"show_private_ips\":true")
		put("source", "\"source\":\"ebpf\",\"probes\":[]")
		for (i = 0; i < 6; i++)
			conn("198.51.100." 7 + i % 2, 40000 + i, 443)
		conn("192.0.2.10", 41000, 443)
		conn("203.0.113.66", 4242, 22)
		for (i = 0; i < 12; i++) {
			at += 0.5
			request("198.51.100." 7 + i % 2, ",\"client\":\"203.0.113." 1 + i % 5 \
				"\",\"port\":" 40000 + i % 6 ",\"claims\":\"10.6.6.6, 203.0.113." 1 + i % 5 "\"")
		}
		request("192.0.2.10", ",\"claims\":\"8.8.8.8\"")
		auth("invalid", "admin", ",\"port\":4242")
		auth("invalid", "admin", ",\"port\":4242,\"method\":\"password\"")
		auth("failed", "root", ",\"method\":\"password\",\"times\":3")
		auth("accepted", "ada", ",\"method\":\"publickey\"")
		auth("closed", "ada")
		request("203.0.113.66")
		at = 1767226412
		put("tick")
	}' >"$T/peers.ndjson"
	RECORDING=$T/peers.ndjson
}

test_rows_and_log() {
	make_recording
	play 160x24
	tui_wait "$the_end"
	golden peers-160x24
	wait_for 'tui_look | grep -qF -- "$GOOD}accepted publickey ada"'
	wait_for 'tui_look | grep -qF -- "$BAD}failed password root x3"'
}

test_sheet_of_an_edge() {
	make_recording
	play 100x20
	tui_wait "$the_end"
	sort_by Conns
	tui_keys Enter
	tui_wait '^198.51.100.7'
	golden_of peers-edge-100x20 from_line ^198.51.100.7
}

test_sheet_of_a_client() {
	make_recording
	play 100x20
	tui_wait "$the_end"
	tui_type '/203.0.113.1/32'
	tui_keys Enter
	tui_wait '\(1( match)?\)'
	tui_keys Enter
	tui_wait '^203.0.113.1 *$'
	golden_of peers-client-100x20 from_line ^203.0.113.1
}

test_sheet_of_a_guesser() {
	make_recording
	play 100x20
	tui_wait "$the_end"
	tui_type '/203.0.113.66/32'
	tui_keys Enter
	tui_wait '\(1( match)?\)'
	tui_keys Enter
	tui_wait '^203.0.113.66'
	golden_of peers-guesser-100x20 from_line ^203.0.113.66
}

# Visitors whose short connections the poll missed do not turn those who hold on into a proxy.
test_slow_clients_stand_out_where_the_kernel_is_polled() {
	awk 'BEGIN {
		at = 1767226400
		print "{\"t\":\"start\",\"ts\":" at ",\"host\":\"web1\",\"show_private_ips\":true}"
		print "{\"t\":\"source\",\"ts\":" at ",\"source\":\"proc\",\"probes\":[]}"
		for (i = 0; i < 40; i++)
			printf "{\"t\":\"conn\",\"ts\":%.2f,\"state\":\"ESTABLISHED\",\"ip\":\"198.51.100.%d\"," \
				"\"port\":%d,\"lip\":\"192.0.2.1\",\"lport\":443,\"dir\":\"in\"}\n", at + i / 100, 1 + i % 2, 40000 + i
		for (i = 0; i < 20; i++)
			printf "{\"t\":\"request\",\"ts\":%.2f,\"ip\":\"203.0.113.%d\",\"method\":\"GET\",\"path\":\"/\"," \
				"\"status\":200,\"log\":\"a.log\"}\n", at + 1 + i / 10, i + 1
		print "{\"t\":\"tick\",\"ts\":" at + 12 "}"
	}' >"$T/slow.ndjson"
	RECORDING=$T/slow.ndjson
	play 120x24
	tui_wait "$the_end"
	tui_wait '198.51.100.1 '
	assert_no_match "$(tui_screen)" 'proxy'
	wait_for 'tui_look | grep -F 198.51.100.2 | grep -qF -- "$WARN}20{"'
}

run_tests
