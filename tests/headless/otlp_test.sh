#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # conditions to poll are given as text
#
# OTLP/HTTP: sets and flags go to a collector (tests/lib/collector.py), which holds each request
# against the protocol; and whatever it answers, everything goes on, is counted and is said.
. "$(dirname "$0")/../lib/sh.sh"

unset "${!NETHERGAZE_OTLP_@}" "${!NETHERGAZE_PUBLISH_@}"
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY no_proxy NO_PROXY
export NETHERGAZE_PUBLISH_NAME=web1

FLAG='{"t":"flag","ts":1772420883.071000,"flag":"scanner","on":true,"scope":"host","who":"203.0.113.9","severity":2,"evidence":"404s"}'
MACHINE='{"t":"machine","ts":1772420883.071000,"name":"web1","seq":1,"figures":{"conns":12}}'

# collector [CERT-AND-KEY]: at PORT, the same one each time.
collector() {
	need python3 ss
	mkdir -p "$T/c"
	background /usr/bin/python3 "$NG_TOP/tests/lib/collector.py" "$T/c" "$@"
	COLLECTOR=$PID
	wait_for '[ -s "$T/c/port" ] && PORT=$(cat "$T/c/port") && [ -n "$(ss -Htnl "sport = :$PORT")" ]'
}

# plan LINE...: what it answers to the next requests.
plan() {
	printf '%s\n' "$@" >"$T/c/plan"
}

# probe [ARG...]: a program with nothing but the carrier, which obeys put; -> PROBE.
probe() {
	coproc CARRIER { exec "$NG_BUILD/tests/lib/carrier_probe" "$@" >"$T/said" 2>"$T/err"; }
	# shellcheck disable=SC2153 # coproc sets it
	PROBE=$CARRIER_PID IN=${CARRIER[1]}
}

put() { # LINE...
	printf '%s\n' "$@" >&"$IN"
}

# accounts TEXT [SECONDS]: until the probe's account has it.
accounts() {
	wait_for "put account; grep -a '^sum' '$T/said' | tail -n 1 | grep -qE -- '$1'" "${2:-20}"
}

end_probe() {
	exec {IN}>&-
	wait_for "! kill -0 $PROBE 2>/dev/null" 10
}

fine() {
	assert_eq "$(cat "$T/c/bad" 2>/dev/null || true)" ''
}

test_records_arrive() {
	need jq
	collector
	probe --publish "otlp+http://127.0.0.1:$PORT"
	put "flag $FLAG" "summary $MACHINE"
	accounts 'sent=2 .*refused=0 .*connected=1'
	fine
	cat "$T"/c/[0-9]*.json >"$T/all"
	jq -se '[.[].resourceLogs[].scopeLogs[].logRecords[].eventName] | sort ==
		["nethergaze.flag", "nethergaze.machine"]' "$T/all" >/dev/null
	jq -se '[.[].resourceLogs[].resource.attributes[] | select(.key == "host.name").value.stringValue] |
		unique == ["web1"]' "$T/all" >/dev/null
	end_probe
}

# What comes while a request is under way goes together in the next one.
test_one_request_at_a_time() {
	collector
	plan hold
	probe --publish "otlp+http://127.0.0.1:$PORT"
	put "flag $FLAG"
	wait_for 'grep -q "^1 hold 1" "$T/c/log"'
	put "flag $FLAG" "flag $FLAG" "summary $MACHINE" "flag $FLAG"
	accounts 'queued=0'
	assert_eq "$(wc -l <"$T/c/log")" 1
	: >"$T/c/go"
	accounts 'sent=5 .*refused=0'
	assert_eq "$(tail -n 1 "$T/c/log")" '2 200 4 -'
	fine
}

# Not taken now, it is sent again as it was, no sooner than asked for.
test_again_later() {
	local status
	collector
	plan '503 1' '429 1' 502 504 200
	probe --publish "otlp+http://127.0.0.1:$PORT"
	put "flag $FLAG"
	wait_for 'grep -qE "^state .*down: HTTP 503: the collector says 503 .x1b.2J" "$T/said"'
	accounts 'sent=1 .*dropped=0 refused=0 .*connected=1' 60
	assert_eq "$(awk '{ print $2, $3 }' "$T/c/log" | paste -sd' ')" '503 1 429 1 502 1 504 1 200 1'
	for status in 2 3 4 5; do
		cmp "$T/c/1.json" "$T/c/$status.json"
	done
	fine
}

# Refused, it is counted and not sent again; what comes after it is.
test_refused() {
	local status n=0
	collector
	plan 400 401 500 301
	probe --publish "otlp+http://127.0.0.1:$PORT"
	for status in 400 401 500 301; do
		n=$((n + 1))
		put "flag $FLAG"
		accounts "sent=0 .*refused=$n .*connected=0 .*HTTP $status: the collector says $status"
	done
	put "flag $FLAG"
	accounts 'sent=1 .*refused=4 .*connected=1'
	assert_eq "$(wc -l <"$T/c/log")" 5
	fine
}

test_partial_success() {
	collector
	probe --publish "otlp+http://127.0.0.1:$PORT"
	plan 'partial 1 too old'
	put "flag $FLAG"
	accounts 'sent=0 .*refused=1 .*connected=1 .*1 of 1 records rejected: too old'
	put "flag $FLAG"
	accounts 'sent=1 .*refused=1 .*connected=1'
	fine
}

# An answer without an end, or without sense, is an answer.
test_strange_answers() {
	collector
	plan huge garbage
	probe --publish "otlp+http://127.0.0.1:$PORT"
	put "flag $FLAG"
	accounts 'sent=1 .*refused=0'
	put "flag $FLAG"
	accounts 'sent=2 .*refused=0'
	fine
}

# Closed without an answer, it is sent again.
test_dropped_connections() {
	collector
	plan drop drop
	probe --publish "otlp+http://127.0.0.1:$PORT"
	put "flag $FLAG"
	wait_for 'grep -q "^state .*down: " "$T/said"'
	accounts 'sent=1 .*refused=0 .*connected=1' 30
	assert_eq "$(wc -l <"$T/c/log")" 3
	fine
}

# Nobody listens, and then somebody does.
test_connection_refused() {
	collector
	stop "$COLLECTOR"
	probe --publish "otlp+http://127.0.0.1:$PORT"
	put "flag $FLAG"
	wait_for 'grep -qi "^state .*down: .*connect" "$T/said"'
	accounts 'sent=0 .*refused=0 .*connected=0'
	collector
	accounts 'sent=1 .*refused=0 .*connected=1' 60
	fine
}

# A collector that takes nothing holds nobody up: the queue is bounded, and drops the oldest.
test_a_collector_that_hangs() {
	collector
	plan hang hang hang hang
	probe --publish "otlp+http://127.0.0.1:$PORT" --config "$(config 'publish.queue = "256K"')"
	put "flag $FLAG"
	wait_for 'grep -q "^1 hang" "$T/c/log"'
	put 'flood 200 90000'
	accounts 'dropped=[1-9]'
	kill -0 "$PROBE"
	end_probe
}

config() { # LINE
	printf '%s\n' "$1" | sed 's/^\([a-z]*\)\.\(.*\)$/[\1]\n\2/' >"$T/config.toml"
	echo "$T/config.toml"
}

test_headers() {
	collector
	probe --publish "otlp+http://127.0.0.1:$PORT" --config "$(config 'otlp.headers = ["X-Test: a b"]')"
	put "flag $FLAG"
	accounts 'sent=1'
	assert_eq "$(cat "$T/c/log")" '1 200 1 a b'
	NETHERGAZE_OTLP_HEADERS=$'X: a\r\nY: b' assert_status 2 "$NG_BUILD/tests/lib/carrier_probe" \
		--publish "otlp+http://127.0.0.1:$PORT" </dev/null
	assert_match "$(cat "$T/stderr")" 'OTLP_HEADERS.*a control character in it'
}

test_urls() {
	local url
	for url in 'otlp+http://' 'otlp+https://a:b@c' 'otlp+https://a/?b' 'otlp+https://a b' 'otlp+ftp://a'; do
		assert_status 2 "$NG_BUILD/tests/lib/carrier_probe" --publish "$url" </dev/null
		assert_match "$(cat "$T/stderr")" 'expected '
	done
}

# Who it is has to be proven; there is no way around that.
test_tls() {
	need openssl
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=collector \
		-addext 'subjectAltName = IP:127.0.0.1' -keyout "$T/key.pem" -out "$T/ca.pem" 2>/dev/null
	cat "$T/ca.pem" "$T/key.pem" >"$T/both.pem"
	collector "$T/both.pem"
	probe --publish "otlp+https://127.0.0.1:$PORT"
	put "flag $FLAG"
	wait_for 'grep -qi "^state .*down: .*certificate" "$T/said"'
	accounts 'sent=0'
	end_probe
	assert_no_file "$T/c/log"
	probe --publish "otlp+https://127.0.0.1:$PORT" --config "$(config "otlp.ca = \"$T/ca.pem\"")"
	put "flag $FLAG"
	accounts 'sent=1'
	fine
}

assert_no_file() {
	[ ! -e "$1" ] || fail "$1 is there"
}

# What still waits when the program ends is sent, if that takes a moment.
test_the_last_ones_go_out() {
	collector
	probe --publish "otlp+http://127.0.0.1:$PORT"
	put "flag $FLAG" "flag $FLAG" "flag $FLAG"
	end_probe
	assert_eq "$(awk '{ n += $3 } END { print n }' "$T/c/log")" 3
	fine
}

run_tests
