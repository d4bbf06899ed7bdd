#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Connections as nethergaze tells them against connections as the kernel has them, socket by
# socket, in a network namespace where nothing else happens.
#
# alone: it counts what becomes late or is lost on a busy machine.
. "$(dirname "$0")/../lib/sh.sh"
. "$(dirname "$0")/../lib/sockets.sh"

QUEUES=$NG_BUILD/tests/lib/queues

# The states that must be among them for the comparison to mean something.
assert_states() { # STATE...
	local state
	for state; do
		grep -q " $state\$" "$T/ss" || fail "no socket in $state"
	done
}

agree_after_storm() { # SOURCE
	ns_new a
	gaze a "$T/out" --source "$1" --connections-interval 1
	storm a 3000 "$RANDOM"
	gaze_end
	assert_agrees a "$T/out"
	assert_states ESTABLISHED FIN_WAIT2 TIME_WAIT CLOSE_WAIT
	assert_json "$T/out" 'map(select(.t == "lost" and .what != "missed")) == []'
	note "$(wc -l <"$T/ss") sockets agree after $(grep -c '"t":"conn"' "$T/out") events"
}

test_storm_ebpf() {
	need_bpf
	agree_after_storm ebpf
	assert_json "$T/out" 'map(select(.t == "source"))[0] |
		.source == "ebpf" and .probes[:2] == ["tp_btf/inet_sock_set_state", "iter/tcp"]'
}

test_storm_proc() {
	need_root
	agree_after_storm proc
	assert_json "$T/out" 'map(select(.t == "source"))[0].source == "proc"'
}

# What was there before nethergaze came.
test_seed() {
	local source
	need_bpf
	ns_new a
	storm a 2000 4
	for source in ebpf proc; do
		gaze a "$T/out.$source" --source "$source" --connections-interval 1
		gaze_end
		assert_agrees a "$T/out.$source"
	done
}

# At CLOSE the kernel has already given the local port back.
test_ports_and_directions() {
	local port
	need_bpf
	need_ipv6
	ns_new a
	NGINX_LISTEN='[::]:PORT ipv6only=off' NGINX_NS=a start_nginx
	port=$NGINX_PORT
	gaze a "$T/out" --source ebpf
	for host in 127.0.0.1 ::1; do
		# It reads to the server's FIN: a client that closes at the length of the answer may do so
		# at the same moment as the server (CLOSING on both sides, and nobody's CLOSE).
		# shellcheck disable=SC2016 # for the inner shell
		ns a bash -c 'exec 3<>"/dev/tcp/$1/$2"
			printf "GET / HTTP/1.0\r\n\r\n" >&3
			cat <&3' ask "$host" "$port" >/dev/null
	done
	wait_for "[ \"\$(grep -c '\"state\":\"CLOSE\"' '$T/out')\" -ge 2 ]" 10
	gaze_end
	for host in 127.0.0.1 ::1; do
		# Each end is a socket of its own: the server's has the listener's port.
		assert_json "$T/out" "[.[] | select(.ip == \"$host\" and .lport == $port)] |
			.[0].state == \"ESTABLISHED\" and all(.dir == \"in\" and .port != $port)"
		assert_json "$T/out" "[.[] | select(.ip == \"$host\" and .port == $port)] |
			.[0].state == \"ESTABLISHED\" and all(.dir == \"out\" and .lport != $port)"
		# Whoever closed second is gone for good, and had sent and received something.
		assert_json "$T/out" "[.[] | select(.ip == \"$host\" and .state == \"CLOSE\")] |
			length == 1 and all((.port == $port or .lport == $port) and .rx > 0 and .tx > 0)"
	done
	assert_json "$T/out" 'map(select(.t == "conn")) | all(.lport != 0 and .port != 0)'
	assert_json "$T/out" 'map(select(.t == "conn") | .ns) | unique | length >= 1'
}

# The tracepoint serves the whole machine.
test_other_namespaces_are_seen() {
	need_bpf
	ns_new a
	ns_new b
	gaze a "$T/out" --source ebpf
	storm b 10 1
	wait_for "grep -q '\"ns\":$(inode b)' '$T/out'" 10
	gaze_end
}

# 254 half-open connections from 30 addresses in two blocks: the answers go to b, which is not
# their owner and drops them.
half_open() { # SOURCE
	local port
	ns_new a
	ns_new b
	ns_join a 10.9.0.1/24 b 10.9.0.2/24
	ns a ip route add 198.51.100.0/24 via 10.9.0.2
	ns a ip route add 203.0.113.0/24 via 10.9.0.2
	ns a sysctl -qw net.ipv4.tcp_max_syn_backlog=4096
	NGINX_LISTEN='10.9.0.1:PORT backlog=4096' NGINX_NS=a start_nginx
	port=$NGINX_PORT
	gaze a "$T/out" --source "$1" --connections-interval 1
	ns b "$SYNS" 254 30 10.9.0.1 "$port"
	wait_for "[ \"\$(grep -c '\"state\":\"SYN_RECV\"' '$T/out')\" -ge 254 ]" 10
	[ "$1" = proc ] || assert_eq "$(in_ns a "$QUEUES")" 254 "half-open in the listeners' queues"
	gaze_end
	assert_agrees a "$T/out"
	assert_eq "$(grep -c ' SYN_RECV$' "$T/ss")" 254 'half-open by ss'
	assert_json "$T/out" "map(select(.ns == $(inode a)"' and .state == "SYN_RECV")) |
		length == 254 and (map(.ip) | unique | length == 30) and all(.dir == "in")'
	in_ns a "$NG" --once --json --duration 0 --show-private-ips --no-geoip --no-whois \
		--no-auth-log --log-path "$T/no.log" --source "$1" >"$T/once"
	# The machine's other namespaces are in it, too.
	assert_json "$T/once" 'map(select(.t == "host" and
		(.ip | startswith("198.51.100.") or startswith("203.0.113.")))) |
		length == 30 and (map(.half_open) | add == 254)'
	assert_json "$T/once" '.[-1].half_open >= 254'
}

test_half_open_ebpf() {
	need_bpf
	half_open ebpf
}

test_half_open_proc() {
	need_root
	half_open proc
}

# A half-open connection that is completed, and one that is given up.
test_half_open_ends() {
	need_bpf
	ns_new a
	ns_new b
	ns_join a 10.9.0.1/24 b 10.9.0.2/24
	ns a ip route add 198.51.100.0/24 via 10.9.0.2
	ns a ip route add 203.0.113.0/24 via 10.9.0.2
	ns a sysctl -qw net.ipv4.tcp_synack_retries=1
	NGINX_LISTEN='10.9.0.1:PORT' NGINX_NS=a start_nginx
	gaze a "$T/out" --source ebpf
	ns b "$SYNS" 3 3 10.9.0.1 "$NGINX_PORT"
	wait_for "[ \"\$(grep -c '\"state\":\"CLOSE\",\"was\":\"SYN_RECV\"' '$T/out')\" -eq 3 ]" 20
	gaze_end
}

# A ring that cannot hold the storm: what is lost is counted, and the table is right again.
test_loss_is_counted_and_repaired() {
	need_bpf
	ns_new a
	gaze a "$T/out" --source ebpf
	kill -STOP "$GAZE"
	at_exit "kill -CONT $GAZE 2>/dev/null || true"
	storm a 25000 11
	kill -CONT "$GAZE"
	wait_for "grep -q '\"what\":\"ring\"' '$T/out'" 20
	gaze_end
	assert_agrees_after_loss a "$T/out"
	note "lost $(jq -s 'map(select(.t == "lost") | .n) | add' "$T/out") records, then agrees"
}

test_unprivileged() {
	local why
	need_root
	need setpriv
	chmod 755 "$T"
	cp "$NG" "$T/ng"
	assert_status 1 setpriv --reuid 65534 --regid 65534 --clear-groups "$T/ng" --once --json \
		--duration 0 --log-path "$T/no.log" --source ebpf
	why=$(cat "$T/stderr")
	assert_match "$why" 'CAP_BPF' 'the reason'
	assert_status 0 setpriv --reuid 65534 --regid 65534 --clear-groups "$T/ng" --json \
		--duration 0 --log-path "$T/no.log"
	assert_json "$T/stdout" 'map(select(.t == "source"))[0] |
		.source == "proc" and (.note | test("CAP_BPF"))'
}

# Without BTF nothing loads, and the reason says so.
test_without_btf() {
	need_bpf
	need unshare
	mkdir "$T/empty"
	assert_status 0 unshare --mount sh -c "mount --bind '$T/empty' /sys/kernel/btf &&
		exec '$NG' --json --duration 0 --log-path '$T/no.log'"
	assert_json "$T/stdout" 'map(select(.t == "source"))[0] |
		.source == "proc" and (.note | test("/sys/kernel/btf/vmlinux"))'
}

run_tests "$@"
