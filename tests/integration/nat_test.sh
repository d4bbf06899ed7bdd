#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# A container behind a machine that rewrites sources: clients, a machine whose nft sends what comes to
# a port to nginx in a namespace of its own, with the address of the machine's end of the link as the
# source. nginx logs that address; who connects is in the machine's table of connections alone.
# shellcheck disable=SC2016 # conditions to poll are given as text
. "$(dirname "$0")/../lib/sh.sh"

OPTIONS=(--no-geoip --no-whois --no-auth-log)

# behind_masquerade FAMILY: "world" with CLIENTS, "host" that rewrites to BRIDGE, "cell" with nginx.
behind_masquerade() {
	local ip
	need nginx curl jq ss nft conntrack python3
	need_root
	if [ "$1" = ip6 ]; then
		need_ipv6
		CLIENTS=(2a00:5199::2 2a00:5199::3) FRONT=2a00:5199::1 BRIDGE=fd00:51::1
		CELL=fd00:51::2 LEN=64 LISTEN='[fd00:51::2]:PORT'
	else
		CLIENTS=(185.199.8.2 185.199.8.3) FRONT=185.199.8.1 BRIDGE=172.31.8.1
		CELL=172.31.8.2 LEN=24 LISTEN=172.31.8.2:PORT
	fi
	ns_new world
	ns_new host
	ns_new cell
	ns_join world "${CLIENTS[0]}/$LEN" host "$FRONT/$LEN"
	for ip in "${CLIENTS[@]:1}"; do
		ns_addr world "$ip/$LEN" to-host
	done
	ns_join host "$BRIDGE/$LEN" cell "$CELL/$LEN"
	ns cell ip route add default via "$BRIDGE" 2>/dev/null ||
		ns cell ip -6 route add default via "$BRIDGE"
	ns host sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	NGINX_NS=cell NGINX_LISTEN=$LISTEN start_nginx
	rewrite "$1"
}

rewrite() { # FAMILY
	ns host nft -f - <<-END
		table $1 masquerading {
			chain pre {
				type nat hook prerouting priority -100
				$1 daddr $FRONT tcp dport 80 dnat to $(authority "$CELL" "$NGINX_PORT")
			}
			chain post {
				type nat hook postrouting priority 100
				oifname "to-cell" masquerade
			}
		}
	END
}

authority() { # ADDRESS PORT
	case $1 in *:*) echo "[$1]:$2" ;; *) echo "$1:$2" ;; esac
}

# Connections of a client that have asked once and stay open.
hold_open() { # CLIENT N
	local before
	before=$(established)
	background in_ns world python3 -c '
import socket, sys, time
kept = []
for i in range(int(sys.argv[3])):
	c = socket.create_connection((sys.argv[1], 80), source_address=(sys.argv[2], 0))
	c.sendall(b"GET /held HTTP/1.1\r\nHost: held\r\n\r\n")
	kept.append(c)
while True:
	time.sleep(1000)' "$FRONT" "$1" "$2"
	wait_for "[ \"\$(established)\" -ge $((before + $2)) ]"
}

established() {
	ns cell ss -Htn state established "( sport = :$NGINX_PORT )" | wc -l
}

stream() { # [COMMAND...]
	: >"$T/out"
	background in_ns host "$@" "$NG" "${OPTIONS[@]}" --json --log-path "$NGINX_LOG" \
		--record "$T/rec" >"$T/out"
	GAZE=$PID
}

# What the table names is the client's, in the stream, in the summary, and in a replay.
named() { # [COMMAND...]
	hold_open "${CLIENTS[0]}" 3
	hold_open "${CLIENTS[1]}" 2
	assert_eq "$(cut -d' ' -f1 "$NGINX_LOG" | sort -u)" "$BRIDGE" 'whom nginx logs'
	stream "$@"
	wait_for "[ \"\$(grep -c '\"t\":\"nat\"' '$T/out')\" -ge 5 ]" 30
	wait_for "grep -q '\"what\":\"conntrack\",\"state\":\"ready\"' '$T/out'"
	stop "$GAZE"
	assert_eq "$STATUS" 0 'exit status'
	assert_json "$T/out" "map(select(.t == \"nat\")) | length == 5 and
		all(.ip == \"$BRIDGE\" and .lip == \"$CELL\" and .lport == $NGINX_PORT) and
		(map(select(.client == \"${CLIENTS[0]}\")) | length) == 3 and
		(map(select(.client == \"${CLIENTS[1]}\")) | length) == 2"
	"$NG" --once --json --replay "$T/rec" --speed max >"$T/replay"
	assert_json "$T/replay" ".[-1].rewrites == [{\"ip\": \"$BRIDGE\", \"named\": 5,
		\"unnamed\": 0}]"
}

test_named_by_conntrack() {
	need_bpf
	behind_masquerade ip
	named
}

test_named_by_conntrack_ipv6() {
	need_bpf
	behind_masquerade ip6
	named
}

# Without the program, the kernel's file says the same.
test_named_by_proc() {
	need_bpf
	[ -e /proc/net/nf_conntrack ] || skip 'the kernel has no /proc/net/nf_conntrack'
	behind_masquerade ip
	named unshare -m --propagation private bash -c \
		'mount --bind /dev/null "$(command -v conntrack)" && exec "$@"' bash
}

# A table that is refused: the screen says what is rewritten, and what is not known for it.
test_said_where_the_table_cannot_be_read() {
	need_bpf
	behind_masquerade ip
	hold_open "${CLIENTS[0]}" 3
	printf '#!/bin/sh\necho "conntrack v1.4.7 (conntrack-tools): Operation failed" >&2\nexit 1\n' \
		>"$T/conntrack"
	chmod +x "$T/conntrack"
	tui_start 190x30 ip netns exec "ng$$-host" unshare -m --propagation private bash -c \
		'mount --bind "$0" "$(command -v conntrack)" && exec "$@"' "$T/conntrack" \
		"$NG" "${OPTIONS[@]}" --log-path "$NGINX_LOG"
	tui_wait "this host rewrites sources to $BRIDGE \\(masquerade\\): clients behind it cannot be told \
apart, conntrack is unreadable" 30
	tui_wait "^[^0-9]*$BRIDGE " 20
	tui_keys i
	tui_wait 'conntrack +unreadable: .*Operation failed' 30
	tui_keys q q
	tui_end
	assert_eq "$STATUS" 0 'exit status'
}

test_console_names_the_client() {
	need_bpf
	behind_masquerade ip
	hold_open "${CLIENTS[0]}" 3
	tui_start 190x40 ip netns exec "ng$$-host" "$NG" "${OPTIONS[@]}" --log-path "$NGINX_LOG"
	tui_wait "this host rewrites sources to $BRIDGE \\(masquerade\\): conntrack names clients of \
connections" 30
	tui_wait "^[^0-9]*${CLIENTS[0]} " 20
	tui_keys q
	tui_end
	assert_eq "$STATUS" 0 'exit status'
}

# Nothing is said of connections that this machine's own programs have opened, also where only their
# destination is rewritten.
test_own_programs_are_no_clients() {
	need_bpf
	behind_masquerade ip
	ns host nft delete chain ip masquerading post
	ns host nft add chain ip masquerading out \
		'{ type nat hook output priority -100; }'
	ns host nft add rule ip masquerading out ip daddr 10.96.0.1 tcp dport 80 \
		dnat to "$CELL:$NGINX_PORT"
	ns host ip route add 10.96.0.1/32 dev to-cell
	background in_ns host python3 -c '
import socket, sys, time
kept = [socket.create_connection((sys.argv[1], 80)) for i in range(3)]
kept += [socket.create_connection((sys.argv[2], int(sys.argv[3]))) for i in range(3)]
while True:
	time.sleep(1000)' 10.96.0.1 "$CELL" "$NGINX_PORT"
	wait_for '[ "$(established)" -ge 6 ]'
	in_ns host "$NG" "${OPTIONS[@]}" --once --json --show-private-ips --duration 8 \
		--log-path "$NGINX_LOG" >"$T/json"
	assert_json "$T/json" "any(.[]; .t == \"host\" and .ip == \"$BRIDGE\" and .conns == 6)"
	assert_json "$T/json" '.[-1] | has("rewrites") | not'
}

test_doctor_says_how_it_is_read() {
	need conntrack
	need_root
	"$NG" --doctor --log-path "$T/no.log" >"$T/doctor" || true
	assert_match "$(cat "$T/doctor")" 'Masquerade: who is behind an address of this host'
	assert_match "$(cat "$T/doctor")" '  yes +conntrack -L'
}

run_tests "$@"
