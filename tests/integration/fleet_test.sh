#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016
#
# Many machines by a real nats-server: what no machine sees alone, what is killed, and who lies.
. "$(dirname "$0")/../lib/sh.sh"
. "$(dirname "$0")/../lib/fleet.sh"

CRAWLER=8.8.4.4

# star: namespaces bus (10.9.N.1), hub (10.9.9.2) and w1 to w3 (10.9.N.2): nobody reaches anybody but the
# server.
star() {
	local i
	need_root
	need nats-server openssl jq ip
	ns_new bus
	ns_new hub
	ns_join hub 10.9.9.2/24 bus 10.9.9.1/24
	for i in 1 2 3; do
		ns_new "w$i"
		ns_join "w$i" "10.9.$i.2/24" bus "10.9.$i.1/24"
	done
	make_ca
	NATS_NS=bus
	bus
	export NETHERGAZE_NATS_CA=$T/ca.crt NETHERGAZE_PUBLISH_INTERVAL=1s
	HUB_NS=hub
	in_ns hub "$NG" hub-setup "$(url 9)" >"$T/setup" 2>&1 || fail "hub-setup: $(cat "$T/setup")"
}

# bus: the server, with TLS for all.
bus() {
	start_nats "tls { cert_file: \"$T/server.crt\", key_file: \"$T/server.key\" }"
}

url() { # NUMBER of the link
	echo "tls://10.9.$1.1:$NATS_PORT"
}

machines() { # starts an agent each; AGENTS_PIDS
	local i
	MACHINES=()
	for i in 1 2 3; do
		AGENT_NS=w$i agent "web$i" --publish "$(url "$i")"
		MACHINES[i]=$AGENT
		background visitors "$T/web$i.log"
	done
}

# all_up OUT [AFTER]: all three were heard of, by sets that came after that many of each.
all_up() {
	said "$1" '[.[] | select(.t == "machine" and .seq) | .name] | unique == ["web1", "web2", "web3"]'
}

# crawl: three times 1.2 pages a second, each page once.
crawl() {
	local n=0 i
	while :; do
		n=$((n + 1))
		for i in 1 2 3; do
			line "$CRAWLER /archive/$i/$n" >>"$T/web$i.log"
		done
		sleep 0.7
	done
}

crawler_of() { # OUT SCOPE
	said "$1" "any(.[]; .t == \"flag\" and .on and .flag == \"crawler\" and .scope == \"$2\" and
		(.who | startswith(\"$CRAWLER\")))"
}

test_a_crawler_that_no_machine_sees_alone() {
	local i
	star
	machines
	hub "$T/hub" --hub "$(url 9)"
	wait_for 'all_up "$T/hub"'
	background crawl
	wait_for 'crawler_of "$T/hub" fleet' 90
	for i in 1 2 3; do
		! crawler_of "$T/web$i.out" host && ! crawler_of "$T/web$i.out" network ||
			fail "web$i has flagged it by itself"
	done
	said "$T/hub" 'all(.[]; .t != "flag" or .flag != "crawler" or (.member // 0) == 0)' ||
		fail 'the hub has it from a machine'
	# Who begins later sees what was.
	hub "$T/late" --hub "$(url 9)" --since 10m
	wait_for 'all_up "$T/late"'
	wait_for 'crawler_of "$T/late" fleet'
	said "$T/late" "(map(select(.t == \"machine\" and .seq))[0].ts) < $(stat -c %W "$T/late")" ||
		fail 'nothing of the past'
}

# seqs OUT NAME: the greatest number of a set of it so far.
seq_of() {
	grep -a '}$' "$1" | jq -rs "[.[] | select(.t == \"machine\" and .name == \"$2\") | .seq // empty] | last // 0"
}

state_of() { # OUT NAME
	grep -a '}$' "$1" | jq -rs "[.[] | select(.t == \"machine\" and .name == \"$2\") | .state // empty] | last"
}

# goes_on OUT: sets of all three come, after those that have come so far.
goes_on() {
	local i of=$(wc -l <"$1")
	for i in 1 2 3; do
		wait_for "tail -n +$((of + 1)) '$1' | grep -aq '\"t\":\"machine\".*\"name\":\"web$i\".*\"seq\"'"
	done
}

test_the_server_is_killed() {
	local before
	star
	machines
	hub "$T/hub" --hub "$(url 9)"
	wait_for 'all_up "$T/hub"'
	before=$(seq_of "$T/hub" web1)
	stop "$NATS_PID" KILL
	wait_for '[ "$(state_of "$T/hub" web1)" = lost ]'
	for i in 1 2 3; do
		kill -0 "${MACHINES[i]}" || fail "web$i has ended with it"
	done
	bus
	goes_on "$T/hub"
	wait_for '[ "$(state_of "$T/hub" web1)" = up ]'
	# What waited was sent when it could be: no number is missing.
	wait_for "said '$T/hub' '[.[] | select(.t == \"machine\" and .name == \"web1\" and .seq >= $before) | .seq] |
		unique | length == (.[-1] - .[0] + 1)'"
}

test_an_agent_is_killed() {
	star
	machines
	hub "$T/hub" --hub "$(url 9)"
	wait_for 'all_up "$T/hub"'
	stop "${MACHINES[2]}" KILL
	wait_for '[ "$(state_of "$T/hub" web2)" = lost ]'
	goes_on_without=$(seq_of "$T/hub" web1)
	wait_for '[ "$(seq_of "$T/hub" web1)" -gt "$goes_on_without" ]'
	assert_eq "$(state_of "$T/hub" web1)" up
	AGENT_NS=w2 agent web2 --publish "$(url 2)"
	wait_for '[ "$(state_of "$T/hub" web2)" = up ]'
	goes_on "$T/hub"
}

test_the_hub_is_killed() {
	star
	machines
	hub "$T/hub" --hub "$(url 9)"
	wait_for 'all_up "$T/hub"'
	stop "$HUB" KILL
	hub "$T/hub2" --hub "$(url 9)" --since 5m
	wait_for 'all_up "$T/hub2"'
	# From the first set on.
	wait_for '[ "$(said "$T/hub2" "[.[] | select(.t == \"machine\" and .name == \"web1\" and .seq == 1)] | length > 0" && echo 1)" = 1 ]'
	goes_on "$T/hub2"
}

run_tests "$@"
