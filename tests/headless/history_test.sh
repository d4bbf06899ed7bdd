#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What earlier runs saw: kept once, told to the next run, and lost alone when its file is.
. "$(dirname "$0")/../lib/sh.sh"

export NETHERGAZE_HISTORY_ENABLED=true
DAY='29/Nov/2026'

setup() {
	unset XDG_STATE_HOME
	DB=$T/.local/state/nethergaze/history.db
	printf '%s - - [%s:07:00:0%d +0000] "GET /%s HTTP/1.1" 200 %d "-" "x"\n' \
		203.0.113.5 "$DAY" 0 a 100 203.0.113.5 "$DAY" 1 b 200 2001:db8::7 "$DAY" 2 c 50 >access.log
}

# run FILE [FLAG...]: a run that reads the log from its start.
run() {
	rm -f "$1.ndjson"
	timeout 60 "$NG" --once --json --duration 0 --from-start --source proc --show-private-ips \
		--log-path access.log --record "$1.ndjson" "${@:2}" >"$1" 2>"$1.err" </dev/null
}

# history FILE: the last word about it in a run.
history() {
	json "$1.ndjson" 'select(.t == "enricher" and .what == "history") | "\(.state) \(.note)"' | tail -n 1
}

# of FILE FIELD: of 203.0.113.5.
of() {
	json "$1" "select(.t == \"host\" and .ip == \"203.0.113.5\").$2"
}

test_the_second_run_knows_the_first() {
	setup
	run one
	assert_eq "$(of one seen)" null
	assert_eq "$(stat -c %a "$DB" "$(dirname "$DB")" | xargs)" '600 700'
	run two
	assert_eq "$(of two seen)" 1
	assert_eq "$(of two seen_first)" "$(of one first_seen)"
	assert_json two.ndjson '[.[] | select(.t == "seen" and .net == "203.0.113.5/32")]
		| length == 1 and .[0].runs == 1 and .[0].requests == 2 and .[0].bytes == 300'
	assert_json two.ndjson '[.[] | select(.t == "seen") .net] |
		contains(["2001:db8::/48", "2001:db8::7/128", "203.0.113.0/24", "203.0.113.5/32"])'
	run three --filter 'seen>1' --group net
	assert_eq "$(json three 'select(.t == "group" and .requests > 0).seen' | xargs)" '2 2'
	run four --filter seen:new
	assert_eq "$(json four 'select(.t == "host" and .requests > 0).ip')" ''
	# A replay shows what the run knew, and neither asks nor keeps anything.
	cp "$DB" before.db
	"$NG" --replay two.ndjson --speed max --once --json --show-private-ips >replayed
	assert_eq "$(of replayed seen)" 1
	"$NG" --replay two.ndjson --speed max --once --show-private-ips >table
	assert_match "$(grep '^203.0.113.5 ' table)" ' 1x$'
	cmp "$DB" before.db || fail 'a replay wrote to the history'
}

# What is on the disk is whole, however a run ends.
test_a_killed_run_costs_little() {
	local i
	need sqlite3
	setup
	run one
	for i in 1 2 3; do
		background "$NG" --json --from-start --source proc --show-private-ips \
			--log-path access.log >stream
		wait_for 'grep -q "\"t\":\"seen\"" stream' 20
		kill -9 "$PID"
		wait "$PID" 2>/dev/null || true
	done
	run two
	assert_match "$(history two)" '^ready '
	assert_eq "$(sqlite3 "$DB" 'PRAGMA integrity_check')" ok
	assert_eq "$(sqlite3 "$DB" 'SELECT runs FROM meta')" 5
	[ "$(of two seen)" -ge 1 ] || fail 'the first run is forgotten'
}

test_two_at_once() {
	setup
	background "$NG" --json --from-start --source proc --show-private-ips --log-path access.log >stream
	wait_for 'grep -q "\"history\",\"state\":\"ready\"" stream' 20
	run one
	assert_match "$(history one)" '^ready '
	kill -TERM "$PID"
	wait "$PID"
	run two
	assert_match "$(history two)" '^ready '
	[ "$(of two seen)" -ge 1 ] || fail 'neither is known'
}

test_off_by_a_switch() {
	setup
	run one --no-history
	assert_match "$(history one)" '^off '
	[ ! -e "$T/.local" ] || fail 'something was made'
	NETHERGAZE_HISTORY_ENABLED=false run two
	printf '[history]\nenabled = false\n' >config.toml
	NETHERGAZE_HISTORY_ENABLED='' env -u NETHERGAZE_HISTORY_ENABLED "$NG" --config config.toml --once \
		--duration 0 --from-start --source proc --log-path access.log >/dev/null
	[ ! -e "$T/.local" ] || fail 'something was made'
}

test_a_damaged_file_makes_place() {
	setup
	run one
	run two
	head -c 3000 /dev/urandom | dd of="$DB" bs=1 seek=100 conv=notrunc status=none
	run three
	assert_match "$(history three)" '^ready it was damaged, and is kept as .*history.db.damaged-'
	assert_eq "$(of three seen)" null
	assert_eq "$(find "$T/.local" -name 'history.db.damaged-*' | wc -l)" 1
	run four
	assert_eq "$(of four seen)" 1
}

test_a_link_is_not_followed() {
	setup
	mkdir -p "$(dirname "$DB")"
	ln -s "$T/elsewhere" "$DB"
	run one
	assert_match "$(history one)" '^unusable .*symbolic link'
	[ ! -e elsewhere ] || fail 'the link was followed'
	assert_eq "$(of one requests)" 2
	"$NG" --doctor --source proc >doctor || true
	assert_match "$(sed -n '/^History/,/^$/p' doctor | tr -s ' \n' ' ')" 'no .*why not: .*symbolic link'
}

test_others_files_are_left_alone() {
	need sqlite3
	setup
	mkdir -m 700 mine
	[ "$(id -u)" -ne 0 ] || chown "$(console_user)" mine
	sqlite3 mine/other.db 'CREATE TABLE t (a); INSERT INTO t VALUES (1)'
	echo 'a list of things to do' >mine/notes
	cp -r mine before
	for name in other.db notes; do
		NETHERGAZE_HISTORY_PATH=$T/mine/$name run "$name"
		assert_match "$(history "$name")" '^unusable .*history.path'
	done
	diff -r mine before || fail 'it was changed'
	run two
	sqlite3 "$DB" 'PRAGMA user_version = 99'
	run three
	assert_match "$(history three)" '^unusable .*newer nethergaze made it \(schema 99'
	assert_eq "$(of three requests)" 2
}

test_the_doctor_names_it() {
	setup
	"$NG" --doctor --source proc >doctor || true
	assert_match "$(grep -A2 '^History' doctor)" "yes $DB"
	[ ! -e "$T/.local" ] || fail 'the doctor made something'
	run one
	"$NG" --doctor --source proc >doctor || true
	assert_match "$(sed -n '/^History/,/^$/p' doctor | tr -s ' \n' ' ')" \
		'[0-9]+ addresses and networks, [0-9]+k, in 1 run '
}

run_tests
