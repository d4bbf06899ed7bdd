#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What lies in the queues of connections: a client that takes nothing of its answer, a server that
# does not read; and the listings that say until when it was so.
. "$(dirname "$0")/../lib/sh.sh"
. "$(dirname "$0")/../lib/sockets.sh"

# no_reader ADDRESS PORT [TEXT]: a connection from namespace a that says this and reads nothing.
no_reader() {
	# shellcheck disable=SC2016 # for the inner shell
	background in_ns a bash -c 'exec 3<>"/dev/tcp/$1/$2" && printf "$3" >&3 && sleep 600' reader \
		"$1" "$2" "${3:-}"
}

# told NUMBER REGEX: so says a line of the stream about the server's end.
told() {
	grep -Eq "\"lport\":$port,.*\"$1\":$2[,}]" "$T/out"
}

# For how long the peer's window has been full, as often as it was told.
full_for() {
	sed -n "/\"lport\":$port,/s/.*\"limited_us\":\([0-9]*\)[,}].*/\1/p" "$T/out"
}

# The server's end, from the first look that found something unsent.
stuck() {
	jq -c --argjson port "$port" 'select(.t == "conn" and .lport == $port)' "$T/out" |
		jq -s 'map(select(has("txq"))) | .[map(.txq > 0) | index(true):]' >"$T/stuck"
}

# slow_reader SOURCE: asks for more than any socket buffer holds.
slow_reader() {
	ns_new a
	head -c 67108864 /dev/zero >"$T/large"
	NGINX_NS=a start_nginx 1 "location /large { root $T; }"
	port=$NGINX_PORT
	gaze a "$T/out" --source "$1" --connections-interval 1
	no_reader 127.0.0.1 "$port" 'GET /large HTTP/1.1\r\nHost: x\r\n\r\n'
	wait_for 'told txq "[1-9][0-9]*"' 20
}

# A change of its length alone is no news, nor is that it is still there; how long the peer's window
# has been full is, when it has doubled.
test_slow_reader_ebpf() {
	need_bpf
	slow_reader ebpf
	wait_for '[ "$(full_for | sort -u | wc -l)" -ge 3 ]' 60
	gaze_end
	stuck
	assert_json "$T/stuck" '.[0] | all(.txq > 0) and all(.rxq == 0) and
		(map(.limited_us) | . == sort and .[0] < .[-1])' 'not stuck all the time'
	assert_json "$T/stuck" '.[0] | (map(.tx) | unique | length) <= 3'
	note "$(jq 'length' "$T/stuck") records of it: $(jq -c 'map([.txq, .limited_us])' "$T/stuck")"
	assert_json "$T/out" "[.[] | select(.t == \"listing\" and .ns == $(inode a))] |
		length >= 2 and all(.full) and .[-1].sockets >= 3" 'no listings'
}

test_slow_reader_proc() {
	need_root
	slow_reader proc
	wait_for "[ \"\$(grep -c '\"t\":\"listing\".*\"ns\":$(inode a),' '$T/out')\" -ge 3 ]" 20
	gaze_end
	stuck
	# The first listing may have come before anything was in it.
	assert_json "$T/stuck" '.[0] | length >= 1 and .[-1].txq > 0 and
		all(.rxq == 0 and .limited_us == null)'
	assert_json "$T/out" "[.[] | select(.t == \"listing\" and .ns == $(inode a))] |
		length >= 2 and all(.full) and .[-1].sockets >= 3" 'no listings'
}

# Nobody ever accepts there.
no_server() { # SOURCE
	port=8000
	ns_new a
	ns a ip addr add 10.9.0.1/32 dev lo
	listen_on "$port"
	gaze a "$T/out" --source "$1" --connections-interval 1
	no_reader 10.9.0.1 "$port" 'hello'
	wait_for 'told rxq 5' 20
	gaze_end
}

test_server_that_does_not_read_ebpf() {
	need_bpf
	no_server ebpf
}

test_server_that_does_not_read_proc() {
	need_root
	no_server proc
}

# A namespace where nothing changes is listed all the same, and the recording says so.
test_listings_of_a_quiet_namespace() {
	need_root
	ns_new a
	NGINX_NS=a start_nginx
	gaze a "$T/out" --record "$T/rec.ndjson"
	wait_for "[ \"\$(grep -c '\"t\":\"listing\".*\"ns\":$(inode a),' '$T/rec.ndjson')\" -ge 3 ]" 60
	gaze_end
	"$NG" --replay "$T/rec.ndjson" --speed max --json "${ALONE[@]}" >"$T/replayed"
	assert_eq "$(grep -c '"t":"listing"' "$T/replayed")" "$(grep -c '"t":"listing"' "$T/rec.ndjson")"
}

run_tests "$@"
