#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # conditions to poll are given as text
#
# Reverse DNS, asked of a server on the loopback (tests/lib/fake_dns.c) and of nobody else.
. "$(dirname "$0")/../lib/sh.sh"

start_dns() {
	background "$NG_BUILD/tests/lib/fake_dns" >"$T/asked"
	wait_for 'grep -q ^dns "$T/asked"'
	export NETHERGAZE_RDNS_SERVER
	NETHERGAZE_RDNS_SERVER=127.0.0.1:$(awk '$1 == "dns" { print $2 }' "$T/asked")
}

watch() { # ADDRESS...
	printf '%s - - [22/Nov/2026:08:14:15 +0000] "GET / HTTP/1.1" 200 12 "-" "x"\n' "$@" \
		>"$T/access.log"
	background "$NG" --json --rdns --source proc --log-path "$T/access.log" --from-start \
		--duration 60 >"$T/out" 2>"$T/err"
	NG_PID=$PID
}

named() { # IP FILTER
	jq -se "any(.[]; .t == \"rdns\" and .ip == \"$1\" and ($2))" "$T/out" >/dev/null 2>&1
}

test_names_are_confirmed_or_not() {
	need jq
	start_dns
	watch 8.1.2.3 9.1.2.3 11.1.2.3 13.1.2.3 14.1.2.3 10.1.2.3 203.0.113.9
	wait_for 'named 8.1.2.3 ".name == \"host-8-1-2-3.example\" and .confirmed"' 20
	wait_for 'named 9.1.2.3 ".name == \"liar.example\" and (.confirmed | not)"' 20
	wait_for 'named 11.1.2.3 ".name == null and .note == null"' 20
	wait_for 'named 13.1.2.3 true' 20
	wait_for 'named 14.1.2.3 true' 20
	stop "$NG_PID"
	assert_eq "$STATUS" 0
	assert_no_match "$(cat "$T/out")" $'\e' 'an escape from a name'
	# Private and documentation addresses are nobody's business.
	assert_eq "$(awk '/^ptr/ && !/\.(8|9|11|13|14)\.in-addr\.arpa\.$/' "$T/asked")" ''
}

# An address may have several names, and the one that leads back need not come first. Of twelve, the
# first few are tried.
test_each_name_is_tried() {
	need jq
	start_dns
	watch 16.1.2.3 17.1.2.3 8.1.2.3
	wait_for 'named 16.1.2.3 ".name == \"host-16-1-2-3.example\" and .confirmed"' 20
	wait_for 'named 17.1.2.3 "(.name | test(\"^liar\")) and (.confirmed | not) and .note == null"' 20
	stop "$NG_PID"
	assert_eq "$STATUS" 0
	grep -q '^a liar\.\(first\|last\)\.example\.$' "$T/asked" || fail 'the first was the right one'
	assert_eq "$(grep '^a liar\.n[0-9]*\.example\.$' "$T/asked" | sort -u | wc -l)" 8
}

test_a_silent_resolver_holds_nothing_up() {
	need jq
	start_dns
	watch 12.1.2.3 12.1.2.4 8.1.2.3
	wait_for 'named 8.1.2.3 ".confirmed"' 20
	wait_for 'named 12.1.2.3 ".name == null and .note == \"nobody answered\""' 30
	stop "$NG_PID"
	assert_eq "$STATUS" 0
}

# A server that fails does not say that there is no name, nor that a name leads elsewhere.
test_a_failure_is_no_answer() {
	need jq
	start_dns
	watch 15.1.2.3 69.1.2.3 11.1.2.3
	wait_for 'named 15.1.2.3 ".name == null and .note == \"nobody answered\""' 30
	wait_for 'named 69.1.2.3 ".name == \"crawl-69-1-2-3.googlebot.com\" and .note != null"' 30
	wait_for 'named 11.1.2.3 ".name == null and .note == null"' 20
	stop "$NG_PID"
	assert_eq "$STATUS" 0
}

# An IPv6 address is asked about by its digits, the last one first.
test_addresses_of_both_families() {
	start_dns
	watch 2001:4860:4801::9
	wait_for 'grep -q "^ptr" "$T/asked"' 20
	stop "$NG_PID"
	assert_match "$(grep ^ptr "$T/asked" | head -n 1)" \
		'^ptr 9\.(0\.){19}1\.0\.8\.4\.0\.6\.8\.4\.1\.0\.0\.2\.ip6\.arpa\.$'
}

test_off_unless_asked_for() {
	start_dns
	printf '8.1.2.3 - - [22/Nov/2026:08:14:15 +0000] "GET / HTTP/1.1" 200 12 "-" "x"\n' \
		>"$T/access.log"
	"$NG" --once --source proc --log-path "$T/access.log" --from-start >"$T/out"
	assert_eq "$(wc -l <"$T/asked")" 1
}

test_a_bad_server_is_refused() {
	NETHERGAZE_RDNS_SERVER=nonsense assert_status 2 "$NG" --once --rdns --source proc
	assert_match "$(cat "$T/stderr")" 'rdns: nonsense'
}

run_tests
