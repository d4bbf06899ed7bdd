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

run_tests "$@"
