#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016
#
# --record DIR/ --daemon: what the service manager is told; the directory's bound; what becomes of it
# when the disk is full, the directory gone, or somebody else there; and the unit.
. "$(dirname "$0")/../lib/sh.sh"

unset "${!NETHERGAZE_@}"
export NETHERGAZE_WHOIS_ENABLED=false NETHERGAZE_AUTH_ENABLED=false NETHERGAZE_RUNNING_SERVERS=false
export NETHERGAZE_HISTORY_ENABLED=false NETHERGAZE_GEOIP_ENABLED=false HOME=/nonexistent
unset XDG_CONFIG_HOME XDG_STATE_HOME

UNIT=$NG_TOP/scripts/package/units/nethergaze-record.service

# daemon [ARG...]: records into $T/d, apart from the connections of others where that can be. -> PID
daemon() {
	local apart=()
	[ -n "${TOGETHER:-}" ] || ! unshare --map-root-user --net true 2>/dev/null || apart=(unshare --map-root-user --net)
	: >"$T/access.log"
	background "${apart[@]}" "$NG" --source proc --log-path "$T/access.log" --record "$T/d/" \
		--daemon "$@" 2>"$T/stderr"
	wait_open "$PID" "$T/access.log"
	wait_for '[ -s "$T/stderr" ]'
}

# lines FROM TO [STATUS]: so many requests, each of an address of its own.
lines() {
	local now
	now=$(date -u '+%d/%b/%Y:%H:%M:%S +0000')
	seq "$1" "$2" | awk -v now="$now" -v status="${3:-200}" '{
		printf "8.8.%d.%d - - [%s] \"GET /n%d HTTP/1.1\" %d 5 \"-\" \"%d-%d\"\n",
			$1 / 200 % 200, 1 + $1 % 200, now, $1, status, rand() * 1e9, rand() * 1e9
	}' >>"$T/access.log"
}

# recorded: the paths that all segments have, as a replay of the directory streams them.
recorded() { # [DIR]
	"$NG" --replay "${1:-$T/d}" --speed max --json >"$T/recorded"
	jq -r 'select(.t == "request") | .path' "$T/recorded"
}

paths() { # FROM TO
	seq -f '/n%.0f' "$1" "$2"
}

# is_recorded PATH: in any file, while they are being written.
is_recorded() {
	has "$1" "$T"/d/nethergaze*.ndjson*
}

has() { # PATH FILE...: some file, which need not be whole, has a request for it
	grep -q "\"path\":\"$1\"" <(cat_all "${@:2}" 2>/dev/null)
}

cat_all() {
	local f
	for f; do
		case $f in *.zst) zstdcat -q "$f" ;; *) zcat -f "$f" ;; esac
	done
}

segments() {
	find "$T/d" -maxdepth 1 -name 'nethergaze*.ndjson*' ! -name '*.index' | sort
}

# --- the manager ---

# listener ADDRESS: what comes to the socket, a datagram a line, in $T/told
listener() {
	need python3
	background python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1].replace("@", "\0", 1))
print("listening", flush=True)
while True:
    print(s.recv(4096).decode().replace("\n", " "), flush=True)
' "$1" >"$T/told"
	wait_for 'grep -q listening "$T/told"'
}

told() { # REGEX -> how often
	grep -cE "^$1\$" "$T/told" || true
}

test_the_manager_is_told() {
	local alive
	listener "$T/socket"
	NOTIFY_SOCKET=$T/socket WATCHDOG_USEC=400000 daemon
	wait_for '[ "$(told READY=1)" -eq 1 ]'
	wait_for '[ "$(told "STATUS=recording: .*")" -ge 1 ]'
	alive=$(told WATCHDOG=1)
	wait_for '[ "$(told WATCHDOG=1)" -ge '$((alive + 3))' ]'
	kill -HUP "$PID"
	wait_for '[ "$(told READY=1)" -eq 2 ]'
	assert_eq "$(grep -E '^(READY|RELOADING)' "$T/told" | sed 's/USEC=[0-9]*/USEC=N/' | xargs -d '\n')" \
		'READY=1 RELOADING=1 MONOTONIC_USEC=N READY=1'
	assert_eq "$(told STOPPING=1)" 0
	stop "$PID"
	assert_eq "$STATUS" 0
	wait_for '[ "$(told STOPPING=1)" -eq 1 ]'
	assert_eq "$(tail -n 1 "$T/told")" STOPPING=1
}

test_an_abstract_socket_and_none() {
	listener "@ng-$$-notify"
	TOGETHER=1 NOTIFY_SOCKET=@ng-$$-notify WATCHDOG_USEC=1000 WATCHDOG_PID=1 daemon
	wait_for '[ "$(told READY=1)" -eq 1 ]'
	lines 1 3
	wait_for 'is_recorded /n3'
	stop "$PID"
	assert_eq "$(told WATCHDOG=1)" 0 'signs of life that another process was asked for'
	assert_status 1 env NOTIFY_SOCKET="$T/nobody" "$NG" --source proc --log-path "$T/access.log" \
		--record "$T/d/" --daemon
	assert_match "$(cat "$T/stderr")" '^nethergaze: \$NOTIFY_SOCKET: '
	assert_status 1 env NOTIFY_SOCKET=tcp:80 "$NG" --source proc --log-path "$T/access.log" \
		--record "$T/d/" --daemon
}

# --- files ---

test_hangup_goes_on_in_another_file() {
	daemon
	lines 1 50
	wait_for 'is_recorded /n50'
	kill -HUP "$PID"
	wait_for '[ -e "$T/d/nethergaze-0001.ndjson.gz.index" ]'
	lines 51 90
	wait_for 'is_recorded /n90'
	mv "$T/d/nethergaze.ndjson.gz" "$T/moved.gz" # as logrotate does
	kill -HUP "$PID"
	wait_for '[ -e "$T/d/nethergaze.ndjson.gz" ]'
	lines 91 120
	wait_for 'is_recorded /n120'
	stop "$PID"
	assert_eq "$STATUS" 0
	gzip -t "$T"/d/*.gz "$T/moved.gz"
	assert_eq "$(zcat "$T/moved.gz" | jq -r 'select(.t == "request") | .path')" "$(paths 51 90)"
	assert_eq "$(segments | xargs -n 1 basename | xargs)" \
		'nethergaze-0001.ndjson.gz nethergaze-0002.ndjson.gz'
	assert_eq "$(recorded)" "$(paths 1 50 && paths 91 120)"
	assert_eq "$(stat -c %a "$T/d" "$T/d/incidents" "$T"/d/nethergaze-* | sort -u | xargs)" '600 700'
}

# The next run goes on behind the last, whether that could end or not, and however it compressed.
test_runs_follow_each_other() {
	need zstd
	daemon
	lines 1 20
	wait_for 'is_recorded /n20'
	kill -KILL "$PID"
	finish "$PID"
	export NETHERGAZE_RECORD_COMPRESSION=none
	daemon
	lines 21 40
	wait_for 'is_recorded /n40'
	stop "$PID"
	export NETHERGAZE_RECORD_COMPRESSION=zstd
	daemon
	lines 41 60
	wait_for 'is_recorded /n60'
	stop "$PID"
	assert_eq "$(segments | xargs -n 1 basename | xargs)" \
		'nethergaze-0001.ndjson.gz nethergaze-0002.ndjson nethergaze-0003.ndjson.zst'
	assert_eq "$(recorded)" "$(paths 1 60)"
	assert_json "$T/recorded" 'map(select(.t == "start")) | length == 3'
}

# The files of one run, together, are the run.
test_a_directory_replays_as_its_run_did() {
	local i
	export NETHERGAZE_RECORD_MAX_SIZE=6K NETHERGAZE_RECORD_FILES=0
	mkdir "$T/d"
	: >"$T/access.log"
	background unshare --map-root-user --net "$NG" --json --source proc --log-path "$T/access.log" \
		--record "$T/d/nethergaze.ndjson.zst" >"$T/out"
	wait_open "$PID" "$T/access.log"
	for i in 1 2 3; do
		lines $((i * 1000)) $((i * 1000 + 700)) $((500 + i))
		wait_for '[ -e "$T/d/nethergaze-000$i.ndjson.zst" ]'
	done
	stop "$PID"
	"$NG" --replay "$T/d" --speed max --once --json >"$T/replayed"
	cp -r "$T/d" "$T/renamed" # times count, not names
	mv "$T/renamed/nethergaze.ndjson.zst" "$T/renamed/a"
	mv "$T/renamed/nethergaze-0001.ndjson.zst" "$T/renamed/z.gz"
	"$NG" --replay "$T/renamed/" --speed max --once --json >"$T/again"
	# The stream is a recording, too: of all of it in one.
	jq -c 'select(.t != "summary")' "$T/out" >"$T/stream"
	"$NG" --replay "$T/stream" --speed max --once --json >"$T/single"
	assert_json "$T/single" 'map(select(.t == "summary"))[0].requests == 2103'
	cmp "$T/replayed" "$T/single"
	cmp "$T/again" "$T/single"
}

test_what_is_in_the_way() {
	daemon
	lines 1 30
	wait_for 'is_recorded /n30'
	assert_status 1 "$NG" --source proc --log-path "$T/access.log" --record "$T/d/" --daemon
	assert_match "$(cat "$T/stderr")" '^nethergaze: --record .*/d/: another recorder is writing there'
	stop "$PID"
	chmod g+w "$T/d"
	assert_status 1 "$NG" --source proc --record "$T/d/" --daemon
	assert_match "$(cat "$T/stderr")" 'others may write there'
	echo file >"$T/file"
	assert_status 1 "$NG" --source proc --record "$T/file/" --daemon
	assert_status 2 "$NG" --source proc --record "$T/file" --daemon
	assert_match "$(cat "$T/stderr")" 'requires --record with a directory'
	assert_status 2 "$NG" --source proc --daemon
	assert_status 2 "$NG" --source proc --record "$T/d/" --daemon --once
}

# What others have put there: a replay takes none of it for more than it is, and nothing of it goes.
test_foreign_and_damaged_files() {
	local f
	daemon
	for f in 1 2 3; do
		lines $((f * 100)) $((f * 100 + 40))
		wait_for "is_recorded /n$((f * 100 + 40))"
		[ "$f" -eq 3 ] || kill -HUP "$PID"
		[ "$f" -eq 3 ] || wait_for '[ -e "$T/d/nethergaze-000$f.ndjson.gz.index" ]'
	done
	stop "$PID"
	recorded >"$T/whole"
	assert_eq "$(cat "$T/whole")" "$(paths 100 140 && paths 200 240 && paths 300 340)"
	echo 'not a recording' >"$T/d/README"
	: >"$T/d/nethergaze-9999.ndjson"
	head -c 5000 /dev/urandom >"$T/d/nethergaze-9998.ndjson.gz"
	printf '\x28\xb5\x2f\xfd%s' garbage >"$T/d/nethergaze-9997.ndjson.zst"
	mkfifo "$T/d/fifo"
	mkdir "$T/d/sub.ndjson"
	ln -s /dev/zero "$T/d/link.ndjson"
	# Indexes: of another file, half of one, of nothing, one that lies.
	cp "$T/d/nethergaze-0002.ndjson.gz.index" "$T/d/nethergaze-0001.ndjson.gz.index"
	head -c 60 "$T/d/nethergaze-0002.ndjson.gz.index" >"$T/half"
	cp "$T/half" "$T/d/nethergaze-0002.ndjson.gz.index"
	sed 's/^time .*/time 1 9007199254740000 1/' "$T/d/nethergaze-0003.ndjson.gz.index" >"$T/lie"
	cp "$T/lie" "$T/d/nethergaze-0003.ndjson.gz.index"
	echo x >"$T/d/gone.ndjson.index"
	recorded | cmp - "$T/whole"
	assert_json "$T/recorded" 'map(select(.t == "lost" and .what == "recording")) | map(.n) | add == 3'
	# A segment that is cut off, and one that has gone: the others are there.
	truncate -s -300 "$T/d/nethergaze-0002.ndjson.gz"
	recorded | grep -E '^/n[13]' | cmp - <(grep -E '^/n[13]' "$T/whole")
	rm "$T/d/nethergaze-0002.ndjson.gz"
	recorded | cmp - <(grep -v '^/n2' "$T/whole")
	rm "$T/d"/nethergaze-000*
	assert_status 2 "$NG" --replay "$T/d" --once
	assert_match "$(cat "$T/stderr")" 'no file of this directory is a recording'
}

# Compression is told by its first bytes, and a file that swells beyond all measure ends there.
test_what_swells_is_bounded() {
	need zstd
	local f
	head -n 1 "$NG_TOP/tests/data/console.ndjson" >"$T/start"
	{ cat "$T/start" && head -c 100M /dev/zero; } | gzip -1 >"$T/bomb"
	{ cat "$T/start" && head -c 500M /dev/zero; } | zstd -q >"$T/bomb.zst"
	for f in bomb bomb.zst; do
		"$NG" --replay "$T/$f" --speed max --once --json >"$T/a"
		assert_json "$T/a" 'map(select(.t == "summary"))[0].lost >= 1'
		"$NG_BUILD/tests/lib/measure" "$NG" --replay "$T/$f" --speed max --once --json >"$T/took"
		[ "$(cut -d' ' -f2 "$T/took")" -lt 65536 ] || fail "$(cat "$T/took"): seconds, KiB"
	done
	# A window of 2 GiB, which is memory that the reader would need.
	{ cat "$T/start" && head -c 1M /dev/zero; } | zstd -q --long=31 >"$T/window"
	assert_status 2 "$NG" --replay "$T/window" --speed max --once --json
	assert_match "$(cat "$T/stderr")" 'its compression is damaged'
	zstd -q "$NG_TOP/tests/data/console.ndjson" -o "$T/named.gz"
	"$NG" --replay "$T/named.gz" --speed max --once --json >"$T/a"
	"$NG" --replay "$NG_TOP/tests/data/console.ndjson" --speed max --once --json | cmp - "$T/a"
}

# --- the disk ---

test_findings_have_recordings_and_reports() {
	local i f
	export NETHERGAZE_RECORD_MAX_TOTAL=2M
	daemon
	for i in $(seq 1 40); do
		! grep -q 'error-surge' "$T/stderr" || break
		lines $((i * 100)) $((i * 100 + 60)) 502
		wait_for "is_recorded /n$((i * 100 + 60))"
	done
	wait_for 'grep -q "recording to .*/d/incidents/" "$T/stderr"'
	stop "$PID"
	assert_eq "$STATUS" 0
	f=$(find "$T/d/incidents" -name '*.ndjson.gz')
	assert_eq "$(stat -c %a "$f" "${f%.ndjson.gz}.html" | xargs)" '600 600'
	grep -q 'error-surge' "${f%.ndjson.gz}.html"
	assert_match "$(cat "$T/stderr")" "report: ${f%.ndjson.gz}.html"
	"$NG" --replay "$T/d/incidents" --speed max --once --json >"$T/a"
	assert_json "$T/a" 'map(select(.t == "summary"))[0].flags | index("error-surge") != null'
	# And it is in the segments as well, from the start on.
	assert_eq "$(recorded | head -n 1)" /n100
}

scans() {
	local now
	now=$(date -u '+%d/%b/%Y:%H:%M:%S +0000')
	seq 1 60 | awk -v now="$now" '{
		printf "9.9.9.9 - - [%s] \"GET /%d/.env HTTP/1.1\" 404 5 \"-\" \"zgrab/0.x\"\n", now, $1
	}' >>"$T/access.log"
}

# Only what is asked for runs, once, on what is as grave; what needs an address does not run without.
test_findings_run_hooks() {
	local i
	cat >"$T/config.toml" <<-END
		[[actions.hooks]]
		label = "told"
		command = "/usr/bin/touch $T/told"
		[[actions.hooks]]
		label = "counted"
		command = "echo {flag} >>$T/hooked; exit 3"
		shell = true
		on_finding = "suspect"
		every = "1h"
		[[actions.hooks]]
		label = "of an address"
		command = ["/usr/bin/touch", "$T/touched-{ip}"]
		on_finding = "attack"
	END
	daemon --config "$T/config.toml"
	for i in $(seq 1 40); do
		! grep -q 'error-surge' "$T/stderr" || break
		lines $((i * 100)) $((i * 100 + 60)) 502
		wait_for "is_recorded /n$((i * 100 + 60))"
	done
	wait_for 'grep -q "hook: .*/hooked.*: exit status 3" "$T/stderr"'
	scans
	wait_for 'grep -q "\"flag\":\"scanner\",\"on\":true" <(cat_all "$T"/d/nethergaze*.gz 2>/dev/null)'
	stop "$PID"
	assert_eq "$(cat "$T/hooked")" error-surge 'it rests for an hour'
	[ ! -e "$T/told" ] || fail 'a hook ran that nobody asked for'
	[ -z "$(find "$T" -name 'touched*')" ] || fail 'another hook ran'
	recorded >/dev/null
	assert_json "$T/recorded" 'map(select(.t == "act" and .what == "hook")) | length == 1 and (.[0].ok | not)'
}

# life HOURS BOUND: so much of it in seconds, in so many MiB. What was found is in $T/out.
life() {
	rm -rf "$T/d"
	NETHERGAZE_RECORD_MAX_TOTAL=$2M "$NG_BUILD/tests/lib/all_year" "$NG_TOP/demo/incident.ndjson.gz" \
		"$T/d/" "$1" >"$T/out"
	note "$2 MiB: $(tail -n 1 "$T/out")"
	tail -n 1 "$T/out" >"$T/took"
	assert_json "$T/took" ".[0].disk_most < $2 * 1048576 and .[0].attacks >= 6"
	assert_json "$T/took" '.[0].memory_most < .[0].memory_warm * 1.25'
}

# Where there is room for them, each attack is in a recording of its own, which shows it.
test_every_attack_is_recorded() {
	local f
	life "${NG_YEAR_HOURS:-0.3}" $((${NG_YEAR_HOURS:-1} * 14))
	for f in "$T"/d/incidents/*.ndjson.gz; do
		gzip -t "$f"
		zcat "$f" | jq -r 'select(.t == "flag" and .on and (.cause // "") == "" and .severity >= 3) |
			.flag + " " + .who' | sort -u >>"$T/shown"
		"$NG" --replay "$f" --speed max --once --json >"$T/a"
		assert_json "$T/a" 'map(select(.t == "summary")) | length == 1 and (.[0].lost // 0) == 0'
	done
	assert_eq "$(sort "$T/shown" | uniq -c)" "$(sed '$d; s/ [0-9]*$//' "$T/out" | sort | uniq -c)"
	[ "$(recorded | wc -l)" -gt 500 ] || fail 'the segments cannot be replayed'
}

# Where there is not, the oldest go: of a segment with its index, of an incident with all of it.
test_the_oldest_go() {
	life "${NG_YEAR_HOURS:-0.3}" $((2 + ${NG_YEAR_HOURS:-0} * 2))
	[ ! -e "$T/d/nethergaze-0001.ndjson.gz" ] || fail 'nothing has gone'
	[ "$(segments | wc -l)" -ge 2 ] || fail 'few segments'
	assert_eq "$(segments | sed 's/$/.index/')" "$(find "$T/d" -name '*.index' | sort)"
	[ "$(find "$T/d/incidents" -name '*.gz' | wc -l)" -ge 2 ] || fail 'few incidents'
	[ "$(recorded | wc -l)" -gt 100 ] || fail 'the segments cannot be replayed'
}

# In a mount namespace, a disk of one MiB: full, then not.
test_a_full_disk() {
	local small=$T/small
	unshare --map-root-user --mount true 2>/dev/null || skip 'no mount namespace of its own'
	mkdir "$small"
	: >"$T/access.log"
	NETHERGAZE_RECORD_MAX_TOTAL=512K background unshare --map-root-user --mount --net sh -c \
		"mount -t tmpfs -o size=1M tmpfs $small && exec \"\$@\"" sh "$NG" --source proc \
		--log-path "$T/access.log" --record "$small/d/" --daemon 2>"$T/stderr"
	wait_open "$PID" "$T/access.log"
	small=/proc/$PID/root$small
	lines 1 20
	wait_for 'has /n20 "$small"/d/*.gz'
	! head -c 2M /dev/zero >"$small/ballast" 2>/dev/null || fail 'the disk is not full'
	lines 100 9000
	wait_for 'grep -q "recording stopped: No space left on device" "$T/stderr"'
	kill -0 "$PID"
	rm "$small/ballast"
	wait_for 'grep -q "the recording goes on" "$T/stderr"'
	lines 9001 9010
	wait_for 'has /n9010 "$small"/d/*.gz'
	cp -r "$small/d" "$T/d"
	stop "$PID"
	assert_eq "$STATUS" 0
	assert_eq "$(recorded | tail -n 10)" "$(paths 9001 9010)"
}

test_a_directory_that_goes() {
	daemon
	lines 1 20
	wait_for 'is_recorded /n20'
	mv "$T/d" "$T/gone"
	wait_for 'grep -q "the recording goes on" "$T/stderr"'
	lines 21 40
	wait_for 'is_recorded /n40'
	rm -r "$T/d"
	wait_for '[ "$(grep -c "the recording goes on" "$T/stderr")" -eq 2 ]'
	lines 41 60
	wait_for 'is_recorded /n60'
	stop "$PID"
	assert_eq "$STATUS" 0
	assert_eq "$(recorded "$T/gone" && recorded)" "$(paths 1 20 && paths 41 60)"
}

# --- the unit ---

test_the_units_are_sound() {
	local unit
	need systemd-analyze
	for unit in nethergaze-record nethergaze-agent; do
		sed "s|/usr/bin/nethergaze|$NG|" "${UNIT%/*}/$unit.service" >"$T/$unit.service"
		systemd-analyze verify --man=no "$T/$unit.service" >"$T/said" 2>&1 || fail "$(cat "$T/said")"
		! grep -F "$unit" "$T/said" || fail "the unit $unit"
		systemd-analyze security --offline=true --threshold=35 --no-pager "$T/$unit.service" \
			>"$T/said" 2>&1 || fail "$(tail -3 "$T/said")"
	done
}

# Without a recording it only publishes; that nobody listens there is no reason not to run.
test_an_agent_records_nothing() {
	assert_status 2 "$NG" --daemon
	assert_match "$(cat "$T/stderr")" '--daemon requires --record with a directory.*, or --publish URL'
	: >"$T/access.log"
	background env XDG_STATE_HOME="$T/state" "$NG" --daemon --publish otlp+http://127.0.0.1:9 --source proc \
		--log-path "$T/access.log" 2>"$T/stderr"
	wait_open "$PID" "$T/access.log"
	wait_for "grep -q 'watching: nothing is recorded' '$T/stderr'"
	stop "$PID"
	assert_eq "$STATUS" 0
	assert_eq "$(find "$T" -name '*.ndjson*')" ''
}

run_tests "$@"
