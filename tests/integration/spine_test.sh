#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The whole path with real servers and clients: kernel and log, joined by address.
. "$(dirname "$0")/../lib/sh.sh"
. "$(dirname "$0")/../lib/sockets.sh"

# The states of PEER's sockets on the server as ss has them, in the kernel's names: "STATE n" lines.
ss_states() { # NAMESPACE PEER
	by_ss "$1" | awk -v peer="$2" '
	{ sub(/:[0-9]+$/, "", $2) }
	$2 == peer { n[$3]++ }
	END { for (s in n) print s, n[s] }' | sort
}

host_states() { # FILE ADDRESS
	json "$1" "select(.t==\"host\" and .ip==\"$2\").states | to_entries[] | \"\(.key) \(.value)\"" |
		sort
}

# 500 requests on kept-alive connections in batches, 495 each on a connection of its own. With the
# 5 of the connections that stay open these are 1 000.
thousand_less_five() { # NAMESPACE URL
	local batch
	for batch in a b c d e; do
		in_ns "$1" curl -sS -o /dev/null "$2/kept?$batch=[1-100]"
	done
	in_ns "$1" curl -sS -o /dev/null -H 'Connection: close' "$2/closed?n=[1-495]"
}

# Five connections that have made one request each and stay open, as browsers' do.
hold_open() { # NAMESPACE HOST
	# shellcheck disable=SC2016 # for the inner shell
	background in_ns "$1" bash -c 'for i in 1 2 3 4 5; do
		exec {fd}<>"/dev/tcp/$1/$2"
		printf "GET /held HTTP/1.1\r\nHost: held\r\n\r\n" >&"$fd"
	done
	exec tail -f /dev/null' hold "$2" "$NGINX_PORT"
}

# Observes for 5 s while HOST gets 1 000 requests from one address, PEER. $T/out has the records,
# $T/ss what ss said when nethergaze ended.
observe_thousand() { # SERVER-NS CLIENT-NS HOST PEER
	local pid url=$3
	case $url in *:*) url="[$url]" ;; esac
	background in_ns "$1" "$NG" --once --json --duration 5 --show-private-ips --no-geoip \
		--no-whois --no-auth-log --log-path "$NGINX_LOG" >"$T/out"
	pid=$PID
	wait_open "$pid" "$NGINX_LOG"
	wait_watched "$pid"
	hold_open "$2" "$3"
	thousand_less_five "$2" "http://$url:$NGINX_PORT"
	finish "$pid" 30
	ss_states "$1" "$4" >"$T/ss"
	assert_eq "$STATUS" 0 'exit status'
	assert_eq "$(wc -l <"$NGINX_LOG")" 1000 'lines that nginx wrote'
}

assert_thousand() { # ADDRESS
	assert_json "$T/out" 'map(.t) | .[-1] == "summary" and (map(select(. == "summary")) | length == 1)'
	assert_json "$T/out" '.[-1] | .source == "ebpf" and .log_rejected == 0 and .lost == 0'
	assert_json "$T/out" '.[-1] | .requests == 1000 and .log_lines == 1000'
	assert_json "$T/out" "map(select(.t == \"host\" and .ip == \"$1\")) | length == 1"
	assert_json "$T/out" ".[] | select(.ip == \"$1\") | .requests == 1000 and .status == {\"2xx\": 1000}"
	assert_json "$T/out" ".[] | select(.ip == \"$1\") | .last | test(\"^GET /(kept|closed|held)\")"
	assert_eq "$(json "$T/out" "select(.ip == \"$1\").bytes")" \
		"$(awk '{ n += $10 } END { print n }' "$NGINX_LOG")" 'bytes by the log'
}

# Every thing else on the loopback is there, too, so of the connections only a bound is sure.
test_thousand_requests_on_loopback() {
	need nginx curl jq ss
	need_bpf
	start_nginx
	observe_thousand '' '' 127.0.0.1 127.0.0.1
	assert_thousand 127.0.0.1
	assert_json "$T/out" '.[] | select(.ip == "127.0.0.1") | .states.ESTABLISHED >= 10' \
		'both ends of the five held connections'
}

# A link between two namespaces, where nobody else's connections are.
exact_counts() { # SERVER-ADDRESS CLIENT-ADDRESS PREFIX-LENGTH LISTEN
	need nginx curl jq ss ip
	need_bpf
	ns_new web
	ns_new net
	ns_join web "$1/$3" net "$2/$3"
	NGINX_NS=web NGINX_LISTEN=$4 start_nginx
	observe_thousand web net "$1" "$2"
	assert_thousand "$2"
	assert_eq "$(host_states "$T/out" "$2")" "$(cat "$T/ss")" 'states as ss has them'
	assert_match "$(cat "$T/ss")" 'ESTABLISHED 5' 'the held connections'
	assert_eq "$(json "$T/out" "select(.ip == \"$2\") | .conns + .time_wait")" \
		"$(awk '{ n += $2 } END { print n }' "$T/ss")" 'connections'
	note "$(tr '\n' ' ' <"$T/ss")both by ss and by nethergaze"
}

# The addresses are as good as ours alone: 198.18.0.0/15 is for benchmarks (RFC 2544).
test_counts_agree_with_ss() {
	exact_counts "198.18.77.$((RANDOM % 100 + 1))" "198.18.77.$((RANDOM % 100 + 101))" 24 PORT
}

test_counts_agree_with_ss_ipv6() {
	need_ipv6
	exact_counts fd00:77::1 "fd00:77::$((RANDOM % 9000 + 10))" 64 '[::]:PORT'
}

# A dual-stack listener has its IPv4 peers as ::ffff:a.b.c.d; the log has them dotted.
test_counts_agree_with_ss_mapped() {
	need_ipv6
	exact_counts "198.18.78.$((RANDOM % 100 + 1))" "198.18.78.$((RANDOM % 100 + 101))" 24 \
		'[::]:PORT ipv6only=off'
}

# The upper panel, where the connections are.
upper_panel() {
	tui_screen | sed '/^HTTP log/,$d'
}

# The screen's row of an address is to have what the log says soon after the request.
test_console_follows_a_request() {
	need nginx curl tmux
	need_bpf
	start_nginx
	tui_start 120x40 "$NG" --source ebpf --show-private-ips --no-geoip --no-whois --no-auth-log \
		--log-path "$NGINX_LOG"
	wait_open "$(tui_pid)" "$NGINX_LOG" 20
	tui_wait '127\.0\.0\.1|No connections|nethergaze' 20
	requests 3 "http://127.0.0.1:$NGINX_PORT/first"
	wait_for "upper_panel | grep -E '127\.0\.0\.1 .* 3 .*GET /first'" 10
	local start=${EPOCHREALTIME/./}
	curl -sS -o /dev/null "http://127.0.0.1:$NGINX_PORT/second"
	wait_for "upper_panel | grep -E '127\.0\.0\.1 .* 4 .*GET /second'" 10
	note "on screen $(((${EPOCHREALTIME/./} - start) / 1000)) ms after the request was begun"
	tui_keys q
	tui_end
	assert_eq "$STATUS" 0 'exit status after q'
}

run_tests
