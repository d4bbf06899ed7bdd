#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016
#
# --record: nothing is overwritten; segments that can be replayed alone; SIGHUP and logrotate.
. "$(dirname "$0")/../lib/sh.sh"

unset "${!NETHERGAZE_@}"
export NETHERGAZE_WHOIS_ENABLED=false NETHERGAZE_AUTH_ENABLED=false NETHERGAZE_RUNNING_SERVERS=false
export HOME=/nonexistent
unset XDG_CONFIG_HOME

once() {
	"$NG" --once --source proc --duration 0 --log-path "$T/none" "$@"
}

# lines FROM TO: so many requests, each of an address of its own; 203.0.113.7 scans.
lines() {
	local now
	now=$(date -u '+%d/%b/%Y:%H:%M:%S +0000')
	seq "$1" "$2" | awk -v now="$now" '{
		printf "8.8.%d.%d - - [%s] \"GET /n%d HTTP/1.1\" 200 5 \"-\" \"%d-%d\"\n",
			$1 / 200 % 200, 1 + $1 % 200, now, $1, rand() * 1e9, rand() * 1e9
		if ($1 % 4 == 0)
			printf "9.9.9.9 - - [%s] \"GET /%d/.env HTTP/1.1\" 404 5 \"-\" \"zgrab/0.x\"\n", now, $1
	}' >>"$T/access.log"
}

# recorder FILE ARG...: a headless run that records, where it may be had apart from the connections of
# others, which would fill segments. -> PID
recorder() {
	local apart=()
	! unshare --map-root-user --net true 2>/dev/null || apart=(unshare --map-root-user --net)
	: >"$T/access.log"
	background "${apart[@]}" "$NG" --json --source proc --log-path "$T/access.log" --record "$@" >"$T/out"
	wait_open "$PID" "$T/access.log"
	wait_for '[ -s "$T/out" ]'
}

# replayed FILE: hosts with their flags, as a replay of it has them.
replayed() {
	"$NG" --replay "$1" --speed max --once --json >"$T/replayed"
	jq -c 'select(.t == "host") | [.ip, .requests, .flags]' "$T/replayed"
}

starts_alone() { # FILE...
	local file
	for file; do
		assert_eq "$(zcat -f "$file" | sed -n 1p | jq -r '.t + " " + (.seed | tostring)')" \
			"$(head -n 1 "$T/out" | jq -r '.t + " " + (.seed | tostring)')" "start of $file"
	done
}

test_a_file_that_exists_is_refused() {
	echo precious >"$T/old.gz"
	assert_status 2 once --record "$T/old.gz"
	assert_match "$(cat "$T/stderr")" '^nethergaze: --record .*/old.gz: it exists.*; expected a new name'
	assert_eq "$(cat "$T/old.gz")" precious
	: >"$T/empty"
	assert_status 2 once --record "$T/empty"
	ln -s "$T/elsewhere" "$T/link"
	assert_status 2 once --record "$T/link"
	[ ! -e "$T/elsewhere" ] || fail 'a symlink was followed'
	mkfifo "$T/fifo"
	assert_status 2 once --record "$T/fifo"
	assert_match "$(cat "$T/stderr")" 'fifo: not a regular file'
	assert_status 2 once --record /dev/null
	assert_status 1 once --record "$T/"
}

test_only_its_owner_reads_it() {
	(umask 0 && once --record "$T/a" >"$T/out")
	(umask 0777 && exec 3>&- && once --record "$T/b.gz" >/dev/null)
	assert_eq "$(stat -c %a "$T/a" "$T/b.gz" | xargs)" '600 600'
}

test_segments_are_bounded_and_replay_alone() {
	local i
	export NETHERGAZE_RECORD_MAX_SIZE=20K NETHERGAZE_RECORD_FILES=4
	recorder "$T/r.ndjson"
	for i in 1 2 3 4 5 6; do
		lines $((i * 1000)) $((i * 1000 + 80))
		wait_for '[ -e "$T/r-000$i.ndjson" ]'
	done
	wait_for '[ ! -e "$T/r-0003.ndjson" ]'
	stop "$PID"
	[ "$(find "$T" -name 'r*.ndjson' | wc -l)" -eq 4 ] || fail 'there are not 4 files'
	[ -z "$(find "$T" -name 'r*.ndjson' -size +28k)" ] || fail 'one is too large'
	assert_json "$T/out" 'map(select(.t == "note" and (.text | test("record.files")))) | length == 1'
	# Each is whole, and begins as the run did; what follows on each other misses nothing.
	starts_alone "$T"/r*.ndjson
	cat "$T"/r-*.ndjson "$T/r.ndjson" | jq -r 'select(.t == "request") | .path' |
		grep -o '/n[0-9]*$' >"$T/recorded"
	jq -r 'select(.t == "request") | .path' "$T/out" | grep -o '/n[0-9]*$' |
		tail -n "$(wc -l <"$T/recorded")" >"$T/streamed"
	[ "$(wc -l <"$T/recorded")" -gt 100 ] || fail 'little was recorded'
	cmp "$T/recorded" "$T/streamed"
	for i in "$T"/r*.ndjson; do
		assert_status 0 "$NG" --replay "$i" --speed max --once --json
		assert_json "$T/stdout" '.[-1].lost == null or .[-1].lost == 0'
		assert_json "$T/stdout" '.[-1].source == "proc"'
	done
}

# The mark and the flags of a segment are those of the run, whichever it begins with.
test_a_segment_has_what_was_known_before() {
	local i
	export NETHERGAZE_RECORD_MAX_SIZE=5K NETHERGAZE_RECORD_FILES=0
	recorder "$T/r.ndjson.gz"
	kill -USR1 "$PID"
	wait_for 'grep -q "\"t\":\"mark\"" "$T/out"'
	for i in 1 2 3 4; do
		lines $((i * 1000)) $((i * 1000 + 300))
		wait_for '[ -e "$T/r-000$i.ndjson.gz" ]'
	done
	wait_for 'grep -q "\"flag\":\"scanner\",\"on\":true" "$T/out"' 30
	stop "$PID"
	starts_alone "$T"/r*.ndjson.gz
	for i in "$T"/r*.ndjson.gz; do
		gzip -t "$i"
		[ "$(zcat "$i" | grep -c '"t":"mark"')" -ge 1 ] || fail "no mark in $i"
	done
	replayed "$T/r.ndjson.gz" >/dev/null
	assert_json "$T/replayed" '.[-1].t == "summary"'
	"$NG" --replay "$T/r.ndjson.gz" --as-recorded --speed max --once --json >"$T/a"
	assert_json "$T/a" 'map(select(.t == "summary"))[0].flags | index("scanner") != null'
}

test_hangup_reopens_what_was_moved_away() {
	recorder "$T/r.gz"
	lines 1 100
	wait_for 'grep -q "/n100\"" "$T/out"'
	mv "$T/r.gz" "$T/r.gz.1"
	kill -HUP "$PID"
	wait_for '[ -s "$T/r.gz" ]'
	lines 101 200
	wait_for 'grep -q "/n200\"" "$T/out"'
	kill -HUP "$PID" # nobody has moved it
	wait_for 'grep -q "has not been moved away" "$T/out"'
	lines 201 300
	wait_for 'grep -q "/n300\"" "$T/out"'
	stop "$PID"
	assert_eq "$(stat -c %a "$T/r.gz")" 600
	starts_alone "$T/r.gz.1" "$T/r.gz"
	gzip -t "$T/r.gz.1" "$T/r.gz"
	zcat "$T/r.gz.1" "$T/r.gz" | jq -r 'select(.t == "request") | .path' >"$T/recorded"
	jq -r 'select(.t == "request") | .path' "$T/out" | cmp - "$T/recorded"
	assert_eq "$(grep -c '^/n' "$T/recorded")" 300
	replayed "$T/r.gz.1" >"$T/first"
	assert_eq "$(grep -c '"8\.8\.' "$T/first")" 100
}

test_logrotate_moves_it() {
	need logrotate
	recorder "$T/r.gz"
	printf '%s {\n rotate 3\n create 0644\n su root root\n postrotate\n kill -HUP %s\n endscript\n}\n' \
		"$T/r.gz" "$PID" >"$T/conf"
	[ "$(id -u)" -eq 0 ] || sed -i '/su root/d' "$T/conf"
	chmod 600 "$T/conf"
	lines 1 50
	wait_for 'grep -q "/n50\"" "$T/out"'
	logrotate -f -s "$T/state" "$T/conf"
	wait_for '[ -s "$T/r.gz" ]'
	lines 51 90
	wait_for 'grep -q "/n90\"" "$T/out"'
	stop "$PID"
	assert_eq "$(stat -c %a "$T/r.gz")" 600
	assert_eq "$(zcat "$T/r.gz.1" "$T/r.gz" | grep -c '"path":"/n')" 90
}

test_somebody_elses_file_stays() {
	recorder "$T/r.gz"
	mv "$T/r.gz" "$T/r.gz.1"
	echo precious >"$T/r.gz"
	kill -HUP "$PID"
	wait_for 'grep -q "it goes on in the old one" "$T/out"'
	lines 1 10
	wait_for 'grep -q "/n10\"" "$T/out"'
	stop "$PID"
	assert_eq "$(cat "$T/r.gz")" precious
	assert_eq "$(zcat "$T/r.gz.1" | grep -c '"path":"/n')" 10
}

# Of a disk, what a limit of the size of files is: the recording ends, and nothing else.
test_a_full_disk_ends_the_recording_alone() {
	need prlimit
	: >"$T/access.log"
	trap '' XFSZ
	background "$NG" --json --source proc --log-path "$T/access.log" --record "$T/r" \
		2>"$T/stderr" > >(cat >"$T/out")
	wait_open "$PID" "$T/access.log"
	as_console prlimit --pid "$PID" --fsize=8192
	lines 1 400
	wait_for 'grep -q "recording stopped: File too large" "$T/out"' 20
	lines 401 410
	wait_for 'grep -q "/n410\"" "$T/out"'
	stop "$PID"
	assert_eq "$STATUS" 1
	assert_match "$(cat "$T/stderr")" 'nethergaze: --record .*: File too large'
}

# Nobody is there to press R: a grave finding does.
test_a_finding_begins_a_recording() {
	local i file
	mkdir "$T/dir"
	cd "$T/dir"
	: >"$T/access.log"
	NETHERGAZE_RECORD_ON_FINDING=true background "$NG" --json --source proc \
		--log-path "$T/access.log" >"$T/out"
	wait_open "$PID" "$T/access.log"
	lines 1 20
	# A server that answers with errors.
	for i in $(seq 1 40); do
		fail_lines "$i"
		! grep -q '"flag":"error-surge","on":true' "$T/out" || break
		wait_for "grep -q '/f$i-9\"' $T/out"
		lines $((i * 100)) $((i * 100 + 1))
		wait_for '[ "$(grep -c "\"t\":\"tick\"" "$T/out")" -ge '"$i"' ]'
	done
	wait_for 'grep -q "record.on_finding, 1 of 8" "$T/out"'
	stop "$PID"
	assert_eq "$STATUS" 0
	file=$(echo "$T"/dir/nethergaze-*.ndjson.gz)
	assert_eq "$(stat -c %a "$file")" 600
	replayed "$file" >/dev/null
	assert_json "$T/replayed" 'map(select(.t == "summary"))[0].flags | index("error-surge") != null'
	# From the start of the run on, which was within the last minutes.
	jq -r 'select(.t == "request") | .path' "$T/out" >"$T/streamed"
	zcat "$file" | jq -r 'select(.t == "request") | .path' | cmp - "$T/streamed"
}

fail_lines() { # N
	local now
	now=$(date -u '+%d/%b/%Y:%H:%M:%S +0000')
	seq 0 9 | awk -v n="$1" -v now="$now" '{
		printf "8.9.%d.%d - - [%s] \"GET /f%d-%d HTTP/1.1\" 502 5 \"-\" \"Mozilla\"\n", n, 1 + $1, now, n, $1
	}' >>"$T/access.log"
}

run_tests "$@"
