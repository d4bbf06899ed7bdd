#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# --publish -: what a machine says of itself, and what it answers, as an SSH hub has it.
# shellcheck disable=SC2034 # what a condition to poll needs
. "$(dirname "$0")/../lib/sh.sh"

VALIDATE=$NG_TOP/tests/lib/validate.py
INCIDENT=$NG_TOP/tests/incidents/recordings/dist-crawler-24.ndjson.gz
SECRET=/intern/kundenliste

# log N ADDRESS PATH: so many requests of now, in $T/access.log.
log() {
	local i now
	now=$(date -u +'%d/%b/%Y:%H:%M:%S +0000')
	for ((i = 0; i < $1; i++)); do
		printf '%s - - [%s] "GET %s HTTP/1.1" 404 12 "-" "geheim-agent/1.0"\n' "$2" "$now" "$3"
	done >>"$T/access.log"
}

# agent ARG...: one that watches $T/access.log. It reads questions from descriptor 9, and writes
# $T/out. PID.
agent() {
	mkfifo "$T/questions"
	exec 9<>"$T/questions"
	background "$NG" --publish - --source proc --from-start --show-private-ips \
		--log-path "$T/access.log" "$@" <"$T/questions" >"$T/out" 2>"$T/err" 9>&-
	wait_for 'grep -q "\"t\":\"machine\"" "$T/out"' 20
}

# answer QUESTION REGEX...: a line of what is answered to it, or its note, matches each.
answer() {
	local regex
	ASKED=$1
	echo "$1" >&9
	wait_for 'grep "\"t\":\"answer\"" "$T/out" | jq -ce --arg q "$ASKED" "select(.ask == \$q)" >"$T/answer"' 20
	jq -r '(.lines // [])[], (.note // empty)' "$T/answer" >"$T/lines"
	for regex in "${@:2}"; do
		grep -qE -- "$regex" "$T/lines" || fail "no $regex in: $(cat "$T/lines")"
	done
}

test_sets_are_whole_and_fit() {
	need jq
	"$NG" --replay "$INCIDENT" --speed max --publish - --show-private-ips </dev/null >"$T/out"
	assert_eq "$(head -n 1 "$T/out" | jq -r '[.t, .schema, .seed] | @csv')" '"start",1,'
	assert_json "$T/out" '[.[] | select(.t == "machine").seq] | . == [range(1; length + 1)] and length > 3'
	# As many shares and herds follow each set as it says.
	jq -r 'if .t == "machine" then "set \(.parts)" elif .t == "share" or .t == "herd" then "part" else empty end' \
		"$T/out" | awk '$1 == "set" { if (n) exit 1; n = $2 } $1 == "part" && n-- <= 0 { exit 1 } END { exit n > 0 }'
	assert_json "$T/out" 'any(.[]; .t == "share" and .requests > 0 and .paths > 0)'
	assert_json "$T/out" 'any(.[]; .t == "herd" and .of == "agent" and (.sources | test("^[sd]")))'
	assert_json "$T/out" 'any(.[]; .t == "flag" and .on)'
	assert_json "$T/out" 'all(.[]; .t != "machine" or .figures.requests >= 0)'
	[ -x /usr/bin/python3 ] || skip 'python3 is not installed'
	"$NG" --json-schema >"$T/schema"
	"$VALIDATE" "$T/schema" "$T/out" >"$T/kinds"
}

# The same recording, the same records; with --json the events come as well.
test_is_the_same_again() {
	need jq
	local out
	for out in one two; do
		"$NG" --replay "$INCIDENT" --speed max --publish - --show-private-ips </dev/null >"$T/$out"
	done
	cmp "$T/one" "$T/two"
	"$NG" --replay "$INCIDENT" --speed max --publish - --json --show-private-ips </dev/null >"$T/json"
	grep -c '"t":"request"' "$T/json" >"$T/n"
	[ "$(cat "$T/n")" -gt 100 ]
	assert_eq "$(grep -c '"t":"machine"' "$T/json")" "$(grep -c '"t":"machine"' "$T/one")"
	assert_eq "$(grep '"t":"herd"' "$T/json" | sort | cksum)" "$(grep '"t":"herd"' "$T/one" | sort | cksum)"
}

# What machines of one key count adds up: who asked there is the same text here.
test_key() {
	need jq
	local key
	for key in a b; do
		NETHERGAZE_PUBLISH_KEY=$key "$NG" --replay "$INCIDENT" --speed max --publish - \
			--show-private-ips </dev/null >"$T/$key"
		jq -r 'select(.t == "machine").sketch' "$T/$key" | sort -u >"$T/$key.sketch"
		assert_eq "$(wc -l <"$T/$key.sketch")" 1
	done
	if cmp -s "$T/a.sketch" "$T/b.sketch"; then fail "two keys hash alike"; fi
	assert_no_match "$(cat "$T/a")" '"seed"'
}

test_answers() {
	need jq
	log 30 203.0.113.9 "$SECRET"
	log 3 203.0.113.10 /
	agent --config /dev/null
	answer 'ask 203.0.113.9' "30x $SECRET" '30x geheim-agent/1\.0' '^requests +30$'
	answer 'ask 203.0.113.0/24' '2 addresses of it known'
	answer "ask $SECRET" '30x 203\.0\.113\.9'
	answer 'ask' '^requests +33$'
	answer 'ask 198.51.100.1' 'not known here'
	assert_json "$T/out" 'all(.[]; .t != "answer" or (.lines // [] | join("\n") | length) < 8192)'
	exec 9>&-
	finish "$PID" 20
	assert_eq "$(cat "$T/err")" ''
}

test_bad_questions() {
	need jq
	log 3 203.0.113.9 /
	agent --config /dev/null
	answer 'who are you' 'not understood'
	answer 'askance' 'not understood'
	answer 'ask nobody' 'neither an address'
	answer 'live perhaps' 'not understood'
	answer 'block 203.0.113.9 60' 'publish\.allow_block is off'
	# A line that is too long is one question, whatever is in it.
	{
		printf 'ask %09000d' 0
		printf ' ask\nask 203.0.113.9\nask 203.0.113.9\n\033[31mask\377\n'
	} >&9
	wait_for '[ "$(jq -c "select(.ask == \"ask 203.0.113.9\")" "$T/out" | wc -l)" -eq 2 ]' 20
	wait_for 'grep -q "at most 4096 bytes" "$T/out"' 20
	wait_for 'grep -q "xff" "$T/out"' 20
	assert_eq "$(grep -c 'at most 4096 bytes' "$T/out")" 1
	assert_no_match "$(cat "$T/out")" "$(printf '\033')"
	# More than anybody can read: one answer a second says so, for all of them.
	for _ in $(seq 200); do echo ask; done >&9
	wait_for 'grep -q "too many questions" "$T/out"' 20
	exec 9>&-
	finish "$PID" 20
	[ "$(grep -c '"t":"answer"' "$T/out")" -lt 200 ] || fail 'each of them was answered'
}

# Each second while somebody looks.
test_live() {
	need jq
	log 3 203.0.113.9 /
	agent --config /dev/null
	assert_eq "$(jq -r 'select(.t == "machine").every_us' "$T/out" | head -n 1)" 10000000
	echo 'live on' >&9
	wait_for '[ "$(grep -c "\"every_us\":1000000," "$T/out")" -ge 3 ]' 20
	echo 'live off' >&9
	exec 9>&-
	finish "$PID" 20
	assert_eq "$(tail -n 1 "$T/out" | grep -c . )" 1
	assert_no_match "$(cat "$T/out")" '"t":"answer"'
}

# Nothing of what somebody asked for, or with what, leaves the machine.
test_detail() {
	need jq
	local detail
	log 40 203.0.113.9 "$SECRET"
	for detail in none hash; do
		rm -f "$T/questions"
		NETHERGAZE_PUBLISH_DETAIL=$detail NETHERGAZE_PUBLISH_INTERVAL=1s agent --config /dev/null
		answer 'ask 203.0.113.9' 'publish\.detail'
		answer 'ask' '^requests'
		[ "$detail" = none ] || wait_for 'grep -q "\"of\":\"path\",\"key\":\"#[0-9a-f]\{16\}\"" "$T/out"' 20
		exec 9>&-
		finish "$PID" 20
		assert_no_match "$(cat "$T/out")" 'kundenliste|geheim'
		cp "$T/out" "$T/$detail"
	done
	assert_no_match "$(cat "$T/none")" '"of":"(path|agent|referer)"'
}

# A reader who is gone ends it, and so does whoever asked.
test_ends() {
	log 3 203.0.113.9 /
	mkfifo "$T/out" "$T/questions"
	exec 9<>"$T/questions"
	exec 8<>"$T/out"
	background "$NG" --publish - --source proc --from-start --log-path "$T/access.log" \
		--config /dev/null <"$T/questions" >"$T/out" 2>"$T/err" 9>&- 8>&-
	exec 7<"$T/out" 8>&-
	head -n 1 <&7 >"$T/first"
	exec 7<&-
	echo 'live on' >&9
	finish "$PID" 20
	assert_eq "$(cat "$T/err")" ''
}

# Nobody is there: no end.
test_no_stdin() {
	log 3 203.0.113.9 /
	background "$NG" --publish - --source proc --from-start --log-path "$T/access.log" \
		--config /dev/null <&- >"$T/out" 2>"$T/err"
	wait_for 'grep -q "\"t\":\"machine\"" "$T/out"' 20
	kill -0 "$PID"
	stop "$PID"
}

test_combinations() {
	local with
	for with in --once '--json=ecs'; do
		assert_status 2 "$NG" --publish - "$with"
		assert_match "$(cat "$T/stderr")" 'cannot be combined'
	done
}

run_tests
