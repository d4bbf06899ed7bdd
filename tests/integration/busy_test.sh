#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# More moves than it is worth to follow one by one: beginnings and ends still count to the last one,
# the screen says that states in between wait for a listing, and all is as before when it is over.
#
# alone: it takes all that the machine has to be busy enough.
. "$(dirname "$0")/../lib/sh.sh"
. "$(dirname "$0")/../lib/sockets.sh"

CROWD=$NG_BUILD/tests/lib/crowd
HERE=192.0.2.77 # nobody else's on this machine
BUSY='busy: closing states'

# churn SECONDS: connections opened and closed as fast as they go. PID.
churn() {
	ns a ip address replace "$HERE/32" dev lo
	background in_ns a "$CROWD" churn 1000000 "$1" "$HERE" >"$T/rate"
}

# What the kernel itself counted: connections that a listener of the namespace completed.
passive_opens() {
	in_ns a awk '/^Tcp:/ { for (i = 1; i <= NF; i++) if ($i == "PassiveOpens") at = i; n = $at }
		END { print n }' /proc/net/snmp
}

test_screen_says_so_while_it_lasts() {
	need tmux
	need_bpf
	ns_new a
	tui_start 120x40 ip netns exec "ng$$-a" "$NG" --source ebpf "${ALONE[@]}" --log-path "$T/none"
	tui_wait nethergaze 20
	churn 60
	tui_wait "$BUSY" 40
	stop "$PID"
	tui_gone "$BUSY" 20
	tui_keys q
}

test_every_handshake_counts() {
	need jq
	need_bpf
	ns_new a
	background in_ns a "$NG" --once --json --duration 600 --source ebpf "${ALONE[@]}" \
		--log-path "$T/none" >"$T/out"
	GAZE=$PID
	wait_watched "$GAZE"
	churn 3
	finish "$PID" 60
	gaze_end
	assert_json "$T/out" 'last | .t == "summary" and .lost == 0'
	assert_eq "$(json "$T/out" "select(.ip == \"$HERE\").handshakes")" "$(passive_opens)" handshakes
	note "$(passive_opens) handshakes counted, at $(cat "$T/rate")/s"
}

run_tests "$@"
