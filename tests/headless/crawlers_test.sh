#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # conditions to poll are given as text
#
# Who says that it is a crawler, and whether it is: by names from a server on the loopback
# (tests/lib/fake_dns.c) and by files of published ranges.
. "$(dirname "$0")/../lib/sh.sh"

GOOGLEBOT='Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'
GPTBOT='Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)'

start_dns() {
	background "$NG_BUILD/tests/lib/fake_dns" >"$T/asked"
	wait_for 'grep -q ^dns "$T/asked"'
	export NETHERGAZE_RDNS_SERVER
	NETHERGAZE_RDNS_SERVER=127.0.0.1:$(awk '$1 == "dns" { print $2 }' "$T/asked")
}

visit() { # AGENT ADDRESS...: twice each, into $T/access.log
	local agent=$1 ip
	shift
	for ip; do
		printf '%s - - [22/Nov/2026:08:14:15 +0000] "GET /%s HTTP/1.1" 200 12 "-" "%s"\n' \
			"$ip" 1 "$agent" "$ip" 2 "$agent"
	done >>"$T/access.log"
}

watch() { # [OPTION...]
	background "$NG" --json --source proc --log-path "$T/access.log" --from-start \
		--show-private-ips --duration 60 "$@" >"$T/out" 2>"$T/err"
	NG_PID=$PID
}

# outcomes IP [FILE]: "NAME OUTCOME BY" of each crawler event, one a line
outcomes() {
	jq -r "select(.t == \"crawler\" and .ip == \"$1\") | \"\(.name) \(.outcome) \(.by // \"-\")\"" \
		"${2:-$T/out}" 2>/dev/null
}

told() { # IP "NAME OUTCOME BY": it is the latest one
	[ "$(outcomes "$1" | tail -n 1)" = "$2" ]
}

is_unanswered() { # IP
	jq -se "any(.[]; .t == \"rdns\" and .ip == \"$1\" and .note != null)" "$T/out" >/dev/null 2>&1
}

once() { # [OPTION...]: a report of the log, as it stands, to $T/once
	"$NG" --once --json --duration 0 --source proc --log-path "$T/access.log" --from-start \
		--show-private-ips "$@" >"$T/once"
}

is() { # IP: "CRAWLER CRAWLER_IS" of its host record
	jq -r "select(.t == \"host\" and .ip == \"$1\") | \"\(.crawler) \(.crawler_is)\"" "$T/once"
}

google_json() {
	cat >"$T/googlebot.json" <<-'END'
		{ "creationTime": "2026-11-20T23:00:00.000000",
		  "prefixes": [
		    { "ipv6Prefix": "2001:4860:4801:10::/64" },
		    { "ipv4Prefix": "66.249.64.0/27" } ] }
	END
}

test_names_confirm_and_refute() {
	need jq
	start_dns
	visit "$GOOGLEBOT" 66.1.2.3 8.1.2.3 11.1.2.3 15.1.2.3 68.1.2.3 69.1.2.3 9.1.2.3
	visit "$GPTBOT" 8.1.2.4 11.1.2.4
	visit 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0' 66.1.2.4
	watch --rdns
	wait_for 'told 66.1.2.3 "Googlebot confirmed rdns"' 30
	wait_for 'told 8.1.2.3 "Googlebot refuted rdns"' 30
	wait_for 'told 11.1.2.3 "Googlebot refuted rdns"' 30
	wait_for 'told 68.1.2.3 "Googlebot refuted rdns"' 30
	wait_for 'told 9.1.2.3 "Googlebot refuted rdns"' 30
	wait_for 'is_unanswered 15.1.2.3 && is_unanswered 69.1.2.3' 30
	stop "$NG_PID"
	assert_eq "$STATUS" 0
	# It was unverified until the answer came, and each is said once, however many requests.
	assert_eq "$(outcomes 66.1.2.3)" $'Googlebot unverified -\nGooglebot confirmed rdns'
	assert_eq "$(outcomes 8.1.2.3)" $'Googlebot unverified -\nGooglebot refuted rdns'
	# A failure refutes nobody, nor does a name where the operator promises none.
	assert_eq "$(outcomes 15.1.2.3)" 'Googlebot unverified -'
	assert_eq "$(outcomes 69.1.2.3)" 'Googlebot unverified -'
	assert_eq "$(outcomes 8.1.2.4)" 'GPTBot unverified -'
	assert_eq "$(outcomes 11.1.2.4)" 'GPTBot unverified -'
	assert_eq "$(outcomes 66.1.2.4)" ''
}

test_crawlers_are_asked_about_first() {
	need jq
	local i
	start_dns
	for i in $(seq 250); do
		visit 'curl/8' "12.1.1.$i" "12.1.2.$i"
	done
	watch --rdns
	wait_for '[ "$(grep -c "^ptr" "$T/asked")" -ge 16 ]' 20
	visit "$GOOGLEBOT" 66.1.2.3
	wait_for 'told 66.1.2.3 "Googlebot confirmed rdns"' 30
	stop "$NG_PID"
	# Those that nobody answers for take seconds each, and were not all asked about before it.
	[ "$(sed '/66\.in-addr/q' "$T/asked" | grep '12\.in-addr' | sort -u | wc -l)" -lt 500 ] ||
		fail 'it came last'
}

test_ranges_confirm_and_refute() {
	need jq
	google_json
	printf '# OpenAI\n192.0.2.0/28\n' >"$T/gptbot.txt"
	visit "$GOOGLEBOT" 66.249.64.5 66.249.64.77 2001:4860:4801:10::7 2001:db8::7 10.1.2.3
	visit "$GPTBOT" 192.0.2.9 192.0.2.19 2001:db8::8
	visit 'Mozilla/5.0 (compatible; bingbot/2.0)' 192.0.2.9
	once --ranges "$T/googlebot.json" --ranges "$T/gptbot.txt"
	assert_eq "$(is 66.249.64.5)" 'Googlebot confirmed'
	assert_eq "$(is 66.249.64.77)" 'Googlebot refuted'
	assert_eq "$(is 2001:4860:4801:10::7)" 'Googlebot confirmed'
	assert_eq "$(is 2001:db8::7)" 'Googlebot refuted'
	assert_eq "$(is 192.0.2.9)" 'GPTBot confirmed' 'bingbot is only unverified'
	assert_eq "$(is 192.0.2.19)" 'GPTBot refuted'
	# It may be a proxy; and a list of IPv4 alone says nothing of IPv6.
	assert_eq "$(is 10.1.2.3)" 'Googlebot unverified'
	assert_eq "$(is 2001:db8::8)" 'GPTBot unverified'
}

# Whose ranges a file has is what its name or the operator says; a cloud's are nobody's.
test_a_name_says_whom_a_file_is_for() {
	need jq
	google_json
	mv "$T/googlebot.json" "$T/cloud.json"
	visit "$GOOGLEBOT" 66.249.64.5 203.0.113.9
	once --ranges "$T/cloud.json"
	assert_eq "$(is 66.249.64.5)" 'Googlebot unverified'
	assert_eq "$(is 203.0.113.9)" 'Googlebot unverified'
	once --ranges "googlebot=$T/cloud.json"
	assert_eq "$(is 66.249.64.5)" 'Googlebot confirmed'
	assert_eq "$(is 203.0.113.9)" 'Googlebot refuted'
	# Both: what else has the network does not hide it.
	once --ranges "$T/cloud.json" --ranges "googlebot=$T/cloud.json"
	assert_eq "$(is 66.249.64.5)" 'Googlebot confirmed'
	NETHERGAZE_RANGES="googlebot=$T/cloud.json" once
	assert_eq "$(is 66.249.64.5)" 'Googlebot confirmed'
	printf '[crawlers]\nranges = ["Googlebot=%s"]\n' "$T/cloud.json" >"$T/config.toml"
	once --config "$T/config.toml"
	assert_eq "$(is 203.0.113.9)" 'Googlebot refuted'
}

test_nothing_at_hand_is_unverified() {
	need jq
	visit "$GOOGLEBOT" 66.1.2.3
	once
	assert_eq "$(is 66.1.2.3)" 'Googlebot unverified'
	"$NG" --once --duration 0 --source proc --log-path "$T/access.log" --from-start >"$T/table"
	assert_match "$(cat "$T/table")" 'Crawler'
	assert_match "$(cat "$T/table")" 'Googlebot\?'
}

# A name that is confirmed has the last word over ranges that may be old.
test_a_name_outranks_old_ranges() {
	need jq
	start_dns
	google_json
	visit "$GOOGLEBOT" 66.1.2.3 8.1.2.3 15.1.2.3
	watch --rdns --ranges "$T/googlebot.json"
	wait_for 'told 66.1.2.3 "Googlebot confirmed rdns"' 30
	wait_for 'grep -q "15\.in-addr" "$T/asked"' 20
	stop "$NG_PID"
	assert_eq "$(outcomes 66.1.2.3)" $'Googlebot refuted ranges\nGooglebot confirmed rdns'
	assert_eq "$(outcomes 8.1.2.3)" 'Googlebot refuted ranges'
	assert_eq "$(outcomes 15.1.2.3)" 'Googlebot refuted ranges'
}

record_names() { # to $T/rec
	start_dns
	visit "$GOOGLEBOT" 66.1.2.3 8.1.2.3 11.1.2.3
	watch --rdns --record "$T/rec"
	wait_for 'told 66.1.2.3 "Googlebot confirmed rdns"' 30
	wait_for 'told 8.1.2.3 "Googlebot refuted rdns"' 30
	wait_for 'told 11.1.2.3 "Googlebot refuted rdns"' 30
	stop "$NG_PID"
}

crawler_records() {
	jq -cS 'select(.t == "crawler")' "$@"
}

test_a_replay_says_what_was_recorded() {
	need jq
	record_names
	"$NG" --replay "$T/rec" --speed max --json --show-private-ips >"$T/again"
	"$NG" --replay "$T/again" --speed max --json --show-private-ips >"$T/twice"
	assert_eq "$(crawler_records "$T/again")" "$(crawler_records "$T/rec")"
	assert_eq "$(crawler_records "$T/twice")" "$(crawler_records "$T/rec")"
	"$NG" --replay "$T/rec" --speed max --once --json --show-private-ips >"$T/once"
	assert_eq "$(is 66.1.2.3)" 'Googlebot confirmed'
	assert_eq "$(is 11.1.2.3)" 'Googlebot refuted'
}

test_ranges_given_to_a_replay_have_the_last_word() {
	need jq
	record_names
	printf '11.1.2.0/24\n' >"$T/googlebot.txt"
	"$NG" --replay "$T/rec" --speed max --json --show-private-ips --ranges "$T/googlebot.txt" \
		>"$T/again"
	assert_eq "$(outcomes 11.1.2.3 "$T/again" | tail -n 1)" 'Googlebot confirmed ranges'
	assert_eq "$(outcomes 66.1.2.3 "$T/again" | tail -n 1)" 'Googlebot confirmed rdns'
	assert_eq "$(outcomes 8.1.2.3 "$T/again" | tail -n 1)" 'Googlebot refuted rdns'
	# Its stream says the same, without them.
	"$NG" --replay "$T/again" --speed max --once --json --show-private-ips >"$T/once"
	assert_eq "$(is 11.1.2.3)" 'Googlebot confirmed'
}

# Recordings of 0.2.0 have names and no outcomes; a missing name may have been a failure there.
test_an_old_recording_is_judged() {
	need jq
	record_names
	jq -c 'select(.t != "crawler") | del(.schema)' "$T/rec" >"$T/old"
	"$NG" --replay "$T/old" --speed max --json --show-private-ips >"$T/again"
	"$NG" --replay "$T/again" --speed max --json --show-private-ips >"$T/twice"
	assert_eq "$(outcomes 66.1.2.3 "$T/again")" \
		$'Googlebot unverified -\nGooglebot confirmed rdns'
	assert_eq "$(outcomes 8.1.2.3 "$T/again" | tail -n 1)" 'Googlebot refuted rdns'
	assert_eq "$(outcomes 11.1.2.3 "$T/again")" 'Googlebot unverified -'
	assert_eq "$(crawler_records "$T/twice")" "$(crawler_records "$T/again")"
}

refused() { # REGEX ARG...
	local want=$1
	shift
	NETHERGAZE_RDNS_SERVER='' assert_status 2 timeout 20 "$NG" --once --source proc \
		--duration 0 --log-path "$T/access.log" "$@"
	assert_match "$(cat "$T/stderr")" "$want"
	assert_eq "$(wc -l <"$T/stderr")" 1 'lines of complaint'
}

test_bad_files_are_refused() {
	visit curl/8 192.0.2.1
	refused '--ranges .*/none.json: No such file or directory; expected a file of networks' \
		--ranges "$T/none.json"
	mkdir "$T/dir"
	refused '--ranges .*/dir: it is a directory; expected' --ranges "$T/dir"
	mkfifo "$T/fifo"
	refused '--ranges .*/fifo: it is not a regular file; expected' --ranges "$T/fifo"
	refused '--ranges /dev/zero: it is not a regular file; expected' --ranges /dev/zero
	printf '192.0.2.0/24\n\nhello\n' >"$T/gptbot.txt"
	refused '/gptbot.txt:3: expected a network, as 192.0.2.0/24' --ranges "$T/gptbot.txt"
	printf '{"prefixes": [\n{"ipv4Prefix": "192.0.2.0/24"},\n}' >"$T/bingbot.json"
	refused '/bingbot.json:3: not JSON; expected' --ranges "bingbot=$T/bingbot.json"
	printf '{"prefixes": [{"ipv4Prefix": 7}]}' >"$T/bingbot.json"
	refused '/bingbot.json:1: no network in it; expected' --ranges "$T/bingbot.json"
	printf '0.0.0.0/0\n' >"$T/all.txt"
	refused '/all.txt:1: a network as wide as this' --ranges "$T/all.txt"
	printf '\x1b[31m\n' >"$T/escape.txt"
	refused '/escape.txt:1: expected a network' --ranges "$T/escape.txt"
	: >"$T/empty.txt"
	refused '/empty.txt:1: no network in it' --ranges "$T/empty.txt"
	refused 'expected a file of networks' --ranges googlebot=
	assert_status 2 "$NG" --once --replay "$NG_TOP/tests/data/console.ndjson" --ranges "$T/none"
}

test_big_files_are_bounded() {
	truncate -s 40M "$T/huge.json"
	refused '/huge.json: it has more than 32 MiB; expected' --ranges "$T/huge.json"
	awk 'BEGIN { for (i = 0; i < 300000; i++)
		printf "%d.%d.%d.%d\n", 20 + int(i / 65536), int(i / 256) % 256, i % 256, 1 }' \
		>"$T/many.txt"
	refused '/many.txt: more than 262144 networks' --ranges "$T/many.txt"
	head -n 262144 "$T/many.txt" >"$T/gptbot.txt"
	visit "$GPTBOT" 20.0.0.1 20.0.0.2
	once --ranges "$T/gptbot.txt"
	assert_eq "$(is 20.0.0.1)" 'GPTBot confirmed'
	assert_eq "$(is 20.0.0.2)" 'GPTBot refuted'
	printf '192.0.2.1\n' >"$T/one.txt"
	# shellcheck disable=SC2046 # one word each
	refused 'more than 64 files' $(for _ in $(seq 65); do printf -- '--ranges %s ' "$T/one.txt"; done)
}

test_the_doctor_lists_ranges() {
	google_json
	printf '192.0.2.0/24\n' >"$T/aws.txt"
	"$NG" --doctor --source proc --log-path "$T/no.log" --ranges "$T/googlebot.json" \
		--ranges "$T/aws.txt" --ranges "$T/none" >"$T/doctor" || true
	tr -s ' \n' '  ' <"$T/doctor" >"$T/said"
	assert_match "$(cat "$T/said")" 'yes googlebot: 2 networks for Googlebot, Google inspection'
	assert_match "$(cat "$T/said")" 'yes aws: 1 network a label'
	assert_match "$(cat "$T/said")" 'no --ranges .*/none: No such file'
	"$NG" --doctor --source proc --log-path "$T/no.log" >"$T/doctor" || true
	assert_match "$(cat "$T/doctor")" 'no  published ranges|no published ranges'
}

run_tests
