#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The stream, the recording and the replay are one format, and a replay tells what the run told.
. "$(dirname "$0")/../lib/sh.sh"

unset "${!NETHERGAZE_@}"
export NETHERGAZE_WHOIS_ENABLED=false NETHERGAZE_AUTH_ENABLED=false NETHERGAZE_RUNNING_SERVERS=false
export HOME=/nonexistent
unset XDG_CONFIG_HOME

DATA=$NG_TOP/tests/data/console.ndjson

reports() { # FILE
	jq -c 'select(.t == "host" or .t == "summary")' "$1"
}

# A live run over real sockets and a growing log, recorded; then the recording, replayed.
live_and_replayed() { # RECORDING [FLAG...]
	local log=$T/access.log now i
	: >"$log"
	"$NG" --once --json --source proc --connections-interval 0.1 --duration 2 "${@:2}" \
		--log-path "$log" --record "$1" >"$T/live" &
	local pid=$!
	wait_for "ls -l /proc/$pid/fd | grep -qF -- '-> $log'"
	now=$(date -u '+%d/%b/%Y:%H:%M:%S +0000') # once: the run does not wait for slow writers
	for i in $(seq 1 200); do
		printf '8.8.%d.%d - - [%s] "GET /%d HTTP/1.1" %d %d "-" "t"\n' $((i % 3)) $((i % 7 + 1)) \
			"$now" "$i" $((200 + i % 4 * 100)) "$i" >>"$log"
		[ $((i % 5)) -ne 0 ] || printf '127.0.0.1 - - [%s] "GET /in HTTP/1.1" 200 5\n' "$now" >>"$log"
	done
	printf 'not a log line\n' >>"$log"
	finish "$pid" 20
	assert_eq "$STATUS" 0
	"$NG" --replay "$1" --speed max --once --json >"$T/replayed"
	assert_json "$T/live" '.[-1] | .log_lines == 241 and .log_rejected == 1'
	assert_eq "$(reports "$T/replayed")" "$(reports "$T/live")" 'reports of the replay and the run'
}

test_replay_equals_the_run() {
	live_and_replayed "$T/r.ndjson"
	assert_eq "$(head -n 1 "$T/r.ndjson" | jq -r .t)" start
}

test_replay_equals_the_run_compressed_with_private_addresses() {
	live_and_replayed "$T/r.ndjson.gz" --show-private-ips
	gzip -dc "$T/r.ndjson.gz" >"$T/plain"
	assert_eq "$(jq -r 'select(.t == "start").show_private_ips' "$T/plain")" true
	assert_json "$T/replayed" 'map(select(.ip == "127.0.0.1")) | length == 1'
}

# But for what is derived from it: the judgement is made anew.
test_stream_of_a_replay_is_the_recording() {
	"$NG" --replay "$DATA" --speed max --json --show-private-ips >"$T/out"
	jq -cS 'select(.t != "summary" and .t != "flag" and .t != "verdict")' "$T/out" >"$T/a"
	jq -cS . "$DATA" >"$T/b"
	cmp "$T/a" "$T/b"
}

test_first_record_names_the_schema() {
	live_and_replayed "$T/r.ndjson"
	assert_eq "$(head -n 1 "$T/r.ndjson" | jq .schema)" 1
	# Of 0.2.0, whole and with its beginning cut off.
	sed '1s/,"schema":1//' "$DATA" >"$T/old"
	tail -n +7 "$T/old" >"$T/cut"
	for file in old cut; do
		"$NG" --replay "$T/$file" --speed max --json --show-private-ips >"$T/out"
		assert_eq "$(head -n 1 "$T/out" | jq .schema)" 1 "$file"
		jq -cS 'del(.schema) | select(.t != "summary" and .t != "flag" and .t != "verdict")' "$T/out" >"$T/a"
		jq -cS . "$T/$file" >"$T/b"
		cmp "$T/a" "$T/b"
	done
}

test_stream_is_a_recording() {
	"$NG" --replay "$DATA" --speed max --json --show-private-ips >"$T/stream"
	"$NG" --replay "$T/stream" --speed max --once --json >"$T/a"
	"$NG" --replay "$DATA" --speed max --once --json >"$T/b"
	assert_eq "$(cat "$T/a")" "$(cat "$T/b")"
}

test_speed_does_not_change_the_report() {
	"$NG" --replay "$DATA" --speed max --once --json >"$T/a"
	"$NG" --replay "$DATA" --speed 200 --once --json >"$T/b"
	assert_eq "$(cat "$T/a")" "$(cat "$T/b")"
}

test_duration_is_recorded_time() {
	local first last
	"$NG" --replay "$DATA" --speed max --duration 5 --json --show-private-ips >"$T/out"
	first=$(head -n 1 "$T/out" | jq .ts)
	last=$(jq -s 'map(.ts | values) | max' "$T/out")
	jq -en "$last - $first <= 5 and $last - $first > 3"
}

test_cut_and_damaged_recordings_are_told() {
	gzip -c "$DATA" >"$T/whole.gz"
	head -c $(($(stat -c %s "$T/whole.gz") / 2)) "$T/whole.gz" >"$T/cut.gz"
	assert_status 0 "$NG" --replay "$T/cut.gz" --speed max --once --json
	assert_json "$T/stdout" '.[-1] | .lost >= 1 and .ips > 0'
	{
		head -n 50 "$DATA"
		printf 'garbage\n{"t":"conn","ts":1}\n\xff\xfe\n'
		head -c 3000000 /dev/zero | tr '\0' a
		printf '\n'
		tail -n +51 "$DATA"
	} >"$T/dirty"
	assert_status 0 "$NG" --replay "$T/dirty" --speed max --once --json
	"$NG" --replay "$DATA" --speed max --once --json | jq -c 'select(.t == "host")' >"$T/clean"
	assert_eq "$(jq -c 'select(.t == "host")' "$T/stdout")" "$(cat "$T/clean")"
	assert_json "$T/stdout" '.[-1].lost >= 4'
}

test_killed_recorder_leaves_a_readable_file() {
	"$NG" --json --source proc --log-path "$T/none" --record "$T/r.gz" >"$T/out" &
	PID=$!
	wait_for '[ "$(grep -c "\"t\":\"tick\"" "$T/out")" -ge 2 ]'
	stop "$PID" KILL
	assert_status 0 "$NG" --replay "$T/r.gz" --speed max --once --json
	assert_json "$T/stdout" '.[-1].source == "proc"'
}

test_recording_that_cannot_be_written() {
	assert_status 1 "$NG" --once --source proc --duration 0 --record "$T/none/r.gz"
	assert_match "$(cat "$T/stderr")" 'nethergaze: --record .*No such file'
}

run_tests
