#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# A block that is asked for from afar, by the real nft in a namespace: done where this machine allows
# it, refused where its console would refuse it or ask once more.
# shellcheck disable=SC2034 # what a condition to poll needs
. "$(dirname "$0")/../lib/sh.sh"

# agent ALLOW: one in namespace "v", that reads questions from descriptor 9. PID.
agent() {
	mkfifo "$T/questions"
	exec 9<>"$T/questions"
	printf '[actions]\nenable_block_execution = true\n[publish]\nallow_block = %s\n' "$1" >"$T/config"
	: >"$T/access.log"
	background in_ns v "$NG" --config "$T/config" --publish - --source proc \
		--log-path "$T/access.log" <"$T/questions" >"$T/out" 2>"$T/err" 9>&-
	wait_for 'grep -q "\"t\":\"machine\"" "$T/out"' 30
}

# answer QUESTION: its note, or what was done.
answer() {
	ASKED=$1
	echo "$1" >&9
	wait_for 'grep "\"t\":\"answer\"" "$T/out" | jq -ce --arg q "$ASKED" "select(.ask == \$q)" >"$T/answer"' 30
	jq -r '(.lines // [])[], (.note // empty)' "$T/answer"
}

site() {
	need_root
	need nft ip jq
	ns_new v
	ns_new r
	ns_join v 198.18.5.1/24 r 198.18.5.2/24
	ns v ip route add default via 198.18.5.2
}

test_blocks() {
	site
	agent true
	assert_eq "$(answer 'block 203.0.113.7 600')" blocked
	assert_match "$(ns v nft list table inet nethergaze)" '203\.0\.113\.7[^,}]* timeout 10m'
	assert_match "$(answer 'block 198.18.5.2 60')" 'default gateway'
	assert_match "$(answer 'block 198.18.5.1 60')" 'address of this machine'
	assert_match "$(answer 'block 203.0.113.8 0')" 'ends by itself'
	assert_match "$(answer 'block 203.0.113.0/24 60')" 'not understood'
	assert_no_match "$(ns v nft list table inet nethergaze)" '198\.18|113\.8|113\.0'
	exec 9>&-
	finish "$PID" 30
	assert_eq "$(cat "$T/err")" ''
}

test_is_not_allowed() {
	site
	agent false
	assert_match "$(answer 'block 203.0.113.7 600')" 'publish\.allow_block is off'
	assert_eq "$(ns v nft list ruleset)" ''
	exec 9>&-
	finish "$PID" 30
}

run_tests
