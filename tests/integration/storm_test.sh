#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Storms of connections that are opened, closed, reset and abandoned at random. After each, the
# table is the kernel's own, socket by socket, and the model's sums are those of ss.
#
# NG_STORMS=100 for the full hundred; NG_STORM_SEED to begin with another.
#
# alone: each storm fills the ring that all namespaces share.
. "$(dirname "$0")/../lib/sh.sh"
. "$(dirname "$0")/../lib/sockets.sh"

STORMS=${NG_STORMS:-8} CONNECTIONS=10000

lost_records() {
	jq -s 'map(select(.t == "lost" and .what != "missed") | .n) | add // 0' "$T/out"
}

# Moves that interrupts hid from the probe.
missed_moves() {
	jq -s 'map(select(.t == "lost" and .what == "missed") | .n) | add // 0' "$T/out"
}

# "ADDRESS STATE n" by ss, and by the model that is given the namespace's part of the stream.
sums_by_ss() {
	awk '{ sub(/:[0-9]+$/, "", $2); n[$2 " " $3]++ } END { for (k in n) print k, n[k] }' "$T/ss" |
		sort
}

sums_by_model() { # NS
	jq -c --argjson ns "$(inode "$1")" 'select(.t != "summary" and (.t != "conn" or .ns == $ns))' \
		"$T/out" >"$T/part"
	"$NG" --replay "$T/part" --speed max --once --json >"$T/model"
	jq -r 'select(.t == "host") | .ip as $ip | .states | to_entries[] | "\($ip) \(.key) \(.value)"' \
		"$T/model" | sort
}

one_storm() { # SEED
	local ns=s$1
	ns_new "$ns"
	gaze "$ns" "$T/out" --source ebpf
	storm "$ns" "$CONNECTIONS" "$1"
	gaze_end
	if [ "$(lost_records)" -eq 0 ]; then
		assert_agrees "$ns" "$T/out"
	else
		note "seed $1: lost $(lost_records) records"
		assert_agrees_after_loss "$ns" "$T/out"
	fi
	sums_by_ss >"$T/sums"
	sums_by_model "$ns" >"$T/model.sums"
	diff "$T/sums" "$T/model.sums" || fail 'the sums of the model are not those of ss'
	stop "$PID"
}

test_storms() {
	local i seed=${NG_STORM_SEED:-$RANDOM} events=0 sockets=0 missed=0
	need jq ss
	need_bpf
	for ((i = 0; i < STORMS; i++)); do
		echo "seed $((seed + i))"
		one_storm "$((seed + i))"
		events=$((events + $(grep -c '"t":"conn"' "$T/out")))
		sockets=$((sockets + $(wc -l <"$T/ss")))
		missed=$((missed + $(missed_moves)))
	done
	note "$STORMS storms of $CONNECTIONS from seed $seed: $sockets sockets agree after $events events" \
		"and $missed missed ones"
}

# Without a word from the kernel but its list.
test_storm_by_proc() {
	need jq ss
	need_root
	ns_new a
	gaze a "$T/out" --source proc --connections-interval 1
	storm a "$CONNECTIONS" "$RANDOM"
	gaze_end
	assert_agrees a "$T/out"
	note "$(wc -l <"$T/ss") sockets agree"
}

# totals FILE: what a replay makes of it, but for what is of a moment: addresses with handshakes.
totals() {
	"$NG" --replay "$1" --speed max --once --json --show-private-ips >"$T/replayed"
	jq -c 'select(.t == "host" and (.handshakes // 0) > 0) | [.ip, .handshakes, .conns, .states]' \
		"$T/replayed" | sort
}

# most_moves FILE: in any second of it.
most_moves() {
	zcat -f "$1" | jq -r 'select(.t == "tick" or .t == "conn") | .t' |
		awk '$1 == "tick" { n = 0; next } ++n > most { most = n } END { print most + 0 }'
}

# The same storm in the stream, which has all of it, and in a recording, which is bounded.
thinned_storm() { # RECORDING MOVES
	ns_new thin
	export NETHERGAZE_RECORD_MOVES=$2
	gaze thin "$T/out" --source "${SOURCE:-ebpf}" --record "$1"
	storm thin "$CONNECTIONS" "$RANDOM"
	wait_for '[ "$(grep -c "\"t\":\"tick\"" "$T/out")" -gt 2 ]'
	gaze_end
	unset NETHERGAZE_RECORD_MOVES
}

test_a_recording_of_a_storm_is_thinned() {
	local thinned stream
	need jq
	need_bpf
	thinned_storm "$T/rec.gz" 500
	totals "$T/out" >"$T/whole"
	totals "$T/rec.gz" >"$T/thinned"
	diff "$T/whole" "$T/thinned" || fail 'a thinned recording comes to something else'
	assert_json "$T/replayed" '.[-1].thinned > 5000'
	# All that still waits at its end is put then.
	zcat "$T/rec.gz" | jq -c 'select(.t != "flag" and .t != "verdict")' |
		awk '/"t":"tick"/ { last = NR } { line[NR] = $0 } END { for (i = 1; i <= last; i++) print line[i] }' \
			>"$T/rec"
	# A tuple that is used again has its first connection's end told at once: one more for each
	# beginning that was told.
	[ "$(most_moves "$T/rec")" -le 1000 ] || fail "$(most_moves "$T/rec") moves in a second"
	zcat "$T/rec.gz" | jq -se 'map(select(.t == "thinned") | .moves) | add > 5000'
	"$NG" --replay "$T/rec.gz" --speed max --once | grep -F 'the recording is thinned: '
	stream=$(grep -c '"t":"conn"' "$T/out") thinned=$(zcat "$T/rec.gz" | grep -c '"t":"conns\?"')
	note "$stream moves became $thinned records"
}

test_a_recording_without_a_bound_has_all() {
	need jq
	need_bpf
	thinned_storm "$T/rec.gz" 0
	assert_eq "$(zcat "$T/rec.gz" | grep -c '"t":"conn"')" "$(grep -c '"t":"conn"' "$T/out")"
	zcat "$T/rec.gz" | jq -se 'map(select(.t == "thinned" or .t == "conns")) == []'
}

run_tests "$@"
