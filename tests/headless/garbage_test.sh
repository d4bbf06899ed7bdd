#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Logs of random bytes, and of real lines that were changed: every line is counted, as a request or
# as rejected, and memory stays bounded. NG_GARBAGE_BYTES makes them larger.
. "$(dirname "$0")/../lib/sh.sh"

BYTES=${NG_GARBAGE_BYTES:-16777216}
READ=("$NG" --once --json --from-start --duration 0 --source proc --show-private-ips
	--no-geoip --no-whois --no-auth-log --log-path)

# peak_of FILE: KiB at most.
peak_of() {
	"$NG_BUILD/tests/lib/measure" "${READ[@]}" "$1" | cut -d' ' -f2
}

# garbage SEED [FILE...]: what comes of it.
garbage() {
	local lines empty peak
	need jq
	"$NG_BUILD/tests/lib/mutate" "$1" "$BYTES" "${@:2}" >"$T/log" 2>"$T/lines"
	lines=$(cat "$T/lines")
	assert_status 0 "${READ[@]}" "$T/log"
	assert_json "$T/stdout" ".[-1] | .log_lines == $lines and .lost == 0 and
		.requests + .log_rejected == .log_lines"
	: >"$T/empty"
	empty=$(peak_of "$T/empty")
	peak=$(peak_of "$T/log")
	[ "$peak" -lt $((empty + 65536)) ] || fail "$peak KiB at the peak, $empty without a log"
	note "$lines lines, $(jq -s '.[-1].requests' "$T/stdout") requests," \
		"$(((peak - empty) / 1024)) MiB over an empty run"
}

# The corpora of the fuzzers. Of Caddy's loggers all but the access log's are passed over, and what
# sshd writes is no request: neither is there.
real_lines() {
	local file
	for file in "$NG_TOP"/tests/fuzz/corpus/log_{line,json}/*; do
		case $file in */sshd*) continue ;; esac
		cat "$file"
		echo
	done | grep -av 'http\.'
}

test_random_bytes() {
	garbage 1
}

test_changed_lines() {
	real_lines >"$T/seeds"
	garbage 2 "$T/seeds"
}

run_tests
