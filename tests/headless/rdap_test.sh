#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # conditions to poll are given as text
#
# RDAP and whois look-ups against servers on the loopback (tests/lib/fake_registry.c). Both are
# named by the environment, so that nothing else is ever asked; the addresses look public, but
# stand in a log alone.
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/lib/registry.sh"

# watch ADDRESS...: nethergaze on such a log, its events in $T/out.
watch() {
	log_of "$@"
	background "$NG" --json --source proc --log-path "$T/access.log" --from-start \
		--duration 60 >"$T/out" 2>"$T/err"
	NG_PID=$PID
}

# any FILTER: an event for which the filter holds.
any() {
	jq -se "any(.[]; $1)" "$T/out" >/dev/null 2>&1
}

# said FILTER: the same of registrations.
said() {
	any ".t == \"registration\" and ($1)"
}

# noted NET REGEX: why nothing is known of a network.
noted() {
	any ".t == \"registration\" and .net == \"$1\" and (.note // \"\" | test(\"$2\"))"
}

test_tells_who_a_network_is_registered_to() {
	need jq
	start_registry
	watch 8.8.9.7 8.8.10.3 2a00:1450::5
	wait_for 'said ".net == \"8.8.8.0/22\""' 20
	wait_for 'said ".net == \"2a00:1450::/32\""' 20
	stop "$NG_PID"
	assert_eq "$STATUS" 0
	said '.by == "rdap" and .name == "FAKE-NET" and .handle == "NET-1" and .country == "BR" and
		.org == "Fake Ltd" and .abuse == "abuse@fake.example" and .registered == "2011-04-05"' ||
		fail "$(cat "$T/out")"
	# The cache answers the next time, for every address of the network, and nobody is asked.
	log_of 8.8.11.200
	cp "$T/asked" "$T/before"
	"$NG" --once --json --source proc --log-path "$T/access.log" --from-start --duration 0 \
		>"$T/report"
	assert_json "$T/report" 'any(.[]; .t == "host" and .ip == "8.8.11.200" and .country == "BR" and
		.org == "Fake Ltd" and .net == "8.8.8.0/22" and .netname == "FAKE-NET" and
		.abuse == "abuse@fake.example")'
	assert_eq "$(cat "$T/asked")" "$(cat "$T/before")" 'nothing is asked twice'
	assert_eq "$(stat -c %a "$T/cache" "$T/cache/registrations.ndjson" | xargs)" '700 600'
}

test_servers_that_do_not_answer_well() {
	need jq
	start_registry
	watch 11.0.0.1 12.0.0.1 13.0.0.1 15.0.0.1 16.0.0.1 17.0.0.1 18.0.0.1 20.0.0.1 21.0.0.1 22.0.0.1
	wait_for 'said ".net == \"20.0.0.0/22\" and .name == \"FAKE-NET\""' 30
	wait_for 'noted 12.0.0.0/24 "no such network"' 30
	wait_for 'noted 11.0.0.0/24 "HTTP 429.*no such network"' 30
	wait_for 'noted 22.0.0.0/24 "(HTTP 503|rate-limited).*no such"' 30
	wait_for 'noted 13.0.0.0/24 "too many redirects"' 30
	wait_for 'noted 15.0.0.0/24 "too long|exceeded|rate-limited"' 30
	for net in 16 17 18; do
		wait_for "noted $net.0.0.0/24 ." 30
	done
	wait_for 'noted 21.0.0.0/24 "leads where look-ups may not go|rate-limited"' 30
	stop "$NG_PID"
	assert_eq "$STATUS" 0
	# A loop is followed five times and no more.
	assert_eq "$(grep -c 'rdap /loop/' "$T/asked")" 6
}

# A server that shuts us out is left alone, and what it did not say is not taken for "nobody has it".
test_a_refusal_is_told_and_obeyed() {
	need jq
	start_registry
	watch 36.0.0.1 36.9.0.1 36.77.0.1
	wait_for 'noted 36.0.0.0/24 "access denied" && noted 36.9.0.0/24 "access denied" &&
		noted 36.77.0.0/24 "access denied"' 30
	stop "$NG_PID"
	assert_eq "$STATUS" 0
	any '(.note // "" | test("no such network"))' && fail 'a refusal was told as an answer'
	assert_eq "$(grep -c '^whois 36' "$T/asked")" 1 'asked once, then left alone'
	# It is not in the cache: the next run asks anew.
	watch 36.0.0.1
	wait_for 'noted 36.0.0.0/24 "access denied"' 30
	stop "$NG_PID"
	assert_eq "$(grep -c '^whois 36' "$T/asked")" 2
}

test_whois_where_there_is_no_rdap() {
	need jq
	start_registry
	watch 30.0.0.1 32.0.0.1 33.0.0.1 34.0.0.1 35.0.0.1
	wait_for 'said ".net == \"34.0.0.0/24\" and .by == \"whois\""' 30
	wait_for 'noted 32.0.0.0/24 "no such network"' 30
	wait_for 'noted 33.0.0.0/24 "too long"' 30
	wait_for 'noted 30.0.0.0/24 "referrals|no such network"' 30
	wait_for 'noted 35.0.0.0/24 "refers to where"' 30
	stop "$NG_PID"
	said '.net == "34.0.0.0/24" and .org == "Café" and .country == "FR" and
		.abuse == "a@whois.example" and .name == "FAKE-WHOIS\\x1b[31m"' || fail "$(cat "$T/out")"
	# Nothing but addresses is ever sent.
	assert_eq "$(awk '$1 == "whois" && NF > 1 && $2 !~ /^[0-9]+$/ && $2 !~ /^3[0-5]\.0\.0\.1$/' "$T/asked")" ''
}

# https_proxy alone serves for whois, too; no_proxy exempts.
test_whois_goes_by_the_proxy() {
	need jq
	start_registry
	export https_proxy=http://127.0.0.1:$HTTP
	watch 34.0.0.1
	wait_for 'grep -q "^connect 127.0.0.1:$WHOIS$" "$T/asked"' 20
	wait_for 'noted 34.0.0.0/24 .' 20
	stop "$NG_PID"
	assert_eq "$(awk '/^whois 34\./' "$T/asked")" ''
	export no_proxy=127.0.0.0/8
	watch 34.0.0.1
	wait_for 'said ".net == \"34.0.0.0/24\" and .by == \"whois\""' 20
	stop "$NG_PID"
}

test_never_asks_about_what_is_not_public() {
	need jq
	start_registry
	watch 10.1.2.3 192.168.1.1 127.0.0.1 100.64.0.1 203.0.113.5 224.0.0.1 fe80::1 2001:db8::1 \
		8.8.8.8
	wait_for 'said ".net == \"8.8.8.0/22\""' 20
	stop "$NG_PID"
	assert_eq "$(awk '!/^(http|whois|most) [0-9]+$|ipv[46].json|.ip.8.8.8.8$/' "$T/asked")" ''
}

test_no_whois_asks_nobody() {
	start_registry
	log_of 8.8.8.8
	"$NG" --once --no-whois --source proc --log-path "$T/access.log" --from-start >"$T/out"
	assert_eq "$(grep -c . "$T/asked")" 2
	[ ! -e "$T/cache" ] || fail 'a cache was made'
}

# A flood of addresses costs no flood of questions, nor of connections.
test_a_flood_asks_over_few_sockets() {
	need jq
	start_registry hang
	: >"$T/access.log"
	background "$NG" --json --source proc --log-path "$T/access.log" --duration 60 \
		>"$T/out" 2>"$T/err"
	NG_PID=$PID
	wait_open "$NG_PID" "$T/access.log"
	awk 'BEGIN { n = split("8 9 11 12 13 15 16 17 19 20 21 22 30", net); for (i = 0; i < 10000; i++)
		printf "%d.%d.%d.1 - - [22/Nov/2026:08:14:15 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"x\"\n",
			net[i % n + 1], i / 250, i % 250 }' >>"$T/access.log"
	wait_for 'any ".t == \"enricher\" and .what == \"rdap\" and .asked > 0"' 20
	wait_for 'said ".note // \"\" | test(\"timed out\")"' 30
	stop "$NG_PID"
	assert_eq "$(jq -s '[.[] | select(.t == "request")] | length' "$T/out")" 10000
	most=$(awk '$1 == "most" { n = $2 } END { print n + 0 }' "$T/asked")
	note "at most $most connections for 10 000 new addresses"
	[ "$most" -ge 1 ] || fail "nobody was asked"
	[ "$most" -le 3 ] || fail "$most connections"
}

# Killed at any moment, it leaves a cache that can be read; and of two consoles neither undoes
# what the other has found.
test_the_cache_survives() {
	need jq
	start_registry
	watch 8.8.9.7
	wait_for 'said ".net == \"8.8.8.0/22\""' 20
	wait_for '[ -s "$T/cache/registrations.ndjson" ]' 20
	stop "$NG_PID" KILL
	jq -e . "$T/cache/registrations.ndjson" >/dev/null
	watch 8.9.0.1
	first=$NG_PID
	wait_for 'said ".net == \"8.9.0.0/22\""' 20
	mv "$T/out" "$T/out.first"
	watch 8.10.0.1
	wait_for 'said ".net == \"8.10.0.0/22\""' 20
	stop "$NG_PID"
	stop "$first"
	assert_eq "$(jq -r .net "$T/cache/registrations.ndjson" | sort | xargs)" \
		'8.10.0.0/22 8.8.8.0/22 8.9.0.0/22'
	# Rubbish in it costs its own line and nothing else.
	{
		printf 'rubbish\n{"t":"registration"}\n\xff\xfe\n{"t":"tick","ts":1}\n'
		cat "$T/cache/registrations.ndjson"
		printf '{"t":"registration","ts":1'
	} >"$T/mixed"
	cp "$T/mixed" "$T/cache/registrations.ndjson"
	"$NG" --once --json --source proc --log-path "$T/access.log" --from-start --duration 0 \
		>"$T/report"
	assert_json "$T/report" 'any(.[]; .t == "host" and .netname == "FAKE-NET")'
}

test_a_cache_that_cannot_be_written_is_said() {
	need jq
	start_registry
	printf x >"$T/cache"
	watch 8.8.9.7
	wait_for 'said ".net == \"8.8.8.0/22\""' 20
	wait_for 'any ".t == \"note\" and (.text | test(\"cache_dir: Not a directory\"))"' 20
	stop "$NG_PID"
	assert_eq "$STATUS" 0
}

run_tests
