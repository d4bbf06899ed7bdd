#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Ways to block, carried out: what is copied from the preview is run by a shell in a namespace, and
# clients in another one dial. For each way: an address and a prefix, IPv4 and IPv6; what was to be
# blocked is, a neighbour is not, an established connection is cut or not as block_ways[] says, what
# the tools list then is read back, and after the undo all is as before. firewalld and cscli are not
# run here: tests/unit/ways_test.c compares their text.
# shellcheck disable=SC2016 # conditions to poll are given as text
# alone: loads modules of the firewall, and dials against the clock
. "$(dirname "$0")/../lib/sh.sh"

TOOL=$NG_BUILD/tests/lib/block_tool

# A server on all addresses of its namespace: sends back what it gets.
read -r -d '' SERVER <<'PY' || true
import socket, threading
def talk(c):
    try:
        while b := c.recv(100): c.sendall(b)
    except OSError: pass
def serve(family, address):
    s = socket.socket(family); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6: s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    s.bind((address, 80)); s.listen(64)
    while True: threading.Thread(target=talk, args=(s.accept()[0],), daemon=True).start()
threading.Thread(target=serve, args=(socket.AF_INET6, '::'), daemon=True).start()
serve(socket.AF_INET, '0.0.0.0')
PY

# A client for each line: "dial SECONDS SOURCE...", "hold SOURCE", "ask SECONDS": "yes" or "no" for
# each source, all at once; whether a connection that is held still answers.
read -r -d '' CLIENT <<'PY' || true
import socket, sys, threading
held = None
def dial(source, seconds):
    v6 = ':' in source
    s = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET); s.settimeout(seconds)
    s.bind((source, 0)); s.connect(('2001:db8:80::80' if v6 else '192.0.2.80', 80))
    return s
def answers(s):
    try: s.sendall(b'x'); return s.recv(9) != b''
    except OSError: return False
def attempt(i, source, seconds, out):
    try: out[i] = answers(dial(source, seconds))
    except OSError: pass
for line in sys.stdin:
    verb, *args = line.split()
    out = [False]
    if verb == 'dial':
        out = [False] * (len(args) - 1)
        all = [threading.Thread(target=attempt, args=(i, a, float(args[0]), out)) for i, a in enumerate(args[1:])]
        for t in all: t.start()
        for t in all: t.join()
    elif verb == 'hold':
        held = dial(args[0], 10); out = [answers(held)]
    else:
        held.settimeout(float(args[0])); out = [answers(held)]
    print(*('yes' if o else 'no' for o in out), flush=True)
PY

# box COMMAND: runs the shell command in the server's namespace, with directories of its own in
# place of those that firewalls write to; PATHS goes before its PATH.
PATHS=
box() {
	PATH=$PATHS$PATH nsenter -t "$BOX" -m -n --wd=/ sh -c "$1" 2>>"$T/box.err"
}

talk() { # LINE: what the client says
	echo "$1" >&"$ASK"
	read -r -t 60 SAID <&"$ANSWER"
}

# start: server, client, BOX. Sums of the host's own files are compared at the end.
start() {
	need_root
	need nft ipset iptables python3 nsenter
	ns_new s
	ns_new c
	for name in s c; do
		ns "$name" sysctl -qw net.ipv6.conf.all.accept_dad=0 \
			net.ipv6.conf.default.accept_dad=0 net.ipv6.ip_nonlocal_bind=1
	done
	ns_join s 192.0.2.80/24 c 192.0.2.1/24
	ns_addr s 2001:db8:80::80/64 to-c
	ns_addr c 2001:db8:80::1/64 to-s
	ns s ip route add default via 192.0.2.1
	ns s ip -6 route add default via 2001:db8:80::1
	for net in 203.0.113.0/24 198.51.100.0/24; do ns c ip route add local "$net" dev lo; done
	for net in 2001:db8:7::/48 2001:db8:8::/48; do ns c ip -6 route add local "$net" dev lo; done
	host_files >"$T/before"
	background in_ns s unshare -m --propagation private sh -c '
		[ ! -d /etc/ufw ] || cp -a /etc/ufw "$1/ufw.d"
		mount -t tmpfs t /run && mkdir -p /run/fail2ban
		for d in /etc/ufw /var/lib/fail2ban /var/lib/ufw; do
			[ ! -d $d ] || mount -t tmpfs t $d
		done
		[ ! -d /etc/ufw ] || cp -a "$1"/ufw.d/. /etc/ufw
		touch "$1/boxed"; exec sleep 600' sh "$T"
	BOX=$PID
	background in_ns s python3 -c "$SERVER"
	mkfifo "$T/ask" "$T/answer"
	exec {ASK}<>"$T/ask" {ANSWER}<>"$T/answer"
	background in_ns c python3 -c "$CLIENT" <"$T/ask" >"$T/answer"
	wait_for "[ -e '$T/boxed' ]"
	wait_for 'talk "dial 1 203.0.113.9 2001:db8:7::9" && [ "$SAID" = "yes yes" ]' 60
}

host_files() {
	local file
	for file in /etc/ufw /etc/default/ufw /etc/fail2ban /var/lib/fail2ban /var/lib/ufw; do
		[ ! -e "$file" ] || find "$file" -type f -exec sha256sum {} +
	done | sort
}

end_box() {
	host_files | diff "$T/before" - || fail 'files of this machine have changed'
}

# expect WHAT SECONDS WANT SOURCE...: dials from all of these; "no" is given little time.
expect() {
	talk "dial $2 ${*:4}"
	assert_eq "$SAID" "$3" "$1"
}

# way NAME CUT PLAN-V4 PLAN-V6 [SECONDS JAIL]: blocks both at once; CUT: "no" when an established
# connection does not answer any more. Both plans hold 203.0.113.9, 2001:db8:7::9.
way() {
	local name=$1 cut=$2 seconds=${5:-3600} command undo
	command=$("$TOOL" command "$name" "$seconds" "${6:-}" "$3" "$4")
	undo=$("$TOOL" undo "$name" "$seconds" "${6:-}" "$3" "$4")
	talk 'hold 203.0.113.9'
	assert_eq "$SAID" yes "$name: a connection before"
	box "$command" >"$T/out" || fail "$name: $command: $(cat "$T/out" "$T/box.err")"
	expect "$name: blocked" 0.7 'no no' 203.0.113.9 2001:db8:7::9
	talk 'ask 1.5'
	assert_eq "$SAID" "$cut" "$name: an established connection"
	expect "$name: neighbours" 10 'yes yes' 198.51.100.9 2001:db8:8::9
	[ "$3" != 203.0.113.9 ] || expect "$name: next" 10 yes 203.0.113.10
	[ "$4" != 2001:db8:7::9 ] || expect "$name: next" 10 yes 2001:db8:7::10
	READ=$(read_back 2>&1) || fail "$name: $READ"
	box "$undo" >"$T/out" || fail "$name: $undo: $(cat "$T/out" "$T/box.err")"
	expect "$name: undone" 10 'yes yes' 203.0.113.9 2001:db8:7::9
}

# What the tools list now, as the program reads it.
read_back() {
	box 'nft -j list ruleset' >"$T/nft"
	"$TOOL" read nft "$T/nft"
	for v in '' legacy-; do
		box "iptables-${v}save -c; ip6tables-${v}save -c" >"$T/rules"
		box 'ipset save' >"$T/sets"
		"$TOOL" read iptables "$T/rules" "$T/sets"
	done
	for v in 4 6; do
		box "ip -j -$v route show type blackhole" >"$T/routes"
		"$TOOL" read routes "$T/routes"
	done
}

found() { # EXTENDED-REGEX: a line that was read back
	grep -qE "^$1$" <<<"$READ" || fail "not read back: $1 in: $READ"
}

LEFT='35[0-9][0-9]' # of an hour

test_nft() {
	start
	way nft no 203.0.113.9 2001:db8:7::/48
	found "203.0.113.9/32 nft - ours $LEFT [1-9][0-9]*"
	found "2001:db8:7::/48 nft - ours $LEFT [1-9][0-9]*"
	way nft no 203.0.113.0/24 2001:db8:7::9 0
	found '203.0.113.0/24 nft - ours 0 [1-9][0-9]*'
	found '2001:db8:7::9/128 nft - ours 0 [1-9][0-9]*'
	box 'nft list table inet nethergaze' >"$T/out"
	assert_no_match "$(<"$T/out")" 'elements'
	box 'nft delete table inet nethergaze'
	end_box
}

# The host accepts what is established first, as most do: our table comes before.
test_nft_before_others() {
	start
	box 'nft -f -' <<-'END'
		table inet filter {
			chain input {
				type filter hook input priority 0; policy drop;
				ct state established,related accept
				tcp dport 80 accept
				meta l4proto ipv6-icmp accept
			}
		}
	END
	way nft no 203.0.113.0/24 2001:db8:7::/48
	end_box
}

# The blocker does it: put in, put in anew, widened, taken out twice.
test_blocker() {
	start
	box "'$TOOL' block 60 0 203.0.113.9 2001:db8:7::/48"
	expect 'blocked by the blocker' 0.7 'no no' 203.0.113.9 2001:db8:7::9
	box "'$TOOL' block 3600 1 203.0.113.9 203.0.113.9"
	READ=$(read_back)
	found "203.0.113.9/32 nft - ours $LEFT [0-9]*"
	box "'$TOOL' block 3600 1 203.0.113.9 203.0.113.0/24"
	READ=$(read_back)
	found "203.0.113.0/24 nft - ours $LEFT [0-9]*"
	assert_no_match "$READ" '203.0.113.9/32'
	expect 'widened' 0.7 no 203.0.113.10
	# What overlaps and was not resolved is refused, as a whole.
	assert_status 1 box "'$TOOL' block 3600 0 203.0.113.7 198.51.100.0/24"
	expect 'refused as a whole' 10 yes 198.51.100.9
	# So is what is to go out and is gone already; one after the other is not.
	assert_status 1 box "'$TOOL' block 3600 1 192.0.2.7 192.0.2.0/24"
	box "'$TOOL' unblock 0 0 192.0.2.7"
	box "'$TOOL' block 3600 0 192.0.2.0/24"
	READ=$(read_back)
	found "192.0.2.0/24 nft - ours $LEFT [0-9]*"
	box "'$TOOL' unblock 0 0 192.0.2.0/24"
	for _ in 1 2; do box "'$TOOL' unblock 0 0 203.0.113.0/24 2001:db8:7::/48"; done
	expect 'unblocked' 10 'yes yes' 203.0.113.9 2001:db8:7::9
	end_box
}

test_ends_by_itself() {
	start
	box "$("$TOOL" command nft 2 '' 203.0.113.9)"
	expect 'blocked' 0.5 no 203.0.113.9
	wait_for 'talk "dial 1 203.0.113.9" && [ "$SAID" = yes ]' 20
	end_box
}

test_ipset() {
	start
	way ipset no 203.0.113.9 2001:db8:7::/48
	found "203.0.113.9/32 ipset nethergaze4 ours $LEFT -1"
	found "2001:db8:7::/48 ipset nethergaze6 ours $LEFT -1"
	way ipset no 203.0.113.0/24 2001:db8:7::9 0
	found '203.0.113.0/24 ipset nethergaze4 ours 0 -1'
	end_box
}

test_iptables() {
	start
	way iptables no 203.0.113.9 2001:db8:7::/48
	found '203.0.113.9/32 iptables PREROUTING ours 0 [1-9][0-9]*'
	way iptables no 203.0.113.0/24 2001:db8:7::9
	found '2001:db8:7::9/128 iptables PREROUTING ours 0 [1-9][0-9]*'
	end_box
}

test_iptables_legacy() {
	start
	need iptables-legacy ip6tables-legacy
	mkdir "$T/legacy"
	for t in iptables ip6tables; do ln -s "$(command -v "$t-legacy")" "$T/legacy/$t"; done
	PATHS=$T/legacy:
	box 'iptables -w 5 -t raw -S' >/dev/null || skip 'this kernel has no ip_tables'
	way iptables no 203.0.113.9 2001:db8:7::/48
	found '203.0.113.9/32 iptables PREROUTING ours 0 [1-9][0-9]*'
	way ipset no 203.0.113.0/24 2001:db8:7::9
	found "203.0.113.0/24 ipset nethergaze4 ours $LEFT -1"
	end_box
}

test_route() {
	start
	way route no 203.0.113.9 2001:db8:7::/48
	found '203.0.113.9/32 route - - 0 -1'
	found '2001:db8:7::/48 route - - 0 -1'
	way route no 203.0.113.0/24 2001:db8:7::9
	end_box
}

test_ufw() {
	need ufw
	start
	# Modules and sysctls are the machine's, not the namespace's.
	sed -e 's/^IPT_SYSCTL=.*/IPT_SYSCTL=/' -e 's/^IPT_MODULES=.*/IPT_MODULES=/' \
		/etc/default/ufw >"$T/default"
	box "mount --bind '$T/default' /etc/default/ufw"
	box 'ufw allow 80/tcp && ufw --force enable' >"$T/out" || fail "$(cat "$T/out" "$T/box.err")"
	way ufw yes 203.0.113.9 2001:db8:7::/48
	found '203.0.113.9/32 ufw - - 0 .*'
	way ufw yes 203.0.113.0/24 2001:db8:7::9
	end_box
}

test_fail2ban() {
	need fail2ban-server
	start
	cp -r /etc/fail2ban "$T/f2b"
	rm -rf "$T"/f2b/jail.d/* "$T/f2b/jail.local"
	: >"$T/f2b.log"
	cat >"$T/f2b/jail.local" <<-END
		[DEFAULT]
		banaction = nftables-multiport
		backend = polling
		[web]
		enabled = true
		logpath = $T/f2b.log
		filter = nginx-http-auth
		port = 80
	END
	background nsenter -t "$BOX" -m -n fail2ban-server -xf -c "$T/f2b" \
		-s /run/fail2ban/fail2ban.sock -p /run/fail2ban/pid start >"$T/f2b.out" 2>&1
	wait_for 'box "fail2ban-client ping"' 30
	way fail2ban no 203.0.113.9 2001:db8:7::9 0 web
	found '203.0.113.9/32 fail2ban web - 0 -1'
	found '2001:db8:7::9/128 fail2ban web - 0 -1'
	# Why prefixes are refused: fail2ban says yes, lists it, and blocks nothing.
	assert_status 2 "$TOOL" command fail2ban 0 web 203.0.113.0/24 >"$T/out"
	box 'fail2ban-client set web banip 203.0.113.0/24' >"$T/out"
	assert_eq "$(<"$T/out")" 1
	box 'fail2ban-client banned' >"$T/banned"
	assert_match "$(<"$T/banned")" '203.0.113.0/24'
	expect 'a prefix is not blocked by fail2ban' 10 yes 203.0.113.9
	assert_eq "$("$TOOL" read fail2ban "$T/banned")" ''
	end_box
}

# The program itself: what others have put there is told, and what goes.
test_watch() {
	start
	box "$("$TOOL" command nft 3600 '' 203.0.113.9)"
	box "$("$TOOL" command ipset 3600 '' 203.0.113.64/26)"
	box "$("$TOOL" command iptables 0 '' 2001:db8:7::/48)"
	box "$("$TOOL" command route 0 '' 203.0.113.10)"
	background nsenter -t "$BOX" -m -n "$NG" --json --show-private-ips --source proc \
		--no-whois --log-path "$T/no.log" >"$T/out"
	for want in '203.0.113.9/32 nft true' '203.0.113.64/26 ipset true' \
		'2001:db8:7::/48 iptables true' '203.0.113.10/32 route false'; do
		wait_for "json '$T/out' 'select(.t==\"block\" and .on) |
			\"\\(.net) \\(.way) \\(.ours // false)\"' | grep -qxF '$want'" 20
	done
	box "$("$TOOL" undo nft 3600 '' 203.0.113.9)"
	wait_for "json '$T/out' 'select(.t==\"block\" and .on == false) | .net' |
		grep -qxF 203.0.113.9/32" 40
	stop "$PID"
	end_box
}

run_tests
