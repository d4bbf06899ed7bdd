# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # conditions to poll are given as text
# shellcheck disable=SC2034 # what a helper sets is for the test to read
#
# What the tests of a fleet have in common: a certificate authority, a real nats-server, machines whose
# logs are fed, hubs, and whoever says to a NATS server what no agent of ours would say. Sourced after
# sh.sh.

AGENTS=$NG_BUILD/tests/lib/agents

# What the program itself connects to may be plain, and no log of this machine is anybody's.
fleet_options=(--source proc --show-private-ips --no-geoip --no-whois --no-auth-log)

# make_ca: $T/ca.crt, and $T/server.crt for all the names by which a test calls the server.
make_ca() {
	local names=DNS:localhost,IP:127.0.0.1 i
	for i in 1 2 3 9; do
		names+=,IP:10.9.$i.1
	done
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj '/CN=test CA' \
		-keyout "$T/ca.key" -out "$T/ca.crt" 2>/dev/null
	make_cert server "$names"
}

make_cert() { # NAME SUBJECT-ALT-NAMES
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" \
		-keyout "$T/$1.key" -out "$T/$1.csr" 2>/dev/null
	openssl x509 -req -in "$T/$1.csr" -CA "$T/ca.crt" -CAkey "$T/ca.key" -CAcreateserial -days 2 \
		-extfile <(echo "subjectAltName=$2") -out "$T/$1.crt" 2>/dev/null
	chmod 644 "$T/$1.key" "$T/$1.crt" "$T/ca.crt"
}

# start_nats [CONFIG-LINE...]: in the namespace $NATS_NS, or here; NATS_PORT stays what it is when the
# server is started again, and so does its store. NATS_PID.
start_nats() {
	NATS_PORT=${NATS_PORT:-$(free_port)}
	printf '%s\n' "listen: \"0.0.0.0:$NATS_PORT\"" 'server_name: "test"' \
		"jetstream { store_dir: \"$T/jetstream\" }" "$@" >"$T/nats.conf"
	background in_ns "${NATS_NS:-}" nats-server -c "$T/nats.conf" >>"$T/nats.log" 2>&1
	NATS_PID=$PID
	poll_for "in_ns '${NATS_NS:-}' bash -c '</dev/tcp/127.0.0.1/$NATS_PORT' || ! kill -0 $NATS_PID" 20 || true
	kill -0 "$NATS_PID" 2>/dev/null || fail "nats-server did not start: $(tail -3 "$T/nats.log")"
}

# nats_say SUBJECT FILE: publishes what the file holds, as it is, and waits until the server has it.
nats_say() {
	local fd word=''
	exec {fd}<>"/dev/tcp/127.0.0.1/$NATS_PORT"
	{
		printf 'CONNECT {"verbose":false}\r\nPUB %s %d\r\n' "$1" "$(stat -c %s "$2")"
		cat "$2"
		printf '\r\nPING\r\n'
	} >&"$fd"
	while [ "$word" != PONG ]; do
		read -r -t 10 word _ <&"$fd" || fail "the server does not answer: $word"
		word=${word%$'\r'}
		[ "$word" != -ERR ] || fail "the server refuses $1"
	done
	exec {fd}>&-
}

# line TEXT...: so many lines of a log, one an argument: "ADDRESS PATH [STATUS [AGENT]]".
line() {
	local now of address path status agent
	printf -v now '%(%d/%b/%Y:%H:%M:%S +0000)T' -1
	for of; do
		read -r address path status agent <<<"$of"
		printf '%s - - [%s] "GET %s HTTP/1.1" %s 512 "-" "%s"\n' "$address" "$now" "$path" "${status:-200}" \
			"${agent:-Mozilla/5.0}"
	done
}

# visitors LOG: people with pages and what belongs to them, for as long as the test runs.
visitors() {
	local i=0 who
	while :; do
		i=$((i + 1)) who=198.51.100.$((i % 40 + 1))
		line "$who /page-$((i % 9)).html" "$who /style.css" "$who /logo.png" >>"$1"
		sleep 0.5
	done
}

# agent NAME [ARG...]: nethergaze in $AGENT_NS, its log being $T/NAME.log; AGENT has its pid.
agent() {
	local name=$1
	shift
	[ -e "$T/$name.log" ] || : >"$T/$name.log"
	NETHERGAZE_PUBLISH_NAME=$name background in_ns "${AGENT_NS:-}" "$NG" --json "${fleet_options[@]}" \
		--log-path "$T/$name.log" "$@" >"$T/$name.out" 2>"$T/$name.err"
	AGENT=$PID
	wait_open "$AGENT" "$T/$name.log"
}

# hub OUT [ARG...]: in $HUB_NS; HUB has its pid.
hub() {
	local out=$1
	shift
	background in_ns "${HUB_NS:-}" "$NG" --json "$@" >"$out" 2>"$out.err"
	HUB=$PID
	wait_for "[ -s '$out' ] || ! kill -0 $HUB"
	kill -0 "$HUB" 2>/dev/null || fail "the hub did not start: $(tail -3 "$out.err")"
}

# said OUT CONDITION: jq's, on the records of a hub so far, as an array; the last line may not be whole.
said() {
	grep -a '}$' "$1" | jq -es "$2" >/dev/null
}

# set_of NAME SEQ [FILE]: a set as NAME would send it, by a clock that is AHEAD seconds ahead.
set_of() {
	local ts
	ts=$(awk "BEGIN { printf \"%.6f\", $EPOCHREALTIME + ${AHEAD:-0} }")
	printf '{"t":"machine","ts":%s,"name":"%s","version":"0.2.0","fleet_schema":%s,"seq":%d,"every_us":%d,"parts":2,"figures":{"conns":7,"requests":%d}}\n' \
		"$ts" "$1" "${SCHEMA:-1}" "$2" "${EVERY_US:-1000000}" $((100 * $2))
	printf '{"t":"share","ts":%s,"net":"203.0.113.%d/32","conns":3,"requests":%d,"bytes":%d,"paths":4}\n' \
		"$ts" 7 $((10 * $2)) $((1000 * $2))
	printf '{"t":"share","ts":%s,"net":"203.0.113.0/24","conns":3,"requests":%d,"bytes":%d,"paths":4}\n' \
		"$ts" $((10 * $2)) $((1000 * $2))
}

# say_set NAME SEQ: by NATS.
say_set() {
	set_of "$1" "$2" >"$T/set.$1"
	nats_say "ng.$1.summary" "$T/set.$1"
}
