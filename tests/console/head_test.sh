#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

# The lines above the rows: how things are, what is wrong, who does it.

INCIDENTS=$NG_TOP/tests/incidents/recordings

# incident COLSxROWS NAME: a recorded incident, at its end.
incident() {
	console "$1" --replay "$INCIDENTS/$2.ndjson.gz" --speed max --show-private-ips
}

# No key, any size: both networks of the flood.
test_who_floods() {
	local size
	for size in 200x60 120x40 80x24 100x12 60x15 40x10 100x3 80x5; do
		incident "$size" syn-two-nets
		tui_wait ' F .*198.51.100.0/27|100% from 198.51.100.0/27'
		tui_wait '203.0.113.0/24'
		tui_wait 'SYN FLOOD'
		console_end
	done
}

test_forged_sources_are_a_flood() {
	local size
	for size in 120x40 80x24 60x15 40x10; do
		incident "$size" syn-spoofed
		tui_wait ' F .*SYN flood, forged on :80'
		tui_wait 'SYN FLOOD, FORGED'
		console_end
	done
	incident 80x24 syn-spoofed
	tui_wait 'half-open from [0-9]+ networks'
	tui_wait 'sources look made up, blocking addresses is useless'
}

test_who_holds_and_who_scans() {
	incident 80x24 slow-post
	tui_wait ' H .*slow requests since [0-9:]+  203.0.113.78'
	tui_wait 'SLOW REQUESTS'
	console_end
	incident 80x24 scanner
	tui_wait ' X .*scan since [0-9:]+  203.0.113.89'
	tui_wait '[0-9]+ different paths answered 4xx'
}

# Calm is said with the figures that say so.
test_calm() {
	incident 80x24 b-api
	tui_wait 'nothing stands out: 0 half-open, 0 drops, queue 0/'
	tui_wait ' calm$'
}

# A few lines in no known format never stand above a flood.
test_flood_before_lines() {
	play 80x24
	tui_wait "$the_end"
	tui_wait '^ F .*SYN flood'
	tui_gone 'no known format'
	tui_resize 200x60
	tui_wait 'conns +27[0-9]  '
	tui_wait 'half-open +254  '
}

test_footer() {
	play 80x24
	tui_wait "$the_end"
	tui_wait ' q quit$'
	tui_resize 40x10
	tui_wait ' q quit$'
	tui_keys u
	tui_wait '^ u: '
}

# Outside of UTF-8 the words stay.
test_ascii() {
	look ascii
	play 80x24
	tui_wait '\^ SYN FLOOD'
	tui_wait 'conns 27[0-9] .*half 254 .*SYN/s 180'
	tui_wait '[?] help Enter open'
}

the_end='REPLAY 00:14:02'

# The findings have a cursor of their own: + narrows to all that the one under it names.
test_verbs_act_on_a_finding() {
	play 110x24
	tui_wait "$PLAYED"
	tui_keys BTab +
	tui_wait 'filter: net:198\.51'
	wait_for '[ "$(tui_screen | grep -cE "^F.(198\.51\.100|203\.0\.113)\.0/24")" = 2 ]'
	tui_keys Down Enter
	tui_wait '^192\.0\.2\.77 '
	tui_wait 'not one if: one path again'
	tui_keys Escape
	tui_wait 'net:198'
	tui_keys Escape
	tui_gone 'net:198'
}

run_tests
