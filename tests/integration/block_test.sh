#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Blocks from the console, carried out in a namespace by the real nft: packets are dropped and seen
# to be, what undoes it leaves all else as it was, and whoever one would be locked out by is refused,
# on the facts of that namespace.
# shellcheck disable=SC2016 # conditions to poll are given as text
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

MANY_PORT=8080

# site: a server in namespace "v", its router "r" behind which the world is, and nft rules of others.
site() {
	need_root
	need nft ip python3 tmux
	ns_new v
	ns_new r
	ns_join v 198.18.5.1/24 r 198.18.5.2/24
	ns_addr v 2001:db8:5::1/64 to-r
	ns_addr r 2001:db8:5::2/64 to-v
	# Who asks for an address in another's name is taken for a neighbour.
	ns r sysctl -qw net.ipv4.conf.all.arp_announce=2
	ns v ip route add default via 198.18.5.2
	ns v ip -6 route add default via 2001:db8:5::2
	ns v ip route add 198.19.250.0/24 via 198.18.5.3
	ns v nft -f - <<-END
	table inet others {
		set bans { type ipv4_addr; flags interval; elements = { 192.0.2.66 } }
		chain input { type filter hook input priority 0; policy accept
			ct state established accept
			ip saddr @bans drop
		}
	}
	END
	ns v nft list ruleset >"$T/before"
}

# serve NS ADDRESS PORT: accepts connections and keeps them; line by line "hello" back.
serve() {
	background in_ns "$1" python3 -c '
import socket, sys
s = socket.create_server((sys.argv[1], int(sys.argv[2])), backlog=512)
print("ready", flush=True)
held = []
while True:
    held.append(s.accept())' "$2" "$3" >"$T/serve.$3"
	wait_for "grep -q ready '$T/serve.$3'" 60
}

# from NS SOURCE ADDRESS PORT COUNT: holds connections, and opens a further one each 100 ms, whether
# that succeeds or not.
from() {
	background in_ns "$1" python3 -c '
import socket, sys, time
source, to, port, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
held = []
def dial():
    s = socket.socket()
    s.bind((source, 0))
    s.settimeout(0.1)
    try:
        s.connect((to, port))
    except OSError:
        pass
    held.append(s)
for _ in range(count):
    dial()
print("ready", flush=True)
while len(held) < 1000:
    time.sleep(0.1)
    if count > 1:
        dial()' "$2" "$3" "$4" "$5" >"$T/from.$2"
	wait_for "grep -q ready '$T/from.$2'" 60
}

# gaze [ARG...]: the console in the server's namespace, allowed to block.
gaze() {
	mkdir -p "$T/nethergaze"
	printf '[actions]\nenable_block_execution = true\n' >"$T/nethergaze/config.toml"
	export XDG_STATE_HOME=$T/state
	: >>"$T/access.log"
	console 100x30 ip netns exec "ng$$-v" "${IN[@]}" "$NG" --show-private-ips --source proc \
		--connections-interval 1 --from-start --log-path "$T/access.log" "$@"
	tui_wait 'watching' 30
}

# console, but of a command that is not nethergaze itself.
console() {
	local size=$1
	shift
	export HOME=$T XDG_CONFIG_HOME=$T
	tui_start "$size" env "${LOOK[@]}" "$@"
}

IN=(env)

only() { # ADDRESS
	tui_keys /
	tui_keys C-u
	tui_type "$1"
	tui_keys Enter
	tui_wait "filter: $1 \(1"
}

ours() { # what our table has
	ns v nft list table inet nethergaze 2>/dev/null || true
}

# dropped: how many packets our table has dropped.
dropped() {
	ours | sed -n 's/.*@block4 counter packets \([0-9]*\).*/\1/p'
}

block_it() { # ADDRESS
	only "$1"
	tui_keys b
	tui_wait "^ Block $1 +x runs it"
	tui_wait "^Would hurt +✓ nobody"
	tui_keys x
	tui_wait "drop every packet of $1"
	tui_keys Enter
	tui_wait "blocked $1: done"
}

test_blocks_and_undoes() {
	site
	ns r ip addr add 203.0.113.7/32 dev lo
	serve v 198.18.5.1 "$MANY_PORT"
	gaze
	from r 203.0.113.7 198.18.5.1 "$MANY_PORT" 40
	wait_for '[ "$(ns v ss -Htn src 198.18.5.1 | wc -l)" -ge 40 ]'
	block_it 203.0.113.7
	assert_match "$(ours)" '203.0.113.7 .*timeout 1h'
	wait_for '[ "$(dropped)" -gt 5 ]' 20
	tui_keys Escape
	tui_keys B
	tui_wait '^ 203.0.113.7 +nft \(from here\) .*until .* [1-9][0-9]* packets?' 90
	tui_wait 'block 203.0.113.7: done'
	grep -q 'block	203.0.113.7	ok' "$T/state/nethergaze/actions.log" || fail 'the act is not logged'
	tui_keys x
	tui_wait '203.0.113.7 will be let in again'
	tui_keys n # no
	tui_gone 'will be let in again'
	assert_match "$(ours)" '203.0.113.7'
	tui_keys x
	tui_wait 'will be let in again'
	tui_keys Enter
	tui_wait 'let in again 203.0.113.7: done'
	wait_for '! ours | grep -q 203.0.113.7'
	tui_wait '^ Blocked here: 1, of these 0 from here' 90 # what others block
	# What is left is our table, without an entry; all else is as it was.
	ns v nft delete table inet nethergaze
	ns v nft list ruleset | cmp - "$T/before" || fail 'the rules of others have changed'
}

# A network takes the place of an address in it, and gives it back; what has a time ends by itself.
test_widens_and_ends() {
	site
	ns r ip addr add 203.0.113.7/32 dev lo
	serve v 198.18.5.1 "$MANY_PORT"
	gaze
	from r 203.0.113.7 198.18.5.1 "$MANY_PORT" 5
	block_it 203.0.113.7
	tui_wait 'blocked already|all of it' 90
	tui_keys Right # the /24
	tui_wait '\[/24\]'
	tui_keys x
	tui_wait 'drop every packet of 203.0.113.0/24'
	tui_keys Enter
	tui_wait 'blocked 203.0.113.0/24: done'
	assert_match "$(ours)" 'elements = \{ 203.0.113.0/24 '
	tui_keys Escape
	tui_keys B
	tui_wait '^ 203.0.113.0/24 +nft' 90
	tui_wait '^ Blocked here: 2, of these 1'
	tui_keys x
	tui_wait 'will be let in again'
	tui_keys Enter
	wait_for 'ours | grep -q "elements = { 203.0.113.7 "' 20
	tui_wait '^ 203.0.113.7 +nft' 90
	# As if an hour had gone by.
	ns v nft -f - <<-END
	delete element inet nethergaze block4 { 203.0.113.7 }
	add element inet nethergaze block4 { 203.0.113.7 timeout 3s }
	END
	wait_for '! ours | grep -q 203.0.113.7' 20
	tui_wait '^ Blocked here: 1, of these 0 from here' 90
}

test_is_off_unless_allowed() {
	site
	echo '192.0.2.99 - - [29/Nov/2026:08:00:00 +0000] "GET / HTTP/1.1" 404 5 "-" "x"' >"$T/access.log"
	mkdir -p "$T/nethergaze"
	console 100x30 ip netns exec "ng$$-v" "$NG" --show-private-ips --source proc --from-start \
		--log-path "$T/access.log"
	tui_wait watching
	only 192.0.2.99
	tui_keys b
	tui_wait '^ Block 192.0.2.99 +nothing is run'
	tui_wait 'undo: '
	tui_keys x
	tui_wait 'off in the configuration: actions.enable_block_execution'
	assert_eq "$(ours)" ''
	ns v nft list ruleset | cmp - "$T/before"
}

# line ADDRESS STATUS [XFF]: a request in the log.
line() {
	jq -nc --arg ip "$1" --argjson status "$2" --arg for "${3:-}" --arg now "$NOW" '{remote_addr: $ip,
		request: "GET /x HTTP/1.1", status: $status, body_bytes_sent: 5,
		time_iso8601: $now, http_x_forwarded_for: $for}'
}

# In a mount namespace of its own: resolvers, who is logged in.
facts() {
	printf 'nameserver 198.51.100.53\nnameserver 2001:db8:53::53\n' >"$T/resolv.conf"
	python3 - "$T/utmp" <<-'END'
	import socket, struct, sys
	addr = socket.inet_aton("203.0.113.201").ljust(16, b"\0")
	record = struct.pack("<hxxi32s4s32s256shhiii16s20x", 7, 1, b"pts/0", b"0", b"root",
	                     b"", 0, 0, 0, 0, 0, addr)
	open(sys.argv[1], "wb").write(record.ljust(384, b"\0"))
	END
	cat >"$T/in" <<-END
	#!/bin/sh
	set -e
	mount --bind "$T/resolv.conf" /etc/resolv.conf
	mount -t tmpfs none /run
	cp "$T/utmp" /run/utmp
	mkdir -p /run/systemd/sessions
	echo REMOTE_HOST=203.0.113.202 >/run/systemd/sessions/1
	exec "\$@"
	END
	chmod +x "$T/in"
	IN=(unshare -m "$T/in" env SSH_CONNECTION="203.0.113.200 50000 198.18.5.1 22")
	{
		echo 'Nov 29 08:00:00 web sshd[7]: Accepted password for root from 203.0.113.203 port 5 ssh2'
		echo 'Nov 29 08:00:00 web sshd[7]: Accepted password for root from 2001:db8:203::3 port 5 ssh2'
	} >"$T/auth.log"
}

# Each is a row of the log, so that the cursor can be on it.
LOCK_OUTS='198.18.5.1|is an address of this machine
2001:db8:5::1|is an address of this machine
127.0.0.1|is an address of this machine
198.18.5.77|is a network that this machine is in
2001:db8:5::77|is a network that this machine is in
127.9.9.9|is a network that this machine is in
198.18.5.2|is the default gateway
2001:db8:5::2|is the default gateway
198.18.5.3|is the next hop
198.51.100.53|is where names are resolved
2001:db8:53::53|is where names are resolved
203.0.113.200|is where your own SSH session comes from
203.0.113.201|is where somebody is logged in from
203.0.113.202|is where somebody is logged in from
203.0.113.203|has logged in by SSH
2001:db8:203::3|has logged in by SSH
203.0.113.204|has an SSH connection
203.0.113.205|is whom this machine itself has connected to
173.245.49.1|is a proxy that you trust
2400:cb00::7|is a proxy that you trust
198.19.7.7|comes through a proxy
198.19.8.8|more than 20% of all good requests
10.9.9.9|is private
fd00::9|is private
100.64.9.9|is shared address space
169.254.9.9|is link-local
224.0.0.9|is multicast'

test_refuses_lock_outs() {
	local ip why n=0 NOW
	NOW=$(date -u +%FT%T+00:00)
	site
	facts
	export NETHERGAZE_AUTH_ENABLED=true
	ns r ip addr add 203.0.113.204/32 dev lo
	ns r ip addr add 203.0.113.205/32 dev lo
	serve v 198.18.5.1 22
	serve r 203.0.113.205 8081
	from r 203.0.113.204 198.18.5.1 22 1
	from v 198.18.5.1 203.0.113.205 8081 1
	while IFS='|' read -r ip why; do
		line "$ip" 404
	done <<<"$LOCK_OUTS" >"$T/access.log"
	line 173.245.49.1 404 198.19.7.7 >>"$T/access.log"
	for ((n = 0; n < 40; n++)); do line 198.19.8.8 200; done >>"$T/access.log"
	sed -i '/"198.19.7.7","request/d' "$T/access.log"
	gaze --trusted-proxies 173.245.48.0/20 \
		--trusted-proxies 2400:cb00::/32 --auth-log-path "$T/auth.log"
	n=0
	while IFS='|' read -r ip why; do
		only "$ip"
		tui_keys b
		tui_wait "^ (Refused|Refused by this way|Not without being asked): .*${why%% *}"
		tui_wait "$(sed 's/ / +/g; s/^/(^|[^a-z])/' <<<"${why% *}")"
		tui_keys x
		tui_wait "^ refused: |Enter: all the same"
		tui_keys n
		tui_keys Escape
		tui_gone '^ Block '
		n=$((n + 1))
	done <<<"$LOCK_OUTS"
	[ "$n" -ge 20 ] || fail "only $n were tried"
	ns v nft list ruleset | cmp - "$T/before" || fail 'something was blocked'
}

run_tests
