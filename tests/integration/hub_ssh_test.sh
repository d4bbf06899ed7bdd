#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# A hub that calls its machines by ssh, with a real sshd on the loopback: what they say, what it says
# of those that are lost, and that nobody pays for one that says rubbish.
# shellcheck disable=SC2016 # conditions to poll are given as text
. "$(dirname "$0")/../lib/sh.sh"

# start_sshd: whoever has web1's key gets $T/web1, and so on; no other command is run.
start_sshd() {
	local sshd name
	sshd=$(PATH=$PATH:/usr/sbin command -v sshd) || skip 'sshd is not installed'
	need ssh ssh-keygen jq
	need_root # or it lets in nobody but its own user
	SSH_PORT=$(free_port)
	ssh-keygen -q -t ed25519 -N '' -f "$T/host"
	for name in web1 web2 stranger; do
		ssh-keygen -q -t ed25519 -N '' -f "$T/key.$name"
		printf '%s\n' "Host $name" "IdentityFile $T/key.$name" >>"$T/ssh.conf"
		[ "$name" = stranger ] || echo "command=\"$T/$name\" $(cat "$T/key.$name.pub")" >>"$T/authorized"
	done
	printf '%s\n' 'Host *' 'HostName 127.0.0.1' "Port $SSH_PORT" 'User root' 'IdentitiesOnly yes' \
		'IdentityAgent none' 'StrictHostKeyChecking no' "UserKnownHostsFile $T/known" 'LogLevel ERROR' \
		>>"$T/ssh.conf"
	mkdir -p /run/sshd
	printf '%s\n' "HostKey $T/host" "Port $SSH_PORT" 'ListenAddress 127.0.0.1' \
		"AuthorizedKeysFile $T/authorized" 'StrictModes no' 'UsePAM no' 'PidFile none' \
		'PermitRootLogin yes' >"$T/sshd.conf"
	background "$sshd" -D -f "$T/sshd.conf" -E "$T/sshd.log"
	SSHD=$PID
	wait_for '[ -n "$(ss -Htnl "sport = :$SSH_PORT")" ]'
	export NETHERGAZE_HUB_SSH="ssh -F $T/ssh.conf"
	chmod 755 "$T"
}

# agent NAME: nethergaze itself; its pid is in $T/NAME.pid.
agent() {
	printf '%s\n' '#!/bin/sh' "echo \$\$ >'$T/$1.pid'" "echo 'a banner' >&2" \
		"exec env NETHERGAZE_PUBLISH_INTERVAL=1s '$NG' --publish - --source proc --show-private-ips \
		--log-path '$T/$1.log'" >"$T/$1"
	: >"$T/$1.log"
	chmod +x "$T/$1"
}

# fake NAME: reads a program of the shell from stdin, with `set SEQ` and `ts`.
fake() {
	cat - >"$T/$1" <<-END
		#!/bin/bash
		ts() { echo "\$EPOCHREALTIME"; }
		set_() {
			echo "{\"t\":\"machine\",\"ts\":\$(ts),\"name\":\"me\",\"version\":\"9\",\"fleet_schema\":\${2:-1},\"seq\":\$1,\"every_us\":1000000,\"parts\":1}"
			echo "{\"t\":\"share\",\"ts\":\$(ts),\"net\":\"203.0.113.9/32\",\"conns\":2,\"requests\":\$((\$1 * 10))}"
		}
		$(cat)
	END
	chmod +x "$T/$1"
}

# hub ARG...: HUB has its pid, $T/out what it says.
hub() {
	background "$NG" --json --show-private-ips --hub "$@" >"$T/out" 2>"$T/err"
	HUB=$PID
	wait_for '[ -s "$T/out" ] || ! kill -0 $HUB'
	kill -0 "$HUB" || fail "the hub did not start: $(cat "$T/err")"
}

# said CONDITION: jq's, on its records so far; the last line may not be whole.
said() {
	grep -a '}$' "$T/out" | jq -es "$1" >/dev/null
}

# said_of MEMBER CONDITION: some record of it in which the condition holds.
said_of() {
	said "any(.[]; .member == $1 and .t == \"machine\" and ($2))"
}

test_a_machine_that_is_killed_is_lost_and_called_again() {
	start_sshd
	agent web1
	hub web1
	wait_for 'said_of 1 ".seq == 2 and .name == \"web1\""'
	said_of 1 '.state == "up"' || fail 'it is not said to be up'
	kill -9 "$(cat "$T/web1.pid")"
	wait_for 'said_of 1 ".state == \"lost\""'
	wait_for 'said_of 1 "(.note // \"\") | startswith(\"back after\")"'
	# Its sets are numbered anew, and are taken.
	said 'last(.[] | select(.member == 1 and .seq)) | .seq <= 2' || fail 'it is no other sender'
	stop "$HUB"
	assert_eq "$STATUS" 0 'the hub'
	# And its agents end with it.
	wait_for '! kill -0 "$(cat "$T/web1.pid")"'
}

test_a_hub_that_is_killed_leaves_nobody() {
	start_sshd
	agent web1
	hub web1
	wait_for 'said_of 1 ".seq == 1"'
	stop "$HUB" KILL
	wait_for '! kill -0 "$(cat "$T/web1.pid")"'
}

test_why_a_host_cannot_be_called_is_said() {
	start_sshd
	agent web1
	hub web1 stranger
	wait_for 'said_of 2 ".state == \"lost\" and (.note | test(\"Permission denied\"))"'
	wait_for 'said_of 1 ".seq == 1"'
	stop "$SSHD"
	stop "$HUB"
}

test_a_server_that_is_gone_for_a_while() {
	start_sshd
	agent web1
	hub web1
	wait_for 'said_of 1 ".seq == 1"'
	stop "$SSHD"
	kill -9 "$(cat "$T/web1.pid")"
	wait_for 'said_of 1 ".state == \"lost\" and (.note | test(\"refused\"))"'
	background "$(PATH=$PATH:/usr/sbin command -v sshd)" -D -f "$T/sshd.conf" -E "$T/sshd.log"
	wait_for 'said_of 1 "(.note // \"\") | startswith(\"back after\")"' 60
	stop "$HUB"
}

test_rubbish_is_bounded_and_nobody_elses() {
	start_sshd
	agent web1
	fake web2 <<'END'
echo 'a line of a banner'
echo '{"t":"conn","ts":1,"ip":"192.0.2.1"}'
set_ 1
head -c 3000000 /dev/zero | tr '\0' x
echo
printf '{"t":"machine","ts":%s,"na' "$(ts)"
sleep 0.2
printf 'me":"me","fleet_schema":1,"seq":2,"every_us":1000000}\n'
exec yes '{"t":"share","net":"203.0.113.9/32"}'
END
	hub web1 web2
	wait_for 'said_of 2 ".seq == 2"'
	wait_for 'said_of 2 ".state == \"refused\""'
	said 'any(.[]; .t == "lost" and .what == "fleet" and .n > 0)' || fail 'nothing is counted'
	# The other one goes on.
	local seq
	seq=$(grep -a '}$' "$T/out" | jq -s '[.[] | select(.member == 1 and .seq) | .seq] | max')
	wait_for "said_of 1 '.seq > $seq + 2'"
	said 'all(.[]; .member != 1 or .state != "lost")' || fail 'web1 is lost'
	said 'all(.[]; .t != "conn")' || fail 'a member has a connection of its own'
	stop "$HUB"
	assert_eq "$STATUS" 0 'the hub'
}

test_another_version_is_refused() {
	start_sshd
	fake web1 <<'END'
for i in 1 2 3 4 5 6 7 8 9; do
	set_ $i 77
	sleep 1
done
END
	hub web1
	wait_for 'said_of 1 ".state == \"refused\" and (.note | test(\"schema 77\"))"'
	said 'all(.[]; .t != "share")' || fail 'its shares are taken'
	stop "$HUB"
}

test_once_waits_for_the_first_word() {
	start_sshd
	fake web1 <<'END'
sleep 3
set_ 1
exec sleep 100
END
	assert_status 0 "$NG" --hub web1 --once --json --show-private-ips
	assert_json "$T/stdout" 'any(.[]; .t == "host" and .ip == "203.0.113.9" and .conns == 2)'
}

test_a_recording_shows_the_hub_again() {
	start_sshd
	fake web1 <<'END'
for i in 1 2 3 4 5 6 7 8 9; do
	set_ $i
	sleep 0.5
done
exec sleep 100
END
	hub web1 --record "$T/rec"
	wait_for 'said_of 1 ".seq == 3"'
	stop "$HUB"
	assert_status 0 "$NG" --replay "$T/rec" --speed max --once --json
	assert_json "$T/stdout" 'any(.[]; .t == "host" and .ip == "203.0.113.9" and .conns == 2)'
}

test_a_console_is_somebody_who_looks() {
	start_sshd
	fake web1 <<END
set_ 1
while read -r line; do
	echo "\$line" >>"$T/asked"
	set_ 2
done
END
	NETHERGAZE_HUB_SSH="ssh -F $T/ssh.conf" tui_start 100x30 "$NG" --hub web1
	wait_for 'grep -qx "live on" "$T/asked"'
	tui_keys q
	tui_end
	assert_eq "$STATUS" 0 'the console'
}

test_a_question_is_answered() {
	start_sshd
	fake web1 <<'END'
i=0
while :; do
	set_ $((i += 1))
	read -r -t 0.5 line || continue
	[ "$line" != 'ask 203.0.113.9' ] ||
		echo "{\"t\":\"answer\",\"ts\":$(ts),\"ask\":\"$line\",\"lines\":[\"forty-two\"]}"
done
END
	tui_start 100x30 "$NG" --show-private-ips --hub web1
	tui_wait 'web1'
	tui_keys z
	tui_wait '203\.0\.113\.9'
	tui_keys Down a
	tui_wait 'forty-two'
	tui_keys q q
	tui_end
}

test_hosts_are_no_options() {
	local bad
	for bad in -oProxyCommand=x 'a b' 'a;b' '$(x)' 'u@-x' 'a a' 'a nats://x' "$(printf 'a\033b')"; do
		case $bad in
		'a a' | 'a nats'*) assert_status 2 "$NG" --once --hub "${bad% *}" "${bad#* }" ;;
		*) assert_status 2 "$NG" --once --hub "$bad" ;;
		esac
		assert_match "$(cat "$T/stderr")" '--hub'
	done
	for bad in "--replay $T/x" '--log-path x' '--publish -' '--demo'; do
		# shellcheck disable=SC2086
		assert_status 2 "$NG" --once --hub a $bad
		assert_match "$(cat "$T/stderr")" 'cannot be combined'
	done
	assert_status 2 "$NG" --once --hub a --since 2h
}

run_tests
