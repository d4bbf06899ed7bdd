#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# --report and --redact.
. "$(dirname "$0")/../lib/sh.sh"

test_each_format() {
	need jq
	"$NG" --demo --report "$T/a.html" >"$T/out" 2>&1
	"$NG" --demo --report "$T/a.md" >>"$T/out" 2>&1
	"$NG" --demo --report "$T/a.json" >>"$T/out" 2>&1
	assert_eq "$(cat "$T/out")" ''
	assert_match "$(head -1 "$T/a.html")" '<!DOCTYPE html>'
	assert_match "$(sed -n 3p "$T/a.md")" 'Over: SYN flood'
	assert_eq "$(jq -r '"\(.t) \(.schema) \(.machine) \([.sections[].id] | length)"' "$T/a.json")" \
		'report 1 web1 16'
	assert_eq "$(jq -r '[.sections[] | select(.id == "findings").blocks[].card.title] | join(", ")' \
		"$T/a.json")" 'SYN flood, slow requests, crawler, scan'
	assert_eq "$(stat -c %a "$T"/a.* | sort -u)" 600
}

# A report in the midst of it, and what --once prints beside it.
test_with_once() {
	need jq
	"$NG" --demo --duration 4m --once --report "$T/a.json" >"$T/out"
	assert_match "$(sed -n 1p "$T/out")" '^verdict: SYN flood'
	assert_match "$(jq -r .verdict "$T/a.json")" '^SYN flood .*sure'
	jq '.sections[] | select(.id == "blocks").blocks[].card // empty' "$T/a.json" >"$T/cards"
	assert_eq "$(jq -r .title "$T/cards" | head -2 | xargs)" '198.51.100.0/24 203.0.113.0/24'
	assert_match "$(jq -r '.fields[] | select(.id == "block").value' "$T/cards")" \
		'add element inet nethergaze block4 \{ 203.0.113.0/24 timeout 1h \}'
	assert_match "$(jq -r '.fields[] | select(.id == "undo").value' "$T/cards")" \
		'nft delete element inet nethergaze block4'
}

test_redact() {
	local all masked
	"$NG" --demo --report "$T/all.md"
	"$NG" --demo --redact --report "$T/masked.md"
	all=$(grep -oE '198\.18\.[0-9]+\.[0-9]+' "$T/all.md" | grep -vc '\.0$' || true)
	masked=$(grep -oE '198\.18\.[0-9]+\.[0-9]+' "$T/masked.md" | grep -vc '\.0$' || true)
	assert_match "$all" '^[1-9]'
	assert_eq "$masked" 0
	assert_match "$(cat "$T/masked.md")" '198\.18\.[0-9]+\.x-[0-9a-f]{4}'
	assert_match "$(cat "$T/masked.md")" '192\.0\.2\.77'
}

# It is refused before anything is done.
test_refusals() {
	local name
	for name in a.txt .html "$T/none/a.html"; do
		assert_status 2 "$NG" --demo --report "$name"
	done
	mkfifo "$T/a.html"
	ln -s "$T/aim" "$T/b.html"
	assert_status 2 "$NG" --demo --report "$T/a.html"
	assert_status 2 "$NG" --demo --report "$T/b.html"
	[ ! -e "$T/aim" ]
}

# A file that is named is replaced whole.
test_named_again() {
	echo old >"$T/a.md"
	ln "$T/a.md" "$T/b.md"
	"$NG" --demo --report "$T/a.md"
	assert_match "$(cat "$T/a.md")" SYN
	assert_eq "$(cat "$T/b.md")" old
}

# A live run writes when it ends, and a signal ends it.
test_a_live_run() {
	: >"$T/log"
	background "$NG" --source proc --show-private-ips --log-path "$T/log" --report "$T/a.md"
	local pid=$PID
	wait_for "ls -l /proc/$pid/fd 2>/dev/null | grep -q \"$T/log\"" 10
	[ ! -e "$T/a.md" ]
	kill -TERM "$pid"
	wait "$pid"
	assert_match "$(cat "$T/a.md")" '## What could not be seen'
}

run_tests
