#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What is said of recorded incidents: the flags that are due, nothing false, and the same each time.
# Those of 0.2.0 lie in recordings, later ones in recordings/new.
. "$(dirname "$0")/../lib/sh.sh"
. "$(dirname "$0")/incidents.sh"

OLD=$INCIDENTS/recordings NEW=$INCIDENTS/recordings/new

test_recordings_of_0_2_0_are_judged_right() {
	need_judgement
	need python3
	judge "$OLD"
}

test_new_recordings_are_judged_right() {
	need_judgement
	need python3
	judge "$NEW"
}

# As on a busy machine, whose sockets are listed more rarely.
test_nothing_is_false_when_listings_are_missing() {
	need_judgement
	need python3
	judge --thin "$OLD"
	judge --thin "$NEW"
}

# This must be so without any flags, too.
test_a_replay_of_the_stream_has_the_same_flags() {
	need python3
	judge --same "$OLD"
	judge --same "$NEW"
}

test_every_recording_has_labels() {
	local file
	for file in "$OLD"/*.ndjson.gz "$NEW"/*.ndjson.gz; do
		[ -e "${file%.ndjson.gz}.labels.json" ] || fail "$file has no labels"
	done
	for file in "$OLD"/*.labels.json "$NEW"/*.labels.json; do
		[ -e "${file%.labels.json}.ndjson.gz" ] || fail "$file has no recording"
	done
}

# They are in the repository for good: new ones are cut to what is small.
test_recordings_stay_small() {
	local bytes
	bytes=$(cat "$OLD"/*.gz "$OLD"/*.json "$NEW"/*.gz "$NEW"/*.json | wc -c)
	note "$((bytes / 1024)) KiB"
	[ "$bytes" -lt 4500000 ] || fail "$bytes bytes"
}

run_tests
