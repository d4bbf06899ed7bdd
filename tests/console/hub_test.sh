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

# enter NAME KEY...: the keys lead to the machine of that name, which is entered.
enter() {
	tui_keys "${@:2}" Enter
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
	enter web5 Down
	tui_wait '5xx surge'
	tui_gone 'SYN FLOOD'
	tui_keys Escape
	tui_wait '50 machines'
	enter web2 Home
	tui_keys BSpace
	tui_wait '50 machines'
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

test_a_filter_names_machines() {
	need tmux
	hub 120x40 50
	tui_keys /
	tui_type 'machine:web4 -machine:web40'
	tui_keys Enter
	tui_wait '10 machines'
	tui_gone 'web40'
}

test_a_machine_opens_to_its_addresses() {
	need tmux
	hub 120x40 50
	tui_keys Right
	tui_wait '203\.0\.113\.9'
	golden hub-open-120x40
}

test_who_has_how_much_of_an_address() {
	need tmux
	hub 120x40 50
	tui_keys z /
	tui_type 'ip:198.51.100.77'
	tui_keys Enter
	tui_wait 'filter: ip:.*\(1[ )]'
	tui_keys Enter
	tui_wait 'and 3[0-9] more, with less of it'
	golden hub-shares-120x40
}

# fake_ssh: what a hub calls its machines by: each is a script that tells of one address, and answers
# what is asked of it; "mute" does not, and has more of it.
fake_ssh() {
	cat >"$T/ssh" <<-'END'
		#!/bin/bash
		for host; do [[ $host != web1 && $host != mute ]] || break; done
		conns=$([ "$host" = mute ] && echo 90 || echo 3)
		seq=0
		while :; do
			seq=$((seq + 1))
			echo "{\"t\":\"machine\",\"ts\":$EPOCHREALTIME,\"name\":\"$host\",\"version\":\"1\",\"fleet_schema\":1,\"seq\":$seq,\"every_us\":1000000,\"parts\":1,\"figures\":{\"conns\":$conns}}"
			echo "{\"t\":\"share\",\"ts\":$EPOCHREALTIME,\"net\":\"8.8.8.8/32\",\"conns\":$conns,\"requests\":$((seq * 10))}"
			read -rt 1 line
			[ $? -ne 1 ] || exit 0
			[[ $line == ask* && $host == web1 ]] || continue
			echo "{\"t\":\"answer\",\"ts\":$EPOCHREALTIME,\"ask\":\"$line\",\"lines\":[\"10 requests, all for /feed\",\"since breakfast\"],\"cut\":true}"
		done
	END
	chmod 755 "$T" "$T/ssh"
	export NETHERGAZE_HUB_SSH=$T/ssh
}

test_a_machine_is_asked_and_answers() {
	need tmux
	fake_ssh
	console 100x30 --hub web1 mute
	tui_wait '2 machines, 2 up'
	tui_wait 'mute .* 90 '
	# Who has most of it is asked, and has not answered yet.
	tui_keys z
	tui_wait '8\.8\.8\.8 .*mute web1'
	tui_keys a
	tui_wait '^mute: ask 8\.8\.8\.8'
	tui_wait 'asking mute'
	tui_wait 'mute has not answered within 15 s'
	# The one that was chosen in the detail does.
	tui_keys Escape Enter
	tui_wait '^ +web1 +3 '
	tui_keys Down a
	tui_wait '^web1: ask 8\.8\.8\.8'
	tui_wait 'web1 has more of it'
	tui_wait '^10 requests, all for /feed'
	tui_wait '^since breakfast'
	tui_keys Escape Escape Z
	tui_wait '^!.*Machine '
	tui_keys q
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
