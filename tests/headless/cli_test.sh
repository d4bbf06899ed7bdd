#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The command line: what is refused and how, how a run ends, what stdout and stderr get.
. "$(dirname "$0")/../lib/sh.sh"

# Neither the user's own config nor the environment has a say in these tests.
unset "${!NETHERGAZE_@}"
export NETHERGAZE_WHOIS_ENABLED=false NETHERGAZE_AUTH_ENABLED=false NETHERGAZE_RUNNING_SERVERS=false
export HOME=/nonexistent
unset XDG_CONFIG_HOME

LINE='203.0.113.5 - - [22/Nov/2026:08:14:15 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl/7.88.1"'

refused() { # MESSAGE-REGEX ARG...
	local want=$1
	shift
	assert_status 2 "$NG" "$@"
	assert_match "$(cat "$T/stderr")" "^nethergaze: .*$want"
	assert_eq "$(cat "$T/stdout")" '' 'nothing on stdout'
	assert_eq "$(wc -l <"$T/stderr")" 1 'one line on stderr'
}

test_refuses_bad_flags() {
	refused '--duration: "abc".*a duration from 0' --duration abc
	refused '--source: "bpf".*auto\|ebpf\|proc' --source bpf
	refused '--nonsense' --nonsense
	refused '"stray": unexpected' stray
	refused '--log-path: no value' --log-path
	refused '--log-format: "jsn".*combined' --log-format jsn --once
	refused '--speed.*--replay' --speed 2 --once
	refused '--replay and --record cannot be combined' --replay "$NG_TOP/tests/data/console.ndjson" --record "$T/r"
}

test_refusals_name_what_is_meant() {
	refused '-x: unknown or misused option' -xy
	refused '-x: unknown or misused option' -hx
	refused '--once=1: unknown or misused option \(see --help\)$' --once=1
	refused '--sorce=proc: unknown or misused option \(see --help\); did you mean --source\?' --sorce=proc
	refused 'x1b\[31m: No such file' --config $'/none\e[31m'
	assert_no_match "$(cat "$T/stderr")" $'\e' 'an escape reaches the terminal'
}

# Either would wait for its other end, with the signals blocked.
test_pipes_in_the_place_of_recordings_are_refused() {
	mkfifo "$T/fifo"
	refused 'fifo: not a regular file' --replay "$T/fifo" --once
	refused 'fifo: not a regular file' --record "$T/fifo" --once --source proc --duration 0
	exec 9<>"$T/fifo"
	refused 'fifo: not a regular file' --record "$T/fifo" --once --source proc --duration 0
	exec 9<&-
	refused 'no file of this directory is a recording' --replay "$T" --once
}

test_warns_of_variables_that_do_not_exist() {
	NETHERGAZE_SORCE=proc "$NG" --once --source proc --duration 0 --log-path "$T/none" >"$T/out" 2>"$T/stderr"
	assert_eq "$(cat "$T/stderr")" \
		'nethergaze: NETHERGAZE_SORCE: unknown variable, did you mean NETHERGAZE_SOURCE?'
}

test_refuses_bad_config() {
	export XDG_CONFIG_HOME=$T/xdg
	mkdir -p "$T/xdg/nethergaze"
	printf 'log_path = "x"\n[refresh]\nconnections_interval = "fast"\n' >"$T/xdg/nethergaze/config.toml"
	refused 'nethergaze/config.toml:3: refresh.connections_interval: "fast" is not valid; expected a duration' --once
	printf '[geoip]\nenabeld = true\n' >"$T/c.toml"
	refused 'c.toml:2: unknown key "geoip.enabeld"; expected one of geoip.enabled.*; did you mean geoip.enabled\?' --config "$T/c.toml" --once
	refused 'none.toml: No such file' --config "$T/none.toml" --once
	refused 'Is a directory' --config "$T" --once
	NETHERGAZE_SOURCE=x refused 'NETHERGAZE_SOURCE: "x"' --once
}

test_refuses_what_is_no_recording() {
	refused 'line 1 is not a record' --replay "$NG" --once
	: >"$T/empty"
	refused 'empty' --replay "$T/empty" --once
	refused 'No such file' --replay "$T/none" --once
}

test_help_names_every_flag_of_the_contract() {
	local flag
	assert_status 0 "$NG" --help
	for flag in version config log-path log-format connections-interval interface \
		show-private-ips no-geoip no-whois auth-log-path no-auth-log source once json \
		duration from-start record replay speed metrics metrics-file list-formats; do
		assert_match "$(cat "$T/stdout")" "--$flag" "--help and --$flag"
	done
	assert_status 0 "$NG" --version
	assert_match "$(cat "$T/stdout")" '^nethergaze [0-9]'
}

test_documentation_shows_this_help() {
	assert_status 0 "$NG_TOP/scripts/readme" --check
}

# A pipe is read to its end, and no further than a config may be long; nobody waits with Ctrl-C pressed.
test_config_from_a_pipe() {
	local err
	printf 'view.group = "net"\nshow_private_ips = true\n' |
		"$NG" --config /dev/stdin --demo --once --json --speed max >"$T/out"
	assert_json "$T/out" 'any(.[]; .t == "group" and .by == "net")'
	assert_status 0 "$NG" --config <(echo 'view.group = "net"') --demo --once --speed max
	assert_status 2 "$NG" --config <(echo 'x = 1') --once
	assert_match "$(cat "$T/stderr")" '^nethergaze: /dev/fd/[0-9]+:1: unknown key "x"'
	assert_status 2 "$NG" --config <(head -c 1048577 /dev/zero) --once
	assert_match "$(cat "$T/stderr")" 'File too large; expected a readable config file of at most 1 MiB'
	mkfifo "$T/fifo"
	"$NG" --config "$T/fifo" --once 2>"$T/err" &
	PID=$!
	wait_open "$PID" "$T/fifo"
	kill -INT "$PID"
	finish "$PID" 10
	assert_eq "$STATUS" 2
	err=$(cat "$T/err")
	assert_match "$err" 'fifo: Interrupted'
}

# Each format with a line in it, which --explain reads.
test_list_formats() {
	local line n=0
	"$NG" --list-formats >"$T/out"
	while IFS= read -r line; do
		n=$((n + 1))
		"$NG" --explain "${line#  }" >"$T/said"
		assert_match "$(head -1 "$T/said")" '^a (request|login|line of an error log), read as '
	done < <(grep '^  ' "$T/out" | grep -v '\[error\]')
	[ "$n" -ge 10 ]
}

test_printed_config_is_a_config() {
	"$NG" --print-config >"$T/c.toml"
	assert_status 0 "$NG" --config "$T/c.toml" --once --source proc --duration 0 --log-path "$T/none"
	# Every key uncommented, too, but for those whose default is empty, and hooks.
	sed -n '/^# \[\[/,/^\[/ { /^\[/!d }; s/^# \([a-z_]* = .*\)/\1/p; /^\[/p' "$T/c.toml" | grep -v '= ""$' >"$T/bare.toml"
	[ "$(grep -c = "$T/bare.toml")" -gt 20 ] || fail 'few keys'
	assert_status 0 "$NG" --config "$T/bare.toml" --once --source proc --duration 0 --log-path "$T/none"
}

test_console_needs_a_terminal() {
	refused 'not a terminal' --source proc
	assert_match "$(cat "$T/stderr")" '--once'
}

test_what_cannot_start_leaves_files_alone() {
	echo precious >"$T/old.gz"
	refused 'not a terminal' --source proc --record "$T/old.gz"
	assert_eq "$(cat "$T/old.gz")" precious
}

# A reader that sleeps holds up the report, but not the end of the run.
test_signal_ends_a_report_into_a_stalled_pipe() {
	awk 'BEGIN { for (i = 0; i < 5000; i++) printf "8.%d.%d.1 - - [22/Nov/2026:08:14:15 +0000] " \
		"\"GET / HTTP/1.1\" 200 1\n", i / 200, i % 200 }' >"$T/a.log"
	mkfifo "$T/pipe"
	exec {fd}<>"$T/pipe"
	"$NG" --once --source proc --duration 0 --from-start --log-path "$T/a.log" >"$T/pipe" &
	PID=$!
	wait_for "grep -q 'SigBlk:.*8004207' /proc/$PID/status"
	stop "$PID"
	assert_eq "$STATUS" 0
}

test_broken_logs_cost_nothing_else() {
	mkdir "$T/dir.log"
	head -c 300000 /dev/urandom >"$T/noise.log"
	printf '%s\n' "$LINE" >"$T/good.log"
	assert_status 0 "$NG" --once --json --source proc --duration 0 --from-start --show-private-ips \
		--log-path "$T/dir.log" --log-path "$T/noise.log" --log-path "$T/none.log" \
		--log-path "$T/good.log"
	assert_json "$T/stdout" '.[-1] | .requests == 1 and .log_lines == .log_rejected + 1 and .log_rejected > 0'
	assert_json "$T/stdout" 'map(select(.ip == "203.0.113.5")) | .[0].requests == 1'
}

test_logs_on_stdin() {
	{
		for _ in 1 2 3; do printf '%s\n' "$LINE"; done
		printf 'no newline at the end is no line'
	} | "$NG" --once --json --source proc --duration 0 --from-start --show-private-ips --log-path - >"$T/out"
	assert_json "$T/out" '.[-1] | .requests == 3'
}

# A pipe that is empty for the moment has not ended.
test_slow_stdin_is_read_to_its_end() {
	: >"$T/out"
	{
		printf '%s\n' "$LINE"
		wait_for 'grep -q "\"t\":\"request\"" "$T/out"'
		printf '%s\n' "$LINE" "$LINE"
	} | "$NG" --json --source proc --duration 0 --from-start --show-private-ips --log-path - >"$T/out"
	assert_json "$T/out" '.[-1] | .t == "summary" and .requests == 3'
}

test_a_glob_that_matches_too_much_says_so() {
	mkdir "$T/logs"
	seq 16400 | sed "s|.*|$T/logs/&.log|" | xargs touch
	"$NG" --json --source proc --duration 0 --log-path "$T/logs/*.log" >"$T/out"
	assert_json "$T/out" 'map(select(.note // "" | test("more files"))) | length == 1'
	# The glob itself has a place among the 16,384.
	assert_json "$T/out" '.[-1].logs_not_followed == 17'
}

test_stdout_that_cannot_be_written_is_a_failure() {
	local mode
	[ -w /dev/full ] || skip 'no /dev/full'
	for mode in --once --json '--once --json'; do
		# shellcheck disable=SC2086
		"$NG" $mode --source proc --duration 0 --log-path "$T/none" 2>"$T/stderr" >/dev/full &&
			fail "success with a full disk: $mode"
		assert_match "$(cat "$T/stderr")" '^nethergaze: stdout: '
		rm -f "$T/r"
		# shellcheck disable=SC2086
		"$NG" $mode --source proc --duration 0 --log-path "$T/none" --record "$T/r" 2>"$T/stderr" >&- &&
			fail "success without a stdout: $mode"
		assert_match "$(cat "$T/stderr")" '^nethergaze: stdout: '
		assert_json "$T/r" 'all(.t)'
	done
}

test_stdin_that_is_closed_is_no_other_file() {
	"$NG" --json --source proc --duration 0 --log-path - <&- >"$T/out"
	assert_json "$T/out" 'map(select(.t == "log")) | .[-1] | .state == "unreadable" and .lines == 0'
}

# The signals are blocked, so a write that waits for the reader would wait for ever.
test_a_sleeping_reader_does_not_keep_a_signal_waiting() {
	for _ in $(seq 2000); do printf '%s\n' "$LINE"; done >"$T/a.log"
	mkfifo "$T/fifo"
	exec 9<>"$T/fifo"
	"$NG" --json --source proc --from-start --show-private-ips --log-path "$T/a.log" >"$T/fifo" 9<&- &
	PID=$!
	wait_for '[ "$(sed -n "s/^wchar: //p" /proc/$PID/io)" -ge 61440 ]'
	stop "$PID" TERM
	exec 9<&-
	assert_eq "$STATUS" 0 'status after SIGTERM'
}

test_a_reader_that_has_seen_enough_is_no_failure() {
	for _ in $(seq 2000); do printf '%s\n' "$LINE"; done >"$T/a.log"
	"$NG" --json --source proc --from-start --show-private-ips --log-path "$T/a.log" | head -n 1 >"$T/out"
	assert_eq "${PIPESTATUS[0]}" 0
}

test_private_addresses_are_hidden_by_default() {
	printf '%s\n' "$LINE" "${LINE/203.0.113.5/8.8.8.8}" >"$T/a.log"
	"$NG" --once --json --source proc --duration 0 --from-start --log-path "$T/a.log" >"$T/out"
	# The machine may have connections of its own.
	assert_json "$T/out" 'map(select(.t == "host" and .requests > 0).ip) == ["8.8.8.8"]'
	assert_json "$T/out" '.[-1] | .requests == 1 and .log_lines == 2'
	"$NG" --json --source proc --duration 0 --from-start --log-path "$T/a.log" >"$T/out"
	assert_json "$T/out" 'map(select(.t == "request").ip) == ["8.8.8.8"]'
}

test_private_sources_of_syns_are_hidden_too() {
	{
		printf '{"t":"start","ts":1,"version":"0","host":"h","show_private_ips":false}\n'
		printf '{"t":"syn","ts":2,"ip":"%s","n":3}\n' 10.0.0.1 8.8.8.8
		printf '{"t":"syn_net","ts":2,"net":"%s","n":3}\n' 10.0.0.0/24 8.8.8.0/24
	} >"$T/r"
	"$NG" --json --replay "$T/r" --speed max >"$T/out"
	assert_json "$T/out" 'map(.ip // .net // empty) == ["8.8.8.8", "8.8.8.0/24"]'
}

test_hostile_lines_reach_no_terminal() {
	printf '8.8.8.8 - - [22/Nov/2026:08:14:15 +0000] "GET /\e[2J\x9b1m\xe2\x80\xae HTTP/1.1" 200 1 "-" "a\\x1b]0;x\\x07"\n' >"$T/a.log"
	for mode in '' --json; do
		# shellcheck disable=SC2086
		"$NG" --once $mode --source proc --duration 0 --from-start --log-path "$T/a.log" >"$T/out"
		assert_eq "$(LC_ALL=C tr -d '\n\040-\176' <"$T/out" | wc -c)" 0 'bytes beyond plain text'
		assert_match "$(cat "$T/out")" 'x1b\[2J'
	done
}

ends_by_signal() { # SIGNAL
	rm -f "$T/out"
	$NG --json --source proc --log-path "$T/none" >"$T/out" &
	PID=$!
	wait_for 'grep -q "\"t\":\"tick\"" "$T/out"'
	stop "$PID" "$1"
	assert_eq "$STATUS" 0 "status after SIG$1"
	assert_eq "$(tail -n 1 "$T/out" | jq -r .t)" summary
}

test_signals_end_a_stream_whole() {
	ends_by_signal TERM
	ends_by_signal HUP
	# Background jobs of a shell ignore SIGINT unless it is given back.
	NG="env --default-signal=INT $NG" ends_by_signal INT
	NG="env --default-signal=QUIT $NG" ends_by_signal QUIT
}

# From the first line of main() on: a signal that comes early waits, and then ends the run.
test_a_signal_at_any_moment_ends_it_well() {
	local i
	for i in $(seq 40); do
		env --default-signal=INT "$NG" --once --source proc --log-path "$T/none" >"$T/out" &
		PID=$!
		wait_for "grep -q 'SigBlk:.*8004207' /proc/$PID/status"
		for _ in $(seq "$((i * 20))"); do :; done
		stop "$PID" INT
		assert_eq "$STATUS" 0 "status, round $i"
	done
}

test_reader_that_leaves_ends_the_stream() {
	"$NG" --json --source proc --log-path "$T/none" | head -n 1 >"$T/out"
	assert_eq "${PIPESTATUS[0]}" 0
	assert_eq "$(jq -r .t "$T/out")" start
	# A report, too, longer than what a pipe holds.
	awk 'BEGIN { for (i = 0; i < 5000; i++) printf "8.%d.%d.1 - - [22/Nov/2026:08:14:15 +0000] " \
		"\"GET / HTTP/1.1\" 200 1\n", i / 200, i % 200 }' >"$T/a.log"
	"$NG" --once --source proc --duration 0 --from-start --log-path "$T/a.log" 2>"$T/err" |
		head -n 1 >"$T/out"
	assert_eq "${PIPESTATUS[0]} $(cat "$T/err")" '0 '
}

run_tests
