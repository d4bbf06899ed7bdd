#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The SSH log: who logs in, who tries, joined with all else by address.
. "$(dirname "$0")/../lib/sh.sh"

unset "${!NETHERGAZE_@}"
export HOME=/nonexistent NETHERGAZE_WHOIS_ENABLED=false NETHERGAZE_RUNNING_SERVERS=false
unset XDG_CONFIG_HOME

ssh_line() { # MESSAGE
	echo "2026-11-22T08:14:15.123456+00:00 web1 sshd[123]: $1"
}

# An attacker who also asks for pages, somebody who logs in, and what else such a log holds.
some_lines() {
	ssh_line 'Invalid user admin from 8.8.8.8 port 4242'
	ssh_line 'Failed password for invalid user admin from 8.8.8.8 port 4242 ssh2'
	ssh_line 'message repeated 2 times: [ Failed password for root from 8.8.8.8 port 4243 ssh2]'
	ssh_line 'Failed password for invalid user x from 1.1.1.1 port 1 ssh2 from 8.8.8.8 port 4244 ssh2'
	ssh_line 'Accepted publickey for ada from 8.8.4.4 port 5151 ssh2: ED25519 SHA256:abc'
	ssh_line 'Disconnected from user ada 8.8.4.4 port 5151'
	ssh_line 'Server listening on 0.0.0.0 port 22.'
	ssh_line 'Failed password for root from 127.0.0.1 port 5151 ssh2'
	echo '2026-11-22T08:14:15.123456+00:00 web1 CRON[1]: pam_unix(cron:session): session opened'
}

NG_ARGS=(--duration 0 --source proc --from-start)

test_logins_join_by_address() {
	some_lines >"$T/auth.log"
	echo '8.8.8.8 - - [22/Nov/2026:08:14:15 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl"' >"$T/log"
	"$NG" --once --json "${NG_ARGS[@]}" --log-path "$T/log" --auth-log-path "$T/auth.log" >"$T/out"
	assert_json "$T/out" 'map(select(.ip == "8.8.8.8")) |
		length == 1 and (.[0] | .auth_failed == 4 and .auth_accepted == null and .requests == 1)'
	assert_json "$T/out" 'any(.ip == "8.8.4.4" and .auth_accepted == 1 and .auth_failed == null)'
	assert_json "$T/out" 'all(.ip != "1.1.1.1")'
	assert_json "$T/out" 'map(select(.t == "summary"))[0] |
		.auth_failed == 4 and .auth_accepted == 1 and .log_lines == 10 and .log_rejected == 0 and
		.log_ignored == 2'
}

test_the_stream_has_every_line_of_sshd() {
	some_lines >"$T/auth.log"
	"$NG" --json "${NG_ARGS[@]}" --log-path "$T/none" --auth-log-path "$T/auth.log" >"$T/out"
	assert_json "$T/out" 'map(select(.t == "auth") | [.outcome, .user, .method, .port, .times]) == [
		["invalid", "admin", null, 4242, null],
		["invalid", "admin", "password", 4242, null],
		["failed", "root", "password", 4243, 2],
		["invalid", "x from 1.1.1.1 port 1 ssh2", "password", 4244, null],
		["accepted", "ada", "publickey", 5151, null],
		["closed", "ada", null, 5151, null]]'
	assert_json "$T/out" 'all(.t != "auth" or .ip == "8.8.8.8" or .ip == "8.8.4.4")' 'the loopback is hidden'
	"$NG" --json "${NG_ARGS[@]}" --log-path "$T/none" --auth-log-path "$T/auth.log" \
		--show-private-ips >"$T/out"
	assert_json "$T/out" 'any(.t == "auth" and .ip == "127.0.0.1")'
}

test_a_replay_says_the_same() {
	some_lines >"$T/auth.log"
	"$NG" --once --json "${NG_ARGS[@]}" --log-path "$T/none" --auth-log-path "$T/auth.log" \
		--record "$T/rec.gz" >"$T/live"
	"$NG" --once --json --replay "$T/rec.gz" --speed max >"$T/again"
	assert_eq "$(cat "$T/again")" "$(cat "$T/live")"
}

test_journald_on_stdin() {
	some_lines | sed 's/^[^]]*]: //' | grep -v Server |
		"$NG" --once --json "${NG_ARGS[@]}" --log-path - >"$T/out"
	assert_json "$T/out" 'any(.ip == "8.8.8.8" and .auth_failed == 4)'
	some_lines | "$NG" --once --json "${NG_ARGS[@]}" --log-path "$T/none" --auth-log-path - >"$T/out"
	assert_json "$T/out" 'any(.ip == "8.8.8.8" and .auth_failed == 4)'
}

# The usual place is looked at below a root of the test's own.
test_the_usual_place() {
	mkdir -p "$T/root/var/log"
	export NETHERGAZE_SERVER_ROOT=$T/root
	"$NG" --json "${NG_ARGS[@]}" --log-path "$T/none" >"$T/out"
	assert_json "$T/out" 'map(select(.t == "log").log) == ["'"$T/none"'"]' 'what is not there is no trouble'
	some_lines >"$T/root/var/log/secure"
	"$NG" --json "${NG_ARGS[@]}" --log-path "$T/none" >"$T/out"
	assert_json "$T/out" 'any(.t == "log" and .log == "'"$T/root/var/log/secure"'" and .state == "reading")'
	assert_json "$T/out" 'all(.t != "auth")' 'what was there before the start is old'
	"$NG" --json "${NG_ARGS[@]}" --log-path "$T/none" --no-auth-log >"$T/out"
	assert_json "$T/out" 'map(select(.t == "log").log) == ["'"$T/none"'"]'
}

# A configuration that is read anew in the middle of a rotation finds no log there.
test_it_stays_while_it_is_rotated() {
	local root=$T/root
	mkdir -p "$root/var/log" "$root/etc/nginx"
	echo 'http { access_log /a.log; }' >"$root/etc/nginx/nginx.conf"
	some_lines >"$root/var/log/auth.log"
	NETHERGAZE_SERVER_ROOT=$root background "$NG" --json --source proc >"$T/out"
	wait_open "$PID" "$root/var/log/auth.log"
	mv "$root/var/log/auth.log" "$T/auth.log.1"
	echo 'http { access_log /new.log; }' >"$root/etc/nginx/nginx.conf"
	wait_for "grep -q '\"log\".*/new.log' $T/out" 20
	ssh_line 'Failed password for root from 9.9.9.10 port 1 ssh2' >"$root/var/log/auth.log"
	wait_for "grep -q '\"auth\".*9.9.9.10' $T/out"
	stop "$PID"
	assert_json "$T/out" 'all(.note != "No longer in the configuration" or .log != "'"$root"'/var/log/auth.log")'
}

test_it_is_followed() {
	some_lines >"$T/auth.log"
	background "$NG" --json --source proc --log-path "$T/none" --auth-log-path "$T/auth.log" >"$T/out"
	wait_open "$PID" "$T/auth.log"
	ssh_line 'Failed password for root from 9.9.9.9 port 1 ssh2' >>"$T/auth.log"
	wait_for "grep -q '\"auth\".*9.9.9.9' $T/out"
	mv "$T/auth.log" "$T/auth.log.1"
	ssh_line 'Failed password for root from 9.9.9.10 port 1 ssh2' >"$T/auth.log"
	wait_for "grep -q '\"auth\".*9.9.9.10' $T/out"
	stop "$PID"
	assert_json "$T/out" 'map(select(.t == "auth").ip) == ["9.9.9.9", "9.9.9.10"]'
}

test_a_named_log_that_is_missing_is_trouble() {
	"$NG" --once "${NG_ARGS[@]}" --log-path "$T/log" --auth-log-path "$T/auth.log" >"$T/out"
	assert_match "$(cat "$T/out")" "log $T/auth.log: "
}

run_tests
