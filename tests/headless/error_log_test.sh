#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Error logs of web servers: which are followed, and that they are no access logs.
. "$(dirname "$0")/../lib/sh.sh"

unset "${!NETHERGAZE_@}"
export HOME=/nonexistent NETHERGAZE_WHOIS_ENABLED=false NETHERGAZE_RUNNING_SERVERS=false
unset XDG_CONFIG_HOME

NG_ARGS=(--duration 0 --source proc --from-start --no-geoip)

# nginx_line CLIENT [MESSAGE]
nginx_line() {
	echo "2026/11/28 21:52:24 [error] 4694#4694: *1 ${2:-access forbidden by rule}, client: $1," \
		'server: a.test, request: "GET /x HTTP/1.1", host: "a.test"'
}

some_errors() {
	nginx_line 8.8.8.8
	nginx_line 8.8.4.4 'limiting requests, excess: 0.9 by zone "one"'
	nginx_line 8.8.4.4 'open() "/x" failed (2: No such file or directory)'
	echo '2026/11/28 21:52:24 [notice] 1#1: start worker processes'
	echo 'PHP message: two lines,'
	echo 'of one message'
	nginx_line 127.0.0.1
}

a_request() {
	echo "$1 - - [22/Nov/2026:08:14:15 +0000] \"GET /a HTTP/1.1\" 200 12 \"-\" \"curl\""
}

# put FILE: stdin, below the root of the test's own.
put() {
	mkdir -p "$(dirname "$T/root/$1")"
	cat >"$T/root/$1"
}

nginx_root() {
	echo 'error_log /var/log/nginx/error.log; http { access_log /var/log/nginx/access.log; }' |
		put etc/nginx/nginx.conf
	a_request 8.8.8.8 | put var/log/nginx/access.log
	some_errors | put var/log/nginx/error.log
}

# logs ARGS...: which logs the stream reports, by their names' ends.
logs() {
	"$NG" --json "${NG_ARGS[@]}" --no-auth-log "$@" >"$T/out"
	jq -r 'select(.t == "log").log | sub(".*/"; "")' "$T/out" | sort -u | xargs
}

test_a_named_log() {
	some_errors >"$T/error.log"
	a_request 8.8.8.8 >"$T/log"
	"$NG" --json "${NG_ARGS[@]}" --log-path "$T/log" --error-log-path "$T/error.log" >"$T/out"
	assert_json "$T/out" 'map(select(.t == "web_error") | [.ip, .what, .path, .vhost]) == [
		["8.8.8.8", "forbidden", "/x", "a.test"], ["8.8.4.4", "limit_req", "/x", "a.test"]]'
	assert_json "$T/out" 'map(select(.t == "log" and .errors))[-1] |
		.lines == 7 and .ignored == 4 and .rejected == 0 and .format == "error log"'
	assert_json "$T/out" 'map(select(.t == "summary"))[0] | .log_lines == 1 and .log_rejected == 0 and
		.log_ignored == 0 and .requests == 1' 'it is no access log'
	"$NG" --json "${NG_ARGS[@]}" --log-path "$T/log" --error-log-path "$T/error.log" \
		--show-private-ips >"$T/out"
	assert_json "$T/out" 'any(.t == "web_error" and .ip == "127.0.0.1")'
	assert_eq "$(logs --log-path "$T/log" --error-log-path "$T/error.log" --no-error-log)" log
}

test_what_says_nothing_at_all_is_no_loss() {
	head -c 300000 /dev/zero | tr '\0' x >"$T/error.log"
	echo >>"$T/error.log"
	a_request 8.8.8.8 >"$T/log"
	"$NG" --once --json "${NG_ARGS[@]}" --log-path "$T/log" --error-log-path "$T/error.log" >"$T/out"
	assert_json "$T/out" 'map(select(.t == "summary"))[0] | .log_rejected == 0 and .log_lines == 1'
	"$NG" --json "${NG_ARGS[@]}" --log-path "$T/log" --error-log-path "$T/error.log" >"$T/out"
	assert_json "$T/out" 'map(select(.t == "log" and .errors))[-1].skipped > 300000' 'but it is counted'
}

test_those_of_the_configuration() {
	nginx_root
	local root=(--server-root "$T/root")
	assert_eq "$(logs "${root[@]}")" 'access.log error.log'
	assert_json "$T/out" 'all(.t != "web_error")' 'what was there before the start is old'
	assert_eq "$(logs "${root[@]}" --no-error-log)" access.log
	assert_eq "$(NETHERGAZE_ERROR_LOG_ENABLED=false logs "${root[@]}")" access.log
	printf '[error_log]\nenabled = false\n' >"$T/c.toml"
	assert_eq "$(logs "${root[@]}" --config "$T/c.toml")" access.log
	assert_eq "$(logs "${root[@]}" --log-path "$T/root/var/log/nginx/*ss.log")" 'access.log error.log' \
		'the same server, by a glob'
	assert_eq "$(logs "${root[@]}" --log-path "$T/root/var/log/nginx/access.log")" 'access.log error.log'
	a_request 8.8.8.8 >"$T/old"
	assert_eq "$(logs "${root[@]}" --log-path "$T/old")" old 'another log'
	some_errors >"$T/own"
	assert_eq "$(logs "${root[@]}" --error-log-path "$T/own")" 'access.log own' 'one that is named instead'
}

test_it_is_followed() {
	nginx_root
	background "$NG" --json --source proc --no-geoip --no-auth-log --server-root "$T/root" >"$T/out"
	wait_open "$PID" "$T/root/var/log/nginx/error.log"
	nginx_line 9.9.9.9 >>"$T/root/var/log/nginx/error.log"
	wait_for "grep -q '\"web_error\".*9.9.9.9' $T/out"
	mv "$T/root/var/log/nginx/error.log" "$T/root/var/log/nginx/error.log.1"
	nginx_line 9.9.9.10 | put var/log/nginx/error.log
	wait_for "grep -q '\"web_error\".*9.9.9.10' $T/out"
	stop "$PID"
	assert_json "$T/out" 'map(select(.t == "web_error").ip) == ["9.9.9.9", "9.9.9.10"]'
}

# A distribution's default may name a log that is not there.
test_a_missing_one_is_quiet() {
	nginx_root
	rm "$T/root/var/log/nginx/error.log"
	"$NG" --once "${NG_ARGS[@]}" --no-auth-log --server-root "$T/root" >"$T/table"
	assert_no_match "$(cat "$T/table")" 'error'
	logs --server-root "$T/root" >/dev/null
	assert_json "$T/out" 'any(.t == "log" and .errors and .state == "missing")'
}

test_doctor_lists_them() {
	nginx_root
	printf 'ErrorLog "|/usr/bin/logger -t httpd"\nCustomLog /var/log/a.log combined\n' |
		put etc/apache2/apache2.conf
	"$NG" --doctor --server-root "$T/root" | tr -s ' \n' '  ' >"$T/doctor"
	assert_match "$(cat "$T/doctor")" 'Error logs of web servers yes [^ ]*/nginx/error.log \(nginx\)'
	assert_match "$(cat "$T/doctor")" 'an error log goes to the program /usr/bin/logger'
	"$NG" --doctor --server-root "$T/root" --no-error-log | tr -s ' \n' '  ' >"$T/doctor"
	assert_match "$(cat "$T/doctor")" 'Error logs of web servers disabled \(--no-error-log\)'
	"$NG" --doctor --server-root "$T/root" --error-log-path "$T/none" | tr -s ' \n' '  ' >"$T/doctor"
	assert_match "$(cat "$T/doctor")" 'Error logs of web servers no [^ ]*/none: No such file'
}

# What a container writes to stdout and to stderr comes as one.
test_errors_among_requests() {
	{
		a_request 8.8.8.8
		some_errors | grep -v -e 'PHP' -e 'of one'
		a_request 8.8.8.8
	} >"$T/log"
	"$NG" --json "${NG_ARGS[@]}" --log-path "$T/log" >"$T/out"
	assert_json "$T/out" 'map(select(.t == "web_error").what) == ["forbidden", "limit_req"]'
	assert_json "$T/out" 'map(select(.t == "summary"))[0] |
		.requests == 2 and .log_rejected == 0 and .log_ignored == 2'
	some_errors >"$T/log"
	"$NG" --json "${NG_ARGS[@]}" --log-path "$T/log" >"$T/out"
	assert_json "$T/out" 'map(select(.t == "summary"))[0] | .log_rejected == 7' 'alone it is no access log'
}

test_a_replay_says_the_same() {
	some_errors >"$T/error.log"
	a_request 8.8.8.8 >"$T/log"
	"$NG" --once --json "${NG_ARGS[@]}" --log-path "$T/log" --error-log-path "$T/error.log" \
		--record "$T/rec.gz" >"$T/live"
	"$NG" --once --json --replay "$T/rec.gz" --speed max >"$T/again"
	assert_eq "$(cat "$T/again")" "$(cat "$T/live")"
	"$NG" --json --replay "$T/rec.gz" --speed max >"$T/again"
	assert_json "$T/again" 'map(select(.t == "web_error").what) == ["forbidden", "limit_req"]'
}

run_tests
