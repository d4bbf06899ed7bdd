#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The incident that is part of the program: needs nothing, shows what it promises, and is judged as
# the recording says.
. "$(dirname "$0")/../lib/sh.sh"

# flags FILE: "syn-flood true", … in their order, once each.
flags() {
	jq -r 'select(.t == "flag") | "\(.flag) \(.on) \(.since)"' "$1" | uniq
}

test_it_needs_nothing() {
	need jq
	cd /
	env -i PATH="$PATH" "$NG" --demo --speed max --duration 4m --once >"$T/out"
	assert_match "$(sed -n 1p "$T/out")" \
		'^verdict: SYN flood \(198.51.100.0/24,203.0.113.0/24\), sure: 254 half-open'
	assert_match "$(grep '^192.0.2.10 ' "$T/out")" 'US Example Cloud'
}

test_it_has_what_it_promises() {
	need jq
	"$NG" --demo --speed max --json >"$T/now"
	assert_eq "$(flags "$T/now" | grep ' true ' | cut -d' ' -f1 | awk '!was[$1]++' | xargs)" \
		'crawler scanner syn-flood slow-request'
	# Calm at first, and in the end.
	assert_eq "$(jq -r 'select(.t == "verdict") | .text' "$T/now" | sed -n '1p;$p' | cut -c-18 | uniq)" \
		'nothing stands out'
}

# Else demo/make is due: the judgement has changed.
test_it_is_judged_as_recorded() {
	need jq
	"$NG" --demo --speed max --json >"$T/now"
	"$NG" --demo --speed max --json --as-recorded >"$T/then"
	assert_eq "$(flags "$T/now")" "$(flags "$T/then")"
	assert_match "$(stat -c %s "$NG_TOP/demo/incident.ndjson.gz")" '^[0-9]{1,5}$|^[12][0-9]{5}$'
}

test_it_goes_with_no_other_recording() {
	assert_status 2 "$NG" --demo --replay x
	assert_match "$(cat "$T/stderr")" '--demo and --replay cannot be combined'
	assert_status 2 "$NG" --demo --record x
	assert_match "$(cat "$T/stderr")" '--demo and --record cannot be combined'
	assert_status 2 "$NG" --demo --log-path x
}

run_tests "$@"
