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

# by_source SOURCE-REGEX NET-REGEX: of the syn records, "SYNS of SOURCES, FEWEST to MOST" and each network's sum.
by_source() {
	jq -rs --arg ip "$1" --arg net "$2" '
		(map(select(.t == "syn" and (.ip | test($ip)))) | group_by(.ip) | map(map(.n) | add)) as $n |
		(map(select(.t == "syn_net" and (.net | test($net)))) | group_by(.net) | map(map(.n) | add)) as $nets |
		"\($n | add) of \($n | length), \($n | min) to \($n | max); \($nets)"' "$T/out"
}

by_source_v4() {
	by_source '^(198[.]51[.]100|203[.]0[.]113)[.]' '^(198[.]51[.]100|203[.]0[.]113)[.]0/24'
}

# Some of the SYNs are answered by cookies, so no list has ever held them.
test_syns_by_source() {
	need_bpf
	flooded_host
	gaze a "$T/out"
	syn_probe || skip 'functions cannot be hooked here'
	ns a sysctl -qw net.ipv4.tcp_syncookies=2
	listen_on 8000 16
	flood 254 30 8000
	wait_told syns 254
	gaze_end
	assert_eq "$(by_source_v4)" '254 of 30, 8 to 9; [127,127]'
	assert_json "$T/out" 'map(select(.t == "source").note) | all(. == null)'
}

# gaze_without_functions NS: where they can be hooked, a kernel's types but for the name of the one by
# which fentry is known to be safe, and no kprobes.
gaze_without_functions() {
	gaze "$1" "$T/out" --source ebpf
	if syn_probe; then
		gaze_end
		LC_ALL=C sed 's/\x00bpf_tramp_image\x00/\x00Xpf_tramp_image\x00/' /sys/kernel/btf/vmlinux >"$T/btf"
		background in_ns "$1" "$NG_BUILD/tests/lib/deny_bpf" --kprobes "$NG" --json "${ALONE[@]}" \
			--log-path "$T/no.log" --source ebpf --btf "$T/btf" >"$T/out"
		GAZE=$PID
		wait_for "grep -q '\"t\":\"source\"' '$T/out' || ! kill -0 $GAZE" 10
	fi
	attached socket/syns || fail "SYNs are not counted by sockets: $(grep '"source"' "$T/out")"
}

# Raw sockets of TCP there, of both families (proc_pid_net(5)).
taps() { # NS
	in_ns "$1" cat /proc/net/raw /proc/net/raw6 | grep -cE '^ *[0-9]+: [0-9A-F]+:0006 ' || true
}

tapped() { # NS
	[ "$(taps "$1")" -eq 2 ]
}

# cookies_to PORT [ADDRESS]: every SYN in a is answered by a cookie; the first of them, of other addresses than
# are counted here, have the sockets opened.
cookies_to() {
	ns a sysctl -qw net.ipv4.tcp_syncookies=2
	listen_on "$1" 16 "${2:-10.9.0.1}"
	wait_for "flood 4 600 $1; tapped a" 20
}

# Nothing is there before it is needed, nor after; in between, each is counted, to listeners only.
test_syns_by_source_on_demand() {
	need_bpf
	flooded_host
	"$NG_BUILD/tests/lib/bpf_ids" >"$T/before"
	gaze_without_functions a
	assert_json "$T/out" 'map(select(.t == "source"))[0] | .note == null and
		(.sees | index("syn_sources_on_demand") and (index("syn_sources") | not))'
	assert_eq "$(taps a)" 0 'sockets before a cookie is sent'
	cookies_to 8000
	flood 254 30 8000
	flood 100 30 8001
	wait_for '[ "$(by_source_v4)" = "254 of 30, 8 to 9; [127,127]" ]' 20
	wait_for '[ "$(taps a)" -eq 0 ]' 30
	gaze_end
	assert_eq "$(by_source_v4)" '254 of 30, 8 to 9; [127,127]'
	# Until then nobody has counted, which is not 0.
	assert_json "$T/out" 'map(select(.t == "weather" and has("synacks_again")) | has("syns")) |
		index(false) == 0 and index(true) > 0'
	wait_for '"$NG_BUILD/tests/lib/bpf_ids" | diff "$T/before" -' 20
}

# The sockets are the container's, and go when nethergaze does.
test_syns_on_demand_elsewhere() {
	need_bpf
	flooded_host
	gaze_without_functions b
	cookies_to 8000
	flood 254 30 8000
	wait_for '[ "$(by_source_v4)" = "254 of 30, 8 to 9; [127,127]" ]' 20
	assert_eq "$(taps b)" 0 'sockets where no cookie is sent'
	gaze_end
	wait_for '[ "$(taps a)" -eq 0 ]'
}

# Half of them behind an extension header.
test_syns_on_demand_ipv6() {
	need_bpf
	flooded_host
	ns_addr a 2001:db8:9::1/64 to-b
	ns_addr b 2001:db8:9::2/64 to-a
	ns a ip route add 2001:db8::/32 via 2001:db8:9::2
	gaze_without_functions a
	listen_on 8006 16 2001:db8:9::1
	cookies_to 8000
	in_ns b "$SYNS" 254 30 2001:db8:9::1 8006 >/dev/null
	wait_for '[ "$(by_source "^2001:db8:[12]:" "^2001:db8:[12]:")" = "254 of 30, 8 to 9; [127,127]" ]' 20
	gaze_end
}

# On the loopback a packet is sent and received; it is one SYN.
test_syns_on_demand_on_the_loopback() {
	need_bpf
	flooded_host
	ns a sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.lo.rp_filter=0
	gaze_without_functions a
	cookies_to 8000
	in_ns a "$SYNS" 254 30 10.9.0.1 8000 >/dev/null
	wait_for '[ "$(by_source_v4)" = "254 of 30, 8 to 9; [127,127]" ]' 20
	gaze_end
}

# On a VLAN it passes two devices.
test_syns_on_demand_on_a_vlan() {
	need_bpf
	flooded_host
	ip -n "ng$$-a" link add link to-b name vlan type vlan id 5 ||
		skip 'this kernel has no VLANs (8021q)'
	ip -n "ng$$-b" link add link to-a name vlan type vlan id 5
	ns_addr a 10.9.5.1/24 vlan
	ns_addr b 10.9.5.2/24 vlan
	ns a sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.vlan.rp_filter=0
	gaze_without_functions a
	cookies_to 8000 0.0.0.0
	in_ns b "$SYNS" 254 30 10.9.5.1 8000 >/dev/null
	wait_for '[ "$(by_source_v4)" = "254 of 30, 8 to 9; [127,127]" ]' 20
	gaze_end
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
