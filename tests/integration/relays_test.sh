#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# A container's port forwarded in user space: clients, a machine with a relay, and nginx behind it in
# a namespace of its own, as Docker has them. nginx logs the gateway.
# shellcheck disable=SC2016 # conditions to poll are given as text
. "$(dirname "$0")/../lib/sh.sh"

GATEWAY=172.31.7.1
CLIENTS=(185.199.7.2 185.199.7.3 185.199.7.4)

# docker_like NAME: "world" with CLIENTS, "host" where a relay called NAME listens on RELAY_PORT, "cell"
# with nginx.
docker_like() {
	local ip
	need nginx curl jq ss
	need_root
	ns_new world
	ns_new host
	ns_new cell
	ns_join world "${CLIENTS[0]}/24" host 185.199.7.1/24
	for ip in "${CLIENTS[@]:1}"; do
		ns_addr world "$ip/24" to-host
	done
	ns_join host "$GATEWAY/24" cell 172.31.7.2/24
	NGINX_NS=cell NGINX_LISTEN='172.31.7.2:PORT' start_nginx
	RELAY_PORT=$(free_port)
	cp "$NG_BUILD/tests/lib/relay" "$T/$1"
	background in_ns host "$T/$1" "$RELAY_PORT" 172.31.7.2 "$NGINX_PORT" >"$T/relay.out"
	RELAY=$PID
	wait_for "grep -q ready '$T/relay.out' || ! kill -0 $RELAY"
	assert_eq "$(cat "/proc/$RELAY/comm")" "$1" 'the name of the process'
}

ask() { # CLIENT N
	in_ns world curl -sS -o /dev/null --interface "$1" \
		"http://185.199.7.1:$RELAY_PORT/page?n=[1-$2]"
}

# Connections that have asked once and stay open, the relay's to nginx among them.
hold_open() { # CLIENT N
	background in_ns world bash -c 'for ((i = 0; i < $3; i++)); do
		exec {fd}<>"/dev/tcp/$1/$2"
		printf "GET /held HTTP/1.1\r\nHost: held\r\n\r\n" >&"$fd"
	done
	exec tail -f /dev/null' hold 185.199.7.1 "$RELAY_PORT" "$2"
	wait_for "[ \"\$(ns cell ss -Htn state established '( sport = :$NGINX_PORT )' | wc -l)\" -ge $2 ]"
}

OPTIONS=(--no-geoip --no-whois --no-auth-log)

report() { # SOURCE [ARG...]
	local source=$1
	shift
	"$NG" --once "${OPTIONS[@]}" --duration 3 --source "$source" --from-start \
		--log-path "$NGINX_LOG" "$@"
}

# Three clients, and what was logged of all of them is the gateway's.
said_in_reports() { # SOURCE
	local requests ns
	docker_like docker-proxy
	ask "${CLIENTS[0]}" 3
	ask "${CLIENTS[1]}" 4
	hold_open "${CLIENTS[0]}" 3
	wait_for '[ "$(wc -l <"$NGINX_LOG")" -eq 10 ]'
	assert_eq "$(cut -d' ' -f1 "$NGINX_LOG" | sort -u)" "$GATEWAY" 'whom nginx logs'
	report "$1" --json >"$T/json"
	report "$1" >"$T/table"
	requests=$(json "$T/json" "select(.t == \"host\" and .ip == \"$GATEWAY\").requests")
	assert_eq "$requests" 10 'requests of the gateway'
	ns=$(ns host stat -Lc %i /proc/self/ns/net)
	assert_json "$T/json" ".[-1].relays | any(. == {\"port\": $RELAY_PORT, \"ns\": $ns,
		\"by\": \"docker-proxy\", \"gateway\": \"$GATEWAY\"})"
	# The sums are those of the rows.
	assert_json "$T/json" '(map(select(.t == "host").requests) | add) == .[-1].requests'
	assert_json "$T/json" '(map(select(.t == "host")) | length) == .[-1].ips'
	# Others whose addresses are private are hidden as ever: nginx, for one.
	assert_json "$T/json" 'all(.[]; .ip != "172.31.7.2")'
	assert_match "$(cat "$T/table")" "server: connections to :$RELAY_PORT end at docker-proxy: the \
log behind it names the gateway $GATEWAY, not clients"
	assert_match "$(cat "$T/table")" $'\n'"$GATEWAY "
}

test_said_in_reports_ebpf() {
	need_bpf
	said_in_reports ebpf
}

test_said_in_reports_proc() {
	said_in_reports proc
}

# A recording says it all again, and so does the recording of its stream.
test_replays_know_it() {
	need_bpf
	docker_like rootlessport
	hold_open "${CLIENTS[0]}" 3
	"$NG" "${OPTIONS[@]}" --json --duration 4 --record "$T/rec" --from-start \
		--log-path "$NGINX_LOG" >"$T/stream"
	"$NG" --once --json --replay "$T/rec" --speed max >"$T/replay"
	assert_json "$T/replay" ".[-1].relays | any(.by == \"rootlessport\" and
		.gateway == \"$GATEWAY\")"
	assert_json "$T/replay" "any(.[]; .t == \"host\" and .ip == \"$GATEWAY\" and .requests == 3)"
	assert_eq "$(json "$T/replay" 'select(.t == "summary").relays')" \
		"$(json "$T/stream" 'select(.t == "summary").relays')"
}

# The stream has the gateway's requests as well, from when it is known.
test_streamed() {
	need_bpf
	docker_like docker-proxy
	hold_open "${CLIENTS[0]}" 3
	background "$NG" "${OPTIONS[@]}" --json --log-path "$NGINX_LOG" >"$T/out"
	local gaze=$PID
	wait_for "grep -q '\"name\":\"docker-proxy\"' '$T/out'"
	# Known with the tick that follows.
	wait_for "ask ${CLIENTS[1]} 1; grep '\"t\":\"request\"' '$T/out' | grep -q '\"$GATEWAY\"'" 20
	stop "$gaze"
	assert_eq "$STATUS" 0 'exit status'
}

test_console_says_it() {
	need_bpf
	docker_like docker-proxy
	hold_open "${CLIENTS[0]}" 3
	tui_start 150x30 "$NG" "${OPTIONS[@]}" --from-start --log-path "$NGINX_LOG"
	tui_wait "connections to :$RELAY_PORT end at docker-proxy: the log behind it names the gateway $GATEWAY" 20
	tui_wait "^[^0-9]*$GATEWAY " 20
	tui_wait '/held'
	tui_keys q
	tui_end
	assert_eq "$STATUS" 0 'exit status'
}

# Short connections are gone before anybody can say who held them: enough requests in the name of one
# local address say it as well.
test_gateway_without_a_relay_in_sight() {
	docker_like forwarder
	ask "${CLIENTS[0]}" 12
	ask "${CLIENTS[1]}" 12
	wait_for '[ "$(wc -l <"$NGINX_LOG")" -eq 24 ]'
	report proc --json >"$T/json"
	assert_json "$T/json" "any(.[]; .t == \"host\" and .ip == \"$GATEWAY\" and .requests == 24)"
	assert_json "$T/json" '.[-1] | .requests == 24 and (has("relays") | not)'
}

test_doctor_says_what_to_do() {
	docker_like docker-proxy
	"$NG" --doctor --log-path "$T/no.log" >"$T/doctor"
	assert_match "$(tr -s ' \n' '  ' <"$T/doctor")" \
		'docker-proxy, [0-9]+ process(es)?: set "userland-proxy": false'
	assert_eq "$(awk 'length > 80' "$T/doctor")" '' 'lines of more than 80 columns'
}

run_tests "$@"
