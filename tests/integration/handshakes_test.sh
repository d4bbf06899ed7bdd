#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What no connection tells: who sends SYNs, also while SYN cookies are sent; SYN-ACKs sent again, and
# resets, in whatever network namespace. Namespaces of other tests count along, so what is counted is
# at least what the test has caused.
. "$(dirname "$0")/../lib/sh.sh"
. "$(dirname "$0")/../lib/sockets.sh"

# told FIELD: the sum of what the weather events so far say of it. The last line may be half there.
told() {
	sed -n "/\"t\":\"weather\"/s/.*\"$1\":\([0-9]*\)[,}].*/\1/p" "$T/out" | awk '{ n += $1 } END { print n + 0 }'
}

wait_told() { # FIELD LEAST
	wait_for "[ \"\$(told $1)\" -ge $2 ]" 20
}

attached() { # PROBE
	grep '"t":"source"' "$T/out" | grep -qF "\"$1\""
}

need_probe() { # PROBE
	attached "$1" || skip "$1 does not load here"
}

syn_probe() {
	attached fentry/tcp_conn_request || attached kprobe/tcp_conn_request
}

# Some of the SYNs are answered by cookies, so no list has ever held them.
test_syns_by_source() {
	need_bpf
	flooded_host
	gaze a "$T/out"
	syn_probe || skip 'SYNs cannot be counted here'
	ns a sysctl -qw net.ipv4.tcp_syncookies=2
	listen_on 8000 16
	flood 254 30 8000
	wait_told syns 254
	gaze_end
	assert_json "$T/out" '[.[] | select(.t == "syn" and (.ip | test("^(198.51.100|203.0.113)[.]")))] |
		group_by(.ip) | map(map(.n) | add) | length == 30 and add == 254 and min == 8 and max == 9'
	assert_json "$T/out" '[.[] | select(.t == "syn_net" and (.net | test("^(198.51.100|203.0.113)[.]0/24")))] |
		group_by(.net) | map(map(.n) | add) == [127, 127]'
	assert_json "$T/out" 'map(select(.t == "source").note) | all(. == null)'
}

# Without that the note says what follows from it, and half-open connections are told all the same.
test_without_the_syn_probe() {
	need_bpf
	flooded_host
	gaze a "$T/out" --source ebpf
	! syn_probe || skip 'SYNs are counted here'
	listen_on 8000
	flood 254 30 8000
	wait_for "[ \"\$(grep -c '\"state\":\"SYN_RECV\"' '$T/out')\" -ge 254 ]"
	gaze_end
	assert_json "$T/out" 'map(select(.t == "source"))[0].note | test("SYN cookies")'
	assert_json "$T/out" 'map(select(.t == "syn" or .syns != null)) == []' 'SYNs that nobody counted'
}

test_synacks_that_nobody_answers() {
	need_bpf
	flooded_host
	ns_new c
	gaze c "$T/out" --source ebpf
	need_probe tp_btf/tcp_retransmit_synack
	listen_on 8000
	flood 100 20 8000
	wait_told synacks_again 100
	gaze_end
}

# The storm resets its connections from either side.
test_resets_of_other_namespaces() {
	need_bpf
	ns_new a
	ns_new b
	gaze a "$T/out" --source ebpf
	need_probe tp_btf/tcp_receive_reset
	need_probe tp_btf/tcp_send_reset
	storm b 300 5
	wait_told resets_received 20
	wait_told resets_sent 20
	gaze_end
}

# resets: of the made-up addresses, "PACKETS of ADDRESSES", the fewest of one, and those not named.
resets() {
	jq -rs '(map(select(.t == "resets" and (.ip | test("^(198.51.100|203.0.113|100)[.]")))) |
			group_by(.ip) | map(map(.n) | add)) as $n |
		(map(select(.t == "lost" and .what == "resets").n) | add + 0) as $lost |
		"\($n | add + 0) of \($n | length), at least \($n | min), \($lost) not named"' "$T/out"
}

# Nobody listens there, and who knocks is told, though no connection comes of it.
test_resets_by_peer() {
	need_bpf
	flooded_host
	gaze a "$T/out" --source ebpf
	need_probe raw_tp/tcp_send_reset
	flood 30 3 9
	wait_told_resets 3
	gaze_end
	assert_match "$(resets)" '^30 of 3, at least 10, '
	assert_json "$T/out" 'map(select(.t == "source"))[0].sees | index("resets") != null'
}

wait_told_resets() { # LEAST
	wait_for "[ \"\$(grep -c '\"t\":\"resets\"' '$T/out')\" -ge $1 ]" 20
}

# So many that not all can be named in a second.
test_resets_of_too_many_peers() {
	need_bpf
	flooded_host
	gaze a "$T/out" --source ebpf
	need_probe raw_tp/tcp_send_reset
	flood 2000 2000 9 8000
	wait_told_resets 256
	gaze_end
	note "$(resets)"
	assert_match "$(resets)" '^[0-9]+ of [0-9]+, at least 1, [1-9][0-9]{2,} not named'
}

# At the end everything counted is told, however short the run.
test_a_short_run_tells_all() {
	need_bpf
	flooded_host
	gaze a "$T/out" --source ebpf
	need_probe tp_btf/tcp_receive_reset
	storm b 300 6
	gaze_end
	[ "$(told resets_received)" -ge 20 ] || fail "$(told resets_received) resets told"
}

# --source proc hooks nothing.
test_proc_hooks_nothing() {
	need_root
	gaze '' "$T/out" --source proc
	gaze_end
	assert_json "$T/out" 'map(select(.t == "source"))[-1].probes | all(test("^/proc/"))'
}

run_tests "$@"
