#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Incidents as they happen: real servers, real attackers, nethergaze watching as root, and what its
# stream says of them. All of them: scripts/check-long incidents.
#
# alone: an incident is named within seconds, or too late; and whoever else has connections on this
# kernel takes part in it.
. "$(dirname "$0")/../lib/sh.sh"
. "$(dirname "$0")/incidents.sh"

SIX='syn-two-nets slowloris-spread scanner path-flood login-brute backend-death'

need_lab() {
	need_bpf
	need python3 setpriv unshare ip ss nginx openssl
}

test_six_incidents_are_named_while_they_happen() {
	need_judgement
	need_lab
	# shellcheck disable=SC2086 # a list of names
	"$INCIDENTS/record" --program "$NG" --live --quick --into "$T/live" $SIX
	judge --live "$T/live"
	judge --live --same "$T/live"
}

# descendants PID: all that it has started, and what these have.
descendants() {
	ps -e -o pid=,ppid= | awk -v top="$1" '
		{ parent[$1] = $2 }
		END {
			for (pid in parent) {
				for (up = pid; up in parent && up != top; up = parent[up]) ;
				if (up == top && pid != top) print pid
			}
		}'
}

# runs_nginx PID: whether one of its descendants does.
runs_nginx() {
	local pid
	for pid in $(descendants "$1"); do
		[ "$(cat "/proc/$pid/comm")" != nginx ] || return 0
	done
	return 1
}

all_gone() { # PID...
	local pid
	for pid; do
		! kill -0 "$pid" 2>/dev/null || return 1
	done
}

# Whoever kills a recording has ended all of it, with its servers and its namespaces.
test_nothing_is_left_of_an_incident_that_is_killed() {
	need_lab
	local record pids
	background "$INCIDENTS/record" --program "$NG" --into "$T/out" b-health 2>/dev/null
	record=$PID
	wait_for "runs_nginx $record" 20
	pids=$(descendants "$record")
	! ip netns list | grep -qE '^(server|world)\b' || fail 'its namespaces are seen from outside'
	kill -KILL "$record"
	wait_for "all_gone ${pids//$'\n'/ }" 10
	[ ! -e /srv/www/big.iso ] || fail 'its files are seen from outside'
}

run_tests
