#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016
#
# Time in the console: a replay's bar and its keys, what is frozen, recording from now on, the demo.
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

# demo COLSxROWS ARG...: the demo, standing still at its beginning, looked through to its end.
demo() {
	local size=$1
	shift
	console "$size" --demo "$@"
	tui_wait 'REPLAY'
	tui_keys Space
	tui_wait 'PAUSED'
	tui_wait 'left of 7m'
}

# letters: what stands under the bar, without the words behind it.
letters() {
	tui_screen | grep -E '(left of|END of) 7m' | sed -E 's/ +[–-]?[0-9]+[ms] left.*| +END of.*//; s/ +/ /g'
}

# go TEXT: as typed at "go to".
go() {
	tui_keys t
	tui_wait '^ go to '
	tui_type "$1"
	tui_keys Enter
}

# reached HH:MM:SS: the log's last line is of that second or the one before.
reached() {
	local before
	before=$(date -u -d "2026-03-02 $1 1 second ago" +%T)
	wait_for 'tui_screen | grep -Eo "^ ?[0-9:]{8} [0-9a-f.:]+ +[0-9]{3} " | tail -1 | grep -E "^ ?('"$1|$before"')"'
}

test_the_bar_knows_what_comes() {
	demo 80x24
	assert_eq "$(letters)" ' ·C X F H'
	tui_wait '^ 03:08:00 [^ ]+ 03:15:(29|30)'
	go 03:10:50
	reached 03:10:50
	tui_gone '^ ?to 03:10:50'
	golden replay-80x24
}

# cut_demo DIR: the demo in three files, as a recorder would have cut it.
cut_demo() {
	mkdir "$1"
	zcat "$NG_TOP/demo/incident.ndjson.gz" | awk -v dir="$1" '
	NR == 1 { start = $0; sub(/"ts":[0-9.]+/, "\"ts\":TS", start); sub(/}$/, ",\"picture\":0}", start) }
	{
		match($0, /"ts":[0-9]+/)
		at = substr($0, RSTART + 5, RLENGTH - 5)
		if (NR == 1) first = at
		part = at < first + 150 ? 1 : at < first + 300 ? 2 : 3
		if (part > had && NR > 1) {
			line = start
			sub(/TS/, last, line)
			print line >(dir "/part-" part ".ndjson")
		}
		had = part > had ? part : had
		print >(dir "/part-" had ".ndjson")
		match($0, /"ts":[0-9.]+/)
		now = substr($0, RSTART + 5, RLENGTH - 5)
		last = now > last ? now : last
	}'
	gzip "$1/part-2.ndjson"
}

# All keys work over the whole of a directory.
test_a_directory_is_one_replay() {
	cut_demo "$T/d"
	"$NG" --replay "$T/d" --speed max --once --json --show-private-ips >"$T/parts"
	"$NG" --replay "$NG_TOP/demo/incident.ndjson.gz" --speed max --once --json --show-private-ips |
		cmp - "$T/parts"
	console 80x24 --replay "$T/d/" --show-private-ips
	tui_wait 'REPLAY'
	tui_keys Space
	tui_wait 'PAUSED'
	tui_wait 'left of 7m'
	tui_wait '^ 03:08:00 [^ ]+ 03:15:(29|30)'
	assert_eq "$(letters)" ' ·C X F H'
	go 03:14:20
	reached 03:14:20
	tui_keys '['
	reached 03:14:10
	go 03:08:40
	reached 03:08:40
	go +2m
	reached 03:10:40
	tui_wait 'SYN flood'
	go 100%
	tui_wait 'END of 7m'
}

test_a_time_is_typed() {
	demo 80x24
	go 03:10:40
	reached 03:10:40
	tui_wait 'SYN flood'
	go -30s
	reached 03:10:10
	go 50%
	reached 03:11:45
	go 100%
	tui_wait 'END of 7m'
	go 03:08:30
	reached 03:08:30
	# What cannot be is said, and the line stays.
	go 12:00
	tui_wait 'after the end|nothing is held'
	tui_keys Escape
	tui_gone '^ go to '
}

test_keys_lead_through_a_replay() {
	demo 80x24
	go 03:09:00
	reached 03:09:00
	tui_keys ']'
	reached 03:09:10
	tui_keys '[' '['
	reached 03:08:50
	tui_keys '}'
	tui_wait 'a mark, 03:09:00'
	tui_keys '}'
	tui_wait 'crawler, 03:09:1'
	tui_keys '}' '}'
	tui_wait 'syn-flood, 03:10:3'
	tui_keys '{'
	tui_wait 'scanner, 03:09:4'
	tui_keys '}' '}' '}'
	tui_wait 'no later finding is known'
	tui_wait '03:12:30 PAUSED'
	tui_keys ')'
	tui_wait 'at 2 times'
	tui_keys ')' ')' ')' ')' ')' ')'
	tui_wait 'as fast as it can'
	tui_keys Space
	tui_wait 'END of 7m'
	tui_keys Space
	tui_wait 'the recording has ended'
	tui_keys '{'
	tui_wait 'left of 7m'
	tui_wait 'slow-request, 03:12'
}

# Each step shows what happened next.
test_steps() {
	demo 80x24
	go 03:09:00
	reached 03:09:00
	local before
	before=$(tui_screen)
	tui_keys . . . . . . . . . . . . . . .
	wait_for '[ "$(tui_screen)" != "$before" ]'
}

test_the_demo_fits() {
	console 120x40 --demo
	tui_keys Space
	go 03:11:20
	reached 03:11:20
	tui_gone '^ ?to 03:11:20'
	golden demo-120x40
}

test_the_demo_in_ascii() {
	LC_ALL=C console 80x24 --demo
	tui_keys Space
	go 03:12:50
	reached 03:12:50
	tui_gone '^ ?to 03:12:50'
	golden demo-ascii-80x24
}

# A live console on a log that the test writes.
live() {
	: >"$T/log"
	export HOME=$T XDG_CONFIG_HOME=$T
	tui_start "$1" sh -c "cd $T && exec $NG --source proc --show-private-ips --log-path $T/log"
	tui_wait 'q quit|\? help'
}

request() { # IP PATH
	printf '%s - - [01/Jan/2026:00:13:20 +0000] "GET %s HTTP/1.1" 200 10 "-" "agent"\n' \
		"$1" "$2" >>"$T/log"
}

test_what_is_frozen_stays_and_keys_work() {
	live 100x30
	request 203.0.113.1 /one
	request 203.0.113.2 /two
	tui_wait 'GET +/two'
	tui_keys Space
	tui_wait 'FROZEN'
	request 203.0.113.3 /three
	request 203.0.113.1 /again
	tui_wait 'FROZEN [1-9]'
	assert_no_match "$(tui_screen)" '/three'
	# Filter, open, go back: all on what is frozen.
	tui_keys /
	tui_type 203.0.113.1
	tui_keys Enter
	tui_gone '203\.0\.113\.2 '
	tui_keys Enter
	tui_wait 'Network  *203.0.113.0/24'
	tui_wait '/one'
	assert_no_match "$(tui_screen)" '/again'
	tui_keys q
	tui_keys Space
	tui_gone 'FROZEN'
	tui_wait 'GET +/again'
}

# scan IP: a scanner's requests, now.
scan() {
	local i
	for i in 1 2 3 4 5 6; do
		printf '%s - - [%s] "GET /%s/.env HTTP/1.1" 404 10 "-" "Mozilla/5.0 zgrab/0.x"\n' \
			"$1" "$(date -u '+%d/%b/%Y:%T +0000')" "$i" >>"$T/log"
	done
}

test_from_culprit_to_culprit() {
	live 100x30
	tui_keys '}'
	tui_wait 'there are no findings'
	request 203.0.113.1 /
	scan 203.0.113.7
	scan 198.51.100.8
	tui_wait '^ ?X *203\.0\.113\.7' 20
	tui_wait '^ ?X *198\.51\.100\.8' 20
	tui_keys '}'
	tui_wait 'scanner: '
	wait_for 'selected | grep -E "203.0.113.7|198.51.100.8"'
	local first
	# shellcheck disable=SC2034 # wait_for reads it
	first=$(selected | grep -Eo '203.0.113.7|198.51.100.8')
	tui_keys '}'
	wait_for 'selected | grep -E "203.0.113.7|198.51.100.8" | grep -v "$first"'
}

# [ goes back in the log, t to a time of it.
test_the_log_goes_to_a_time() {
	live 100x30
	local i
	for i in $(seq 10 59); do
		printf '203.0.113.1 - - [01/Jan/2026:00:13:%s +0000] "GET /at-%s HTTP/1.1" 200 10 "-" "a"\n' \
			"$i" "$i" >>"$T/log"
	done
	tui_wait '/at-59'
	tui_keys t
	tui_wait '^ go to '
	tui_type 12:99
	tui_keys Enter
	tui_wait 'expected 03:13'
	tui_keys Escape
	tui_gone '^ go to '
}

# Without the last minutes: what was before is not in it.
test_recording_begins_and_ends() {
	export NETHERGAZE_RECORD_MINUTES=0
	live 100x30
	request 203.0.113.1 /before
	tui_wait 'GET +/before'
	tui_keys R
	tui_wait 'recording to '
	request 203.0.113.2 /after
	tui_wait 'GET +/after'
	tui_keys R
	tui_wait 'recorded: '
	local file
	file=$(echo "$T"/nethergaze-*.ndjson.gz)
	"$NG" --replay "$file" --speed max --once --json >"$T/out"
	assert_eq "$(jq -r 'select(.t == "host") | .ip' "$T/out" | grep '^203')" 203.0.113.2
	request 203.0.113.3 /later
	tui_wait 'GET +/later'
	assert_no_match "$(gzip -dc "$file")" /later
}

# program_of PID: what execve(2) makes anew, however the program is called: the arguments, and where
# they, the loader and the program lie.
program_of() {
	tr '\0' ' ' <"/proc/$1/cmdline"
	sha256sum <"/proc/$1/auxv"
}

test_the_demo_from_an_empty_screen() {
	export HOME=$T XDG_CONFIG_HOME=$T
	: >"$T/log"
	# In a namespace where nobody is connected.
	need_root
	need unshare
	tui_start 100x30 unshare -n -p -f --mount-proc "$NG" --source proc --log-path "$T/log"
	tui_wait 'q quit|\? help'
	local pid before
	pid=$(pgrep -P "$(tui_pid)")
	before=$(program_of "$pid")
	tui_keys D
	tui_wait 'REPLAY'
	tui_wait '7m'
	assert_eq "$(program_of "$pid")" "$before" 'it has executed another program'
	tui_keys q
	tui_end
	assert_eq "$STATUS" 0
}

run_tests "$@"
