#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Memory that is refused, at one allocation after the other: the program may do without or end with
# its reason, but it never crashes, hangs, or ends badly in silence.
#
# NG_MALLOC_RUNS=N tries so many allocations of each program (default 20), spread over all, the same
# ones each time; NG_MALLOC_SECONDS=N (default 2) ends that early on a slow machine. check-long tries
# nearly all.
. "$(dirname "$0")/../lib/sh.sh"

PRELOAD=$NG_BUILD/tests/preload/fail_malloc.so
RUNS_MAX=${NG_MALLOC_RUNS:-20} LIMIT=$((${NG_MALLOC_SECONDS:-2} * 1000000)) # in microseconds
DATA=$NG_TOP/tests/data/console.ndjson

. "$(dirname "$0")/../lib/faults.sh"

# program COMMAND...: one refused, and all from one on.
program() {
	local tried=0
	each is_clean AT "$@"
	tried=$RUNS
	each is_clean FROM "$@"
	note "$tried and $RUNS of $ALL allocations refused: ${*:2:2}"
}

test_report() {
	program "$NG" --replay "$DATA" --speed max --once --json
}

test_table() {
	program "$NG" --replay "$DATA" --speed max --once
}

test_stream_and_recording() {
	program "$NG" --replay "$DATA" --speed max --json
	program "$NG" --once --duration 0 --source proc --record "$T/recorded.gz"
}

# What a segment begins with, and what the last minutes need.
test_segments_and_last_minutes() {
	"$NG_BUILD/tests/lib/make_log" 500 50 >"$T/access.log"
	NETHERGAZE_RECORD_MAX_SIZE=10K program "$NG" --once --duration 0 --from-start --source proc \
		--log-path "$T/access.log" --record "$T/recorded.ndjson"
	cd "$T"
	NETHERGAZE_RECORD_ON_FINDING=true program "$NG" --once --duration 0 --from-start \
		--source proc --log-path "$T/access.log"
}

# Of a directory: all of its files, in both compressions, one after the other.
test_a_directory_of_recordings() {
	mkdir "$T/d"
	gzip -c "$DATA" >"$T/d/1"
	! command -v zstd >/dev/null || zstd -q "$DATA" -o "$T/d/2"
	program "$NG" --replay "$T/d" --speed max --once --json
}

test_logs() {
	"$NG_BUILD/tests/lib/make_log" 2000 50 >"$T/access.log"
	program "$NG" --once --json --duration 0 --from-start --source proc --show-private-ips \
		--log-path "$T/*.log" --log-path "$T/none.log"
}

test_journal() {
	local remote=/usr/lib/systemd/systemd-journal-remote
	[ -x "$remote" ] || skip 'systemd-journal-remote is not installed'
	mkdir "$T/j"
	printf '%s\n' __REALTIME_TIMESTAMP=1795335255000000 _SYSTEMD_UNIT=web.service \
		'MESSAGE=8.8.8.8 - - [22/Nov/2026:08:14:15 +0000] "GET / HTTP/1.1" 200 1' '' |
		"$remote" --output="$T/j/system.journal" - 2>"$T/remote.err"
	program "$NG" --once --json --duration 0 --from-start --source proc --journal web \
		--journal-dir "$T/j" --log-path "$T/none.log"
	program "$NG" --doctor --journal web --journal-dir "$T/j" --source proc
}

test_format_strings() {
	echo '8.8.8.8 [2026-01-01T00:00:00+00:00] "GET / HTTP/1.1" 200' >"$T/access.log"
	program "$NG" --once --duration 0 --from-start --source proc --log-path "$T/access.log" \
		--log-format '$remote_addr [$time_iso8601] "$request" $status'
}

test_configuration() {
	mkdir -p "$T/etc/nginx" "$T/etc/apache2"
	printf '%s\n' 'http { log_format own "$remote_addr $status"; server {' \
		'access_log /var/log/nginx/a.log own; access_log /var/log/nginx/b.log; } }' \
		>"$T/etc/nginx/nginx.conf"
	printf '%s\n' 'LogFormat "%h %>s" own' 'CustomLog /var/log/apache2/a.log own' \
		>"$T/etc/apache2/apache2.conf"
	printf '%s\n' '[logs]' 'paths = ["/a", "/b"]' >"$T/config.toml"
	program "$NG" --config "$T/config.toml" --print-config
	program "$NG" --doctor --server-root "$T" --source proc
}

test_ranges() {
	printf '8.8.8.8 - - [22/Nov/2026:08:14:15 +0000] "GET / HTTP/1.1" 200 12 "-" "GPTBot"\n' \
		>"$T/access.log"
	printf '%s\n' 192.0.2.0/24 2001:db8::/32 >"$T/gptbot.txt"
	program "$NG" --once --duration 0 --from-start --source proc --log-path "$T/access.log" \
		--ranges "$T/gptbot.txt"
}

run_tests "$@"
