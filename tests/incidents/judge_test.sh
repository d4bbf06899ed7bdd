#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The judge of incidents itself, by a program that says what the test wants.
. "$(dirname "$0")/../lib/sh.sh"
. "$(dirname "$0")/incidents.sh"

# incident [LABELS]: one of 203.0.113.0/24, from 110 on; labels in jq's words change it. The program
# says of a recording what stands beside it in NAME.says, and $T/else of any other file.
incident() {
	need python3 jq
	mkdir -p "$T/dir"
	jq -nc '{incident: "x", kind: "attack", t0: 100, attack: [110, 130],
		culprits: ["203.0.113.0/24"], innocents: ["198.51.100.0/24"], expect: ["scanner"],
		must_not: ["crawler"]} + ('"${1:-{\}}"')' >"$T/dir/x.labels.json"
	gzip -c </dev/null >"$T/dir/x.ndjson.gz"
	echo '{"t":"tick"}' | tee "$T/else" >"$T/dir/x.says"
	# shellcheck disable=SC1078,SC1079 # $2 is the program's
	printf '%s\n' '#!/bin/sh' "case \$2 in" '*.gz) cat "${2%.ndjson.gz}.says" ;;' \
		"*) cp \"\$2\" '$T/given' && cat '$T/else' ;;" "esac" >"$T/program"
	chmod +x "$T/program"
}

# flag [CHANGES] [NAME.says]: one more record. A flag of 203.0.113.9, on since 114.
flag() {
	jq -nc '{t: "flag", ts: 115, flag: "scanner", on: true, scope: "host", who: "203.0.113.9",
		severity: 2, since: 114, value: 40, evidence: "40 paths", disproof: "a broken link"}
		+ ('"${1:-{\}}"')' >>"${2:-$T/dir/x.says}"
}

# verdict WANT [OPTION...]: right, MISSED or FALSE, and the exit status that goes with it.
verdict() {
	local want=$1 status=0
	shift
	"$INCIDENTS/judge" --program "$T/program" "$@" "$T/dir" >"$T/table" 2>&1 || status=$?
	assert_eq "$(awk 'NR == 1 { print $2 }' "$T/table")" "$want" "$(cat "$T/table")"
	[ "$want" = right ] && [ "$status" -eq 0 ] || [ "$want" != right ] && return
	fail "exit status $status"
}

# one WANT CHANGES: of an incident with this one flag.
one() {
	incident
	flag "$2"
	verdict "$1"
}

test_a_flag_in_time_is_right() {
	one right '{}'
	one right '{ts: 120, who: "203.0.113.0/24", scope: "network"}'
	one MISSED '{ts: 120.5}'
	one MISSED '{ts: 109, since: 108}'
	incident '{limit: 25}'
	flag '{ts: 134}'
	verdict right
}

test_slow_flags_have_longer() {
	incident '{expect: ["slow-read"]}'
	flag '{flag: "slow-read", ts: 126.9}'
	verdict right
}

test_no_flag_is_a_miss() {
	incident
	verdict MISSED
	incident '{kind: "benign", attack: null, culprits: [], expect: []}'
	verdict right
}

test_all_that_is_expected_must_come() {
	incident '{expect: ["scanner", "syn-flood"]}'
	flag
	verdict MISSED
	flag '{flag: "syn-flood", scope: "machine", who: "", prefixes: ["203.0.113.0/25"], ts: 116}'
	verdict right
	incident '{accept: ["exploit"]}'
	flag '{flag: "exploit"}'
	verdict right
}

test_only_culprits_are_to_be_named() {
	one MISSED '{who: "192.0.2.1"}'
	one FALSE '{who: "198.51.100.7"}'
	one FALSE '{flag: "burst", who: "198.51.100.7"}'
	one FALSE '{scope: "network", who: "0.0.0.0/0"}'
	one MISSED '{scope: "network", who: "203.0.112.0/23"}'
	incident '{culprits: ["2001:db8:7::/64"]}'
	flag '{scope: "network", who: "2001:db8:7::/48"}'
	verdict right
}

test_paths_and_agents_are_named_by_their_words() {
	incident '{culprits: ["path:/login"], expect: ["stuffing"]}'
	flag '{flag: "stuffing", scope: "path", who: "/logout"}'
	verdict MISSED
	flag '{flag: "stuffing", scope: "path", who: "/login", ts: 116}'
	verdict right
}

test_a_machine_in_trouble_names_nobody() {
	incident '{culprits: [], expect: ["error-surge"]}'
	flag '{flag: "error-surge", scope: "machine", who: "203.0.113.9"}'
	verdict MISSED
	flag '{flag: "error-surge", scope: "machine", who: "", ts: 116}'
	verdict right
}

test_what_is_forbidden_is_false() {
	incident
	flag
	flag '{flag: "crawler", severity: 1, ts: 140}'
	verdict FALSE
	assert_match "$(cat "$T/table")" 'wrong: \+30\.0s crawler 203\.0\.113\.9'
}

test_in_a_benign_one_severity_2_is_false() {
	local benign='{kind: "benign", attack: null, culprits: [], expect: []}'
	incident "$benign"
	flag '{severity: 1}'
	verdict right
	incident "$benign"
	flag
	verdict FALSE
}

test_each_flag_says_why() {
	one FALSE '{evidence: ""}'
	one FALSE '{disproof: null}'
	one FALSE '{severity: 5}'
	one FALSE '{since: 116}'
	one FALSE '{scope: "path", who: ""}'
	one FALSE '{scope: "host", who: "everybody"}'
}

test_each_flag_that_began_ends_or_holds() {
	incident
	flag
	flag '{ts: 116, value: 50}'
	flag '{ts: 120, on: false}'
	flag '{ts: 121, since: 121}'
	verdict right
	flag '{ts: 122, since: 120}'
	verdict FALSE
	incident
	flag
	flag '{ts: 120, on: false, who: "203.0.113.8"}'
	verdict FALSE
	incident
	flag
	flag '{ts: 114, since: 113, who: "203.0.113.8"}'
	verdict FALSE
}

# A zoom may name the networks of one flag anew.
test_networks_may_be_named_anew() {
	incident
	flag '{scope: "network", who: "203.0.113.0/27"}'
	flag '{scope: "network", who: "203.0.113.0/26", ts: 118}'
	flag '{scope: "network", who: "203.0.113.0/26", ts: 125, on: false}'
	verdict right
}

test_a_program_that_fails_is_wrong() {
	incident
	flag
	echo 'exit 1' >>"$T/program"
	verdict FALSE
	incident
	flag
	printf '{"t":"tick"' >>"$T/dir/x.says"
	verdict FALSE
}

test_live_streams_are_judged_as_they_are() {
	incident
	flag '{}' "$T/dir/x.stream"
	rm "$T/dir/x.ndjson.gz"
	verdict right --live
}

test_the_same_flags_again() {
	incident
	flag '{}' "$T/else"
	flag
	verdict right --same --verbose
	flag '{evidence: "41 paths", ts: 116}' "$T/else"
	verdict FALSE --same
}

# Five listings of two sockets, of which the third goes; changes of state stay.
test_thin_leaves_out_every_third_batch() {
	incident
	for at in 1 2 3 4 5; do
		for port in 7 8; do
			printf '{"t":"conn","ts":%s,"state":"ESTABLISHED","was":"ESTABLISHED","port":%s,"ns":1}\n' \
				"$at" "$port"
		done
		printf '{"t":"conn","ts":%s.5,"state":"CLOSE","was":"ESTABLISHED","port":9,"ns":1}\n' "$at"
	done | gzip >"$T/dir/x.ndjson.gz"
	verdict MISSED --thin
	assert_eq "$(jq -r '"\(.ts) \(.port)"' "$T/given" | tr '\n' ',')" \
		'1 7,1 8,1.5 9,2 7,2 8,2.5 9,3.5 9,4 7,4 8,4.5 9,5 7,5 8,5.5 9,'
}

test_thin_knows_where_a_listing_ends() {
	incident
	for at in 1 2 3 4; do
		printf '{"t":"conn","ts":%s.%s,"state":"ESTABLISHED","was":"ESTABLISHED","ns":1}\n' \
			"$at" 1 "$at" 2
		printf '{"t":"conn","ts":%s.3,"state":"CLOSE","was":"ESTABLISHED","ns":1}\n' "$at"
		printf '{"t":"listing","ts":%s.9,"ns":%s}\n' "$at" 2 "$at" 1
	done | gzip >"$T/dir/x.ndjson.gz"
	verdict MISSED --thin
	# Of namespace 2, too, the third goes, in which it had found nothing.
	assert_eq "$(jq -r '"\(.ts) \(.ns)"' "$T/given" | grep '^3' | tr '\n' ',')" '3.3 1,'
	assert_eq "$(wc -l <"$T/given")" 16
}

# In a thin recording a flag may come late or not at all, but not falsely.
test_thin_is_patient() {
	incident
	flag '{ts: 140}' "$T/else"
	verdict right --thin
	echo '{"t":"tick"}' >"$T/else"
	"$INCIDENTS/judge" --program "$T/program" --thin "$T/dir" >/dev/null || fail 'not patient'
	flag '{flag: "crawler"}' "$T/else"
	verdict FALSE --thin
}

run_tests
