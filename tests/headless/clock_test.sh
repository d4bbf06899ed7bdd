#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016
#
# The system clock is set while a run records: rates go on, and a replay has the same.
. "$(dirname "$0")/../lib/sh.sh"

unset "${!NETHERGAZE_@}"
export NETHERGAZE_WHOIS_ENABLED=false NETHERGAZE_AUTH_ENABLED=false
export HOME=/nonexistent
unset XDG_CONFIG_HOME

# watch: a headless run under a clock that `set_clock SECONDS` sets. -> PID
watch() {
	: >"$T/access.log"
	echo 0 >"$T/clock"
	background env SET_CLOCK="$T/clock" LD_PRELOAD="$NG_BUILD/tests/preload/set_clock.so" \
		"$NG" --json --source proc --log-path "$T/access.log" --record "$T/rec.gz" >"$T/out"
	wait_open "$PID" "$T/access.log"
}

set_clock() {
	echo "$1" >"$T/clock.new"
	mv "$T/clock.new" "$T/clock"
}

# ask N: so many requests, dated by the clock as it is set; returns when all are in the stream.
asked=0
ask() {
	local now
	now=$(date -u -d "@$(($(date +%s) + $(cat "$T/clock")))" '+%d/%b/%Y:%H:%M:%S +0000')
	for _ in $(seq "$1"); do
		echo "8.8.4.4 - - [$now] \"GET / HTTP/1.1\" 200 5 \"-\" \"x\""
	done >>"$T/access.log"
	asked=$((asked + $1))
	wait_for '[ "$(grep -c "\"t\":\"request\"" "$T/out")" = $asked ]'
}

clock_said() { # JQ
	wait_for 'jq -en "first(inputs | select(.t == \"clock\" and ('"$1"')))" "$T/out"'
}

test_rates_outlive_a_clock_that_jumps() {
	asked=0
	watch
	ask 50
	set_clock 7200
	clock_said '.steps == 1 and .behind_us > 7190e6'
	ask 50
	set_clock 0
	clock_said '.steps == 2 and .ahead_us == 0 and .behind_us == 0'
	ask 50
	stop "$PID"
	# More than sixty a minute are a burst: those that came after it came back are among them.
	# No record is of the two hours to come, nor does time go back.
	jq -s 'map(.ts | values) | max - min' "$T/out" | jq -e '. < 3600'
	jq -s '[.[] | select(.t == "tick") | .ts] | . == sort' "$T/out" | jq -e .
	"$NG" --replay "$T/rec.gz" --speed max --once --json >"$T/replayed"
	assert_json "$T/replayed" '.[-1] | .requests == 150 and .clock_steps == 2'
	assert_json "$T/replayed" 'map(select(.t == "host"))[0] | .requests == 150 and .suspicious == ["burst"]'
	"$NG" --replay "$T/out" --speed max --once | grep -F 'the system clock was set 2 times'
}

# A recording that was put together by hand: one request is of a time to come.
test_a_record_from_the_future_ends_no_rates() {
	local base=1795335400
	{
		echo "{\"t\":\"start\",\"ts\":$base,\"schema\":1,\"show_private_ips\":false}"
		echo "{\"t\":\"request\",\"ts\":$((base + 7200)),\"ip\":\"8.8.8.8\",\"path\":\"/\"}"
		for i in $(seq 90); do
			echo "{\"t\":\"request\",\"ts\":$((base + 1)).$((i + 10)),\"logged\":$((base + 1)),\"ip\":\"8.8.4.4\",\"path\":\"/\"}"
		done
		echo "{\"t\":\"tick\",\"ts\":$((base + 2))}"
	} >"$T/made"
	"$NG" --replay "$T/made" --speed max --once --json >"$T/replayed"
	assert_json "$T/replayed" 'map(select(.ip == "8.8.4.4"))[0] | .requests == 90 and .suspicious == ["burst"]'
	assert_json "$T/replayed" '.[-1].clock_steps == 1'
}

run_tests "$@"
