#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # conditions to poll are given as text
#
# Half an hour (SOAK_MINUTES) of all at once: a real nginx under requests and held connections, SYN
# floods between namespaces, logs that are rotated in two ways, namespaces that come and go, look-ups
# of addresses that servers on the loopback answer; before a console and a recorder. Of each of their
# processes memory (RSS) and descriptors are read from /proc. After the warm-up, a third of the time,
# they are flat: no more in the last third than in the one before, but for a tenth and 4 MiB, and for 8
# descriptors.
#
# For scripts/check-long. $NG_BUILD/soak keeps what was read: seconds, process, KiB, descriptors.
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/lib/sockets.sh"
. "$NG_TOP/tests/lib/registry.sh"

SECONDS_ALL=$((${SOAK_MINUTES:-30} * 60)) EVERY=5
KEPT=$NG_BUILD/soak

# again COMMAND...: until the time is over, in the background.
again() {
	until_enough "$@" >>"$T/again.out" 2>&1 &
}

until_enough() {
	while [ ! -e "$T/enough" ]; do
		"$@" || echo "$1: $?"
	done
}

ask_for_pages() {
	requests 500 "http://127.0.0.1:$NGINX_PORT/page"
	requests 50 "http://127.0.0.1:${NGINX_PORTS[1]}/status/404"
	read -rt 0.5 <>"$T/pause" || :
}

hold_some() {
	hold 100 "$NGINX_PORT"
	read -rt 3 <>"$T/pause" || :
	drop_held
}

flood_some() {
	flood 20000 508 4433 4000
	flood 20000 20000 4433 4000
	read -rt 5 <>"$T/pause" || :
}

rotate() {
	mv "$NGINX_LOG" "$NGINX_LOG.1"
	nginx_reopen
	read -rt 4 <>"$T/pause" || :
	: >"${NGINX_LOGS[1]}" # copytruncate
	: >"$T/visitors.log"
	read -rt 4 <>"$T/pause" || :
}

# With a listener and a connection to it.
come_and_go() {
	local name=ng$$-soak$RANDOM
	ip netns add "$name"
	ip -n "$name" link set lo up
	ip netns exec "$name" "$NG_BUILD/tests/lib/talk" >/dev/null
	ip netns del "$name"
}

# Addresses that look public and are asked about; a few thousand, the same ones again and again.
visit() {
	local i
	for ((i = 0; i < 50; i++)); do
		printf '%d.%d.%d.7 - - [%(%d/%b/%Y:%H:%M:%S +0000)T] "GET /v HTTP/1.1" 200 12 "-" "x"\n' \
			$((8 + RANDOM % 9)) $((RANDOM % 16)) $((RANDOM % 32)) -1
	done >>"$T/visitors.log"
	read -rt 1 <>"$T/pause" || :
}

load() {
	mkfifo "$T/pause"
	start_registry
	"$NG_BUILD/tests/lib/fake_dns" >"$T/dns" &
	wait_for 'grep -q ^dns "$T/dns"'
	export NETHERGAZE_RDNS_SERVER
	NETHERGAZE_RDNS_SERVER=127.0.0.1:$(awk '$1 == "dns" { print $2 }' "$T/dns")
	flooded_host
	listen_on 4433
	start_nginx 2
	: >"$T/visitors.log"
	for what in ask_for_pages hold_some flood_some rotate come_and_go visit; do
		again "$what"
	done
}

watchers() {
	local flags=(--show-private-ips --rdns --log-path "${NGINX_LOGS[0]}" --log-path "${NGINX_LOGS[1]}"
		--log-path "$T/visitors.log")
	export NETHERGAZE_HISTORY_ENABLED=true NETHERGAZE_HISTORY_PATH=$T/history.db
	export NETHERGAZE_RECORD_MAX_SIZE=4M NETHERGAZE_RECORD_FILES=3
	tui_start 120x40 "$NG" "${flags[@]}"
	tui_wait 'conns' 30
	NETHERGAZE_HISTORY_PATH=$T/history2.db NETHERGAZE_CACHE_DIR=$T/cache2 \
		background "$NG" --json "${flags[@]}" --record "$T/soak.ndjson.gz" >/dev/null 2>"$T/recorder.err"
	RECORDER=$PID CONSOLE=$(tui_pid)
	wait_for '[ -s "$T/soak.ndjson.gz" ]' 30
}

# sample SECONDS OF PID: it and its children.
sample() {
	local pid
	for pid in "$3" $(pgrep -P "$3"); do
		awk -v at="$1" -v of="$2" -v fds="$(find "/proc/$pid/fd" -mindepth 1 | wc -l)" '
			$1 == "Name:" { name = $2 }
			$1 == "VmRSS:" { print at, of "/" name, $2, fds }' "/proc/$pid/status"
	done 2>/dev/null || :
}

# What each process had: at first, in the second third, in the last, at the end.
judge() {
	awk -v all="$SECONDS_ALL" '
	function most(a, b) { return a > b ? a : b }
	{
		if (!($2 in first)) { order[++n] = $2; first[$2] = $3; fd_first[$2] = $4 }
		last[$2] = $3; fd_last[$2] = $4; times[$2]++
		third = $1 < all / 3 ? 1 : $1 < all * 2 / 3 ? 2 : 3
		rss[$2, third] = most(rss[$2, third], $3)
		fds[$2, third] = most(fds[$2, third], $4)
	}
	END {
		for (i = 1; i <= n; i++) {
			p = order[i]
			bad = rss[p, 3] > rss[p, 2] * 1.1 + 4096 || fds[p, 3] > fds[p, 2] + 8
			status = status || bad || !((p, 3) in rss)
			printf "NOTE: %s%s: %d; %d, %d, %d; %d KiB; descriptors %d; %d, %d, %d; %d\n",
				bad ? "GROWS " : "", p, first[p], rss[p, 1], rss[p, 2], rss[p, 3], last[p],
				fd_first[p], fds[p, 1], fds[p, 2], fds[p, 3], fd_last[p]
		}
		exit status
	}' "$KEPT"
}

test_memory_and_descriptors_stay() {
	local start=$SECONDS
	need_bpf
	need nginx curl jq pgrep
	load
	watchers
	: >"$KEPT"
	while [ $((SECONDS - start)) -lt "$SECONDS_ALL" ]; do
		sample $((SECONDS - start)) console "$CONSOLE" >>"$KEPT"
		sample $((SECONDS - start)) recorder "$RECORDER" >>"$KEPT"
		read -rt "$EVERY" <>"$T/pause" || :
	done
	: >"$T/enough"
	note "$(wc -l <"$T/asked") RDAP and whois questions, $(wc -l <"$T/dns") of the DNS; $(find "$T" -name 'soak*.gz' | wc -l) files of a recording"
	note 'at first; at most in each third; at the end'
	tui_keys q # asks, while something is wrong
	tui_keys q
	tui_end 60
	assert_eq "$STATUS" 0 'the console'
	stop "$RECORDER"
	assert_eq "$STATUS" 0 "the recorder: $(cat "$T/recorder.err")"
	judge || fail 'it grows'
}

run_tests "$@"
