#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The mouse: off until it is asked for; then a click goes to what is under it.
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

begin() {
	play "$@"
	tui_wait "$PLAYED"
}

# press COLUMN LINE [BUTTON]: from 1, as a terminal sends it (SGR); 0 is the left button, 64 and 65
# are the wheel.
press() {
	tui send-keys -l -- $'\033'"[<${3:-0};$1;${2}M"
	tui send-keys -l -- $'\033'"[<${3:-0};$1;${2}m"
}

# line_of REGEX, column_of REGEX: where that stands on the screen, from 1.
line_of() {
	tui_screen | grep -nE -- "$1" | head -1 | cut -d: -f1
}

column_of() {
	local before
	before=$(tui_screen | grep -E -- "$1" | head -1)
	before=${before%%"$1"*}
	echo $((${#before} + 1))
}

selected() {
	tui_colours | grep -E $'48;5;18|48;5;24|\\[7m' | sed -E $'s/\e\\[[0-9;]*m//g'
}

click_on() { # TEXT
	press "$(column_of "$1")" "$(line_of "$1")"
}

test_is_off_at_first() {
	begin 100x30
	assert_eq "$(tui display-message -p '#{mouse_sgr_flag}')" 0
	tui_keys M
	tui_wait 'the mouse is on: with Shift'
	wait_for '[ "$(tui display-message -p "#{mouse_sgr_flag}")" = 1 ]'
	tui_keys M
	tui_wait 'the mouse is off'
	wait_for '[ "$(tui display-message -p "#{mouse_sgr_flag}")" = 0 ]'
}

test_rows_and_headings() {
	begin 100x30 --mouse
	wait_for '[ "$(tui display-message -p "#{mouse_sgr_flag}")" = 1 ]'
	tui_keys :
	tui_type 'sort conns'
	tui_keys Enter
	tui_wait 'Conns▼'
	click_on 'Reqs'
	tui_wait 'Reqs▼'
	click_on 'Reqs'
	tui_wait 'Reqs▲'
	click_on 'Reqs'
	tui_wait 'Reqs▼'
	click_on '192.0.2.77'
	# The second click on the same row opens it.
	click_on 'scan since'
	local x y
	x=$(column_of '192.0.2.10 ')
	y=$(line_of '^.{1,2}192.0.2.10 ')
	press "$x" "$y"
	press "$x" "$y"
	tui_wait '^ ?192.0.2.10( |$)'
	tui_keys q
}

test_footer_chips_and_tabs() {
	begin 80x24 --mouse
	tui_keys /
	tui_type 'status:404'
	tui_keys Enter
	tui_wait ' filter: '
	click_on ' filter: '
	tui_gone ' filter: '
	tui_wait '2001:db8::5 ' # the last row: nothing moves any more
	click_on 'Paths'
	tui_wait 'last [0-9a-z ]+$'
	click_on 'help'
	tui_wait '^Help'
	press 5 12 65
	tui_wait '4-[0-9]+ of'
	press 5 12 64
	tui_wait ' 1-[0-9]+ of'
	tui_keys q
}

test_menus() {
	begin 80x24 --mouse
	tui_keys o
	tui_wait '^ Sort by'
	click_on ' requests '
	tui_wait 'Reqs▼'
	tui_keys ,
	tui_wait '^ Setup'
	click_on 'Long requests'
	tui_wait '^ Long requests.* yes'
	tui_keys Escape f
	tui_wait '^ Filter'
	click_on 'Path  '
	tui_type '/x'
	tui_wait '^ Path +/x'
}

run_tests
