#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The history on disks that do not play along: full, read-only, with live visitors.
. "$(dirname "$0")/../lib/sh.sh"

export NETHERGAZE_HISTORY_ENABLED=true

# small_disk DIR KBYTES: a file system of its own, for as long as the test.
small_disk() {
	mkdir -p "$1"
	mount -t tmpfs -o "size=${2}k,mode=700,uid=$(console_user)" none "$1" 2>/dev/null || skip 'mount(2) is refused here'
	at_exit "umount -l '$1'"
}

log_of() { # ADDRESSES
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++)
		printf "100.64.%d.%d - - [29/Nov/2026:07:00:00 +0000] \"GET /%d HTTP/1.1\" 200 100 \"-\" \"x\"\n",
			i / 250, i % 250, i }'
}

run() { # FILE [FLAG...]
	timeout 60 "$NG" --once --json --duration 0 --from-start --source proc --log-path access.log \
		--record "$1.ndjson" "${@:2}" >"$1" 2>"$1.err" </dev/null
}

history() {
	json "$1.ndjson" 'select(.t == "enricher" and .what == "history") | "\(.state) \(.note)"' | tail -n 1
}

test_a_full_disk_costs_the_history_alone() {
	need_root
	small_disk "$T/disk" 400
	export NETHERGAZE_HISTORY_PATH=$T/disk/history.db
	log_of 50 >access.log
	run one
	assert_match "$(history one)" '^ready '
	dd if=/dev/zero of="$T/disk/filler" bs=1k 2>/dev/null || true
	log_of 20000 >access.log
	run two
	assert_json two '[.[] | select(.t == "host" and .requests > 0)] | length == 20000'
	assert_json two '.[] | select(.t == "summary") | .requests == 20000'
	assert_match "$(cat two.err)" 'history: [0-9]+ changes were not written in time: the disk is full'
	rm "$T/disk/filler"
	log_of 60 >access.log
	run three
	assert_match "$(history three)" '^ready '
	# The newcomers of the full disk are still new; those of before are known.
	assert_eq "$(json three 'select(.t == "host" and .requests > 0 and .seen == null).ip' | wc -l)" 10
}

test_a_disk_that_cannot_be_written() {
	need_root
	small_disk "$T/disk" 400
	export NETHERGAZE_HISTORY_PATH=$T/disk/history.db
	log_of 5 >access.log
	run one
	mount -o remount,ro "$T/disk"
	run two
	assert_match "$(history two)" '^unusable .*Read-only file system'
	assert_json two '[.[] | select(.t == "host" and .requests > 0)] | length == 5'
	mount -o remount,rw "$T/disk"
	run three
	assert_json three '[.[] | select(.t == "host" and .requests > 0).seen] | all(. == 1)'
}

# Root's power over modes is gone when the file is opened.
test_a_directory_that_may_not_be_written() {
	need_root
	mkdir -m 700 "$T/dir"
	chmod 500 "$T/dir"
	log_of 5 >access.log
	NETHERGAZE_HISTORY_PATH=$T/dir/history.db run one
	assert_match "$(history one)" '^unusable .*Permission denied'
	assert_json one '[.[] | select(.t == "host" and .requests > 0)] | length == 5'
}

# A visitor is counted as often as it came, over all runs, and by the kernel as well as by the log.
test_live_visitors() {
	need_root
	need nginx curl sqlite3
	need_ipv6
	local db=$T/.local/state/nethergaze/history.db i
	unset XDG_STATE_HOME
	start_nginx
	ip addr add 198.18.77.7/32 dev lo
	at_exit 'ip addr del 198.18.77.7/32 dev lo'
	for i in 1 2; do
		background "$NG" --json --show-private-ips --log-path "$NGINX_LOG" >"stream$i"
		wait_open "$PID" "$NGINX_LOG"
		for _ in 1 2 3; do
			curl -s -o /dev/null --interface 198.18.77.7 "http://127.0.0.1:$NGINX_PORT/"
		done
		wait_for "[ \"\$(grep -c '\"t\":\"request\"' stream$i)\" -eq 3 ]" 20
		stop "$PID"
	done
	# 198.18.77.7, as the file has it.
	assert_eq "$(sqlite3 "$db" "SELECT runs, requests FROM seen WHERE who = x'c6124d0720'")" '2|6'
	assert_json stream2 '[.[] | select(.t == "seen" and .net == "198.18.77.7/32")] | .[0]
		| .runs == 1 and .requests == 3'
}

run_tests
