#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Real servers' logs under rotation. What is counted is compared with the lines that were written.
# shellcheck disable=SC2016 # conditions to poll are given as text
. "$(dirname "$0")/../lib/sh.sh"

# follow LOG...: nethergaze streams to $T/out; its pid is in FOLLOWER.
follow() {
	local log args=()
	for log; do
		args+=(--log-path "$log")
	done
	background "$NG" --json --source proc --show-private-ips --no-geoip --no-whois \
		--no-auth-log "${args[@]}" >"$T/out"
	FOLLOWER=$PID
	wait_for '[ -s "$T/out" ]' 20
}

requests_seen() {
	grep -c '^{"t":"request"' "$T/out"
}

lines_written() { # PATH-PREFIX
	cat "$1"* | wc -l
}

# Every line once: as many requests as lines, all paths different, nothing rejected or passed over.
assert_all_seen() { # PATH-PREFIX
	local lines
	lines=$(lines_written "$1")
	wait_for "[ \"\$(requests_seen)\" -ge $lines ]" 20
	stop "$FOLLOWER"
	assert_eq "$STATUS" 0 'exit status'
	assert_eq "$(requests_seen)" "$lines" 'requests by nethergaze, lines by the server'
	assert_eq "$(json "$T/out" 'select(.t == "request").path' | sort -u | wc -l)" "$lines" \
		'different paths'
	assert_json "$T/out" 'map(select(.t == "log")) | group_by(.log) | map(last) |
		all((.rejected // 0) == 0 and (.skipped // 0) == 0)'
	assert_json "$T/out" "map(select(.t == \"log\")) | group_by(.log) | map(last.lines // 0) |
		add == $lines"
	note "$lines lines"
}

# load URL: requests, each for another path, until $T/enough is there.
load() {
	local i=0
	while [ ! -e "$T/enough" ]; do
		requests 500 "$1/$((i++))"
	done
}

# rotate_under_load TIMES LOG NEW URL REOPEN: moves LOG to NEWn and tells the server by REOPEN.
rotate_under_load() {
	local log=$2 loads=() i
	for i in a b; do
		background load "$4/$i"
		loads+=("$PID")
	done
	for ((i = 1; i <= $1; i++)); do
		wait_for "[ \"\$(wc -l <'$log')\" -ge 300 ]" 20
		mv "$log" "$3$i"
		$5
	done
	touch "$T/enough"
	for i in "${loads[@]}"; do
		finish "$i" 60
		assert_eq "$STATUS" 0 'status of the load'
	done
}

test_nginx_rotated_by_rename() {
	need nginx curl jq
	start_nginx
	follow "$NGINX_LOG"
	wait_open "$FOLLOWER" "$NGINX_LOG"
	rotate_under_load 25 "$NGINX_LOG" "$NGINX_LOG." "http://127.0.0.1:$NGINX_PORT" nginx_reopen
	assert_all_seen "$NGINX_LOG"
}

# The rotated files' names match the glob, too.
test_nginx_rotated_within_a_glob() {
	need nginx curl jq
	start_nginx
	follow "$NGINX_DIR/*.access.log*"
	wait_open "$FOLLOWER" "$NGINX_LOG"
	rotate_under_load 5 "$NGINX_LOG" "$NGINX_LOG-2026112" "http://127.0.0.1:$NGINX_PORT" \
		nginx_reopen
	assert_all_seen "$NGINX_LOG"
}

# Nobody can see what a copytruncate cuts off unread, so the log is quiet when it happens.
test_nginx_rotated_by_copytruncate() {
	need nginx curl jq
	local i
	start_nginx
	follow "$NGINX_LOG"
	wait_open "$FOLLOWER" "$NGINX_LOG"
	for ((i = 1; i <= 20; i++)); do
		requests 50 "http://127.0.0.1:$NGINX_PORT/$i"
		wait_for "[ \"\$(requests_seen)\" -eq $((i * 50)) ]"
		cp "$NGINX_LOG" "$NGINX_LOG.$i"
		: >"$NGINX_LOG"
	done
	assert_all_seen "$NGINX_LOG"
}

start_apache() {
	local modules=/usr/lib/apache2/modules
	[ -d "$modules" ] || skip 'no Apache modules where Debian has them'
	APACHE_PORT=$(free_port) APACHE_LOG=$T/apache.log
	cat >"$T/apache.conf" <<-END
		ServerRoot $T
		ServerName localhost
		Listen 127.0.0.1:$APACHE_PORT
		PidFile $T/apache.pid
		DefaultRuntimeDir $T
		User nobody
		Group nogroup
		ErrorLog $T/apache.error
		LoadModule mpm_event_module $modules/mod_mpm_event.so
		LoadModule authz_core_module $modules/mod_authz_core.so
		KeepAlive On
		MaxKeepAliveRequests 0
		LogFormat "%h %l %u %t \\"%r\\" %>s %O \\"%{Referer}i\\" \\"%{User-Agent}i\\"" combined
		CustomLog $APACHE_LOG combined
	END
	background apache2 -f "$T/apache.conf" -DFOREGROUND
	APACHE_PID=$PID
	wait_for "[ -n \"\$(ss -Htnl 'sport = :$APACHE_PORT')\" ]"
}

# Its children answer what they have begun, and write to the old file meanwhile.
apache_graceful() {
	kill -USR1 "$APACHE_PID"
}

test_apache_rotated_by_rename() {
	need apache2 curl jq ss
	need_root
	start_apache
	follow "$APACHE_LOG"
	wait_open "$FOLLOWER" "$APACHE_LOG"
	rotate_under_load 20 "$APACHE_LOG" "$APACHE_LOG." "http://127.0.0.1:$APACHE_PORT" \
		apache_graceful
	assert_all_seen "$APACHE_LOG"
}

# What clients may write into a log, as real servers write it down.
test_hostile_requests_are_kept() {
	need nginx curl jq
	start_nginx
	follow "$NGINX_LOG"
	wait_open "$FOLLOWER" "$NGINX_LOG"
	local url=http://127.0.0.1:$NGINX_PORT
	curl -sS -o /dev/null -A $'Mozilla "evil" \\ \e[2J' "$url/agent"
	curl -sS -o /dev/null -u 'john [01/Jan/2000:00:00:00 +0000] smith:x' "$url/user"
	curl -sS -o /dev/null -H 'Referer: "] "GET / HTTP/1.1" 200 1' "$url/referer"
	printf '\x16\x03\x01\x02\x00\x01\xfc\x03\x03\r\n\r\n' | nc_to "$NGINX_PORT"
	printf 'GET /a b  c HTTP/1.1\r\n\r\n' | nc_to "$NGINX_PORT"
	wait_for '[ "$(requests_seen)" -eq 5 ]'
	stop "$FOLLOWER"
	assert_json "$T/out" 'map(select(.t == "request")) | all(.ip == "127.0.0.1")'
	assert_json "$T/out" 'any(.[]; .path == "/agent" and
		.agent == "Mozilla \"evil\" \\ \\x1b[2J")'
	assert_json "$T/out" 'any(.[]; .path == "/user" and .status == 200)'
	assert_json "$T/out" 'any(.[]; .referer == "\"] \"GET / HTTP/1.1\" 200 1")'
	assert_json "$T/out" 'any(.[]; .status == 400 and (.method | not) and
		.kind == "TLS" and (.path // "" | startswith("\\x16\\x03")))'
	assert_json "$T/out" 'any(.[]; .status == 400 and .path == "/a b  c")'
}

nc_to() { # PORT
	exec {fd}<>"/dev/tcp/127.0.0.1/$1"
	cat >&"$fd"
	cat <&"$fd" >/dev/null
	exec {fd}>&-
}

run_tests
