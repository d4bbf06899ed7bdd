#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# A host under a flood of SYNs from made-up addresses, many more than any table holds: what is
# half-open is right, memory stays capped, what is left out is counted, and it ends when told to.
# Each flood is bounded in count and rate, and stays in namespaces of the test's own.
#
# alone: a flood takes a core, and is measured against bounds.
. "$(dirname "$0")/../lib/sh.sh"
. "$(dirname "$0")/../lib/sockets.sh"

FLOOD=${NG_FLOOD_SYNS:-600000} SOURCES=200000 MEMORY_MOST=$((256 * 1024))

peak_memory() { # PID: KiB
	awk '/^VmHWM/ { print $2 }' "/proc/$1/status"
}

half_open_by_ss() {
	in_ns a ss -Htan state syn-recv | wc -l
}

# Between two looks nothing of the flood has arrived, and no request socket was given up.
CALM=0
calm() {
	local before=$CALM
	CALM=$(half_open_by_ss)
	[ "$CALM" -gt 0 ] && [ "$CALM" -eq "$before" ]
}

# flood_watched SOURCE SYNS QUEUE: GAZE watches while 200 000 addresses send to a listener that
# keeps QUEUE half-open connections; $T/sent has "seconds rate".
flood_watched() {
	need jq ss
	flooded_host
	# What is given up while the test looks would not be the flood's doing. Nor is a socket given up
	# whose answer the link drops: the loopback never says that it did.
	ns a sysctl -qw net.ipv4.tcp_synack_retries=6
	ns a ip route replace 100.64.0.0/10 dev lo
	ns a sysctl -qw net.core.somaxconn="$3" net.ipv4.tcp_max_syn_backlog="$3"
	listen_on 8000 "$3"
	gaze a "$T/out" --source "$1" --connections-interval 1
	flood "$2" "$SOURCES" 8000 >"$T/sent"
	wait_for calm 20
}

# What is true after a flood, whatever its size: the list is the kernel's, memory was capped.
assert_survived() { # SOURCE SYNS
	local peak
	peak=$(peak_memory "$GAZE")
	gaze_end
	by_ss a | awk '$3 == "SYN_RECV"' >"$T/ss"
	by_stream a "$T/out" | awk '$3 == "SYN_RECV"' >"$T/stream"
	[ -s "$T/ss" ] || fail 'ss has no half-open connection'
	diff "$T/ss" "$T/stream" >"$T/diff" || fail "$(head -20 "$T/diff")"
	[ "$peak" -le "$MEMORY_MOST" ] || fail "$peak KiB at the peak, more than $MEMORY_MOST"
	assert_json "$T/out" 'last.t == "summary"'
	note "$1: $2 SYNs of $SOURCES addresses at $(sed 's/.* //' "$T/sent")/s:" \
		"$(wc -l <"$T/ss") half-open, as by ss; $((peak / 1024)) MiB at the peak"
}

# The queue is soon full, and SYN cookies answer the rest.
test_flood_by_ebpf() {
	need_bpf
	flood_watched ebpf "$FLOOD" 4096
	assert_survived ebpf "$FLOOD"
}

test_flood_by_proc() {
	need_root
	flood_watched proc "$FLOOD" 4096
	assert_survived proc "$FLOOD"
}

# A queue that takes all of it, and is never half full: of one that is, the kernel gives up the old
# sooner (reqsk_timer_handler in net/ipv4/inet_connection_sock.c). What the link dropped is sent again; a SYN that is a socket's already
# makes no other.
test_flood_all_half_open() {
	need_bpf
	flood_watched ebpf "$SOURCES" 1048576
	wait_for 'flood "$SOURCES" "$SOURCES" 8000; [ "$(half_open_by_ss)" -eq "$SOURCES" ]' 30
	assert_survived ebpf "$SOURCES"
	assert_eq "$(wc -l <"$T/ss")" "$SOURCES" 'half-open'
	in_ns a "$NG" --once --json --duration 0 "${ALONE[@]}" --log-path "$T/no.log" >"$T/once"
	assert_eq "$(jq -r 'select(.t == "host" and (.ip | startswith("100."))).half_open' "$T/once" |
		awk '{ n += $1 } END { print NR, n }')" "$SOURCES $SOURCES" 'hosts, half-open, of --once'
}

run_tests "$@"
