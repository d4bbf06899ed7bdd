#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Other network namespaces, as containers have them: found, named, listed from before the start,
# followed, and gone when they go. What the machine's other namespaces do is in every stream, so each
# test looks for addresses of its own: 10.RANDOM.x.y.
# shellcheck disable=SC2016 # conditions to poll are given as text
. "$(dirname "$0")/../lib/sh.sh"

MANY=$NG_BUILD/tests/lib/many
SYNS=$NG_BUILD/tests/lib/syns
OPTIONS=(--json --show-private-ips --no-geoip --no-whois --no-auth-log)

# gaze SOURCE [ARG...]: streams to $T/out until stopped; GAZE has the pid.
gaze() {
	local source=$1
	shift
	: >"$T/out"
	background "$NG" "${OPTIONS[@]}" --log-path "$T/no.log" --source "$source" \
		--connections-interval 1 "$@" >"$T/out"
	GAZE=$PID
	wait_for "grep -q '\"t\":\"source\"' '$T/out' || ! kill -0 $GAZE"
}

gaze_end() {
	stop "$GAZE"
	assert_eq "$STATUS" 0 'exit status'
}

source_or_skip() { # SOURCE
	need_root
	[ "$1" != ebpf ] || need_bpf
}

# own_net: a prefix of this test's own, "10.N", in NET.
own_net() {
	NET=10.$((RANDOM % 250 + 1))
}

# many NAME COUNT ADDRESS: twice COUNT sockets in the namespace, until the test ends. A line to the
# descriptor in TALK makes them talk.
many() {
	local fifo
	fifo=$T/many.$RANDOM
	mkfifo "$fifo"
	exec {TALK}<>"$fifo"
	ns "$1" ip addr add "$3/24" dev lo 2>/dev/null || true
	background in_ns "$1" "$MANY" "$2" "$3" <"$fifo" >"$fifo.out"
	MANY_PID=$PID
	wait_for "grep -q ready '$fifo.out' || ! kill -0 $MANY_PID" 60
	grep -q ready "$fifo.out" || fail 'the connections were not opened'
}

inode() { # NAME
	ns "$1" stat -Lc %i /proc/self/ns/net
}

# bare COMMAND...: runs the shell command in a namespace without a name, its loopback up; BARE has
# its pid, and BARE_NS the inode.
bare() {
	local fifo=$T/bare.$RANDOM
	mkfifo "$fifo"
	# shellcheck disable=SC2034 # open for writing, so that it does not read an end
	exec {BARE_IN}<>"$fifo"
	background unshare --net bash -c "ip link set lo up; $1" <"$fifo" >"$fifo.out"
	BARE=$PID
	wait_for "grep -q ready '$fifo.out' || ! kill -0 $BARE" 60
	grep -q ready "$fifo.out" || fail 'the namespace was not made'
	BARE_NS=$(stat -Lc %i "/proc/$BARE/ns/net")
}

# What the stream says is open with addresses in NET: "lip:lport ip:port ns", sorted.
open_in() { # FILE PREFIX
	jq -r --arg net "$2." 'select(.t == "conn" and (.ip | startswith($net))) |
		"\(.lip):\(.lport) \(.ip):\(.port) \(.ns) \(.state)"' "$1" |
		awk '{ state[$1 " " $2 " " $3] = $4 }
		END { for (k in state) if (state[k] == "ESTABLISHED") print k }' | sort
}

open_count() { # FILE PREFIX
	open_in "$1" "$2" | wc -l
}

# Named, unnamed, seeded, followed, gone.
life() { # SOURCE
	source_or_skip "$1"
	own_net
	ns_new a
	many a 5 "$NET.1.1"
	bare "ip addr add $NET.2.1/24 dev lo; exec '$MANY' 3 $NET.2.1"
	gaze "$1"
	# What was there before the start.
	wait_for "[ \"\$(open_count '$T/out' $NET.1)\" -eq 10 ]"
	wait_for "[ \"\$(open_count '$T/out' $NET.2)\" -eq 6 ]"
	assert_eq "$(open_in "$T/out" "$NET.1" | cut -d' ' -f3 | sort -u)" "$(inode a)" 'namespace'
	assert_eq "$(open_in "$T/out" "$NET.2" | cut -d' ' -f3 | sort -u)" "$BARE_NS" 'namespace'
	assert_json "$T/out" "any(.[]; .t == \"netns\" and .ns == $(inode a) and .name == \"ng$$-a\")"
	assert_json "$T/out" "any(.[]; .t == \"netns\" and .ns == $BARE_NS and
		.name == \"$BARE:many\")"
	# Directions are known by each namespace's own listeners.
	assert_json "$T/out" "map(select(.t == \"conn\" and (.ip | startswith(\"$NET.1.\")))) |
		group_by(.dir) | map([.[0].dir, (map(.lport) | unique | length)]) ==
		[[\"in\", 1], [\"out\", 5]]"
	# What comes while we look, in a namespace that comes while we look.
	ns_new b
	many b 2 "$NET.3.1"
	wait_for "[ \"\$(open_count '$T/out' $NET.3)\" -eq 4 ]"
	wait_for "grep -q '\"name\":\"ng$$-b\"' '$T/out'"
	# A namespace that goes, and its connections with it.
	stop "$BARE"
	wait_for "[ \"\$(open_count '$T/out' $NET.2)\" -eq 0 ]"
	wait_for "jq -es 'any(.[]; .t == \"netns\" and .ns == $BARE_NS and (has(\"name\") | not))' '$T/out'"
	gaze_end
	assert_eq "$(open_count "$T/out" "$NET.1")" 10 'the other namespace stays'
	assert_json "$T/out" 'map(select(.t == "lost" and .what != "missed")) == []'
}

test_life_ebpf() {
	life ebpf
}

test_life_proc() {
	life proc
}

# It goes with its connections open, in the middle of whatever is being listed.
test_vanishes_while_listed() {
	local i
	need_bpf
	own_net
	gaze ebpf
	for i in 1 2 3 4 5 6; do
		bare "ip addr add $NET.$i.1/24 dev lo; exec '$MANY' 500 $NET.$i.1"
		kill -KILL "$BARE"
		finish "$BARE"
	done
	wait_for "[ \"\$(open_count '$T/out' $NET)\" -eq 0 ]" 20
	gaze_end
	for i in 1 2 3 4 5 6; do
		grep -q "\"$NET.$i.1\"" "$T/out" || fail "nothing was seen of namespace $i"
	done
}

half_open_inside() { # SOURCE
	local port
	source_or_skip "$1"
	ns_new a
	ns_new b
	ns_join a 10.9.0.1/24 b 10.9.0.2/24
	ns a ip route add 198.51.100.0/24 via 10.9.0.2
	ns a ip route add 203.0.113.0/24 via 10.9.0.2
	ns a sysctl -qw net.ipv4.tcp_max_syn_backlog=4096
	NGINX_LISTEN='10.9.0.1:PORT backlog=4096' NGINX_NS=a start_nginx
	port=$NGINX_PORT
	gaze "$1"
	ns b "$SYNS" 254 30 10.9.0.1 "$port" >/dev/null
	wait_for "[ \"\$(grep -c '\"state\":\"SYN_RECV\"' '$T/out')\" -ge 254 ]"
	gaze_end
	assert_json "$T/out" "map(select(.ns == $(inode a)"' and .state == "SYN_RECV")) |
		length == 254 and (map(.ip) | unique | length == 30) and all(.dir == "in")'
}

test_half_open_inside_ebpf() {
	half_open_inside ebpf
}

test_half_open_inside_proc() {
	half_open_inside proc
}

# The report of one moment: what ss counts in each namespace, added up.
totals() { # SOURCE
	local sum
	source_or_skip "$1"
	own_net
	ns_new a
	ns_new b
	many a 120 "$NET.1.1"
	many b 80 "$NET.1.1" # the same addresses: another namespace, another connection
	bare "ip addr add $NET.1.1/24 dev lo; exec '$MANY' 50 $NET.1.1"
	sum=0
	for name in a b; do
		sum=$((sum + $(ns "$name" ss -Htn state established dst "$NET.1.1" | wc -l)))
	done
	sum=$((sum + $(nsenter -t "$BARE" -n ss -Htn state established dst "$NET.1.1" | wc -l)))
	assert_eq "$sum" 500 'established by ss'
	"$NG" --once "${OPTIONS[@]}" --duration 0 --source "$1" --log-path "$T/no.log" >"$T/once"
	assert_eq "$(json "$T/once" "select(.t == \"host\" and .ip == \"$NET.1.1\").states.ESTABLISHED")" \
		"$sum" 'established by nethergaze'
}

test_totals_ebpf() {
	totals ebpf
}

test_totals_proc() {
	totals proc
}

# A user makes namespaces by the dozen, some in one another; only his last serves something. Then a
# container of root's comes.
crowded() { # SOURCE
	local i fifo=$T/crowd.fifo
	source_or_skip "$1"
	need setpriv unshare
	NOBODY=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	"${NOBODY[@]}" unshare -Un true 2>/dev/null || skip 'no user namespaces for users'
	own_net
	mkfifo "$fifo"
	chmod 666 "$fifo"
	exec {CROWD}<>"$fifo"
	for i in $(seq 20); do
		background "${NOBODY[@]}" unshare -Urn cat <"$fifo" >/dev/null
		background "${NOBODY[@]}" unshare -Ur unshare -Un cat <"$fifo" >/dev/null
	done
	background "${NOBODY[@]}" unshare -Urn sh -c \
		"ip link set lo up && ip addr add $NET.7.1/24 dev lo && exec '$MANY' 5 $NET.7.1" \
		<"$fifo" >"$fifo.out"
	wait_for "grep -q ready '$fifo.out'"
	NETHERGAZE_NAMESPACES_PER_USER=8 gaze "$1"
	# His one that serves something is found among them, and stays.
	wait_for "[ \"\$(open_count '$T/out' $NET.7)\" -eq 10 ]" 60
	bare "ip addr add $NET.8.1/24 dev lo; exec '$MANY' 3 $NET.8.1"
	wait_for "[ \"\$(open_count '$T/out' $NET.8)\" -eq 6 ]"
	wait_for "grep -q 'not looked into: there are too many, the last by user 65534' '$T/out'"
	for i in 1 2 3; do
		sleep_for_scan "$i"
		[ "$(open_count "$T/out" "$NET.7")" -eq 10 ] || fail 'it lost its place'
	done
	gaze_end
	exec {CROWD}>&-
}

# Until namespaces have been looked for once more: some come and go meanwhile.
sleep_for_scan() {
	ns_new "scan$1"
	wait_for "grep -q '\"name\":\"ng$$-scan$1\"' '$T/out'"
}

test_crowded_ebpf() {
	crowded ebpf
}

test_crowded_proc() {
	crowded proc
}

# Bytes, segments, inode and the process, of a connection that was there before and makes no move.
test_numbers_and_owners() {
	need_bpf
	own_net
	ns_new a
	many a 1 "$NET.1.1"
	gaze ebpf
	wait_for "[ \"\$(open_count '$T/out' $NET.1)\" -eq 2 ]"
	wait_for "jq -es 'any(.[]; .t == \"owner\" and .name == \"many\")' '$T/out'"
	assert_json "$T/out" "map(select(.t == \"conn\" and .ip == \"$NET.1.1\")) |
		all(.rx == 0 and .inode > 0 and has(\"segs\"))"
	echo >&"$TALK"
	wait_for "jq -es 'any(.[]; .ip == \"$NET.1.1\" and .rx == 1 and .was == \"ESTABLISHED\")' '$T/out'" 30
	wait_for "jq -es 'any(.[]; .ip == \"$NET.1.1\" and .tx == 2 and .segs > 2)' '$T/out'" 30
	gaze_end
	# Each inode's process has it open.
	json "$T/out" 'select(.t == "owner" and .name == "many") | "\(.pid) \(.inode)"' |
		while read -r pid inode; do
			[ -n "$(find "/proc/$pid/fd" -lname "socket:\\[$inode\\]")" ] ||
				fail "process $pid does not hold $inode"
		done
	assert_eq "$(json "$T/out" 'select(.t == "conn" and .ip == "'"$NET.1.1"'").inode' | sort -u)" \
		"$(json "$T/out" 'select(.t == "owner" and .name == "many").inode' | sort -u)" 'inodes'
	# Two ends, each told once with nothing new.
	assert_json "$T/out" 'map(select(.t == "conn" and .was == .state)) |
		(map(del(.ts)) | length == (unique | length))'
}

# Without the privilege to enter: listed all the same where a process shows its own tables; those that
# are but a name are counted.
test_may_not_enter() {
	need_root
	need setpriv
	own_net
	ns_new a
	ns_new empty
	many a 2 "$NET.1.1"
	timeout 20 setpriv --bounding-set -sys_admin --inh-caps -sys_admin "$NG" --once \
		"${OPTIONS[@]}" --duration 0.5 --source proc --log-path "$T/no.log" >"$T/once"
	assert_eq "$(json "$T/once" "select(.t == \"host\" and .ip == \"$NET.1.1\").conns")" 4
	assert_match "$(json "$T/once" 'select(.t == "summary").note')" \
		'[1-9][0-9]* network namespaces? may not be entered'
}

# As a user who may see nobody's processes: the own namespace, and no error.
test_hidepid() {
	need_root
	need setpriv unshare
	own_net
	ns_new a
	many a 2 "$NET.1.1"
	chmod 755 "$T"
	cp "$NG" "$T/ng"
	in_ns a unshare --mount sh -c "mount -t proc -o hidepid=2 proc /proc &&
		exec setpriv --reuid 65534 --regid 65534 --clear-groups '$T/ng' --once ${OPTIONS[*]} \
		--duration 0.5 --source proc --log-path '$T/no.log'" >"$T/once"
	assert_eq "$(json "$T/once" "select(.t == \"host\" and .ip == \"$NET.1.1\").conns")" 4
	assert_json "$T/once" '.[-1] | .t == "summary" and .lost == 0'
}

# A namespace without IPv6 addresses, and one where the files cannot tell of any.
test_without_ipv6() {
	local source
	need_bpf
	own_net
	ns_new a
	ns a sysctl -qw net.ipv6.conf.all.disable_ipv6=1
	many a 2 "$NET.1.1"
	for source in ebpf proc; do
		"$NG" --once "${OPTIONS[@]}" --duration 0 --source "$source" --log-path "$T/no.log" \
			>"$T/once"
		assert_eq "$(json "$T/once" "select(.t == \"host\" and .ip == \"$NET.1.1\").conns")" 4
		assert_json "$T/once" '.[-1].note // "" | test("failed") | not'
	done
}

# The container's id, by its control group.
test_container_name() {
	local cg id
	need_root
	cg=$(findmnt -nt cgroup2 -o TARGET | head -1)
	if [ -z "$cg" ]; then
		cg=$T/cgroup
		mkdir "$cg"
		mount -t cgroup2 none "$cg" 2>/dev/null || skip 'no cgroup2 here'
		at_exit "umount '$cg'"
	fi
	id=$(printf '%064x' "$$")
	mkdir -p "$cg/ng$$/docker-$id.scope" || skip 'no control group may be made'
	at_exit "rmdir '$cg/ng$$/docker-$id.scope' '$cg/ng$$'"
	own_net
	bare "ip addr add $NET.1.1/24 dev lo; exec '$MANY' 1 $NET.1.1"
	at_exit "poll_for '! grep -q . \"$cg/ng$$/docker-$id.scope/cgroup.procs\"' 10"
	local pid
	for pid in "$BARE" $(pgrep -P "$BARE"); do
		echo "$pid" >"$cg/ng$$/docker-$id.scope/cgroup.procs"
	done
	gaze proc
	wait_for "grep -q '\"ns\":$BARE_NS,\"name\":\"${id:0:12}\"' '$T/out'"
	gaze_end
	stop "$BARE"
}

# A hundred thousand sockets in a namespace that is not ours: all of them, in bounded memory.
test_hundred_thousand() {
	local rss
	need_bpf
	need_root
	ns_new a
	own_net
	ns a sysctl -qw net.ipv4.ip_local_port_range='1024 65000'
	ns a ip route add local "$NET.0.0/16" dev lo
	many a 50000 "$NET.1.1"
	gaze ebpf
	wait_for "[ \"\$(open_count '$T/out' $NET.1)\" -eq 100000 ]" 60
	rss=$(awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/$GAZE/status")
	gaze_end
	assert_json "$T/out" 'map(select(.t == "lost" and .what != "missed")) == []'
	note "100000 sockets in $rss MiB"
	[ "$rss" -lt 200 ] || fail "$rss MiB"
}

# More moves in other namespaces than the ring holds: counted, and every namespace is right again,
# the one whose connections came and the one whose connections went.
test_loss_elsewhere() {
	need_bpf
	own_net
	ns_new a
	ns_new b
	ns a sysctl -qw net.ipv4.ip_local_port_range='1024 65000'
	ns a ip route add local "$NET.0.0/16" dev lo
	ns b ip route add local "$NET.0.0/16" dev lo
	many b 100 "$NET.100.1"
	gaze ebpf
	wait_for "[ \"\$(open_count '$T/out' $NET.100)\" -eq 200 ]"
	kill -STOP "$GAZE"
	at_exit "kill -CONT $GAZE 2>/dev/null || true"
	local went=$MANY_PID
	many a 20000 "$NET.2.1"
	stop "$MANY_PID"
	stop "$went"
	many a 300 "$NET.1.1"
	wait_for '[ -z "$(ns b ss -Htn state established)" ]'
	wait_for '[ "$(ns a ss -Htn state established | wc -l)" -eq 600 ]' 30
	kill -CONT "$GAZE"
	wait_for "grep -q '\"what\":\"ring\"' '$T/out'" 20
	wait_for "[ \"\$(open_count '$T/out' $NET.1)\" -eq 600 ]" 60
	wait_for "[ \"\$(open_count '$T/out' $NET.2)\" -eq 0 ]" 60
	wait_for "[ \"\$(open_count '$T/out' $NET.100)\" -eq 0 ]" 60
	gaze_end
	note "lost $(jq -s 'map(select(.t == "lost") | .n) | add' "$T/out") records, then agrees"
}

run_tests "$@"
