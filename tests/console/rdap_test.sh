#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # conditions to poll are given as text
#
# Look-ups as the console shows them, asked of servers on the loopback alone.
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/lib/registry.sh"

# console ADDRESS...: on a log that names these.
console() {
	log_of "$@"
	export HOME=$T XDG_CONFIG_HOME=$T
	tui_start 100x30 "$NG" --source proc --log-path "$T/access.log" --from-start
	tui_wait 'Last request'
}

test_the_detail_tells_who_it_is() {
	start_registry
	console 8.8.9.7
	tui_wait '8\.8\.9\.7 .*BR .*Fake Ltd'
	tui_keys Enter
	tui_wait 'Registered 8\.8\.8\.0/22  FAKE-NET \(NET-1\), BR  since 2011-04-05, by rdap'
	tui_wait 'Fake Ltd  abuse to abuse@fake.example'
	tui_keys Escape
	tui_keys i
	tui_wait 'rdap +ready'
	tui_keys q
	tui_keys q
	tui_end
	assert_eq "$STATUS" 0
}

test_w_asks_again() {
	start_registry
	console 12.0.0.1
	tui_keys w
	tui_wait 'Registered not known \(w asks again\).*no such network'
	local before
	before=$(grep -c /none/ip/12.0.0.1 "$T/asked")
	tui_keys w
	wait_for "[ \"\$(grep -c /none/ip/12.0.0.1 $T/asked)\" -gt $before ]" 20
}

# Of a network that is known, too.
test_w_asks_about_what_is_known() {
	start_registry
	console 8.8.9.7
	tui_wait '8\.8\.9\.7 .*Fake Ltd'
	tui_keys w
	wait_for '[ "$(grep -c /good/ip/8.8.9.7 "$T/asked")" -gt 1 ]' 20
}

# Whoever looks up is gone: i says so, what is known stays.
test_nobody_looks_up_any_more() {
	start_registry
	console 8.8.9.7
	tui_wait '8\.8\.9\.7 .*BR .*Fake Ltd'
	kill -9 "$(pgrep -P "$(tui_pid)" -x ng-look-ups)"
	tui_keys i
	tui_wait 'rdap +gone: the look-ups process has ended: it was killed by signal 9'
	tui_wait 'whois +gone'
	tui_keys q
	tui_wait '8\.8\.9\.7 .*BR .*Fake Ltd'
	tui_keys w
	tui_wait 'Registered 8\.8\.8\.0/22  FAKE-NET'
	tui_keys q
	tui_keys q
	tui_end
	assert_eq "$STATUS" 0
}

# Who is not known then is said not to be, and why.
test_nobody_can_be_asked() {
	start_registry hang
	console 12.0.0.1
	kill -9 "$(pgrep -P "$(tui_pid)" -x ng-look-ups)"
	tui_keys w
	tui_wait 'Registered not known \(w asks again\): the look-ups process has ended'
	tui_keys q
	tui_keys q
	tui_end
	assert_eq "$STATUS" 0
}

# Every server hangs: keys are answered and lines still come.
test_servers_that_hang_hold_nothing_up() {
	start_registry hang
	console {8,9,11,12,13,15,16,17,19,20,21,22}.0.0.1
	wait_for '[ "$(grep -c /ip/ "$T/asked")" -ge 3 ]' 20
	local i
	for i in 1 2 3 4 5; do
		printf '8.0.0.1 - - [22/Nov/2026:08:14:15 +0000] "GET /fresh-%s HTTP/1.1" 200 1 "-" "x"\n' \
			"$i" >>"$T/access.log"
		tui_wait "/fresh-$i"
		tui_keys '?'
		tui_wait 'go back'
		tui_keys q
		tui_wait 'Last request'
	done
	tui_keys Enter
	tui_wait 'Registered (asking|not known)'
	tui_keys q
	tui_keys q
	tui_end
	assert_eq "$STATUS" 0
}

test_off_is_said() {
	console 8.8.9.7
	tui_keys Enter
	tui_wait 'Registered not known, whois is off'
}

run_tests
