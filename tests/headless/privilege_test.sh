#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What a process has given up once everything is open: as it stands in /proc, and as somebody finds
# out who runs in its place (tests/lib/intruder). As root there is more: tests/integration.
. "$(dirname "$0")/../lib/sh.sh"

DENY=$NG_BUILD/tests/lib/deny_bpf
INTRUDER=$NG_BUILD/tests/lib/intruder

need_landlock() {
	"$INTRUDER" replay >"$T/tried"
	! grep -q '^incomplete: files' "$T/tried" || skip "$(head -n 1 "$T/tried")"
}

# Whatever a recording does to a replay: threads are all that is left.
test_a_replay_can_do_nothing() {
	need_landlock
	assert_eq "$(grep -c . "$T/tried")" 17
	assert_eq "$(grep ': done$' "$T/tried")" 'start a thread: done'
	assert_eq "$(sed 's/.*: //' "$T/tried" | sort -u | xargs)" 'EACCES EPERM done'
}

test_explain_calls_nobody() {
	"$INTRUDER" explain >"$T/tried"
	assert_match "$(cat "$T/tried")" 'connect to a port: EPERM'
	assert_match "$(cat "$T/tried")" 'run a program: EPERM'
	assert_match "$(cat "$T/tried")" 'signal another process: EPERM'
}

# status_of PID FIELD: of each of its threads, each value once.
status_of() {
	cat /proc/"$1"/task/*/status | awk -v f="$2:" '$1 == f { print $2 }' | sort -u | xargs
}

test_a_replay_in_proc() {
	local pid
	tui_start 100x30 "$NG" --demo
	tui_wait 'REPLAY'
	pid=$(tui_pid)
	wait_for '[ "$(status_of '"$pid"' Seccomp)" = 2 ]'
	assert_eq "$(status_of "$pid" NoNewPrivs)" 1
	assert_eq "$(status_of "$pid" CapEff)" 0000000000000000
	assert_eq "$(status_of "$pid" CapPrm)" 0000000000000000
	assert_eq "$(status_of "$pid" CapInh)" 0000000000000000
	tui_keys q
	tui_end
}

# It writes what it is asked to, where it was asked to, and reads on when it begins anew.
test_a_fenced_replay_works() {
	need jq
	mkdir "$T/in" "$T/out" "$T/here"
	cp "$NG_TOP/tests/data/console.ndjson" "$T/in/r.ndjson"
	export HOME=$T XDG_CONFIG_HOME='' XDG_CACHE_HOME='' XDG_STATE_HOME=''
	(cd "$T/here" && "$NG" --replay ../in/r.ndjson --report ../out/r.json)
	assert_eq "$(jq -r .t "$T/out/r.json")" report
	tui_start 120x30 env -C "$T/here" "$NG" --replay ../in/r.ndjson
	tui_keys ']' ']' ']'
	tui_wait 'REPLAY 00:1(3:5|4)'
	tui_keys '[' '['
	tui_wait 'REPLAY 00:13:[34]'
	tui_wait '203\.0\.113\.0/24'
	tui_keys c
	tui_wait 'copied .*\.cache/nethergaze/copied'
	tui_keys e
	tui_wait 'report: .*/here/nethergaze-report'
	wait_for '[ -n "$(ls "$T"/here/nethergaze-report*)" ]'
	tui_keys q
	tui_end
}

# What a kernel cannot do is said, and nothing runs for whoever wants all of it.
test_strict() {
	assert_status 0 "$DENY" --landlock "$NG" --demo --once --json --speed max
	assert_match "$(cat "$T/stderr")" 'files are not fenced in: this kernel has no Landlock'
	assert_status 1 "$DENY" --landlock "$NG" --demo --once --json --speed max --sandbox strict
	assert_match "$(cat "$T/stderr")" 'this kernel has no Landlock'
	assert_eq "$(cat "$T/stdout")" ''
	assert_status 0 "$DENY" --landlock "$NG" --demo --once --json --speed max --sandbox off
	assert_eq "$(cat "$T/stderr")" ''
	assert_status 2 "$NG" --demo --once --sandbox tight
	tui_start 100x30 "$DENY" --landlock "$NG" --demo
	tui_wait REPLAY
	tui_keys i
	tui_wait 'sandbox +files are not fenced in'
	assert_status 0 "$DENY" --landlock "$NG" --doctor --log-path "$T/none"
	assert_match "$(cat "$T/stdout")" 'sandbox +seccomp; files are not fenced in'
	need_landlock
	assert_status 0 "$NG" --demo --once --json --speed max --sandbox strict
}

run_tests
