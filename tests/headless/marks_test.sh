#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What is new since a mark: tests/data/mark.ndjson.gz is somebody who tries passwords on /login, with
# a mark that was put into the recording just before.
. "$(dirname "$0")/../lib/sh.sh"

unset "${!NETHERGAZE_@}"
export NETHERGAZE_WHOIS_ENABLED=false NETHERGAZE_AUTH_ENABLED=false NETHERGAZE_RUNNING_SERVERS=false
export HOME=/nonexistent TZ=UTC
unset XDG_CONFIG_HOME

DATA=$NG_TOP/tests/data/mark.ndjson.gz

replay() { # FILE [FLAG...]
	"$NG" --replay "$1" --speed max --once --show-private-ips "${@:2}"
}

test_what_is_new_after_a_mark() {
	replay "$DATA" --json >"$T/out"
	# change OF KEY: one of them, however it is called.
	changed() { json "$T/out" "select(.t == \"since\" and .of == \"$1\" and .key == \"$2\").change"; }
	assert_eq "$(changed path /login)" new
	assert_eq "$(changed network 203.0.113.0/24)" new
	assert_eq "$(changed status 4xx)" risen
	assert_json "$T/out" '[.[] | select(.t == "since")] | all(.name == "before" and .mark == 1795882390.5
		and .machine == "web1" and .ts > .mark)'
	assert_json "$T/out" '[.[] | select(.t == "since")] | group_by(.of) | all(length <= 10)'
	assert_eq "$(tail -n 1 "$T/out" | jq -r .t)" summary
}

test_the_table_says_it_in_words() {
	replay "$DATA" >"$T/out"
	assert_match "$(grep -m1 '^since the mark' "$T/out")" \
		'^since the mark at 16:13:10 \(before\): new path /login [0-9]+/min from 1 address'
	[ "$(grep -c '^since the mark' "$T/out")" -le 5 ] || fail 'more than five lines'
	assert_match "$(cat "$T/out")" '\(203.0.113.91\), new since the mark, ' 'the verdict'
}

# Reports are derived: a recording with such records in it is read without them.
test_since_records_are_passed_over() {
	replay "$DATA" --json >"$T/a"
	{
		gzip -dc "$DATA"
		grep '"t":"since"' "$T/a"
	} >"$T/both"
	replay "$T/both" --json >"$T/b"
	assert_eq "$(cat "$T/b")" "$(cat "$T/a")"
}

test_replay_of_a_replay_says_the_same() {
	"$NG" --replay "$DATA" --speed max --json --show-private-ips >"$T/stream"
	assert_json "$T/stream" 'map(select(.t == "mark")) | length == 1'
	assert_eq "$(replay "$T/stream" --json)" "$(replay "$DATA" --json)"
}

test_nothing_without_a_mark() {
	gzip -dc "$DATA" | grep -v '"t":"mark"' >"$T/plain"
	replay "$T/plain" --json >"$T/out"
	assert_json "$T/out" 'all(.t != "since")'
	replay "$T/plain" >"$T/out"
	assert_no_match "$(cat "$T/out")" 'since the mark'
}

test_mark_records_that_make_no_sense_are_rejected_or_harmless() {
	{
		gzip -dc "$DATA"
		printf '{"t":"mark","ts":1795882391,"name":"\\u001b[2J%s"}\n' "$(printf 'x%.0s' {1..300})"
		printf '{"t":"mark","ts":1795882392,"by_itself":true}\n'
		for _ in {1..50}; do
			printf '{"t":"mark","ts":1795882393}\n'
		done
	} >"$T/odd"
	replay "$T/odd" >"$T/out"
	assert_no_match "$(cat "$T/out")" $'\e'
	assert_match "$(cat "$T/out")" 'since the mark at '
}

test_signal_marks_a_headless_run() {
	: >"$T/log"
	"$NG" --json --source proc --log-path "$T/log" --record "$T/r" >"$T/out" &
	local pid=$!
	wait_for 'grep -q "\"t\":\"tick\"" "$T/out"'
	kill -USR1 "$pid"
	wait_for 'grep -q "\"t\":\"mark\"" "$T/out"'
	kill -INT "$pid"
	finish "$pid" 20
	assert_eq "$STATUS" 0
	assert_json "$T/r" 'map(select(.t == "mark")) | length == 1 and (.[0] | has("by_itself") | not)'
}

run_tests
