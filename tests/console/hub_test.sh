#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The screen of a hub, on a recording of what a fleet has told it.
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

# hub COLSxROWS MACHINES [ARG...]: the recording of so many machines, to its end.
hub() {
	local size=$1
	awk -v machines="$2" -f "$NG_TOP/tests/lib/fleet.awk" >"$T/fleet.ndjson"
	shift 2
	console "$size" --replay "$T/fleet.ndjson" --speed max --show-private-ips "$@"
	tui_wait "$PLAYED"
}

# enter NAME: the machine of that name is found by a filter, and entered.
enter() {
	tui_keys /
	tui_type "machine:$1"
	tui_keys Enter
	tui_wait "filter: machine:$1 \(1 match"
	tui_keys Enter
	tui_wait "^ *$1 .*machine:$1"
}

test_machines_are_rows_the_worst_first() {
	need tmux
	local size
	for size in 80x24 120x40 200x60; do
		hub "$size" 50
		golden "hub-$size"
		console_end
	done
}

test_a_hub_in_every_look() {
	need tmux
	local kind
	for kind in dark light mono; do
		look "$kind"
		hub 80x24 50
		golden_look "hub-$kind"
		console_end
	done
	look ascii
	hub 80x24 50
	golden hub-ascii
}

test_three_machines_and_two_thousand() {
	need tmux
	hub 120x40 3
	golden hub-three-120x40
	console_end
	hub 120x40 2000
	golden hub-many-120x40
}

# Rows, meters, name and findings are its own, and Esc leads back.
test_a_machine_is_entered_as_if_one_sat_there() {
	need tmux
	local size
	for size in 80x24 120x40 200x60; do
		hub "$size" 50
		enter web2
		tui_gone '5xx surge' # that is another's
		golden "hub-entered-$size"
		console_end
	done
	hub 80x24 50
	enter web5
	tui_wait '5xx surge'
	tui_keys Escape
	tui_wait '50 machines'
	tui_keys Escape
	tui_gone 'filter:'
}

test_rows_go_on_to_addresses_networks_and_countries() {
	need tmux
	hub 120x40 50
	tui_keys z
	tui_wait '^!.*Address .*Machines'
	golden hub-addresses-120x40
	tui_keys z
	tui_wait '^!.*Network'
	tui_keys Z Z
	tui_wait '^!.*Machine '
}

test_a_machine_opens_to_its_addresses() {
	need tmux
	hub 120x40 50
	tui_keys Down Right
	tui_wait '203\.0\.113\.9'
	golden hub-open-120x40
}

test_who_has_how_much_of_an_address() {
	need tmux
	hub 120x40 50
	tui_keys z /
	tui_type 'ip:198.51.100.77'
	tui_keys Enter
	tui_wait '\(1 match'
	tui_keys Enter
	tui_wait 'and 3[0-9] more, with less of it'
	golden hub-shares-120x40
}

# What does nothing here says why.
test_a_hub_says_what_it_cannot() {
	need tmux
	hub 120x40 50
	tui_keys b
	tui_wait 'nothing is blocked from a hub'
	tui_keys z Down a
	tui_wait 'a recording answers no questions'
}

run_tests
