#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016
#
# What a run leaves behind: R with the minutes before it, q that asks once, the lines that stay.
. "$(dirname "$0")/../lib/sh.sh"

# live COLSxROWS ARG...: a console on a log of this test's.
live() {
	local size=$1
	shift
	export HOME=$T XDG_CONFIG_HOME=$T
	: >"$T/log"
	mkdir -p "$T/run"
	tui_start "$size" sh -c 'cd "$1" && shift && exec "$@"' sh "$T/run" "$NG" --source proc \
		--show-private-ips --log-path "$T/log" "$@"
	tui_wait '^!▼Address'
}

request() { # IP PATH [STATUS]
	printf '%s - - [%s] "GET %s HTTP/1.1" %s 10 "-" "Mozilla/5.0"\n' "$1" \
		"$(date -u '+%d/%b/%Y:%H:%M:%S +0000')" "$2" "${3:-200}" >>"$T/log"
}

# Somebody looks for what is not there, until it is said.
scan() {
	local i
	for i in $(seq 1 60); do
		request 203.0.113.77 "/$i/.env" 404
	done
	tui_wait 'X 203\.0\.113\.77' 30
}

replayed() { # FLAG...
	"$NG" --replay "$(echo "$T"/run/nethergaze-*.ndjson.gz)" --speed max --once --json "$@" >"$T/replayed"
}

test_R_saves_what_came_before() {
	live 120x30
	request 203.0.113.1 /before
	scan
	tui_keys R
	tui_wait 'recording to .*/run/nethergaze-[0-9-]+\.ndjson\.gz, with the [0-9]+s before'
	tui_wait ' REC '
	request 203.0.113.2 /after
	tui_wait 'GET +/after'
	tui_keys R
	tui_wait 'recorded: '
	request 203.0.113.3 /later
	tui_wait 'GET +/later'
	assert_eq "$(stat -c %a "$T"/run/nethergaze-*)" 600
	replayed
	assert_eq "$(jq -r 'select(.t == "host" and .requests > 0) | .ip' "$T/replayed" | sort | xargs)" \
		'203.0.113.1 203.0.113.2 203.0.113.77'
	# The flags are those of the screen, judged anew and as recorded.
	assert_eq "$(jq -c 'select(.ip == "203.0.113.77").flags' "$T/replayed")" '["scanner"]'
	replayed --as-recorded
	assert_eq "$(jq -c 'select(.ip == "203.0.113.77").flags' "$T/replayed")" '["scanner"]'
	# All that was found is saved: nothing is asked.
	tui_keys q
	tui_end
	assert_eq "$STATUS" 0
	tui_wait '^nethergaze watched .* for [0-9]+s: '
	tui_wait '^  X scanner 203\.0\.113\.77, since [0-9:]{8}$'
	tui_wait '^recorded from [0-9:]{8} on:'
	tui_wait '^  nethergaze --replay /.*nethergaze-.*\.ndjson\.gz'
}

test_q_asks_once_when_something_would_be_lost() {
	live 120x30
	scan
	tui_keys q
	tui_wait 'q again to quit; R saves the last [0-9]+s \(1 finding not recorded\)'
	tui_keys Down
	tui_gone 'q again to quit'
	assert_eq "$(tui display-message -p '#{pane_dead}')" 0
	tui_keys R
	tui_wait 'recording to '
	tui_keys q
	tui_end
	assert_eq "$STATUS" 0
	replayed
	assert_json "$T/replayed" '.[-1].t == "summary" and (.[-1].flags | index("scanner")) != null'
}

test_the_second_q_quits() {
	live 100x30
	scan
	tui_keys q
	tui_wait 'q again to quit'
	tui_keys q
	tui_end
	assert_eq "$STATUS" 0
	tui_wait '^  X scanner 203\.0\.113\.77, since'
	assert_no_match "$(tui_screen)" 'recorded'
	assert_eq "$(find "$T/run" -type f)" ''
}

test_nothing_would_be_lost() {
	live 100x30
	request 203.0.113.1 /fine
	tui_wait 'GET +/fine'
	tui_keys q
	tui_end
	assert_eq "$STATUS" 0
	tui_wait '^nethergaze watched .* for [0-9]+s: nothing stood out$'
	assert_eq "$(tui_screen | grep -c .)" 1 "$(tui_screen)"
}

test_with_a_recording_nothing_is_asked() {
	live 60x30 --record "$T/run/it's.gz"
	scan
	tui_wait ' REC '
	tui_keys q
	tui_end
	assert_eq "$STATUS" 0
	tui_wait '^recorded from the start:'
	tui_wait '^  X scanner 203\.0\.113\.77, since'
	[ "$(tui_screen | head -n 4 | awk '{ print length }' | sort -n | tail -1)" -le 60 ] || fail 'too wide'
}

test_a_signal_says_it_as_well() {
	live 100x30
	kill -TERM "$(tui_pid)"
	tui_end
	assert_eq "$STATUS" 0
	tui_wait '^nethergaze watched .*: nothing stood out$'
}

test_the_minutes_can_be_left_out() {
	export NETHERGAZE_RECORD_MINUTES=0
	live 120x30
	scan
	tui_keys q
	tui_wait 'q again to quit; 1 finding is not recorded, and R begins only now'
	tui_keys R
	tui_wait 'recording to .*\.ndjson\.gz *$'
	tui_keys q
	tui_end
	assert_eq "$STATUS" 0
}

test_a_replay_says_nothing() {
	export HOME=$T XDG_CONFIG_HOME=$T
	tui_start 100x30 "$NG" --demo --speed max
	tui_wait 'END of 7m'
	tui_keys q
	tui_end
	assert_eq "$STATUS" 0
	assert_eq "$(tui_screen | tr -d "[:space:]")" "" "the screen"
}

run_tests "$@"
