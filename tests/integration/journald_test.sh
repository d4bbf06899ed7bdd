#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# A real journald, in a mount namespace of its own, writes and rotates the journal that is followed.
. "$(dirname "$0")/../lib/sh.sh"

unset "${!NETHERGAZE_@}"
export HOME=/nonexistent NETHERGAZE_WHOIS_ENABLED=false
unset XDG_CONFIG_HOME

JOURNALD=/usr/lib/systemd/systemd-journald
REQUEST='8.8.8.8 - - [22/Nov/2026:08:14:15 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl"'

# start_journald: JOURNALD_PID. Its files lie in a /run that only it and `inside` see.
start_journald() {
	need_root
	need systemd-cat journalctl unshare nsenter setpriv
	[ -x "$JOURNALD" ] || skip 'systemd-journald is not installed'
	unshare -m true 2>/dev/null || skip 'no mount namespace can be made here'
	background unshare -m --propagation private sh -euc '
		mount -t tmpfs none /run
		mkdir -p /run/systemd/journal /run/log/journal /var/log/journal
		mount -t tmpfs none /var/log
		# Nothing of the machine is to change, nor to be read.
		mkdir -p /run/systemd/journald.conf.d
		printf "%s\n" "[Journal]" Audit=no ReadKMsg=no ForwardToSyslog=no ForwardToWall=no \
			>/run/systemd/journald.conf.d/test.conf
		echo 0123456789abcdef0123456789abcdef >/run/machine-id
		[ -e /etc/machine-id ] || >/etc/machine-id
		mount --bind /run/machine-id /etc/machine-id
		SYSTEMD_LOG_TARGET=console exec "$0"' "$JOURNALD" 2>"$T/journald.err"
	JOURNALD_PID=$PID
	poll_for 'inside test -S /run/systemd/journal/stdout || ! kill -0 $JOURNALD_PID' 10 || true
	inside test -S /run/systemd/journal/stdout || skip "journald does not start here: $(tail -1 "$T/journald.err")"
}

inside() {
	nsenter -t "$JOURNALD_PID" -m -- "$@"
}

# say PROGRAM MESSAGE [COMMAND...]: a message, as what runs by the command writes it to stdout.
say() {
	printf '%s\n' "$2" | inside "${@:3}" systemd-cat -t "$1"
}

failed() { # ADDRESS
	echo "Failed password for root from $1 port 1 ssh2"
}

followed() {
	start_journald
	say sshd "$(failed 9.9.9.1)"
	wait_for 'inside journalctl -q -t sshd -o cat | grep -q 9.9.9.1'
	background nsenter -t "$JOURNALD_PID" -m -- env "$@" "$NG" --json --source proc \
		--log-path /nonexistent/log --journal SYSLOG_IDENTIFIER=web >"$T/out"
	local ng=$PID
	wait_for "grep -q '\"ssh.service\",\"state\":\"reading\"' $T/out"
	# Until it is there it may not have been at the journal's end.
	wait_for "say sshd '$(failed 9.9.9.2)'; grep -q '\"auth\".*9.9.9.2' $T/out"
	say web "$REQUEST"
	wait_for "grep -q '\"request\".*\"/a\"' $T/out"
	kill -USR2 "$JOURNALD_PID" # rotate
	wait_for "grep -q rotating $T/journald.err"
	say sshd "$(failed 9.9.9.3)"
	wait_for "grep -q '\"auth\".*9.9.9.3' $T/out"
	inside journalctl -q --vacuum-files=1
	# A user who calls himself sshd.
	say sshd "$(failed 9.9.9.4)" setpriv --reuid 65534 --clear-groups
	say sshd 'error: PAM: Authentication failure for illegal user eve from 9.9.9.5 via 10.0.0.1'
	wait_for "grep -q '\"auth\".*9.9.9.5' $T/out"
	stop "$ng"
	assert_json "$T/out" 'map(select(.t == "auth" and .ip != "9.9.9.2") | [.ip, .outcome, .user]) ==
		[["9.9.9.3", "failed", "root"], ["9.9.9.5", "invalid", "eve"]]'
	assert_json "$T/out" 'map(select(.t == "request").log) == ["web"]'
	assert_json "$T/out" 'all(.t != "lost")'
}

test_journald_is_followed() {
	ldconfig -p | grep libsystemd.so.0 >"$T/ldconfig" || skip 'libsystemd is not installed'
	followed
	assert_json "$T/out" 'map(select(.t == "log" and .log == "web"))[-1].rotated >= 1'
}

test_journald_is_followed_by_journalctl() {
	[ "${NG_BUILD%san}" = "$NG_BUILD" ] || skip 'the sanitisers want to be the first that is preloaded'
	followed LD_PRELOAD="$NG_BUILD/tests/preload/no_journal_lib.so"
}

# As in a container that has the host's directory.
test_another_machines_journal_is_not_taken_for_ones_own() {
	start_journald
	say web "$REQUEST"
	wait_for 'inside journalctl -q -t web -o cat | grep -q GET'
	inside sh -c 'echo fedcba9876543210fedcba9876543210 >/run/machine-id'
	inside "$NG" --json --source proc --log-path /nonexistent/log --duration 0.2 --from-start \
		--journal SYSLOG_IDENTIFIER=web >"$T/out"
	assert_json "$T/out" 'any(.t == "log" and .log == "web" and .state == "missing" and
		(.note | test("--journal-dir")))'
	inside "$NG" --json --source proc --log-path /nonexistent/log --duration 0 --from-start \
		--journal SYSLOG_IDENTIFIER=web --journal-dir /run/log/journal/0123456789abcdef0123456789abcdef >"$T/out"
	assert_json "$T/out" 'map(select(.t == "request").path) == ["/a"]'
}

run_tests
