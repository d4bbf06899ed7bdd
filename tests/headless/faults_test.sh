#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# System calls that fail, one after the other: no more descriptors, a full disk, signals that
# interrupt, reads and writes of a byte. What is refused is said, or done without; what only takes
# longer changes nothing.
#
# NG_FAULT_RUNS=N tries so many calls of each program (default 20); NG_FAULT_SECONDS=N (default 1)
# ends that early on a slow machine. check-long tries nearly all.
. "$(dirname "$0")/../lib/sh.sh"

PRELOAD=$NG_BUILD/tests/preload/fail_calls.so
RUNS_MAX=${NG_FAULT_RUNS:-20} LIMIT=$((${NG_FAULT_SECONDS:-1} * 1000000))
DATA=$NG_TOP/tests/data/console.ndjson
. "$NG_TOP/tests/lib/faults.sh"

# What came out is what comes out undisturbed.
is_same() {
	[ "$1" -eq 0 ] && cmp -s "$T/stdout" "$T/whole"
}

whole() {
	"$@" >"$T/whole" 2>"$T/said" </dev/null
}

# tries KIND CHECK WAY COMMAND...
tries() {
	local kind=$1
	export FAIL_CALLS=$kind
	each "${@:2}"
	note "$kind: $RUNS of $ALL calls, ${*:4:3}"
	[ "$ALL" -gt 0 ]
}

REPLAY=("$NG" --replay "$DATA" --speed max --once --json)

test_a_replay() {
	whole "${REPLAY[@]}"
	tries files is_clean AT "${REPLAY[@]}"
	tries files is_clean FROM "${REPLAY[@]}"
	tries signals is_same AT "${REPLAY[@]}"
	tries short is_same AT "${REPLAY[@]}"
	tries short is_same FROM "${REPLAY[@]}"
}

test_a_packed_recording() {
	gzip -c "$DATA" >"$T/data.ndjson.gz"
	REPLAY=("$NG" --replay "$T/data.ndjson.gz" --speed max --once --json)
	whole "${REPLAY[@]}"
	tries files is_clean AT "${REPLAY[@]}"
	tries signals is_same AT "${REPLAY[@]}"
	tries short is_same FROM "${REPLAY[@]}"
}

# A report is there whole, or is not there, and then the reason is.
is_whole_or_said() {
	if [ "$1" -eq 0 ]; then
		tail -n 1 "$T/recorded.html" | grep -q '</html>'
	else
		is_clean "$1" && [ ! -e "$T/recorded.html" ]
	fi
}

test_a_report() {
	local report=("$NG" --replay "$DATA" --report "$T/recorded.html")
	tries space is_whole_or_said AT "${report[@]}"
	tries space is_whole_or_said FROM "${report[@]}"
	tries files is_whole_or_said AT "${report[@]}"
	tries signals is_whole_or_said AT "${report[@]}"
	tries short is_whole_or_said FROM "${report[@]}"
}

log() {
	"$NG_BUILD/tests/lib/make_log" 500 50 >"$T/access.log"
	LOG=("$NG" --once --json --duration 0 --from-start --source proc --log-path "$T/access.log")
}

# The lines are read whatever becomes of the rest; or nothing was begun.
reads_all() {
	is_clean "$1" || return
	[ -s "$T/stdout" ] || { [ "$1" -eq 1 ] && grep -q ': No space left on device' "$T/said"; } || return
	[ ! -s "$T/stdout" ] ||
		jq -se 'last | .t == "summary" and .log_lines == 500' "$T/stdout" >/dev/null
}

test_a_recording() {
	need jq
	log
	tries space reads_all AT "${LOG[@]}" --record "$T/recorded.ndjson"
	tries space reads_all FROM "${LOG[@]}" --record "$T/recorded.gz"
	NETHERGAZE_RECORD_MAX_SIZE=10K tries space reads_all AT "${LOG[@]}" --record "$T/recorded.ndjson"
}

test_a_log() {
	need jq
	log
	tries files is_clean AT "${LOG[@]}"
	tries files is_clean FROM "${LOG[@]}"
	tries signals reads_all AT "${LOG[@]}"
	tries short reads_all AT "${LOG[@]}"
}

test_a_history() {
	need jq
	log
	export NETHERGAZE_HISTORY_ENABLED=true NETHERGAZE_HISTORY_PATH=$T/recorded.db
	tries space reads_all AT "${LOG[@]}"
	tries files is_clean AT "${LOG[@]}"
	tries signals reads_all AT "${LOG[@]}"
}

# Its status says what works here.
is_diagnosis() {
	is_clean "$1" || { [ "$1" -eq 1 ] && grep -q '^This machine$' "$T/stdout"; }
}

test_doctor() {
	tries files is_diagnosis AT "$NG" --doctor --source proc --log-path "$T/none"
	tries signals is_diagnosis AT "$NG" --doctor --source proc --log-path "$T/none"
}

run_tests "$@"
