#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016
#
# Random keys, clicks, pastes, pieces of escape sequences and sizes, while logs and recordings are full
# of bytes that must not reach a terminal. tests/lib/random_keys.c says what it looks for.
#
# NG_RANDOM=N gives each so many inputs (default 2500), NG_RANDOM_SEED=N others than the day's. What
# failed is played again from the inputs that are kept:
#
#	build/tests/lib/random_keys --from INPUTS DIR build/nethergaze --replay ...
. "$(dirname "$0")/../lib/sh.sh"

COUNT=${NG_RANDOM:-2500}
SEED=${NG_RANDOM_SEED:-$(date +%Y%m%d)}
KEPT=$NG_BUILD/random

# random TURN ARG...: the console with those arguments, by a seed of its own.
random() {
	local turn=$1 status=0
	shift
	mkdir -p "$T/out"
	export HOME=$T XDG_CONFIG_HOME=$T XDG_CACHE_HOME=$T TERM=xterm-256color
	export ASAN_OPTIONS=abort_on_error=0:exitcode=99 UBSAN_OPTIONS=print_stacktrace=1
	cd "$T"
	"$NG_BUILD/tests/lib/random_keys" "$COUNT" "$((SEED + turn))" "$T/out" "$NG" "$@" >"$T/verdict" ||
		status=$?
	[ "$status" -ne 0 ] || return 0
	rm -rf "$KEPT.$turn"
	cp -r "$T/out" "$KEPT.$turn"
	cat "$T/verdict"
	fail "the inputs are in $KEPT.$turn"
}

# hostile FILE: the console's recording, with such bytes in it.
hostile() {
	awk -f "$NG_TOP/tests/console/hostile.awk" <"$NG_TOP/tests/data/console.ndjson" >"$1"
}

test_a_replay() {
	hostile "$T/hostile.ndjson"
	random 1 --replay "$T/hostile.ndjson" --speed max --show-private-ips
}

test_a_replay_that_goes_on() {
	hostile "$T/hostile.ndjson"
	random 2 --replay "$T/hostile.ndjson" --speed 4 --show-private-ips
}

# Lines with bytes as an attacker sends them, for as long as the test lasts.
write_log() {
	local bad=('\e[7777m' '\e]7777;x\a' '\eP7777' '\e_7777' '\a7777' '\x9b7777m' '\xc2\x9b7777m'
		'\xe2\x80\xae7777' '\x7f7777' '\r7777' '\x0e7777' '\xff\xfe7777') i=0
	while :; do
		for ((n = 0; n < 10; n++, i++)); do
			printf "203.0.113.%d - u${bad[i % 12]} [01/Jan/2026:00:00:00 +0000] \"GET /p${bad[(i / 7) % 12]}%d HTTP/1.1\" %d 5 \"http://r${bad[(i / 5) % 12]}\" \"agent ${bad[i / 3 % 12]}\"\n" \
				$((i % 200)) $((i % 50)) $((200 + i % 4 * 100))
		done >>"$T/access.log"
		sleep 0.1
	done
}

test_live() {
	: >"$T/access.log"
	background write_log
	random 3 --source proc --from-start --show-private-ips --log-path "$T/access.log"
}

test_live_with_every_probe() {
	need_bpf
	: >"$T/access.log"
	background write_log
	random 4 --source ebpf --from-start --show-private-ips --log-path "$T/access.log"
}

# finds WHAT SCRIPT: in what a script does to the terminal.
finds() {
	local status=0
	rm -rf "$T/out" && mkdir "$T/out"
	"$NG_BUILD/tests/lib/random_keys" 5 1 "$T/out" sh -c "printf '\\33[?1049h'; $2" >"$T/verdict" ||
		status=$?
	assert_eq "$status" 1
	assert_match "$(cat "$T/verdict")" "$1"
}

test_that_it_finds_what_is_wrong() {
	finds 'a canary of the log' 'printf "\033[77"; printf "77m"; cat'
	finds 'no UTF-8' 'printf "\233x"; cat'
	finds 'a control character' 'printf "\016"; cat'
	finds 'ended with status 3' 'exit 3'
	finds 'had something to say' 'echo oops >&2; exit 0'
	finds 'left with its other screen' 'exit 0'
	finds 'settings' 'sleep 0.3; printf "\033[?1049l"; stty -icanon; exit 0'
}

run_tests
