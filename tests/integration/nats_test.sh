#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # conditions to poll are given as text
#
# The carrier's process with a real nats-server: what goes out, what comes in, what is said when
# something is wrong.
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/lib/nats.sh"

url() {
	echo "nats://127.0.0.1:$NATS_PORT"
}

stream() {
	"$NG" hub-setup "$(url)" >"$T/setup"
}

publisher() { # NAME OPTION...
	NETHERGAZE_PUBLISH_NAME=$1 probe "$1" --publish "$(url)" "${@:2}"
	await "$1" '^state - 0 now up'
}

hub() { # NAME OPTION...
	probe "$1" --hub "$(url)" "${@:2}"
	await "$1" '^state - 0 now up'
}

test_it_publishes_and_asks() {
	need nats-server
	nats_server
	stream
	assert_match "$(cat "$T/setup")" 'NETHERGAZE made'
	publisher web1.example.com
	hub hub
	say web1.example.com 'summary {"seq":1}'
	say web1.example.com 'flag {"flag":1}'
	await hub '^summary web1.example.com 0 now .*"seq":1'
	await hub '^flag web1.example.com 0 now .*"flag":1'
	say hub 'ask web1.example.com 41 ip 192.0.2.1'
	await web1.example.com '^ask - [0-9]+ now ip 192.0.2.1'
	say web1.example.com "answer $(awk '$1 == "ask" { print $3 }' "$T/web1.example.com") {\"answer\":1}"
	await hub '^answer web1.example.com 41 now .*"answer":1'
	say hub 'ask nobody 42 ip 192.0.2.1'
	await hub '^answer nobody 42 now .*"note":"it is not connected'
	# A set each second while somebody looks: it comes, and is not kept.
	say hub 'live web1.example.com on'
	await web1.example.com '^live - 0 now on'
	say web1.example.com 'summary {"seq":2}'
	await hub '^summary web1.example.com 0 now .*"seq":2'
	hub later --since 1h
	await later '"flag":1'
	assert_eq "$(count later '"seq":2')" 0
	# Nobody looks any more: that is known without being said.
	say hub 'live web1.example.com off'
	await web1.example.com '^live - 0 now off'
}

test_it_sees_the_past() {
	local i
	need nats-server
	nats_server
	stream
	publisher web1
	for i in 1 2 3 4 5; do
		say web1 "summary {\"seq\":$i,}"
	done
	await web1 'account - 0 now sent=5 '
	hub past --since 1h
	hub now
	await past '"seq":5,'
	await now '"seq":5,'
	say web1 'summary {"seq":6,}'
	await past '^summary web1 0 now .*"seq":6,'
	await now '^summary web1 0 now .*"seq":6,'
	# In order, each once, and what was before is told as past.
	assert_eq "$(grep -o '^summary .*' "$T/past" | grep -oE 'past|"seq":[0-9]+' | xargs)" \
		'past seq:1 past seq:2 past seq:3 past seq:4 past seq:5 seq:6'
	# Without --since, the last of each machine.
	assert_eq "$(grep -o '^summary .*' "$T/now" | grep -oE '"seq":[0-9]+' | xargs)" 'seq:5 seq:6'
}

test_the_server_is_killed() {
	need nats-server
	nats_server
	stream
	publisher web1
	hub hub
	say web1 'summary {"seq":1,}'
	await hub '"seq":1,'
	nats_kill
	await web1 '^state - 0 now down: '
	await hub '^state - 0 now down: '
	say web1 'summary {"seq":2,}'
	# What finds no room is dropped, oldest first, and counted: the queue has 8 MiB.
	say web1 'flood 200 65536'
	await web1 '^sum .* queued=[1-9]'
	nats_start
	await hub '^summary web1 .* xxxx' 60
	say web1 'summary {"seq":3,}'
	await hub '"seq":3,'
	say web1 account
	await web1 '^sum .* queued=0 connected=1'
	local dropped sent
	dropped=$(grep '^sum' "$T/web1" | tail -n 1 | grep -oE 'dropped=[0-9]+')
	sent=$(count hub '^summary web1 ')
	assert_eq $((${dropped#*=} + sent)) 203 'sets that came or were counted as dropped'
}

test_who_is_refused_goes_on_trying() {
	need nats-server
	nats_server 'authorization { users = [ {user: web, password: other} ] }'
	probe web1 --publish "nats://web:word@127.0.0.1:$NATS_PORT"
	await web1 '^state - 0 now down: the server refuses us: .*[Aa]uthorization'
	nats_kill
	nats_server 'authorization { users = [ {user: web, password: word} ] }'
	await web1 '^state - 0 now up' 60
	# And is refused again: what it had is revoked.
	nats_kill
	nats_server 'authorization { users = [ {user: web, password: third} ] }'
	wait_for '[ "$(count web1 "now down: the server refuses us")" -ge 2 ]' 60
	assert_no_match "$(cat "$T/web1")" word
}

test_nkeys() {
	need nats-server openssl python3
	nkey_user web
	nats_server "authorization { users = [ {nkey: $NKEY} ] }"
	NETHERGAZE_NATS_NKEY=$T/web.nk publisher web1
	chmod 600 "$T/web.nk"
	nkey_user other
	NETHERGAZE_NATS_NKEY=$T/other.nk probe web2 --publish "$(url)"
	await web2 '^state - 0 now down: the server refuses us'
	head -n 1 "$T/web.nk" >"$T/half.nk"
	NETHERGAZE_NATS_NKEY=$T/half.nk probe web3 --publish "$(url)"
	await web3 '^state - 0 now down: .*lacks the public key'
	NETHERGAZE_NATS_NKEY=$T/none assert_status 2 "$PROBE" --publish "$(url)"
	assert_match "$(cat "$T/stderr")" '^nats.nkey: .*/none: No such file'
}

test_tls() {
	need nats-server openssl
	certificate server IP:127.0.0.1
	certificate client DNS:client
	nats_server 'tls {' "cert_file: \"$T/server.pem\"" "key_file: \"$T/server.key\"" \
		"ca_file: \"$T/ca.pem\"" 'verify: true' '}'
	local at=127.0.0.1:$NATS_PORT
	export NETHERGAZE_NATS_CERT=$T/client.pem NETHERGAZE_NATS_CERT_KEY=$T/client.key
	NETHERGAZE_NATS_CA=$T/ca.pem "$NG" hub-setup "tls://$at" >"$T/setup"
	NETHERGAZE_NATS_CA=$T/ca.pem probe web1 --publish "tls://$at"
	await web1 '^state - 0 now up'
	# Who does not know the one who signed it, and who is called by another name, is not spoken to.
	probe stranger --publish "tls://$at"
	await stranger '^state - 0 now down: cannot connect: .*SSL'
	NETHERGAZE_NATS_CA=$T/ca.pem probe name --publish "tls://localhost:$NATS_PORT"
	await name '^state - 0 now down: cannot connect: '
	unset NETHERGAZE_NATS_CERT NETHERGAZE_NATS_CERT_KEY
	NETHERGAZE_NATS_CA=$T/ca.pem probe nobody --publish "tls://$at"
	await nobody '^state - 0 now down: '
	for name in stranger name nobody; do
		assert_eq "$(count "$name" '^state - 0 now up')" 0 "$name"
	done
}

test_a_full_stream_is_said() {
	need nats-server python3
	nats_server
	stream_of_one_that_discards_new
	publisher web1
	say web1 'summary {"seq":1,}'
	await web1 'account - 0 now sent=1 '
	say web1 'flag {"flag":1}'
	await web1 '^state - 0 now up: the stream does not take it: maximum messages exceeded'
	await web1 'account - 0 now sent=1 bytes=[0-9]+ refused=1 '
}

# By the protocol itself: nothing else here makes such a stream.
stream_of_one_that_discards_new() {
	python3 - "$NATS_PORT" <<-'END'
		import json, socket, sys
		s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
		f = s.makefile('rwb')
		f.readline()
		config = json.dumps({'name': 'NETHERGAZE', 'subjects': ['ng.*.summary', 'ng.*.flag'],
		    'max_msgs': 1, 'discard': 'new', 'storage': 'memory', 'retention': 'limits',
		    'num_replicas': 1}).encode()
		f.write(b'CONNECT {"verbose":false}\r\nSUB r 1\r\nPUB $JS.API.STREAM.CREATE.NETHERGAZE r %d\r\n%s\r\n'
		    % (len(config), config))
		f.flush()
		while not f.readline().startswith(b'MSG r'):
		    pass
		reply = json.loads(f.readline())
		assert 'error' not in reply, reply
	END
}

test_without_a_stream() {
	need nats-server
	nats_server
	publisher web1
	say web1 'summary {"seq":1,}'
	await web1 '^state - 0 now up: nothing is kept: '
	hub hub --since 1h
	await hub '^state - 0 now up: no past: the server has no stream'
	say web1 'summary {"seq":2,}'
	await hub '^summary web1 0 now .*"seq":2'
	# One is made: both find it.
	stream
	wait_for 'tail -n 1 <(grep ^state "$T/hub") | grep -q "now up *$"' 60
}

test_hub_setup_says_what_is_wrong() {
	need nats-server
	NATS_PORT=$(free_port)
	assert_status 1 "$NG" hub-setup "$(url)"
	assert_match "$(cat "$T/stderr")" '^nethergaze: hub-setup: cannot connect: '
	assert_status 2 "$NG" hub-setup http://127.0.0.1
	assert_match "$(cat "$T/stderr")" 'expected nats://'
	printf '%s\n' "listen: 127.0.0.1:$NATS_PORT" >"$T/nats.conf"
	nats_start
	assert_status 1 "$NG" hub-setup "$(url)"
	assert_match "$(cat "$T/stderr")" 'no JetStream'
	nats_kill
	nats_server
	NETHERGAZE_NATS_STREAM_AGE=2h NETHERGAZE_NATS_STREAM_BYTES=4M stream
	assert_match "$(cat "$T/setup")" 'made: .*7200 s, at most 4194304 bytes'
	stream
	assert_match "$(cat "$T/setup")" 'updated: '
}

# One that lies, is huge, or is called as nobody may be called: others go on.
test_hostile_machines() {
	need nats-server python3
	nats_server
	stream
	publisher web1
	hub hub
	python3 - "$NATS_PORT" <<-'END'
		import socket, sys
		f = socket.create_connection(('127.0.0.1', int(sys.argv[1]))).makefile('rwb')
		f.readline()
		f.write(b'CONNECT {"verbose":false,"headers":true}\r\n')
		def pub(subject, data):
		    f.write(b'PUB %s %d\r\n%s\r\n' % (subject, len(data), data))
		for i in range(50):
		    pub(b'ng.huge.summary', b'x' * 200000)
		    pub(b'ng.loud.live', b'y' * 90000)
		head = b'NATS/1.0 100\r\nNats-Last-Consumer: 1\r\nNats-Consumer-Stalled: ng.live\r\n\r\n'
		f.write(b'HPUB ng.forged.summary %d %d\r\n%s{}\r\n' % (len(head), len(head) + 2, head))
		pub(b'ng.%1B%5B2J.summary', b'escape')
		pub(b'ng.%zz.summary', b'odd')
		pub(b'ng.' + b'a' * 300 + b'.summary', b'long')
		pub(b'ng.empty.summary', b'')
		pub(b'ng.live', b'99999999999')
		f.write(b'PING\r\n')
		f.flush()
		line = b'-'
		while line and not line.startswith(b'PONG'):
		    line = f.readline()
		if not line:
		    sys.exit('the server has hung up')
	END
	say web1 'summary {"seq":1,}'
	await hub '^summary web1 0 now .*"seq":1'
	await hub '^account huge 0 now refused=50'
	await hub '^summary forged 0 now [{][}]'
	assert_eq "$(count hub '^summary (huge|empty|aaa|%)')" 0
	[ "$(count hub '^summary loud')" -lt 10 ] || fail 'one machine says as much as it wants'
	assert_eq "$(count web1 '^live - 0 now on')" 0
}

# Three agents, one of which publishes to nowhere any more, and what sees them.
test_the_program() {
	local i carrier cpu
	need nats-server pgrep jq
	nats_server
	stream
	: >"$T/access.log"
	for i in 1 2; do
		NETHERGAZE_PUBLISH_NAME=web$i NETHERGAZE_PUBLISH_INTERVAL=1s background "$NG" --json \
			--source proc --log-path "$T/access.log" --publish "$(url)" \
			>"$T/web$i" 2>"$T/web$i.err"
	done
	background "$NG" --json --hub "$(url)" >"$T/hub" 2>"$T/hub.err"
	wait_for '[ "$(jq -r "select(.t == \"machine\") | .name // empty" "$T/hub" | sort -u | xargs)" = "web1 web2" ]'
	# Its process dies: it says so, and is at rest.
	carrier=$(pgrep -P "$PID" -x ng-carrier)
	kill -9 "$carrier"
	wait_for 'grep "\"t\":\"note\"" "$T/hub" | grep -q "killed by signal 9"'
	cpu=$(ticks_of_cpu "$PID")
	i=$(grep -c '"t":"tick"' "$T/hub")
	wait_for '[ "$(grep -c "\"t\":\"tick\"" "$T/hub")" -ge '"$((i + 3))"' ]'
	[ $(($(ticks_of_cpu "$PID") - cpu)) -lt 100 ] || fail 'it is woken all the time'
}

ticks_of_cpu() {
	awk '{ print $14 + $15 }' "/proc/$1/stat"
}

run_tests
