#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Hosts with thousands of logs, copies of logs, and rotations that are faster than a look.
. "$(dirname "$0")/../lib/sh.sh"

unset "${!NETHERGAZE_@}"
export HOME=/nonexistent NETHERGAZE_WHOIS_ENABLED=false NETHERGAZE_AUTH_ENABLED=false
unset XDG_CONFIG_HOME

line() { # PATH
	printf '203.0.113.7 - - [22/Nov/2026:08:14:15 +0000] "GET %s HTTP/1.1" 200 5 "-" "curl/8"\n' "$1"
}

# A virtual host's configuration and log for each number up to COUNT.
hosts() { # COUNT
	mkdir -p "$T/root/etc/apache2/sites-enabled" "$T/root/var/log/apache2"
	echo 'IncludeOptional sites-enabled/*.conf' >"$T/root/etc/apache2/apache2.conf"
	seq "$1" | awk -v root="$T/root" '{
		conf = root "/etc/apache2/sites-enabled/s" $1 ".conf"
		log_file = "/var/log/apache2/s" $1 ".example.test-access.log"
		printf "<VirtualHost *:80>\nCustomLog %s combined\n</VirtualHost>\n", log_file >conf
		printf "203.0.113.7 - - [22/Nov/2026:08:14:15 +0000] \"GET /%d HTTP/1.1\" " \
			"200 5 \"-\" \"curl/8\"\n", $1 >(root log_file)
		close(conf)
		close(root log_file)
	}'
}

once() { # ARG...
	"$NG" --once --duration 0 --source proc --from-start --show-private-ips "$@" >"$T/out"
}

test_all_logs_of_a_configuration_are_read() {
	hosts 5000
	once --json --server-root "$T/root"
	assert_json "$T/out" '.[-1] | .requests == 5000 and .logs_not_followed == null and .lost == 0'
	"$NG" --doctor --server-root "$T/root" >"$T/doctor" || :
	assert_eq "$(grep -c 'example.test-access.log$' "$T/doctor")" 5000
	assert_eq "$(grep -iE 'too long|no room' "$T/doctor" || :)" ''
	# Few descriptors are enough.
	(ulimit -n 256 && once --json --server-root "$T/root")
	assert_json "$T/out" '.[-1] | .requests == 5000 and .logs_not_followed == null'
}

# More than there is room for is said in each place.
test_says_how_many_are_not_followed() {
	mkdir -p "$T/root/etc/nginx" "$T/root/var/log/nginx"
	seq 8300 | sed 's|.*|server { access_log /var/log/nginx/&.log; }|' >"$T/root/etc/nginx/nginx.conf"
	line /x >"$T/root/var/log/nginx/1.log"
	once --json --server-root "$T/root"
	assert_json "$T/out" '.[-1] | .requests == 1 and .logs_not_followed == 108'
	once --server-root "$T/root"
	grep -qx 'logs not followed, for want of room: 108' "$T/out"
	"$NG" --doctor --server-root "$T/root" >"$T/doctor" || :
	grep -q '108 further logs, servers or included files are left out: no room' "$T/doctor"
	"$NG" --json --duration 0 --source proc --server-root "$T/root" >"$T/out"
	assert_json "$T/out" 'any(.[]; .t == "logs" and .not_followed == 108)'
}

watch() { # ARG...: the stream in $T/stream; PID
	background "$NG" --json --source proc --show-private-ips "$@" >"$T/stream" 2>"$T/err"
	poll_for "grep -q '\"t\":\"log\"' '$T/stream'" 10
}

paths() {
	jq -r 'select(.t == "request").path' "$T/stream" | sort -V | tr '\n' ' '
}

# copytruncate and dateext of logrotate, under a glob that finds the copy.
test_a_copy_is_not_read_again() {
	for i in 1 2 3 4; do line "/old$i"; done >"$T/ct_access.log"
	watch --log-path "$T/ct_access.log*"
	line /1 >>"$T/ct_access.log"
	poll_for "grep -q '\"path\":\"/1\"' '$T/stream'" 10
	cp "$T/ct_access.log" "$T/ct_access.log-20261122"
	truncate -s 0 "$T/ct_access.log"
	poll_for "grep -q 'A copy of a log that is followed' '$T/stream'" 10
	line /2 >>"$T/ct_access.log"
	poll_for "grep -q '\"path\":\"/2\"' '$T/stream'" 10
	stop "$PID"
	assert_eq "$(paths)" '/1 /2 '
}

# What nobody can read any more is counted: while we are stopped, three files have the name.
test_rotations_that_were_missed() {
	line /0 >"$T/a.log"
	watch --log-path "$T/a.log"
	kill -STOP "$PID"
	for i in 1 2 3; do
		mv "$T/a.log" "$T/a.log.1"
		line "/$i" >"$T/a.log"
	done
	kill -CONT "$PID"
	poll_for "grep -q '\"path\":\"/3\"' '$T/stream'" 10
	stop "$PID"
	# a.log.1 was written over twice; the first time by the file that was open.
	assert_eq "$(paths)" '/2 /3 '
	assert_json "$T/stream" 'map(select(.t == "log")) | .[-1] | .missed == 1 and .rotated == 2'
}

# 22 pairs of braces are four million names: refused, and we can be stopped at any time.
test_braces_are_bounded() {
	local bomb i
	bomb=$T/$(for i in {1..22}; do printf '{a,b}'; done)
	line /x >"$T/access.log"
	once --json --log-path "$bomb" --log-path "$T/access.log"
	assert_json "$T/out" '.[-1].requests == 1'
	"$NG" --json --duration 0 --source proc --log-path "$bomb" >"$T/out"
	assert_json "$T/out" 'any(.[]; .t == "log" and .note == "Too many names for one pattern")'
	watch --log-path "$bomb"
	stop "$PID" # by SIGTERM, and waits
	"$NG" --doctor --log-path "$bomb" >"$T/doctor" || :
	grep -q 'Argument list too long' "$T/doctor"
}

run_tests "$@"
