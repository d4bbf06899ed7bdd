#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Who sends QUIC packets: counted by a sample, so that numbers are about right, and what has no part in
# them is none at all.
. "$(dirname "$0")/../lib/sh.sh"
. "$(dirname "$0")/../lib/sockets.sh"

INITIAL=c000000001           # of version 1, whose first byte is masked but for its type
INITIAL_V2=d06b3343cf        # of version 2
HANDSHAKE=e000000001         # another long header
SHORT=40aabbccdd             # what an open connection sends
QUERY=80a5010000010000000000 # DNS: the same first bits as an Initial's

# sum FIELD NET-REGEX: of the quic records.
sum() {
	jq -rs --arg field "$1" --arg net "$2" 'map(select(.t == "quic" and (.net | test($net)))[$field]) |
		add // 0' <(sed '$d' "$T/out"; tail -n 1 "$T/out" | grep '}$' || true)
}

wait_sum() { # FIELD NET-REGEX LEAST
	wait_for "[ \"\$(sum $1 '$2')\" -ge $3 ]" 20
}

EVERYBODY='^::/0$'
BLOCKS='^(198[.]51[.]100|203[.]0[.]113)[.]0/24$'
MADE_UP='^(198[.]51[.]100|203[.]0[.]113)[.][0-9]+/32$'

# watch NS [ARG...]: as gaze does; QUIC is counted there.
watch() {
	local ns=$1
	shift
	gaze "$ns" "$T/out" "$@"
	grep '"t":"source"' "$T/out" | grep -qF '"socket/quic"' || skip 'socket/quic does not load here'
	wait_for 'grep -q "\"t\":\"quic\"" "$T/out"' 10 # a port was found
}

# send HEX RATE PORT [SOURCES] [ADDRESS]: to it, until it is stopped.
send() {
	background in_ns b "$SYNS" --udp "$1" $(($2 * 300)) "${4:-300}" "${5:-10.9.0.1}" "$3" "$2" >/dev/null
}

# replay_hosts: what the model has of each address after what was streamed.
replay_hosts() {
	"$NG" --once --json "${ALONE[@]}" --replay "$T/out" >"$T/replayed"
	grep '"t":"host"' "$T/replayed" >"$T/hosts"
}

# Each network and many sources are told of, all of what came is Initials, and the flood is judged.
test_a_flood_of_initials() {
	need_bpf
	flooded_host
	listen_on --udp 8443
	watch a
	assert_eq "$(sum packets "$EVERYBODY")" 0
	in_ns b "$SYNS" --udp "$INITIAL" 20000 300 10.9.0.1 8443 2000 >"$T/sent"
	wait_for 'grep -q "\"flag\":\"initial-flood\",\"on\":true" "$T/out"' 20
	gaze_end
	note "20000 Initials in $(cut -d' ' -f1 "$T/sent") s, estimated $(sum initials "$EVERYBODY")"
	assert_eq "$(sum packets "$EVERYBODY")" "$(sum initials "$EVERYBODY")"
	[ "$(sum initials "$EVERYBODY")" -ge 10000 ] || fail 'less than half of them'
	[ "$(sum initials "$EVERYBODY")" -le 40000 ] || fail 'more than twice as many'
	assert_json "$T/out" "map(select(.t == \"quic\" and (.net | test(\"$MADE_UP\"))).net) | unique | length > 100"
	assert_json "$T/out" 'map(select(.t == "quic").net) | unique | map(select(endswith("/24"))) ==
		["198.51.100.0/24", "203.0.113.0/24"]'
	assert_json "$T/out" 'map(select(.flag == "initial-flood" and .on)) | length > 0 and all(.scope == "machine" and
		.prefixes == ["198.51.100.0/24", "203.0.113.0/24"] and (.evidence | test("sources may be forged")))'
	replay_hosts
	assert_json "$T/hosts" 'map(select(.ip == "203.0.113.1")) | length == 1 and all(.requests == 0 and
		has("quic_rate") and (has("quic") | not))'
	assert_json "$T/out" 'map(select(.t == "summary"))[-1] | .quic_initials > 0 and .quic_packets >= .quic_initials'
}

# What is no QUIC is not counted on a port that has never spoken it, and no packet but an Initial is
# counted as one.
test_kinds_of_packets() {
	need_bpf
	flooded_host
	listen_on --udp 8443
	listen_on --udp 8053
	listen_on 8444 # by TCP alone
	watch a
	send "$QUERY" 1000 8053 600
	send "$INITIAL" 1000 8444 600
	send "$INITIAL_V2" 500 8443
	wait_sum initials "$BLOCKS" 1
	stop "$PID"
	assert_eq "$(sum packets "$EVERYBODY")" "$(sum initials "$EVERYBODY")"
	send "$HANDSHAKE" 500 8443
	wait_for '[ "$(sum packets "$BLOCKS")" -gt "$(sum initials "$BLOCKS")" ]' 20
	stop "$PID"
	local initials
	initials=$(sum initials "$EVERYBODY")
	send "$SHORT" 500 8443
	local packets
	packets=$(sum packets "$BLOCKS")
	wait_sum packets "$BLOCKS" $((packets + 2000))
	gaze_end
	assert_eq "$(sum initials "$EVERYBODY")" "$initials"
	assert_eq "$(sum packets '^100[.]')" 0 'of what is no QUIC'
}

# In another network namespace, over IPv6, also behind an extension header; the sockets go.
test_ipv6_elsewhere() {
	need_bpf
	flooded_host
	ns_addr a 2001:db8:9::1/64 to-b
	ns_addr b 2001:db8:9::2/64 to-a
	ns a ip route add 2001:db8::/32 via 2001:db8:9::2
	listen_on --udp 8443 16 2001:db8:9::1
	watch b
	send "$INITIAL" 1000 8443 300 2001:db8:9::1
	wait_sum initials '^2001:db8:1::/48$' 100
	wait_sum initials '^2001:db8:2::/48$' 100
	assert_eq "$(in_ns b cat /proc/net/raw /proc/net/raw6 | grep -cE '^ *[0-9]+: [0-9A-F]+:0011 ' || true)" 0 \
		'sockets where no HTTP/3 is served'
	gaze_end
	wait_for '! ns a cat /proc/net/raw /proc/net/raw6 | grep -qE "^ *[0-9]+: [0-9A-F]+:0011 "'
}

# A server that is asked over HTTP/3, quickly: requests explain its Initials.
test_a_server_of_http3() {
	need_bpf
	need caddy gtlsclient
	flooded_host
	cat >"$T/Caddyfile" <<-END
		{
		admin off
		skip_install_trust
		}
		https://localhost:8443 {
		tls internal
		log {
		output file $T/json.log
		}
		respond "ok"
		}
	END
	background in_ns a env XDG_DATA_HOME="$T/data" XDG_CONFIG_HOME="$T/config" \
		caddy run --config "$T/Caddyfile" --adapter caddyfile >"$T/caddy" 2>&1
	wait_for 'ns a cat /proc/net/udp6 | grep -q ":20FB "' 20
	watch a --log-path "$T/json.log"
	# Each over a connection of its own, until some looks have met them.
	background in_ns b sh -c "until [ -e '$T/enough' ]; do gtlsclient -q --exit-on-all-streams-close \
		10.9.0.1 8443 https://localhost:8443/x; done >'$T/client' 2>&1"
	wait_sum packets '^10[.]9[.]0[.]2/32$' 500
	touch "$T/enough"
	wait_for '[ "$(grep -c "\"proto\":\"HTTP/3.0\"" "$T/json.log")" -gt 20 ]' 20
	gaze_end
	note "$(grep -c HTTP/3.0 "$T/json.log") requests: $(sum initials "$EVERYBODY") Initials of \
$(sum packets "$EVERYBODY") packets, estimated"
	[ "$(sum packets "$EVERYBODY")" -gt "$(sum initials "$EVERYBODY")" ] || fail 'all are Initials'
	assert_json "$T/out" 'map(select(.t == "flag" and .flag == "initial-flood")) == []'
	replay_hosts
	assert_json "$T/hosts" 'map(select(.ip == "10.9.0.2"))[0] | .quic == "HTTP/3" and
		(has("conns") | not) and .requests > 20 and .quic_rate > 0'
}

run_tests
