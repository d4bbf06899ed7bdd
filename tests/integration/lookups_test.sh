#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # conditions to poll are given as text
#
# Look-ups with the settings that everybody has, in a network namespace that leads nowhere: its
# resolver is fake_dns on the loopback.
. "$(dirname "$0")/../lib/sh.sh"

# isolated NAME: the namespace, with a resolver that FAKE_DNS describes.
isolated() {
	ns_new "$1"
	background in_ns "$1" "$NG_BUILD/tests/lib/fake_dns" 53 ${2:+"$2"} >"$T/asked"
	wait_for 'grep -q ^dns "$T/asked"'
	echo 'nameserver 127.0.0.1' >"$T/resolv.conf"
	echo 'hosts: dns' >"$T/nsswitch.conf"
	unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
	export NETHERGAZE_WHOIS_ENABLED=true NETHERGAZE_CACHE_DIR=$T/cache
}

# watch NAME ARG...: nethergaze there.
watch() {
	local name=$1
	shift
	background in_ns "$name" unshare -m sh -c 'mount --bind "$1/resolv.conf" /etc/resolv.conf &&
		mount --bind "$1/nsswitch.conf" /etc/nsswitch.conf && shift && exec "$@"' sh "$T" \
		"$NG" --json --log-path "$T/access.log" --from-start --duration 60 "$@" \
		>"$T/out" 2>"$T/err"
	NG_PID=$PID
}

log_of() {
	printf '%s - - [22/Nov/2026:08:14:15 +0000] "GET / HTTP/1.1" 200 12 "-" "x"\n' "$@" \
		>"$T/access.log"
}

any() {
	jq -se "any(.[]; $1)" "$T/out" >/dev/null 2>&1
}

# The registries' names lead to the loopback, as their owner could make them. Nobody goes there.
test_names_that_lead_inside_are_refused() {
	need jq unshare
	isolated a
	ns a ip addr add 8.8.4.4/32 dev lo
	log_of 8.8.8.8 8.8.4.4
	watch a --source proc
	wait_for 'any ".t == \"registration\" and .net == \"8.8.8.0/24\" and
		(.note // \"\" | test(\"rdap.arin.net: it leads to a private address.*whois.iana.org: it leads\"))"' 20
	stop "$NG_PID"
	assert_match "$(cat "$T/asked")" 'a rdap.arin.net'
	# Of the host's own address nothing is asked.
	any '.t == "registration" and .net == "8.8.4.0/24"' && fail 'the own address was asked about'
	assert_no_match "$(ns a ss -Htan)" ':(443|43) '
}

# A resolver that says nothing holds up neither the run nor its end.
test_a_silent_resolver_holds_nothing_up() {
	need jq unshare
	isolated b silent
	log_of 8.8.8.8
	watch b --source proc
	wait_for 'grep -q "a rdap.arin.net" "$T/asked"'
	for i in 1 2 3; do
		printf '8.8.8.8 - - [22/Nov/2026:08:14:15 +0000] "GET /%s HTTP/1.1" 200 1 "-" "x"\n' \
			"$i" >>"$T/access.log"
		wait_for "any '.t == \"request\" and .path == \"/$i\"'"
	done
	wait_for 'any ".t == \"registration\" and (.note // \"\" | test(\"timed out\"))"' 40
	stop "$NG_PID"
	assert_eq "$STATUS" 0
}

# A resolver that is configured later is asked, without a start anew.
test_a_resolver_that_changes() {
	need jq unshare
	isolated c
	echo 'nameserver 127.0.0.9' >"$T/resolv.conf" # where nobody is
	log_of 8.1.2.3
	NETHERGAZE_WHOIS_ENABLED=false watch c --source proc --rdns
	wait_for 'any ".t == \"rdns\" and .ip == \"8.1.2.3\" and .note == \"nobody answered\""' 30
	echo 'nameserver 127.0.0.1' >"$T/resolv.conf"
	printf '8.4.5.6 - - [22/Nov/2026:08:14:15 +0000] "GET /x HTTP/1.1" 200 1 "-" "x"\n' \
		>>"$T/access.log"
	wait_for 'any ".t == \"rdns\" and .ip == \"8.4.5.6\" and .name == \"host-8-4-5-6.example\" and .confirmed"' 30
	stop "$NG_PID"
	assert_eq "$STATUS" 0
}

# Of a resolver that is silent, what is under way is not waited for.
test_a_resolver_that_is_given_up() {
	need jq unshare
	isolated d silent
	background in_ns d "$NG_BUILD/tests/lib/fake_dns" 53 says 127.0.0.2 >"$T/asked.2"
	wait_for 'grep -q ^dns "$T/asked.2"'
	log_of 8.1.2.3
	NETHERGAZE_WHOIS_ENABLED=false watch d --source proc --rdns
	wait_for 'grep -q ^ptr "$T/asked"'
	echo 'nameserver 127.0.0.2' >"$T/resolv.conf"
	wait_for 'any ".t == \"rdns\" and .ip == \"8.1.2.3\" and .confirmed"' 30
	stop "$NG_PID"
	# The one that was given up may have been answered for before, without a name.
	assert_eq "$(json "$T/out" 'select(.t == "rdns" and .confirmed).ip')" 8.1.2.3
}

# What is connected for a look-up is not the machine's traffic.
test_own_look_ups_are_no_connections() {
	need jq curl
	need_bpf
	local to_registry
	. "$NG_TOP/tests/lib/registry.sh"
	start_registry hang
	to_registry=".t == \"conn\" and .port == $HTTP and .dir != \"in\""
	log_of 8.8.8.8 9.9.9.9
	background "$NG" --json --source ebpf --show-private-ips --log-path "$T/access.log" \
		--from-start --duration 60 >"$T/out" 2>"$T/err"
	NG_PID=$PID
	wait_for '[ "$(grep -c /ip/ "$T/asked")" -ge 2 ]' 20
	wait_for 'any ".t == \"registration\" and .note != null"' 30
	any "$to_registry" && fail "$(jq -c "select(.t == \"conn\" and .port == $HTTP)" "$T/out")"
	# Somebody else's connection to the same port is.
	curl -s --noproxy '*' "http://127.0.0.1:$HTTP/ipv6.json" >/dev/null
	wait_for 'any "$to_registry"' 20
	stop "$NG_PID"
}

run_tests
