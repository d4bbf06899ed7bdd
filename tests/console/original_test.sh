#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016
#
# Every key that the Python original had does here what it did there.
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

KEYS=(q Tab BTab Enter s w r / f ! c b '?' 1 9)

# live [ARG...]: a console on a log of a few requests.
live() {
	local i
	for i in 1 2 3; do
		printf '203.0.113.%s - - [01/Jan/2026:00:13:2%s +0000] "GET /page-%s HTTP/1.1" 200 10 "-" "-"\n' \
			"$i" "$i" "$i"
	done >"$T/log"
	console 100x30 --source proc --show-private-ips --from-start --log-path "$T/log" "$@"
	tui_wait '203.0.113.3 .*GET /page-3'
}

# None of them does nothing: what it does, or why it cannot, stands on the screen.
test_none_is_mute() {
	live
	local key before
	for key in "${KEYS[@]}"; do
		[ "$key" != q ] || continue
		before=$(tui_screen)
		tui_keys "$key"
		wait_for '[ "$(tui_screen)" != "$before" ]'
		tui_gone "does nothing here"
		tui_keys Escape Escape
		tui_wait '^!.Address'
	done
}

test_q_quits() {
	live
	tui_keys q
	tui_end
	assert_eq "$(tui_status)" 0
}

test_tab_turns_to_the_log_and_back() {
	live
	tui_keys Tab Up
	tui_wait '^ Log .*line [0-9]'
	tui_keys BTab
	tui_keys Down
	wait_for '[[ $(selected) == *203.0.113.* ]]'
}

test_enter_opens_the_detail() {
	live
	tui_keys Enter
	tui_wait 'GET +/page-'
	tui_wait 'newest first'
}

test_s_sorts_by_the_next_column() {
	live
	local before
	before=$(tui_screen | grep -m1 '^!.Address')
	tui_keys s
	wait_for '[ "$(tui_screen | grep -m1 "^!.Address")" != "$before" ]'
}

test_w_asks_whois() {
	printf '8.8.9.7 - - [01/Jan/2026:00:13:29 +0000] "GET / HTTP/1.1" 200 10 "-" "-"\n' >"$T/other"
	live --no-whois --log-path "$T/other"
	tui_keys /
	tui_type 8.8.9.7
	tui_keys Enter
	tui_gone '^..203.0.113'
	tui_keys w
	tui_wait 'Registered not known, whois is off'
}

# What has come since the last look is there, and what was done is said.
test_r_reads_again() {
	live
	printf '203.0.113.9 - - [01/Jan/2026:00:14:00 +0000] "GET /late HTTP/1.1" 200 10 "-" "-"\n' >>"$T/log"
	tui_keys r
	tui_wait 'read again: all connections, 1 log,'
	tui_wait 'GET /late'
}

test_r_of_a_replay_says_that_there_is_nothing() {
	play 100x30
	tui_wait 'REPLAY .*END'
	tui_keys r
	tui_wait 'a recording has nothing newer to read'
}

test_filters() {
	live
	tui_keys /
	tui_type page-2
	tui_keys Enter
	tui_wait 'filter: page-2 \(1'
	tui_keys Escape
	tui_gone 'filter:'
	tui_keys f
	tui_wait 'Status'
	tui_keys Escape
	tui_keys !
	tui_wait 'filter: is:suspicious'
	tui_keys !
	tui_gone 'filter:'
}

test_c_copies() {
	live
	tui_keys Down c
	tui_wait 'copied'
}

test_b_speaks_of_blocking() {
	live
	tui_keys Down b
	tui_wait '[Bb]lock'
}

test_hooks_answer() {
	live
	tui_keys Down 1
	tui_wait '[Hh]ook'
}

test_help() {
	live
	tui_keys '?'
	tui_wait '^ *Help'
}

run_tests "$@"
