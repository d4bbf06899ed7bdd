#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016
#
# What the configuration bounds: [filters] cidr_allow and cidr_deny, and how logs are read.
. "$(dirname "$0")/../lib/sh.sh"

# shown ARG...: a report of the recording with the config in $T/c.toml, in $T/stdout.
shown() {
	assert_status 0 "$NG" --config "$T/c.toml" --replay "$NG_TOP/tests/data/console.ndjson" \
		--speed max --show-private-ips "$@"
}

test_deny_hides() {
	printf '[filters]\ncidr_deny = ["203.0.113.0/24", "2001:db8::/32"]\n' >"$T/c.toml"
	shown --once --json
	assert_json "$T/stdout" '[.[] | select(.t=="host").ip] | length > 10 and
		all((startswith("203.0.113.") or startswith("2001:db8:")) | not)'
	shown --once
	grep -q ' rows are left out: the configuration hides 2 networks$' "$T/stdout"
	shown --once --json --group net
	assert_json "$T/stdout" '[.[] | select(.t=="group").who] |
		(index("203.0.113.0/24") | not) and index("198.51.100.0/24")'
}

# Allowed and denied networks, and the filter: all must agree.
test_allow_and_filter() {
	printf '[filters]\ncidr_allow = ["192.0.2.0/24"]\ncidr_deny = ["192.0.2.77"]\n' >"$T/c.toml"
	shown --once --json --filter 'status:4xx'
	assert_eq "$(json "$T/stdout" 'select(.t=="host").ip')" 192.0.2.200
	shown --json
	assert_json "$T/stdout" '[.[] | select(.t=="request" or .t=="conn") | .client // .ip] |
		length > 100 and all(startswith("192.0.2.")) and (index("192.0.2.77") | not)'
}

# What is recorded and judged is whole all the same.
test_the_judgement_sees_all() {
	printf '[filters]\ncidr_deny = ["0.0.0.0/0"]\n' >"$T/c.toml"
	shown --once --json
	assert_json "$T/stdout" 'any(.[]; .t=="summary" and (.flags | index("syn-flood")))'
}

test_what_is_no_network() {
	printf '[filters]\ncidr_allow = ["nobody"]\n' >"$T/c.toml"
	assert_status 2 "$NG" --config "$T/c.toml" --once
	assert_match "$(cat "$T/stderr")" 'c.toml:2: .*nobody'
}

request() { # PATH
	printf '203.0.113.1 - - [01/Jan/2026:00:13:20 +0000] "GET %s HTTP/1.1" 200 10 "-" "-"\n' "$1" \
		>>"$T/log"
}

# Where the kernel gives no watches, logs are looked at all the same, at their interval.
test_logs_are_polled_where_nothing_reports() {
	need unshare jq
	# shellcheck disable=SC2016 # for the inner shell
	local no_watches='echo 0 >/proc/sys/user/max_inotify_watches && exec "$@"'
	unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_inotify_watches' 2>/dev/null ||
		skip 'no user namespaces, or no bound of watches in them'
	printf '[refresh]\nlog_interval = 0.05\n' >"$T/c.toml"
	: >"$T/log"
	background unshare -Ur sh -c "$no_watches" sh "$NG" --config "$T/c.toml" --json --source proc \
		--show-private-ips --log-path "$T/log" >"$T/out"
	wait_for 'grep -q "\"state\":\"reading\"" "$T/out"' 10
	request /one
	wait_for 'grep -q /one "$T/out"' 10
	request /two
	wait_for 'grep -q /two "$T/out"' 10
	stop "$PID"
	# At an interval of an hour it is read when the run ends.
	printf '[refresh]\nlog_interval = 3600\n' >"$T/c.toml"
	background unshare -Ur sh -c "$no_watches" sh "$NG" --config "$T/c.toml" --json --source proc \
		--show-private-ips --log-path "$T/log" --duration 3 >"$T/out"
	wait_for 'grep -q "\"state\":\"reading\"" "$T/out"' 10
	wait_for '[ "$(grep -c "\"t\":\"tick\"" "$T/out")" -ge 1 ]' 10
	request /three
	finish "$PID"
	# Everything else of the run was said before it.
	assert_json "$T/out" '(map(.t) | rindex("tick")) as $last |
		(map(.path == "/three") | index(true)) as $three | $three >= $last - 3'
}

test_lines_kept() {
	local i
	printf '[log]\nmax_log_lines = 3\n' >"$T/c.toml"
	for i in 1 2 3 4 5; do request "/page-$i"; done
	# A filter finds what is kept, and counts stay what they are.
	assert_status 0 "$NG" --config "$T/c.toml" --once --json --duration 0 --from-start \
		--show-private-ips --source proc --log-path "$T/log" --filter 'path:/page-2'
	assert_eq "$(json "$T/stdout" 'select(.t=="host").ip')" ''
	assert_status 0 "$NG" --config "$T/c.toml" --once --json --duration 0 --from-start \
		--show-private-ips --source proc --log-path "$T/log" --filter 'path:/page-4'
	assert_eq "$(json "$T/stdout" 'select(.t=="host").requests')" 5
}

test_unknown_variables_are_clean() {
	assert_status 0 env "$(printf 'NETHERGAZE_X\033[2J=1')" "$NG" --once --duration 0 \
		--source proc --log-path "$T/no.log"
	assert_match "$(cat "$T/stderr")" 'NETHERGAZE_X\\x1b\[2J: unknown variable'
}

run_tests "$@"
