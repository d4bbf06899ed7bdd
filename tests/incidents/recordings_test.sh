#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What is said of recorded incidents: the flags that are due, nothing false, and the same each time.
. "$(dirname "$0")/../lib/sh.sh"
. "$(dirname "$0")/incidents.sh"

test_every_incident_is_judged_right() {
	need_judgement
	need python3
	judge "$INCIDENTS/recordings"
}

# As on a busy machine, whose sockets are listed more rarely.
test_nothing_is_false_when_listings_are_missing() {
	need_judgement
	need python3
	judge --thin "$INCIDENTS/recordings"
}

# This must be so without any flags, too.
test_a_replay_of_the_stream_has_the_same_flags() {
	need python3
	judge --same "$INCIDENTS/recordings"
}

test_every_recording_has_labels() {
	local file
	for file in "$INCIDENTS"/recordings/*.ndjson.gz; do
		[ -e "${file%.ndjson.gz}.labels.json" ] || fail "$file has no labels"
	done
	for file in "$INCIDENTS"/recordings/*.labels.json; do
		[ -e "${file%.labels.json}.ndjson.gz" ] || fail "$file has no recording"
	done
}

# They are in the repository for good: new ones are cut to what is small.
test_recordings_stay_small() {
	local bytes
	bytes=$(cat "$INCIDENTS"/recordings/* | wc -c)
	note "$((bytes / 1024)) KiB"
	[ "$bytes" -lt 4000000 ] || fail "$bytes bytes"
}

run_tests
