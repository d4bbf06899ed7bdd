# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# What the tests of the kernel's side have in common: nethergaze's stream against the kernel's own
# list, socket by socket, and a host under a SYN flood. Source it after sh.sh.

STORM=$NG_BUILD/tests/lib/storm
SYNS=$NG_BUILD/tests/lib/syns
ALONE=(--show-private-ips --no-geoip --no-whois --no-auth-log)

# gaze NS FILE [ARG...]: streams to the file until stopped; GAZE has the pid. Returns when the
# first listing is due, so that what comes now is seen as it happens.
gaze() {
	local ns=$1 file=$2
	shift 2
	background in_ns "$ns" "$NG" --json "${ALONE[@]}" --log-path "$T/no.log" "$@" >"$file"
	GAZE=$PID
	wait_for "grep -q '\"t\":\"source\"' '$file' || ! kill -0 $GAZE" 10
}

gaze_end() {
	stop "$GAZE"
	assert_eq "$STATUS" 0 'exit status'
}

# storm NS COUNT SEED: makes its connections and holds what is left of them until the test ends.
storm() {
	local in
	STORM_PIPES=$((${STORM_PIPES:-0} + 1)) in=$T/storm.in.$STORM_PIPES
	mkfifo "$in"
	# shellcheck disable=SC2034 # open for writing, so that the storm does not read an end
	exec {STORM_IN}<>"$in"
	background in_ns "$1" "$STORM" "$2" "$3" <"$in" >"$T/storm.out"
	wait_for "grep -q ready '$T/storm.out' || ! kill -0 $PID" 60
	grep -q ready "$T/storm.out" || fail 'the storm ended early'
}

# The namespace's sockets as ss has them: "local peer STATE", in the kernel's names.
by_ss() {
	in_ns "$1" ss -Htan | awk '
	function plain(a) {
		sub(/^\[::ffff:/, "", a)
		gsub(/[][]/, "", a)
		return a
	}
	BEGIN {
		split("ESTAB ESTABLISHED SYN-SENT SYN_SENT SYN-RECV SYN_RECV FIN-WAIT-1 FIN_WAIT1 " \
		      "FIN-WAIT-2 FIN_WAIT2 TIME-WAIT TIME_WAIT CLOSE-WAIT CLOSE_WAIT " \
		      "LAST-ACK LAST_ACK CLOSING CLOSING", w, " ")
		for (i = 1; i in w; i += 2)
			name[w[i]] = w[i + 1]
	}
	$1 in name { print plain($4), plain($5), name[$1] }' | sort
}

inode() { # NS
	ns "$1" stat -Lc %i /proc/self/ns/net
}

# The same as the stream's conn records add up to. Says on the way what no stream may do. What
# happens in the machine's other namespaces is in the stream, too.
by_stream() { # NS FILE
	jq -r --argjson ns "$(inode "$1")" 'select(.t == "conn" and .ns == $ns) |
		"\(.lip):\(.lport) \(.ip):\(.port) \(.state) \(.was // "-")"' "$2" | awk '
	{
		key = $1 " " $2
		if (key in state && $4 != state[key])
			print "broken: " $0 ", after " state[key]
		if (key in state && $3 == state[key] && $4 != $3) # not its numbers only
			print "twice: " $0
		if ($3 == "CLOSE" && !(key in state))
			print "closed unknown: " $0
		if ($3 == "CLOSE")
			delete state[key]
		else
			state[key] = $3
	}
	END { for (key in state) print key, state[key] }' | sort
}

assert_agrees() { # NS FILE
	by_ss "$1" >"$T/ss"
	by_stream "$1" "$2" >"$T/stream"
	[ -s "$T/ss" ] || fail 'ss lists nothing'
	diff "$T/ss" "$T/stream" >"$T/diff" || fail "$(head -20 "$T/diff")"
}

# Records that were lost may leave gaps in the story; its end must be right all the same.
assert_agrees_after_loss() {
	by_ss "$1" >"$T/ss"
	by_stream "$1" "$2" | grep -v '^broken\|^closed unknown' >"$T/stream"
	diff "$T/ss" "$T/stream" >"$T/diff" || fail "$(head -20 "$T/diff")"
}

# flooded_host: namespace a is a host whose answers to the made-up addresses of syns go to b, which
# is not their owner and drops them. flood sends from b.
flooded_host() {
	local net
	ns_new a
	ns_new b
	ns_join a 10.9.0.1/24 b 10.9.0.2/24
	for net in 198.51.100.0/24 203.0.113.0/24 100.64.0.0/10; do
		ns a ip route add "$net" via 10.9.0.2
	done
	ns a sysctl -qw net.ipv4.tcp_max_syn_backlog=4096
}

# listen_on [--udp] PORT [QUEUE] [ADDRESS]: 10.9.0.1 in a, where nobody accepts, until the test ends.
listen_on() {
	local udp=()
	if [ "$1" = --udp ]; then
		udp=(--udp)
		shift
	fi
	mkfifo "$T/listener.$1"
	# shellcheck disable=SC2034 # open for writing, so that it does not read an end
	exec {LISTENER_IN}<>"$T/listener.$1"
	background in_ns a "$NG_BUILD/tests/lib/listener" "${udp[@]}" "${3:-10.9.0.1}" "$1" "${2:-4096}" <"$T/listener.$1" \
		>"$T/listener.$1.out"
	wait_for "grep -q ready '$T/listener.$1.out'"
}

flood() { # COUNT SOURCES PORT [RATE]: "seconds rate"
	in_ns b "$SYNS" "$1" "$2" 10.9.0.1 "$3" ${4:+"$4"}
}
