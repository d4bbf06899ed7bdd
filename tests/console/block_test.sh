#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The block preview on recordings: what it says, what it refuses and asks, what is copied and
# written; and what is blocked. tests/integration/block_test.sh carries blocks out.
# shellcheck disable=SC2016 # conditions to poll are given as text
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

COPIED=.cache/nethergaze/copied

# with EVENT...: the recording, with these events behind its first one.
with() {
	local event
	{
		head -1 "$RECORDING"
		for event in "$@"; do
			printf '{"ts":1767226400.0,%s}\n' "$event"
		done
		tail -n +2 "$RECORDING"
	} >"$T/with.ndjson"
	RECORDING=$T/with.ndjson
}

guard() { # NET ROLE
	printf '"t":"guard","net":"%s","role":"%s","on":true' "$1" "$2"
}

guarded() { # EVENT...
	with "$(guard 198.18.0.7 ssh)" "$(guard 192.0.2.1 own)" "$(guard 198.18.0.1 gateway)" "$@"
}

begin() { # SIZE
	export XDG_STATE_HOME=$T/state
	play "$1"
	tui_wait "$PLAYED"
}

only() { # ADDRESS
	tui_keys /
	tui_type "$1"
	tui_keys Enter
	tui_wait "filter: .*$1"
}

preview() { # SIZE
	begin "$1"
	tui_keys b
	tui_wait '^ Block 203.0.113.0/24 '
	tui_wait '^Would hurt'
}

test_screens() {
	guarded
	preview 80x24
	golden block-80x24
	tui_keys Down Right
	tui_wait '10 min   1 h  \[1 d\]'
	tui_keys Down Right
	tui_wait '^By .*\[ipset\]'
	golden block-ipset-80x24
	tui_resize 120x40
	golden block-120x40
	tui_resize 60x15
	tui_wait '^undo|undo:'
	tui_keys Escape
	tui_gone '^ Block '
}

test_ascii() {
	guarded
	look ascii
	preview 80x24
	golden block-ascii-80x24
}

test_mono() {
	guarded
	look mono
	preview 80x24
	golden_look block-mono-80x24
}

# A finding is blocked with all that it names.
test_finding() {
	guarded
	begin 80x24
	tui_keys Tab Tab b
	tui_wait '^ Block SYN flood '
	tui_wait 'network ×2\]'
	tui_wait '254 half-open \(100% of all\)'
	tui_keys Left
	tui_wait '\[address ×30\]'
	tui_wait 'and 28 more; the command names them all'
}

test_copies() {
	guarded
	preview 80x24
	tui_keys c
	tui_wait 'copied'
	grep -q "add element inet nethergaze block4 { 203.0.113.0/24 timeout 1h" "$T/$COPIED" ||
		fail 'the command was not copied'
	tui_keys C
	tui_wait '^ undo '
	tui_keys Down Enter
	wait_for 'grep -q "^nft delete element" "$T/$COPIED"'
	tui_keys Escape
	tui_gone '^ Block '
	tui_keys Tab Tab C
	tui_wait '^ finding '
	tui_type x # no key of the menu
	tui_keys Escape
}

test_writes() {
	local file
	guarded
	preview 80x24
	tui_keys X
	tui_wait 'written: .*state/nethergaze/block-'
	file=$(echo "$T"/state/nethergaze/block-*.sh)
	assert_eq "$(stat -c %a "$file")" 600
	sh -n "$file"
	grep -q '^# nft delete element' "$file" || fail 'it does not say how to undo it'
	grep -q '^add element inet nethergaze block4' "$file" || fail 'it blocks nothing'
	tui_keys X
	wait_for '[ "$(ls "$T/state/nethergaze" | wc -l)" = 2 ]'
	tui_keys x
	tui_wait 'nothing is run: this is a recording'
}

# Neither shown, nor copied, nor written.
test_refuses() {
	guarded "$(guard 203.0.113.7 ssh)"
	preview 80x24
	tui_wait 'Refused: 203.0.113.0/24 holds 203.0.113.7, which is where your own SSH'
	assert_no_match "$(tui_screen)" 'undo:'
	tui_keys c
	tui_wait '^ refused: 203.0.113.0/24 holds'
	tui_keys X
	tui_wait '^ refused: 203.0.113.0/24 holds'
	tui_keys C
	tui_wait '^ Copy'
	assert_no_match "$(tui_screen)" '^ (command|undo) '
	[ ! -e "$T/$COPIED" ] || fail 'it was copied'
	[ -z "$(find "$T/state" -type f)" ] || fail 'it was written'
}

test_asks_twice() {
	guarded
	begin 80x24
	only 10.0.0.5
	tui_keys b
	tui_wait 'Not without being asked: 10.0.0.5 is private'
	tui_keys c
	tui_wait 'Enter: all the same'
	tui_keys n
	tui_gone 'Enter: all the same'
	[ ! -e "$T/$COPIED" ] || fail 'it was copied without an answer'
	tui_keys c
	tui_wait 'Enter: all the same'
	tui_keys Enter
	tui_wait 'copied'
	grep -q 'block4 { 10.0.0.5 timeout 1h' "$T/$COPIED" || fail 'it was not copied'
	tui_keys Right # to another network, of which nobody was asked
	tui_wait 'Not without being asked: 10.0.0.0/24'
}

test_nobody() {
	begin 80x24
	only 192.0.2.254
	tui_keys b
	tui_wait 'no address, network or finding is under the cursor to block'
}

# Who blocks what is seen in a replay as well, and so is what was done then.
test_blocks() {
	local block='"t":"block","net":"%s","on":true,"way":"%s"'
	# shellcheck disable=SC2059 # the formats are above
	guarded "$(printf "$block,\"ours\":true,\"until\":1767229999.0,\"packets\":1234" 203.0.113.0/24 nft)" \
		"$(printf "$block,\"by\":\"sshd\"" 198.51.100.77 fail2ban)" \
		'"t":"act","what":"block","who":"203.0.113.0/24","result":"done","ok":true'
	begin 80x24
	tui_keys B
	tui_wait '^ Blocked here: 2, of these 1 from here'
	golden blocks-80x24
	tui_keys x
	tui_wait 'nothing is run: this is a recording'
	tui_keys Down x
	tui_keys Escape
	tui_gone '^ Blocked here'
	tui_keys b
	tui_wait '^ Block '
}

run_tests
