#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The drill-down and the inspector, on recordings.
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

# The right side, beside the rows.
right_side() {
	sed -nE 's/^.{124}│ ?//p' | head -n 24
}

# show SIZE RECORDING FILTER: the first row that passes it is under the cursor.
show() {
	RECORDING=$2
	play "$1"
	tui_wait 'REPLAY .*END'
	tui_keys /
	tui_type "$3"
	tui_keys Enter
	tui_gone '^ ?/'
}

scanner() { # SIZE
	show "$1" "$NG_TOP/tests/data/scanner.ndjson.gz" 'ip:203.0.113.89'
	tui_keys Enter
	tui_wait '^203.0.113.89'
	tui_wait '^Paths'
}

test_scanner() {
	local size
	for size in 80x24 120x40 200x60; do
		scanner "$size"
		golden_of "detail-scanner-$size" from_line ^203.0.113.89
		tui_keys Escape q
		tui_end
	done
}

# What earlier runs saw of it.
test_history() {
	cat >"$T/seen.ndjson" <<-'END'
		{"t":"start","ts":1795943684.0,"version":"0.2.0","host":"web","show_private_ips":true,"schema":1,"seed":1}
		{"t":"enricher","ts":1795943684.1,"what":"history","state":"ready","note":"history.db","asked":2,"answered":2,"failed":0,"waiting":0,"dropped":0}
		{"t":"request","ts":1795943684.2,"ip":"203.0.113.5","method":"GET","path":"/a","status":200,"bytes":100,"log":"access.log"}
		{"t":"seen","ts":1795943684.3,"net":"203.0.113.5/32","first":1795684484.0,"last":1795936484.0,"runs":4,"requests":27,"bytes":300,"handshakes":0,"flagged":3,"blocked":1,"flags":["scanner×3"]}
		{"t":"tick","ts":1795943685.0}
	END
	show 120x40 "$T/seen.ndjson" 'ip:203.0.113.5'
	tui_keys Enter
	tui_wait 'in 4 earlier runs, first 3 days ago, last 2 hours ago; 27 requests; flagged scanner 3 times'
	tui_wait 'blocked once'
}

# The network of a flood is one row, and opens as one; what is in it can be opened from there.
test_flood() {
	local size
	for size in 80x24 120x40 200x60; do
		play "$size"
		tui_wait 'REPLAY .*END'
		tui_type '/net:203.0.113.0/24'
		tui_keys Enter
		tui_wait '203.0.113.0/24 .*15'
		tui_keys Enter
		tui_wait '^203.0.113.0/24  BR'
		tui_wait '^F 203.0.113.1'
		golden_of "detail-flood-$size" from_line '^203.0.113.0.24'
		tui_keys Down Enter
		tui_wait '^203.0.113.[0-9]*  BR'
		tui_keys Escape Escape q
		tui_end
	done
}

test_keys_of_requests() {
	scanner 120x40
	tui_keys End
	tui_wait 'older requests are not shown'
	tui_keys Home Down
	tui_keys + # the statuses: what there is most of
	tui_wait 'status:4xx'
}

# A whole request, and one that is cut.
test_wrap() {
	{
		echo '{"t":"start","ts":1767226400.0,"show_private_ips":true}'
		printf '{"t":"request","ts":1767226401.0,"ip":"203.0.113.5","method":"GET","status":404,"path":"/cgi-bin/%s/the-end","agent":"x"}\n' \
			"$(printf 'a%.0s' {1..120})"
		echo '{"t":"tick","ts":1767226402.0}'
	} >"$T/long.ndjson"
	RECORDING=$T/long.ndjson
	play 80x24
	tui_wait '203.0.113.5'
	tui_keys Enter
	tui_wait 'aaa/the-end'
	tui_keys W
	tui_gone 'the-end'
	tui_wait '…'
	tui_wait 'W wraps'
}

# From what is new to a network, to one of its addresses, and back.
test_in_and_back() {
	RECORDING=$NG_TOP/tests/data/mark.ndjson.gz
	play 120x40
	tui_wait 'REPLAY .*END'
	tui_keys d
	tui_wait '^What is new since the mark'
	tui_keys Enter
	tui_wait '^203.0.113.0/24  1 address'
	golden_of detail-network-120x40 from_line '^203.0.113.0.24'
	tui_keys Down Down Down Down Enter
	tui_wait '^203.0.113.91'
	tui_keys Right
	tui_wait 'this is the last row'
	tui_keys Left
	tui_wait 'this is the first row'
	tui_keys Escape
	tui_wait '^203.0.113.0/24  1 address'
	tui_keys Right
	tui_wait '^2001:db8:b::/48'
	tui_keys Escape
	tui_wait '^What is new since the mark'
}

test_members() {
	RECORDING=$NG_TOP/tests/data/mark.ndjson.gz
	play 120x40
	tui_wait 'REPLAY .*END'
	tui_keys d Down Enter
	tui_wait '^2001:db8:b::/48'
	wait_for 'tui_screen | grep -q "^  2001:db8:b"'
	tui_keys Down Down Down Down Down Enter
	tui_wait '^2001:db8:b:2::11'
	tui_keys Right
	tui_wait '^2001:db8:b:4::13'
	tui_keys Left Left
	tui_wait '^2001:db8:b:2::11'
	tui_wait 'this is the first row'
	tui_keys Escape
	tui_wait '^2001:db8:b::/48'
}

test_inspector() {
	show 200x60 "$NG_TOP/tests/data/scanner.ndjson.gz" 'ip:203.0.113.89'
	tui_wait '│ 203.0.113.89'
	golden_of inspector-scanner-200x60 right_side
	tui_keys BSpace
	tui_wait '198.51.100.147'
	tui_keys End # the row under the cursor is another
	tui_gone '│ 203.0.113.89'
	tui_wait '│ 198.51.100.147'
}

run_tests
