#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Logs of random bytes, and of real lines that were changed: every line is counted, as a request, a
# login, rejected or left out, and memory stays bounded. NG_GARBAGE_BYTES makes them larger.
. "$(dirname "$0")/../lib/sh.sh"

BYTES=${NG_GARBAGE_BYTES:-16777216}
READ=("$NG" --json --from-start --duration 0 --source proc --show-private-ips
	--no-geoip --no-whois --no-auth-log --log-path)

# peak_of FILE: KiB at most.
peak_of() {
	"$NG_BUILD/tests/lib/measure" "${READ[@]}" "$1" | cut -d' ' -f2
}

count_of() { # KIND
	grep -c "^{\"t\":\"$1\"" "$T/stdout" || :
}

# What the stream says of the log at last, with the numbers of its requests, logins and errors,
# to $T/last.
count_records() {
	assert_eq "$(count_of lost)" 0 'losses'
	grep '^{"t":"log"' "$T/stdout" | tail -n 1 |
		jq -c --argjson requests "$(count_of request)" --argjson logins "$(count_of auth)" \
			--argjson errors "$(count_of web_error)" \
			'. + {$requests, $logins, $errors}' >"$T/last"
}

# garbage SEED [FILE...]: what comes of it.
garbage() {
	local lines empty peak
	need jq
	"$NG_BUILD/tests/lib/mutate" "$1" "$BYTES" "${@:2}" >"$T/log" 2>"$T/lines"
	lines=$(cat "$T/lines")
	assert_status 0 "${READ[@]}" "$T/log"
	count_records
	assert_json "$T/last" ".[0] | .lines == $lines and .requests + .logins + .errors + .rejected + .ignored ==
		.lines"
	: >"$T/empty"
	empty=$(peak_of "$T/empty")
	peak=$(peak_of "$T/log")
	[ "$peak" -lt $((empty + 65536)) ] || fail "$peak KiB at the peak, $empty without a log"
	note "$(jq -r '"\(.lines) lines, \(.requests) requests, \(.ignored) left out"' "$T/last")," \
		"$(((peak - empty) / 1024)) MiB over an empty run"
}

# The corpora of the fuzzers, without what runtimes cut into pieces: several of these are one line.
real_lines() {
	local file
	for file in "$NG_TOP"/tests/fuzz/corpus/log_{line,json}/*; do
		case $file in */cri* | */docker_json) continue ;; esac
		cat "$file"
		echo
	done
}

test_random_bytes() {
	garbage 1
}

test_changed_lines() {
	real_lines >"$T/seeds"
	garbage 2 "$T/seeds"
}

run_tests
