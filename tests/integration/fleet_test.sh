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
		said "$T/web$i.out" "all(.[]; .t != \"flag\" or .who != \"$CRAWLER\")" ||
			fail "web$i has flagged it by itself"
	done
	said "$T/hub" 'all(.[]; .t != "flag" or .flag != "crawler" or (.member // 0) == 0)' ||
		fail 'the hub has it from a machine'
	# Who begins later sees what was.
	hub "$T/late" --hub "$(url 9)" --since 10m
	wait_for 'all_up "$T/late"'
	wait_for 'crawler_of "$T/late" fleet' 60
	said "$T/late" 'all(.[]; .t != "flag" or .flag == "crawler")' || fail 'the past is told as a burst'
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
	local i of
	of=$(wc -l <"$1")
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
	local before
	star
	machines
	hub "$T/hub" --hub "$(url 9)"
	wait_for 'all_up "$T/hub"'
	stop "${MACHINES[2]}" KILL
	wait_for '[ "$(state_of "$T/hub" web2)" = lost ]'
	before=$(seq_of "$T/hub" web1)
	wait_for "[ \"\$(seq_of '$T/hub' web1)\" -gt $before ]"
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
	wait_for "said '$T/hub2' 'any(.[]; .t == \"machine\" and .name == \"web1\" and .seq == 1)'"
	goes_on "$T/hub2"
}

# What carries it is gone: that is said, and what looks goes on.
test_a_carrier_is_killed() {
	star
	machines
	kill -KILL "$(pgrep -P "${MACHINES[1]}" -x ng-carrier)"
	hub "$T/hub" --hub "$(url 9)"
	line 9.9.9.9 /after >>"$T/web1.log"
	wait_for 'grep -q "/after" "$T/web1.out"'
	wait_for '[ "$(state_of "$T/hub" web2)" = up ]'
	wait_for '[ "$(state_of "$T/hub" web3)" = up ]'
	kill -KILL "$(pgrep -P "$HUB" -x ng-carrier)"
	wait_for '[ "$(state_of "$T/hub" web2)" = lost ]'
	kill -0 "$HUB"
}

# --- who says what no agent of ours would ---

# plain_bus: a server here, without TLS; HUB looks at it, and good says what it should, once a second.
plain_bus() {
	need nats-server jq
	export NETHERGAZE_PUBLISH_INTERVAL=1s
	start_nats
	"$NG" hub-setup "nats://127.0.0.1:$NATS_PORT" >"$T/setup" 2>&1 || fail "hub-setup: $(cat "$T/setup")"
	hub "$T/hub" --hub "nats://127.0.0.1:$NATS_PORT"
	background goodness
	wait_for '[ "$(state_of "$T/hub" good)" = up ]'
}

goodness() {
	local n=0
	while :; do
		n=$((n + 1))
		say_set good "$n"
		sleep 1
	done
}

# good_goes_on: it is up all the while, and no set of it is missing.
good_goes_on() {
	local seq
	seq=$(seq_of "$T/hub" good)
	wait_for "[ \"\$(seq_of '$T/hub' good)\" -gt $((seq + 1)) ]"
	said "$T/hub" '[.[] | select(.t == "machine" and .name == "good")] |
		(map(.seq // empty) | length == .[-1] - .[0] + 1) and (map(.state // empty) == ["up"])' ||
		fail 'good was affected'
	kill -0 "$HUB"
}

test_messages_that_are_none() {
	plain_bus
	head -c 60000 /dev/urandom >"$T/junk"
	nats_say ng.evil.summary "$T/junk"
	nats_say ng.evil.flag "$T/junk"
	set_of evil 1 >"$T/set"
	head -c 300 "$T/set" >"$T/cut"
	nats_say ng.evil.summary "$T/cut"
	# As large as the server takes.
	for _ in $(seq 900); do
		cat "$T/set"
	done | head -c 900000 >"$T/huge"
	nats_say ng.evil.summary "$T/huge"
	: >"$T/empty"
	nats_say ng.evil.summary "$T/empty"
	nats_say 'ng.%00%1B.summary' "$T/set"
	nats_say ng.a%20b.summary "$T/set"
	# No control byte comes out of it.
	good_goes_on
	! grep -aqP '[\x00-\x08\x0b-\x1f]' "$T/hub" || fail 'it is not clean'
}

test_somebody_who_says_too_much() {
	plain_bus
	for i in $(seq 200); do
		for _ in $(seq 150); do
			printf '{"t":"share","ts":1,"net":"9.9.%d.%d/32","requests":18446744073709551615}\n' "$i" $((RANDOM % 250))
		done >"$T/much"
		nats_say ng.evil.summary "$T/much"
	done
	wait_for '[ "$(state_of "$T/hub" evil)" = refused ]' 60
	good_goes_on
	# Nor can it say what holds of all.
	printf '{"t":"flag","ts":1,"flag":"crawler","on":true,"scope":"fleet","who":"203.0.113.9","severity":4,"since":1}\n' \
		>"$T/flag"
	nats_say ng.evil2.flag "$T/flag"
	good_goes_on
	said "$T/hub" 'all(.[]; .t != "flag" or .scope != "fleet")'
}

test_a_name_that_two_have() {
	plain_bus
	for i in $(seq 6); do
		say_set twin "$i"
		say_set twin $((i + 1000))
	done
	good_goes_on
	wait_for 'grep -aq "\"name\":\"twin\".*\"note\":" "$T/hub"'
}

test_another_clock_and_another_version() {
	plain_bus
	AHEAD=300 say_set fast 1
	AHEAD=-420 say_set slow 1
	wait_for "said '$T/hub' 'any(.[]; .name == \"fast\" and .ahead_us > 290000000)'"
	wait_for "said '$T/hub' 'any(.[]; .name == \"slow\" and .behind_us > 410000000)'"
	# The hub's clock is what counts.
	said "$T/hub" "all(.[]; .t != \"machine\" or (.ts - $EPOCHREALTIME | fabs) < 120)"
	SCHEMA=99 say_set newer 1
	wait_for '[ "$(state_of "$T/hub" newer)" = refused ]'
	good_goes_on
}

# What docs/fleet.md tells to write into /etc/nats is what a server takes.
test_the_configurations_of_the_documentation() {
	local file name
	need nats-server openssl
	make_ca
	awk -v into="$T/" '/^```/ { file = "" } file { print >(into file) }
		/^# \/etc\/nats\// { file = $2; sub(".*/", "", file) }' "$NG_TOP/docs/fleet.md"
	for name in nats1.example.net site-a.example.net; do
		make_cert "$name" "DNS:$name"
	done
	for file in nats site cluster; do
		sed -i "s|/etc/nats|$T|; s|/var/lib/nats|$T/store|" "$T/$file.conf"
		nats-server -t -c "$T/$file.conf" >"$T/said" 2>&1 || fail "$file.conf: $(cat "$T/said")"
	done
}

# client NAME: who it is to the server.
client() {
	[ -e "$T/$1.crt" ] || make_cert "$1" "DNS:$1"
	export NETHERGAZE_NATS_CERT=$T/$1.crt NETHERGAZE_NATS_CERT_KEY=$T/$1.key
}

# As the documentation has it: who publishes under the name of another is refused, and says so; who is
# struck off the list is put out.
test_who_may_do_what() {
	local users
	need nats-server openssl jq
	make_ca
	export NETHERGAZE_NATS_CA=$T/ca.crt NETHERGAZE_PUBLISH_INTERVAL=1s
	awk -v out="$T/users.conf" '/^```/ { on = 0 } on { print >out } /^# \/etc\/nats\/users.conf/ { on = 1 }' \
		"$NG_TOP/docs/fleet.md"
	users='include "users.conf"'
	start_nats "tls { cert_file: \"$T/server.crt\", key_file: \"$T/server.key\", ca_file: \"$T/ca.crt\",
		verify_and_map: true }" "$users"
	client ops
	"$NG" hub-setup "tls://localhost:$NATS_PORT" >"$T/setup" 2>&1 || fail "hub-setup: $(cat "$T/setup")"
	hub "$T/hub" --hub "tls://localhost:$NATS_PORT"
	client web1
	agent web1 --publish "tls://localhost:$NATS_PORT"
	wait_for '[ "$(state_of "$T/hub" web1)" = up ]'
	client web2
	agent web3 --publish "tls://localhost:$NATS_PORT" # with the certificate of web2
	client web2
	agent web2 --publish "tls://localhost:$NATS_PORT"
	wait_for '[ "$(state_of "$T/hub" web2)" = up ]'
	wait_for 'grep -q "Publish Violation.*web3.summary" "$T/nats.log"'
	assert_eq "$(state_of "$T/hub" web3)" null 'a name that is not its own'
	sed -i 's/user: "web1"/user: "nobody"/' "$T/users.conf"
	kill -HUP "$NATS_PID"
	wait_for '[ "$(state_of "$T/hub" web1)" = lost ]'
	assert_eq "$(state_of "$T/hub" web2)" up
}

run_tests "$@"
