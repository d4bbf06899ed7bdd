#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The modules under their unit tests, while memory, descriptors, or room on the disk are refused to
# them, calls are interrupted, or read and write a byte: one call after the other, in each unit test.
# What the tests themselves call does not count. An assertion may fail then; nothing crashes, a
# sanitiser finds nothing, and where no assertion has failed nothing is left behind.
#
# NG_UNIT_RUNS=N tries so many calls of each unit test and kind (default 10), spread over all, the
# same ones each time; NG_UNIT_SECONDS=N (default 1) ends that early on a slow machine. But for memory
# only one unit test in NG_UNIT_STEP (default 16) is tried. NG_UNITS="WORD..." chooses unit tests.
# check-long tries all, under the sanitisers too.
. "$(dirname "$0")/../lib/sh.sh"

export CMOCKA_MESSAGE_OUTPUT=TAP # or what failed would go to stderr

RUNS_MAX=${NG_UNIT_RUNS:-10} LIMIT=$((${NG_UNIT_SECONDS:-1} * 1000000)) # in microseconds
. "$(dirname "$0")/../lib/faults.sh"

# Failed assertions are what must come. cmocka catches what is a crash, and says so; a test that
# waits for what cannot come now is ended.
is_no_crash() {
	case $1 in
	124) waited+=("${file##*/} at $i") ;;
	"$SANITISED") grep -q '^not ok' "$T/stdout" ;; # what is left behind then is the test's
	*) [ "$1" -lt 124 ] ;;
	esac || return
	! grep -q 'failed with exception' "$T/stdout" || return
	! grep -qE 'ERROR: AddressSanitizer|runtime error:' "$T/said"
}

# What is found in one does not keep the others from being tried.
note_found() {
	echo "status $1: $file"
	grep -hE 'exception|ERROR|SUMMARY|runtime error|^ +#[0-9] ' "$T/stdout" "$T/said" | head -20
} >>"$T/found"

note_crash() {
	is_no_crash "$1" || note_found "$1 with FAIL_AT=$i of $ALL"
}

# These take seconds each time.
is_long() {
	case ${1##*/} in
	cache_test | conf_many_test | copy_test | flight_test | geoip_test | helper_test | history_db_test | \
		history_test | judge_findings_test | judge_properties_test | late_record_test | \
		log_bounds_test | log_copies_test | log_many_test | network_test | replay_test) ;;
	*) return 1 ;;
	esac
}

is_wanted() {
	local word
	! is_long "$1" || [ "$LIMIT" -gt 5000000 ] || return
	for word in ${NG_UNITS:-''}; do
		case ${1##*/} in *"$word"*) return 0 ;; esac
	done
	return 1
}

# modules LIBRARY [STEP]: one in so many of them, each with one call after the other refused.
modules() {
	local file tried=0 of=0 n=0 waited=() step=${2:-${NG_UNIT_STEP:-16}} place=0
	need readelf
	PRELOAD=$NG_BUILD/tests/preload/$1.so PATIENCE=${NG_UNIT_PATIENCE:-5}
	: >"$T/found"
	for file in "$NG_BUILD"/tests/unit/*_test; do
		is_wanted "$file" || continue
		place=$((place + 1))
		[ $((place % step)) -eq 0 ] || continue
		export FAIL_NOT
		FAIL_NOT=$(own_code "$file")
		count_calls "$file" || {
			note_found "$? without a failure"
			continue
		}
		try_calls note_crash AT "$file"
		tried=$((tried + RUNS)) of=$((of + ALL)) n=$((n + 1))
	done
	note "$tried of $of calls of $n unit tests refused, ${#waited[@]} waited in vain${waited[*]:+: ${waited[*]}}"
	cat "$T/found"
	[ ! -s "$T/found" ] || return
	# Of a part, chance decides which calls there are.
	[ "$of" -gt 0 ] || [ "$step" -gt 1 ] || [ -n "${NG_UNITS:-}" ]
}

test_memory() {
	modules fail_malloc 1
}

test_files() {
	FAIL_CALLS=files modules fail_calls
}

test_space() {
	FAIL_CALLS=space modules fail_calls
}

test_signals() {
	FAIL_CALLS=signals modules fail_calls
}

test_short() {
	FAIL_CALLS=short modules fail_calls
}

run_tests "$@"
