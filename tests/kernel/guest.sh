#!/bin/sh
# shellcheck shell=dash
# SPDX-License-Identifier: MIT
#
# What runs as init on another kernel: busybox, nethergaze and the tests' helpers are all there is.
# Not jq, which takes half a second to start in an emulator. The results go to the second serial port as TAP, between "up KERNEL" and "done"; the kernel's
# own words stay on the first. Each test_* function is a test, in a subshell of its own.
#
# From the kernel's command line: ng.lockdown=1, the kernel was told to lock itself down.
export PATH=/bin HOME=/tmp LC_ALL=C.UTF-8 TERM=linux

fail() {
	echo "$*"
	exit 1
}

option() { # NAME
	grep -qw "ng.$1=1" /proc/cmdline
}

# wait_for CONDITION: emulation is slow, so the bound is wide.
wait_for() {
	local end
	end=$(($(cut -d. -f1 /proc/uptime) + 40))
	until eval "$1" >/dev/null 2>&1; do
		[ "$(cut -d. -f1 /proc/uptime)" -lt $end ] || fail "not within 40 s: $1"
		usleep 100000
	done
}

alone='--show-private-ips --no-geoip --no-whois --no-auth-log --log-path /tmp/no.log'

gaze() { # ARG...
	# shellcheck disable=SC2086 # a list
	nethergaze $alone "$@"
}

# watch ARG...: streams into /tmp/out until watch_end; returns once what comes is seen. It is run by the
# command "under", where that is set.
under=
watch() {
	rm -f /tmp/out /tmp/err
	# shellcheck disable=SC2086 # a function in the background would be another process
	$under nethergaze $alone --json "$@" >/tmp/out 2>/tmp/err &
	watcher=$!
	wait_for "grep -q '\"t\":\"source\"' /tmp/out || ! kill -0 $watcher"
}

watch_end() {
	local status=0
	kill -TERM "$watcher"
	wait "$watcher" || status=$?
	[ "$status" -eq 0 ] || fail "exit status $status: $(cat /tmp/err)"
}

# records FILE PROGRAM [ASSIGNMENT...]: awk over its records, of whose fields f(NAME) is the value of
# any that is no object or list. Ours are flat, one a line, and their text has neither quote nor comma.
records() {
	local file=$1 program=$2
	shift 2
	for assignment; do
		set -- "$@" -v "$assignment"
		shift
	done
	awk "$@" 'function f(name, at) {
		at = index($0, "\"" name "\":")
		if (!at)
			return ""
		at = substr($0, at + length(name) + 3)
		sub(/^"/, "", at)
		sub(/[",}].*/, "", at)
		return at
	}'"$program" "$file"
}

# so FILE PROGRAM [ASSIGNMENT...]: the program says "yes", or what it has found instead.
so() {
	local said
	said=$(records "$@")
	[ "$said" = yes ] && return
	echo "not so: $said"
	tail -n 40 "$1"
	exit 1
}

probes() { # FILE
	sed -n '/"t":"source"/s/.*"probes":\[\([^]]*\)\].*/\1/p' "$1" | tail -n 1 | tr -d '"' | tr , ' '
}

attached() { # PROBE
	case " $(probes /tmp/out) " in *" $1 "*) ;; *) return 1 ;; esac
}

# listen_on PORT [--udp]: nobody ever accepts there.
listen_on() {
	rm -f /tmp/listener.*
	mkfifo /tmp/listener.in
	listener ${2:+"$2"} 10.9.0.1 "$1" 4096 </tmp/listener.in >/tmp/listener.out &
	exec 9>/tmp/listener.in
	wait_for 'grep -q ready /tmp/listener.out'
}

# The table by /proc/net/tcp and tcp6, "LOCAL PEER STATE" with addresses as nethergaze has them.
by_proc() {
	cat /proc/net/tcp /proc/net/tcp6 | awk '
	function hex(s, i, n) {
		for (n = 0; s != ""; s = substr(s, 2))
			n = n * 16 + index("0123456789ABCDEF", substr(s, 1, 1)) - 1
		return n
	}
	function plain(a) {
		if (length(a) == 32 && substr(a, 1, 24) != "0000000000000000FFFF0000")
			return a == "00000000000000000000000001000000" ? "::1" : a
		a = substr(a, length(a) - 7)
		return hex(substr(a, 7, 2)) "." hex(substr(a, 5, 2)) "." hex(substr(a, 3, 2)) \
			"." hex(substr(a, 1, 2))
	}
	BEGIN {
		split("ESTABLISHED SYN_SENT SYN_RECV FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE " \
		      "CLOSE_WAIT LAST_ACK LISTEN CLOSING", name, " ")
	}
	$1 ~ /^[0-9]+:$/ && hex($4) != 10 {
		split($2, l, ":")
		split($3, p, ":")
		print plain(l[1]) ":" hex(l[2]), plain(p[1]) ":" hex(p[2]), name[hex($4)]
	}' | sort
}

# The same as the stream's records of this namespace add up to.
by_stream() {
	records /tmp/out 'f("t") != "conn" || f("ns") != ns { next }
	{ key = f("lip") ":" f("lport") " " f("ip") ":" f("port") }
	f("state") == "CLOSE" { delete state[key]; next }
	{ state[key] = f("state") }
	END { for (key in state) print key, state[key] }' "ns=$(stat -Lc %i /proc/self/ns/net)" | sort
}

agrees() {
	by_proc >/tmp/proc
	by_stream >/tmp/stream
	[ -s /tmp/proc ] || fail '/proc/net/tcp lists nothing'
	diff /tmp/proc /tmp/stream >/tmp/diff || fail "$(head -n 20 /tmp/diff)"
	echo "NOTE: $(wc -l </tmp/proc) sockets agree with /proc/net/tcp"
}

# --- the tests ---

test_locked_down_as_asked() {
	option lockdown || return 0
	grep -q '\[confidentiality\]' /sys/kernel/security/lockdown ||
		fail "$(cat /sys/kernel/security/lockdown)"
}

test_probes_attach() {
	gaze --json --duration 0 --source ebpf >/tmp/out 2>/tmp/err || fail "$(cat /tmp/err)"
	echo "NOTE: $(probes /tmp/out)"
	attached tp_btf/inet_sock_set_state || fail 'no transitions by tp_btf'
	attached iter/tcp || fail 'no listing by iter/tcp'
	# It reads the packet by a helper that lockdown takes away.
	option lockdown || attached fentry/tcp_conn_request ||
		fail "no count of SYNs by fentry/tcp_conn_request: $(cat /tmp/out)"
	! option lockdown || attached socket/syns || fail "no count of SYNs: $(cat /tmp/out)"
}

test_doctor() {
	nethergaze --doctor >/tmp/doctor 2>&1 || fail "exit status $?: $(cat /tmp/doctor)"
	grep -q 'inet_sock_set_state' /tmp/doctor || fail "$(cat /tmp/doctor)"
	! option lockdown || grep -qi 'lockdown' /tmp/doctor || fail "$(cat /tmp/doctor)"
}

# life LOCAL-PORT PEER-PORT: the moves of one end; what leads nowhere tells of numbers only.
life() {
	records /tmp/out 'f("t") == "conn" && f("lport") == local && f("port") == peer && f("was") != f("state") {
		printf "%s>%s ", f("was"), f("state")
	}' "local=$1" "peer=$2"
}

# A connection's whole life, on both its ends: each state once, in order, with both ports to the end.
test_transitions() {
	local client server
	watch --source ebpf
	read -r server client <<-END
		$(talk)
	END
	wait_for "life $client $server | grep -q TIME_WAIT && life $server $client | grep -q 'CLOSE '"
	watch_end
	echo "client: $(life "$client" "$server")"
	echo "server: $(life "$server" "$client")"
	# The client has no port yet when it goes to SYN_SENT.
	life "$client" "$server" | grep -qE '^(C?L?O?S?E?>SYN_SENT )?SYN_SENT>ESTABLISHED ESTABLISHED>FIN_WAIT1 (FIN_WAIT1>FIN_WAIT2 FIN_WAIT2>TIME_WAIT|FIN_WAIT1>TIME_WAIT) $' ||
		fail 'not a client that closes first'
	life "$server" "$client" | grep -qE '^(L?I?S?T?E?N?>SYN_RECV )?SYN_RECV>ESTABLISHED ESTABLISHED>CLOSE_WAIT CLOSE_WAIT>LAST_ACK LAST_ACK>CLOSE $' ||
		fail 'not a server that closes last'
	so /tmp/out 'f("lport") == client && f("dir") != "out" || f("lport") == server && f("dir") != "in" {
		bad = bad " " f("dir")
	}
	# The kernel counts the FIN as a byte.
	f("lport") == server && f("state") == "CLOSE" { rx = f("rx") }
	END { print((rx == 5 || rx == 6) && !bad ? "yes" : "rx " rx ", directions" bad) }' \
		"client=$client" "server=$server"
}

# 254 half-open connections from 30 addresses in two blocks, once as it happens and once found.
half_open() { # SOURCE PORT
	listen_on "$2"
	watch --source "$1" --connections-interval 1
	syns 254 30 10.9.0.1 "$2" >/dev/null
	wait_for '[ "$(grep -c "\"state\":\"SYN_RECV\"" /tmp/out)" -ge 254 ]'
	watch_end
	agrees
	[ "$1" = proc ] || [ "$(queues)" = 254 ] || fail "$(queues) half-open in the listeners' queues"
	gaze --once --json --duration 0 --source "$1" >/tmp/once
	so /tmp/once 'f("t") == "summary" { all = f("half_open") }
	f("t") != "host" || f("half_open") == 0 { next }
	f("ip") !~ /^(198\.51\.100|203\.0\.113)\./ || f("half_open") < 8 || f("half_open") > 9 { bad = bad " " $0 }
	{ hosts++; sum += f("half_open") }
	END {
		print(all == 254 && hosts == 30 && sum == 254 && !bad ? "yes" : \
			all " in all, " sum " of " hosts " hosts" bad)
	}'
	exec 9>&-
}

test_half_open_ebpf() {
	half_open ebpf 8001
}

test_half_open_proc() {
	half_open proc 8002
}

# The sums of the stream's syn records: "SYNS of SOURCES" and those not right. Sources from
# 100.64.0.0/10 are the test's own affair.
syns_counted() {
	grep -v '"ip":"100[.]' /tmp/out >/tmp/syns
	records /tmp/syns 'f("t") == "syn" { n[f("ip")] += f("n"); all += f("n") }
	END {
		for (ip in n) {
			sources++
			if (n[ip] != 8 && n[ip] != 9)
				bad = bad " " ip ":" n[ip]
		}
		print all + 0 " of " sources + 0 bad
	}'
}

# With SYN cookies nothing stays in the kernel; only the packets can be counted.
test_syns_with_cookies() {
	! option lockdown || return 0 # functions are closed: see below
	listen_on 8003
	sysctl -qw net.ipv4.tcp_syncookies=2 || fail 'no SYN cookies'
	watch --source ebpf
	attached fentry/tcp_conn_request || fail "not attached: $(cat /tmp/out)"
	syns 254 30 10.9.0.1 8003 >/dev/null
	wait_for 'syns_counted | grep -q "^254 "'
	watch_end
	[ "$(syns_counted)" = '254 of 30' ] || fail "$(syns_counted)"
	echo 'NOTE: 254 SYNs of 30 sources counted under SYN cookies'
	exec 9>&-
}

# The kernel's types, but for the name of the one by which fentry is known to be safe.
types_of_an_older_kernel() {
	cp /sys/kernel/btf/vmlinux /tmp/btf
	# shellcheck disable=SC2046 # one number a line
	set -- $(strings -t d /tmp/btf | awk '$2 == "bpf_tramp_image" { print $1 }')
	[ $# -gt 0 ] || fail 'the kernel has no bpf_tramp_image'
	for at; do
		printf X | dd of=/tmp/btf bs=1 seek="$at" conv=notrunc 2>/dev/null
	done
}

# A hook that could crash the kernel is not set: there is another.
test_unsafe_fentry() {
	! option lockdown || return 0
	types_of_an_older_kernel
	gaze --json --duration 0 --source ebpf --btf /tmp/btf >/tmp/out 2>/tmp/err || fail "$(cat /tmp/err)"
	attached kprobe/tcp_conn_request || fail "$(cat /tmp/out)"
}

# Where neither is to be had, raw sockets, while cookies are sent: both families have one then.
taps() {
	cat /proc/net/raw /proc/net/raw6 | grep -cE '^ *[0-9]+: [0-9A-F]+:0006 '
}

test_syns_on_demand() {
	listen_on 8007
	sysctl -qw net.ipv4.tcp_syncookies=2 || fail 'no SYN cookies'
	if option lockdown; then
		watch --source ebpf
	else
		types_of_an_older_kernel
		under='deny_bpf --kprobes'
		watch --source ebpf --btf /tmp/btf
	fi
	attached socket/syns || fail "not attached: $(cat /tmp/out)"
	[ "$(taps)" = 0 ] || fail 'there are sockets before any cookie is sent'
	# Of other addresses than are counted below.
	wait_for 'syns 4 600 10.9.0.1 8007; [ "$(taps)" = 2 ]'
	syns 254 30 10.9.0.1 8007 >/dev/null
	wait_for '[ "$(syns_counted)" = "254 of 30" ]'
	echo 'NOTE: 254 SYNs of 30 sources counted on demand'
	watch_end
	[ "$(taps)" = 0 ] || fail 'there are still sockets'
	exec 9>&-
}

# quic FIELD NET: the sum of it in the quic records of a network.
quic() {
	grep -F "\"net\":\"$2\"" /tmp/out >/tmp/quic
	records /tmp/quic 'f("t") == "quic" { n += f(field) } END { print n + 0 }' "field=$1"
}

# By a sample: that there are any, of both networks, and that each is what it is.
test_quic() {
	listen_on 8443 --udp
	watch --source ebpf
	attached socket/quic || fail "not attached: $(cat /tmp/out)"
	wait_for 'grep -q "\"t\":\"quic\"" /tmp/out'
	syns --udp c000000001 200000 300 10.9.0.1 8443 500 >/dev/null &
	wait_for '[ "$(quic initials 198.51.100.0/24)" -gt 0 ] && [ "$(quic initials 203.0.113.0/24)" -gt 0 ]'
	kill $!
	[ "$(quic initials ::/0)" = "$(quic packets ::/0)" ] || fail "$(cat /tmp/quic)"
	echo "NOTE: $(quic initials ::/0) Initials estimated"
	watch_end
	exec 9>&-
}

# One who sends a lot among ten thousand who send once: the kernel's tables hold them all, and
# what is put of them each second begins with the heaviest.
test_heaviest_source() {
	listen_on 8004
	sysctl -qw net.ipv4.tcp_syncookies=2
	watch --source ebpf
	syns 10000 10000 10.9.0.1 8004 >/dev/null &
	syns 2000 1 10.9.0.1 8004 >/dev/null
	wait $!
	if attached fentry/tcp_conn_request; then
		wait_for '[ "$(heard 198.51.100.1)" = "2000 12000" ]'
		echo 'NOTE: 2000 SYNs of one source found among 12000'
	fi
	watch_end
	exec 9>&-
}

# heard ADDRESS: SYNs of it, and all there were.
heard() {
	grep -e '"t":"weather"' -e "\"ip\":\"$1\"" /tmp/out >/tmp/heard
	records /tmp/heard 'f("t") == "syn" { n += f("n") }
	f("t") == "weather" { all += f("syns") }
	END { print n + 0, all + 0 }'
}

# resets_told: the sums of the stream's resets records, "PACKETS of ADDRESSES" and those not right.
resets_told() {
	records /tmp/out 'f("t") == "resets" { n[f("ip")] += f("n"); all += f("n") }
	END {
		for (ip in n) {
			peers++
			if (n[ip] != 10)
				bad = bad " " ip ":" n[ip]
		}
		print all + 0 " of " peers + 0 bad
	}'
}

# Nobody listens there. Resets without a socket are traced, and have a reason, from Linux 6.10 on.
test_resets_by_peer() {
	watch --source ebpf
	syns 30 3 10.9.0.1 9 >/dev/null
	if attached raw_tp/tcp_send_reset; then
		grep -q '"sees":.*"resets"' /tmp/out || fail 'sees them, and does not say so'
		wait_for 'resets_told | grep -q "^30 "'
		watch_end
		[ "$(resets_told)" = '30 of 3' ] || fail "$(resets_told)"
		echo 'NOTE: 30 resets to 3 peers told'
	else
		watch_end
		[ "$(resets_told)" = '0 of 0' ] || fail "$(resets_told), by no probe"
		! grep -q '"sees":.*"resets"' /tmp/out || fail 'cannot see them, and says that it can'
		option lockdown || [ "$(uname -r | awk -F. '{ print $1 * 100 + $2 }')" -lt 610 ] ||
			fail "not attached: $(cat /tmp/out)"
	fi
}

# A listing is told, and a connection has queues in it: 5 bytes that nobody reads.
test_queues() {
	listen_on 8005
	watch --source ebpf
	{ echo four; sleep 60; } | nc 10.9.0.1 8005 >/dev/null &
	wait_for 'grep -q "\"lport\":8005.*\"rxq\":5," /tmp/out'
	wait_for 'grep -q "\"lport\":8005.*\"limited_us\":0[,}]" /tmp/out'
	wait_for 'grep -q "\"t\":\"listing\".*\"full\":true" /tmp/out'
	watch_end
	exec 9>&-
}

# A kernel without types of its own, and a file that has them.
test_types_from_a_file() {
	cp /sys/kernel/btf/vmlinux /tmp/btf
	mkdir /tmp/empty
	mount --bind /tmp/empty /sys/kernel/btf
	gaze --json --duration 0 >/tmp/out 2>/tmp/err || fail "exit status $?: $(cat /tmp/err)"
	grep -q '"t":"source".*"source":"proc".*/sys/kernel/btf' /tmp/out || fail "$(cat /tmp/out)"
	gaze --json --duration 0 --btf /tmp/btf >/tmp/out 2>/tmp/err || fail "exit status $?: $(cat /tmp/err)"
	umount /sys/kernel/btf
	echo "NOTE: with a file: $(probes /tmp/out)"
	option lockdown || grep -q '"source":"ebpf"' /tmp/out || fail "$(cat /tmp/out)"
}

test_storm_agrees_with_proc() {
	watch --source ebpf
	mkfifo /tmp/storm.in
	storm 300 7 </tmp/storm.in >/tmp/storm.out &
	exec 8>/tmp/storm.in
	wait_for 'grep -q ready /tmp/storm.out'
	watch_end
	agrees
	! grep '"what":"ring"' /tmp/out || fail 'lost some'
	exec 8>&-
}

test_detaches() {
	bpf_ids >/tmp/before || fail 'bpf(2) lists nothing'
	watch --source ebpf
	bpf_ids >/tmp/during
	[ "$(grep -c prog /tmp/during)" -gt "$(grep -c prog /tmp/before)" ] || fail 'nothing was attached'
	watch_end
	# The kernel lets go of them after a grace period of its own.
	wait_for '[ "$(bpf_ids)" = "$(cat /tmp/before)" ]'
}

# Killed, it leaves no more behind than when it ends.
test_detaches_when_killed() {
	bpf_ids >/tmp/before
	watch --source ebpf
	kill -KILL "$watcher"
	wait "$watcher"
	wait_for '[ "$(bpf_ids)" = "$(cat /tmp/before)" ]'
}

test_unprivileged() {
	as_nobody() {
		su -s /bin/sh nobody -c "nethergaze $alone $*"
	}
	as_nobody --json --duration 0 >/tmp/out 2>/tmp/err || fail "exit status $?: $(cat /tmp/err)"
	grep -q '"t":"source".*"source":"proc".*"note":".*CAP_BPF' /tmp/out || fail "$(cat /tmp/out)"
	! as_nobody --json --duration 0 --source ebpf >/tmp/out 2>/tmp/err || fail 'ebpf, as nobody'
	grep -q CAP_BPF /tmp/err || fail "$(cat /tmp/err)"
}

# A kernel without Landlock leaves a replay its files, and nothing else.
test_sandbox() {
	local status=0 left='start a thread'
	intruder replay >/tmp/tried
	nethergaze --demo --once --speed max --sandbox strict >/tmp/out 2>/tmp/err || status=$?
	if grep -q '^incomplete: files are not fenced in' /tmp/tried; then
		[ "$status" = 1 ] || fail "status $status"
		grep -q 'no Landlock' /tmp/err || fail "$(cat /tmp/err)"
		left='read /etc/shadow|write into /tmp|read the memory of another process|start a thread'
	else
		[ "$status" = 0 ] || fail "status $status: $(cat /tmp/err)"
	fi
	! grep ': done$' /tmp/tried | grep -vE "^($left): done" || fail "$(cat /tmp/tried)"
}

# --- running them ---

set_up() {
	mount -t proc proc /proc
	mount -t sysfs sys /sys
	mount -t devtmpfs dev /dev
	mount -t securityfs security /sys/kernel/security
	mount -t tmpfs -o mode=1777 tmp /tmp
	hostname guest
	# The loopback drops what the processor cannot take in at once.
	sysctl -qw net.core.netdev_max_backlog=100000
}

# A network of its own for each test, so that none sees what another has left.
set_up_network() {
	ip link set lo up
	# The answers to the made-up sources go back into the loopback, which drops them.
	ip addr add 10.9.0.1/32 dev lo
	ip route add 198.51.100.0/24 dev lo
	ip route add 203.0.113.0/24 dev lo
	ip route add 100.64.0.0/10 dev lo
	sysctl -qw net.ipv4.tcp_max_syn_backlog=4096 net.ipv4.conf.all.rp_filter=0
}

run_one() { # NUMBER NAME
	local status
	unshare -n "$0" "$2" >/tmp/log 2>&1 </dev/null
	status=$?
	if [ $status -eq 0 ]; then
		echo "ok $1 - $2"
		sed -n 's/^NOTE: /# NOTE: /p' /tmp/log
		return
	fi
	echo "not ok $1 - $2 (status $status)"
	sed 's/^/# /' /tmp/log
}

run_all() {
	local number=0 name
	echo "up $(uname -r)"
	# shellcheck disable=SC2013 # names are words
	for name in $(sed -n 's/^test_\([a-z_]*\)() {$/\1/p' "$0"); do
		number=$((number + 1))
		run_one $number "$name"
	done
	echo "done $number"
}

if [ $# -gt 0 ]; then
	set_up_network
	"test_$1"
	exit
fi
set_up
stty raw -echo </dev/ttyS1
run_all >/dev/ttyS1 2>&1
poweroff -f
