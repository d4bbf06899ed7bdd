# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# What the tests have in common that refuse something to a program, one time after the other
# (tests/preload). PRELOAD names the library; RUNS_MAX says how many times, spread over all, the same
# ones each time, and LIMIT ends that early on a slow machine, in microseconds.

# What a sanitiser finds has a status of its own, and the preload comes before its runtime.
SANITISED=99
export ASAN_OPTIONS=exitcode=$SANITISED:verify_asan_link_order=0 UBSAN_OPTIONS=exitcode=$SANITISED

# refused SETTING COMMAND...: its exit status; what it says goes to $T/said, output to $T/stdout.
refused() {
	local status=0 setting=$1
	shift
	rm -f "$T"/recorded*
	timeout "${PATIENCE:-15}" env LD_PRELOAD="$PRELOAD" "$setting" "$@" >"$T/stdout" 2>"$T/said" </dev/null &
	wait $! || status=$?
	kill -KILL -- "-$!" 2>/dev/null || : # whom it has left behind: timeout(1) leads a group
	return "$status"
}

# each CHECK WAY COMMAND...: runs the command with one allocation after the other refused, in an
# order that is spread over them. CHECK judges a status.
# RUNS and ALL have how many were tried, and how many there are.
each() {
	local status=0
	count_calls "${@:3}" || status=$?
	[ "$status" -eq 0 ] || {
		tail -n 20 "$T/stdout" "$T/said"
		fail "status $status without a failure: ${*:3}"
	}
	try_calls "$@"
}

count_calls() { # COMMAND...
	ALL=0
	PATIENCE=100 refused "FAIL_COUNT=$T/count" "$@" || return
	ALL=$(cat "$T/count")
}

try_calls() { # CHECK WAY COMMAND...
	local check=$1 way=$2 i end stride status
	shift 2
	RUNS=0
	end=$((${EPOCHREALTIME/./} + LIMIT))
	for ((stride = ALL * 618 / 1000 + 1; ; stride++)); do
		is_coprime "$stride" "$ALL" && break
	done
	while [ "$RUNS" -lt "$ALL" ] && [ "$RUNS" -lt "$RUNS_MAX" ] &&
		[ "${EPOCHREALTIME/./}" -lt "$end" ]; do
		i=$((1 + RUNS * stride % ALL)) RUNS=$((RUNS + 1)) status=0
		refused "FAIL_$way=$i" "$@" || status=$?
		"$check" "$status" || {
			head -c 2000 "$T/said"
			fail "status $status with FAIL_$way=$i of $ALL: $*"
		}
	done
}

is_coprime() {
	local a=$1 b=$2 rest
	while [ "$b" -gt 0 ]; do
		rest=$((a % b)) a=$b b=$rest
	done
	[ "$a" -le 1 ]
}

# Done, or ended with its reason. 124 is a hang.
is_clean() {
	case $1 in
	0) ;;
	1 | 2) grep -q '^nethergaze: .' "$T/said" ;;
	*) return 1 ;;
	esac
}

# own_code TEST: where the functions of a unit test's own file lie in it, "FROM-TO": what they ask for
# does not count.
own_code() {
	local from to size
	readelf -sW "$1" | awk -v file="${1##*/}.c" '
		$4 == "FILE" { own = $8 == file }
		own && $4 == "FUNC" && $8 !~ /[.]cold$/ { print $2, $3 }' | sort >"$T/own"
	read -r from size <"$T/own"
	read -r to size < <(tail -n 1 "$T/own")
	printf '%x-%x' "$((16#$from))" "$((16#$to + size))"
}
