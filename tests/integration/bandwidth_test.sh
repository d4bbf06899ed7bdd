#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016
#
# What passes an interface, against the kernel's own counters; which interface that is; and one that
# goes and comes.
. "$(dirname "$0")/../lib/sh.sh"
. "$(dirname "$0")/../lib/sockets.sh"

# counter NS IFACE rx|tx: bytes, as iproute2 reads them.
counter() {
	ns "$1" ip -s -j link show dev "$2" | jq ".[0].stats64.$3.bytes"
}

# sum FIELD: of all interface events in the stream.
sum() {
	jq -s "[.[] | select(.t == \"interface\").$1 // 0] | add" "$T/out"
}

# names: those that were told of, in turn.
names() {
	jq -r 'select(.t == "interface") | .name // "none"' "$T/out" | uniq | tr '\n' ' '
}

# datagrams NS N ADDRESS: N times 1000 bytes, to whoever listens there.
datagrams() {
	# shellcheck disable=SC2016 # for the inner shell
	ns "$1" bash -c 'for ((i = 0; i < $1; i++)); do head -c 1000 /dev/zero >"/dev/udp/$2/9"; done' \
		sender "$2" "$3" || true
}

two_hosts() {
	need jq
	ns_new a
	ns_new b
	ns_join a 10.9.0.1/24 b 10.9.0.2/24
}

# A stream begins to count with its first reading: traffic of before is not in it.
test_counts_what_the_kernel_counts() {
	two_hosts
	gaze a "$T/out" --interface to-b
	wait_for 'grep -q "\"t\":\"interface\"" "$T/out"' 10
	local rx tx
	rx=$(counter a to-b rx)
	tx=$(counter a to-b tx)
	datagrams b 50 10.9.0.1
	datagrams a 60 10.9.0.2
	wait_for '[ "$(sum rx)" -ge 50000 ] && [ "$(sum tx)" -ge 60000 ]' 10
	gaze_end
	# What came before the first reading is in neither; neighbours chatter all along.
	local got_rx got_tx all_rx all_tx
	got_rx=$(sum rx) got_tx=$(sum tx)
	all_rx=$(($(counter a to-b rx) - rx)) all_tx=$(($(counter a to-b tx) - tx))
	within "$got_rx" "$all_rx"
	within "$got_tx" "$all_tx"
	note "in $got_rx of $all_rx bytes, out $got_tx of $all_tx"
	assert_json "$T/out" '[.[] | select(.t == "interface" and .rx != null)] |
		all(.us > 0 and .name == "to-b")'
}

# within A B: as good as the same: some packets of neighbour discovery may lie between two readings.
within() {
	local off=$(($1 > $2 ? $1 - $2 : $2 - $1))
	[ "$off" -le 1000 ] || fail "$1 is not $2"
}

test_the_default_route() {
	two_hosts
	ns_new c
	ns_join a 10.8.0.1/24 c 10.8.0.2/24
	ns a ip route add default via 10.8.0.2 metric 100
	ns a ip route add default via 10.9.0.2 metric 200
	assert_status 0 in_ns a "$NG" --once --json --duration 1.5 --source proc "${ALONE[@]}" \
		--log-path "$T/no.log"
	assert_eq "$(json "$T/stdout" 'select(.t == "summary").interface')" to-c
	ns a ip route del default via 10.8.0.2
	gaze a "$T/out" --source proc
	wait_for '[[ $(names) == *to-b* ]]' 15
	gaze_end
}

test_without_a_route() {
	need jq
	ns_new a
	gaze a "$T/out" --source proc
	wait_for '[[ $(names) == none* ]]' 10
	gaze_end
	assert_json "$T/out" '[.[] | select(.t == "interface")] |
		length == 1 and .[0].note == "there is no default route" and .[0].rx == null'
}

# Never shown as 0: neither while it is away, nor what its counters lost when they began anew.
test_one_that_goes_and_comes() {
	two_hosts
	gaze a "$T/out" --source proc --interface to-b
	wait_for '[ "$(sum us)" -gt 0 ]' 10
	ns a ip link del to-b
	wait_for 'grep -q "no such interface" "$T/out"' 10
	ns_join a 10.9.0.1/24 b 10.9.0.2/24
	datagrams b 20 10.9.0.1
	local seen
	seen=$(jq -s 'map(select(.t == "interface")) | length' "$T/out")
	wait_for '[ "$(jq -s "map(select(.t == \"interface\")) | length" "$T/out")" -gt '"$seen"' ]' 10
	gaze_end
	assert_json "$T/out" '[.[] | select(.t == "interface" and .note != null)] |
		length == 1 and .[0].rx == null and .[0].name == "to-b"'
}

run_tests "$@"
