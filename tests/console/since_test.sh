#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What is new since the mark, on recordings.
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

since() { # SIZE
	RECORDING=$NG_TOP/tests/data/mark.ndjson.gz
	play "$1"
	tui_wait 'REPLAY .*END'
	tui_keys d
	tui_wait '^What is new since the mark at 16:13:10'
}

test_screens() {
	local size
	for size in 80x24 120x40 200x60; do
		since "$size"
		golden_of "since-$size" from_line '^What is new'
		tui_keys d q
		tui_end
	done
}

test_without_a_mark() {
	play 80x24
	tui_wait 'REPLAY .*END'
	tui_keys d
	tui_wait 'There is no mark yet to compare with'
	tui_wait 'The recording has none up to here; m makes one'
	tui_keys '[' # nothing older
	tui_wait 'there is no older mark'
	tui_keys d
	tui_gone 'There is no mark yet'
}

test_narrows() {
	since 120x40
	tui_keys Down Down +
	tui_wait 'path=/l'
	tui_keys Enter
	tui_wait 'only networks can be opened'
	tui_keys Home +
	tui_wait 'net:203'
}

# Marks that were made by hand and by itself; [ and ] go from one to the next.
test_other_marks() {
	local i
	{
		echo '{"t":"start","ts":1767226400.0,"show_private_ips":true}'
		for i in 1 2 3; do
			printf '{"t":"request","ts":%d.0,"ip":"203.0.113.%d","method":"GET","path":"/of-%d","status":200}\n' \
				$((1767226400 + i * 60)) "$i" "$i"
			printf '{"t":"tick","ts":%d.5}\n' $((1767226400 + i * 60))
			printf '{"t":"mark","ts":%d.6,"name":"mark-%d"}\n' $((1767226400 + i * 60)) "$i"
			printf '{"t":"tick","ts":%d.9}\n' $((1767226400 + i * 60))
		done
	} >"$T/marks.ndjson"
	RECORDING=$T/marks.ndjson
	play 100x24
	tui_wait '203.0.113.3'
	tui_keys d
	tui_wait 'by hand: mark-3.*mark 3 of 3'
	tui_keys '['
	tui_wait 'by hand: mark-2.*mark 2 of 3'
	tui_keys '[' '['
	tui_wait 'by hand: mark-1.*mark 1 of 3'
	tui_wait 'there is no older mark'
	tui_keys ']'
	tui_wait 'mark 2 of 3'
}

run_tests
