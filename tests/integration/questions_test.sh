#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What an operator asks in an incident, and how many keys the answer takes: a host with nginx under
# a flood of SYNs from two networks, while a scanner and a visitor ask for pages. All of it stays in
# namespaces of the test's own, and is bounded.
#
# alone: a flood takes a core.
. "$(dirname "$0")/../lib/sh.sh"
. "$(dirname "$0")/../lib/sockets.sh"

KEYS_MOST=5

# A host (a) with nginx; floods come from b, requests from b and from c.
incident() {
	need_bpf
	need nginx curl tmux
	flooded_host
	ns_new c
	ns_join a 10.9.1.1/24 c 10.9.1.2/24
	NGINX_NS=a NGINX_LISTEN='PORT' start_nginx
	cat >"$T/visit" <<-'END'
		# visit ADDRESS:PORT: a page each fifth of a second, some of which fail
		for ((i = 0; i < 600; i++)); do
			curl -s -o /dev/null -A 'Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0' \
				-e "http://$1/" "http://$1/shop/item" "http://$1/status/500"
			sleep 0.2
		done
	END
	cat >"$T/scan" <<-'END'
		for ((i = 0; i < 600; i++)); do
			curl -s -o /dev/null -A 'Mozilla/5.0 zgrab/0.x' \
				"http://$1/status/404/wp-content/plugins/x$i.php" "http://$1/.env"
			sleep 0.2
		done
	END
	background in_ns b bash "$T/visit" "10.9.0.1:$NGINX_PORT"
	background in_ns c bash "$T/scan" "10.9.1.1:$NGINX_PORT"
	background in_ns b "$SYNS" 40000 200 10.9.0.1 "$NGINX_PORT" 400
}

watch_it() { # COLSxROWS
	export HOME=$T XDG_CONFIG_HOME=$T XDG_CACHE_HOME=$T
	tui_start "$1" ip netns exec "ng$$-a" "$NG" --source ebpf --show-private-ips --no-geoip \
		--no-whois --no-auth-log --log-path "$NGINX_LOG"
}

# ask QUESTION ANSWER KEY...: presses the keys, and waits for a line that answers.
ask() {
	local question=$1 answer=$2 start=${EPOCHREALTIME/./}
	shift 2
	[ $# -le "$KEYS_MOST" ] || fail "$question: $# keys"
	[ $# -eq 0 ] || tui_keys "$@"
	tui_wait "$answer" 30
	note "$question: $# key$([ $# -eq 1 ] || echo s) ($*)," \
		"$(((${EPOCHREALTIME/./} - start) / 1000)) ms"
}

# The main view again, with nothing narrowed.
again() {
	tui_keys Escape Escape Escape Escape
	tui_wait "$1"
}

test_ten_questions() {
	incident
	watch_it 120x40
	ask 'who is flooding me' 'SYN flood.* :'"$NGINX_PORT"
	tui_wait '^.?F.*198\.51\.100\.0/24' 30
	tui_wait '^.?F.*203\.0\.113\.0/24' 30
	ask 'which path is hammered' '(/wp-content|/status|/shop)'
	ask 'which agent' 'zgrab' v
	tui_keys BTab BTab # the rows
	ask 'what is this address doing' 'not one if' Enter
	again 'SYN flood'
	ask 'one /24' 'net:(198\.51\.100|203\.0\.113)\.0/24' +
	again 'SYN flood'
	ask 'both /24s' 'net:[0-9.]*/24,[0-9.]*/24' BTab +
	again 'SYN flood'
	ask 'what has changed since the mark' '(new|risen|no mark)' d
	again 'SYN flood'
	ask 'only 5xx' 'status:5xx' v + # the third of the tops
	again 'SYN flood'
	tui_keys BTab BTab
	ask 'copy this address' 'copied (198\.51\.100|203\.0\.113)' c
	ask 'what would a block of it do' '(forged|nft add element)' b
	again 'SYN flood'
	ask 'hand the incident over' 'report: .*html' e
	tui_keys q
	tui_wait 'q again to quit'
	tui_keys q
	tui_end
	assert_eq "$STATUS" 0
}

run_tests "$@"
