#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What real servers write down when they are sent odd requests: every line they log must become
# the request that was sent, and none may be rejected.
# shellcheck disable=SC2016 # conditions to poll are given as text
. "$(dirname "$0")/../lib/sh.sh"
. "$(dirname "$0")/../lib/servers.sh"

# tell PRINTF-FORMAT [PORT]: on a connection of its own, which is read to its end.
tell() {
	# shellcheck disable=SC2059 # escapes are wanted
	printf "$1" | "$NG_BUILD/tests/lib/talk" "${2:-$PORT}" >/dev/null
}

# times N CHARACTER
times() {
	printf '%*s' "$1" '' | tr ' ' "$2"
}

# The same for every server, who differ in what they refuse, and in what of that they log.
tell_all() { # [PORT]
	local port=${1:-$PORT} host='Host: srv.test\r\n' end='Connection: close\r\n\r\n'
	local agent='User-Agent: Mozilla \"evil\" \\ back\\\"slash\r\n'
	tell "GET /plain?q=1 HTTP/1.1\r\n${host}User-Agent: curl/7.88.1\r\nReferer: https://a.test/\r\nX-Forwarded-For: 203.0.113.7, 10.0.0.2\r\n$end" "$port"
	tell "GET /quote HTTP/1.1\r\n$host$agent$end" "$port"
	tell "GET /a b  c HTTP/1.1\r\n$host$end" "$port"
	tell '\x16\x03\x01\x02\x00\x01\xfc\x03\x03\r\n\r\n' "$port"
	tell 'GET /http09\r\n' "$port"
	tell '\r\n\r\n' "$port"
	tell "GET /nul\x00x HTTP/1.1\r\n$host$end" "$port"
	tell "GET /esc\x1b[2J\xff\xc3\x28 HTTP/1.1\r\n$host$end" "$port"
	tell "GET /agent HTTP/1.1\r\n${host}User-Agent: a\x1b[31m\xff\xe2\x80\xaez\r\n$end" "$port"
	tell "GET /x\"y'z{|}# HTTP/1.1\r\n$host$end" "$port"
	tell "GET /header HTTP/1.1\r\n${host}User-Agent: $(times 7000 b)\r\n$end" "$port"
	tell "GET /long/$(times 65536 a) HTTP/1.1\r\n$host$end" "$port"
	tell "FOO-BAR /method HTTP/1.1\r\n$host$end" "$port"
}

# lines LOG: how many the server has written by now. A server with threads writes them in any order,
# and after it has answered.
lines() {
	wc -l <"$1"
}

# read_log LOG: its requests to $T/out. Each line of it is one; none is rejected.
read_log() {
	"$NG" --json --source proc --from-start --duration 0 --show-private-ips --no-geoip \
		--no-whois --no-auth-log --log-path "$1" >"$T/all"
	grep '^{"t":"request"' "$T/all" >"$T/out" || fail "no request in $1: $(head -c 500 "$1")"
	assert_eq "$(wc -l <"$T/out")" "$(lines "$1")" "requests in ${1##*/}"
	assert_json "$T/all" '.[-1] | .log_rejected == 0 and .t == "summary"'
	assert_json "$T/out" 'all(.ip == "127.0.0.1" and .logged > 1700000000)' 'peers and times'
	note "${1##*/}: $(lines "$1") lines"
}

# one CONDITION: exactly one request is so.
one() {
	assert_json "$T/out" "map(select($1)) | length == 1"
}

PLAIN='.method == "GET" and .path == "/plain?q=1" and .proto == "HTTP/1.1" and .bytes > 0'
EVIL='.path == "/quote" and .agent == "Mozilla \"evil\" \\ back\\\"slash"'
PROXIED='.path == "/plain?q=1" and .claims == "203.0.113.7, 10.0.0.2"'

test_nginx() {
	need ss
	serve_nginx
	tell_all
	local log
	for log in "${LOGS[@]}"; do
		wait_for "[ \"\$(lines '$log')\" -eq 13 ]"
		read_log "$log"
		one "$PLAIN and .status == 200 and .agent == \"curl/7.88.1\" and .referer == \"https://a.test/\""
		one '.method == "GET" and .path == "/a b  c" and .status == 400'
		one '.path == "\\x16\\x03\\x01\\x02\\x00\\x01\\xfc\\x03\\x03" and .status == 400 and
			(.method | not) and (.proto | not)'
		one '.method == "GET" and .path == "/http09" and .status == 200 and (.proto | not)'
		one '(.method | not) and (.path | not) and .status == 400 and .bytes == 0'
		one '.path == "/nul\\x00x" and .status == 400'
		one '.path == "/esc\\x1b[2J\\xff\\xc3("'
		one '.path == "/agent" and .agent == "a\\x1b[31m\\xff\\u{202e}z" and .status == 200'
		one '.path == "/x\"y'\''z{|}#" and .status == 200'
		one '.path == "/header" and (.agent | length) == 7000'
		one '.status == 414 and (.path | startswith("/long/aaaa") and length >= 4096)'
		one '.method == "FOO-BAR" and .path == "/method"'
		case $log in
		*none*) one '.path == "/quote" and (.agent | startswith("Mozilla \"evil\" \\ back"))' ;;
		*) one "$EVIL" ;;
		esac
	done
	read_log "${LOGS[1]}"
	one "$PROXIED and .port > 0"
}

test_apache() {
	need ss
	serve_apache
	tell_all
	local log
	for log in "${LOGS[@]}"; do
		wait_for "[ \"\$(lines '$log')\" -eq 12 ]"
		read_log "$log"
		one "$PLAIN and .status == 404 and .agent == \"curl/7.88.1\" and .referer == \"https://a.test/\""
		one "$EVIL"
		one '.method == "GET" and (.path | startswith("/a b")) and .status == 400'
		one '(.path // "" | startswith("\\x16\\x03\\x01\\x02")) and .status == 400 and (.method | not)'
		one '.path == "/http09" and (.proto | not)'
		one '.path // "" | startswith("/nul")'
		one '.path == "/esc\\x1b[2J\\xff\\xc3(" and .status == 400'
		one '.path == "/agent" and .status == 400'
		one '.path == "/x\"y'\''z{|}#"'
		one '.path == "/header" and (.agent | length) == 7000'
		one '.status == 414 and (.path | startswith("/long/aaaa"))'
		one '.method == "FOO-BAR" and .path == "/method" and .status == 501'
	done
	read_log "${LOGS[1]}"
	assert_json "$T/out" 'all(.vhost | startswith("srv.test:"))'
}

test_caddy() {
	need ss
	serve_caddy
	tell_all
	tell_all "$PORT_CONSOLE"
	local log
	for log in "${LOGS[@]}"; do
		# Go refuses the others, and Caddy does not hear of them.
		wait_for "[ \"\$(lines '$log')\" -eq 6 ]"
		read_log "$log"
		one "$PLAIN and .status == 200 and .agent == \"curl/7.88.1\" and .referer == \"https://a.test/\""
		one "$PROXIED and .vhost == \"srv.test\" and .port > 0"
		one "$EVIL"
		one '.path == "/header" and (.agent | length) == 7000'
		one '.path // "" | startswith("/long/aaaa") and length > 8000'
		one '.method == "FOO-BAR" and .path == "/method"'
	done
}

test_lighttpd() {
	need ss
	serve_lighttpd
	tell_all
	stop "$PID" INT # it writes its log at leisure
	read_log "${LOGS[0]}"
	one "$PLAIN and .status == 404 and .vhost == \"srv.test\" and .agent == \"curl/7.88.1\""
	one "$EVIL"
	one '.method == "GET" and .path == "/a b  c"'
	one '.path == "/nul\\x00x" and .status == 400'
	one '.path == "/esc\\x1b[2J\\xff\\xc3(" and .status == 400'
	one '.path == "/x\"y'\''z{|}#" and .vhost == "srv.test"'
	one '.path == "/header" and (.agent | length) == 7000'
	one '.status == 431'
	one '.status == 501 and .proto == "HTTP/1.1" and (.path | not)'
}

test_haproxy() {
	need ss
	serve_haproxy
	tell_all
	local log
	for log in "${LOGS[@]}"; do
		wait_for "[ \"\$(lines '$log')\" -eq 13 ]"
		read_log "$log"
		assert_json "$T/out" 'all(.port > 0)'
		assert_json "$T/out" 'map(.port) | unique | length == 13' 'ports tell connections apart'
		one "$PLAIN and .status == 200"
		one '.path == "/quote" and .status == 200'
		one '.path == "/header" and .status == 200'
		one '.method == "FOO-BAR" and .path == "/method"'
		assert_json "$T/out" 'map(select(.path == "<BADREQ>")) | length >= 7 and
			all(.status == 400 and (.method | not))'
	done
}

run_tests
