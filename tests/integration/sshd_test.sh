#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# A real sshd on the loopback: what it logs of keys, names and scanners is read right.
. "$(dirname "$0")/../lib/sh.sh"

export NETHERGAZE_AUTH_ENABLED=true # the log is one of the test's own

# start_sshd: SSH_PORT, SSH_LOG. It starts itself anew for each connection, by its whole path.
start_sshd() {
	local sshd
	sshd=$(PATH=$PATH:/usr/sbin command -v sshd) || skip 'sshd is not installed'
	need ssh ssh-keygen
	need_root # or it lets in nobody but its own user
	SSH_PORT=$(free_port) SSH_LOG=$T/sshd.log
	ssh-keygen -q -t ed25519 -N '' -f "$T/host"
	ssh-keygen -q -t ed25519 -N '' -f "$T/key"
	cp "$T/key.pub" "$T/authorized"
	mkdir -p /run/sshd
	printf '%s\n' "HostKey $T/host" "Port $SSH_PORT" 'ListenAddress 127.0.0.1' \
		"AuthorizedKeysFile $T/authorized" 'StrictModes no' 'UsePAM no' 'PidFile none' \
		'PermitRootLogin yes' 'ForceCommand true' >"$T/sshd.conf"
	background "$sshd" -D -f "$T/sshd.conf" -E "$SSH_LOG"
	wait_for '[ -n "$(ss -Htnl "sport = :$SSH_PORT")" ]'
}

ssh_as() { # USER KEY
	ssh -F none -p "$SSH_PORT" -i "$2" -l "$1" -o IdentitiesOnly=yes -o BatchMode=yes \
		-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=QUIET \
		127.0.0.1 true </dev/null >/dev/null 2>&1
}

test_what_sshd_writes_is_read() {
	start_sshd
	background "$NG" --json --source proc --show-private-ips --log-path "$T/none" \
		--auth-log-path "$SSH_LOG" >"$T/out"
	wait_open "$PID" "$SSH_LOG"
	ssh_as root "$T/key"
	ssh_as root "$T/host" && fail 'let in by a key that is nobody'"'"'s'
	ssh_as 'x from 1.1.1.1 port 1 ssh2' "$T/key" && fail 'let in whom nobody knows'
	hold 1 "$SSH_PORT" / # a web client at the wrong door
	wait_for "grep -q 'invalid format' $SSH_LOG"
	drop_held
	wait_for "[ \"\$(grep -c '\"auth\"' $T/out)\" -ge 6 ]"
	stop "$PID"
	assert_json "$T/out" 'any(.t == "auth" and .outcome == "accepted" and .user == "root" and .method == "publickey")'
	assert_json "$T/out" 'any(.t == "auth" and .outcome == "invalid" and .user == "x from 1.1.1.1 port 1 ssh2")'
	assert_json "$T/out" 'map(select(.t == "auth")) | all(.ip == "127.0.0.1" and .port > 0)'
	assert_json "$T/out" 'map(select(.t == "log")) | last | .rejected == 0 and .state == "reading"'
}

run_tests
