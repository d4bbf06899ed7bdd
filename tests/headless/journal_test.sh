#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The journal as a log, in files that systemd-journal-remote writes. Each test reads it by the
# library, and again by journalctl, with the library hidden.
. "$(dirname "$0")/../lib/sh.sh"

unset "${!NETHERGAZE_@}"
export HOME=/nonexistent NETHERGAZE_WHOIS_ENABLED=false
unset XDG_CONFIG_HOME

REMOTE=/usr/lib/systemd/systemd-journal-remote
REQUEST='8.8.8.8 - - [22/Nov/2026:08:14:15 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl"'
CLOCK=1795335255000000

need_journal() {
	[ -x "$REMOTE" ] || skip 'systemd-journal-remote is not installed'
}

# by_library, by_journalctl: sets HIDE, what stands before the program.
by_library() {
	ldconfig -p | grep libsystemd.so.0 >"$T/ldconfig" || skip 'libsystemd is not installed'
	HIDE=(env)
}

by_journalctl() {
	need journalctl
	[ "${NG_BUILD%san}" = "$NG_BUILD" ] || skip 'the sanitisers want to be the first that is preloaded'
	HIDE=(env LD_PRELOAD="$NG_BUILD/tests/preload/no_journal_lib.so")
}

# entry FIELD=VALUE...: in the journal's export format; each is a microsecond younger.
entry() {
	CLOCK=$((CLOCK + 1))
	printf '__REALTIME_TIMESTAMP=%s\n__MONOTONIC_TIMESTAMP=%s\n' "$CLOCK" "$CLOCK"
	printf '_BOOT_ID=0123456789abcdef0123456789abcdef\n'
	printf '%s\n' "$@" ''
}

sshd() { # MESSAGE [UID]
	entry "MESSAGE=$1" SYSLOG_IDENTIFIER=sshd _SYSTEMD_UNIT=ssh.service "_UID=${2:-0}" _PID=71
}

web() { # MESSAGE
	entry "MESSAGE=$1" SYSLOG_IDENTIFIER=web _SYSTEMD_UNIT=web.service _UID=33 _PID=72
}

# journal FILE: what comes on stdin, appended to it.
journal() {
	mkdir -p "${1%/*}"
	"$REMOTE" --output="$1" - 2>"$T/remote.err" || fail "journal-remote: $(cat "$T/remote.err")"
}

# open_journal FILE: the same, for what is written to fd 7 from now on.
open_journal() {
	mkdir -p "${1%/*}"
	rm -f "$T/fifo"
	mkfifo "$T/fifo"
	exec 7<>"$T/fifo" # or opening one end would wait for the other
	background "$REMOTE" --output="$1" - <"$T/fifo" 2>"$T/remote.err" 7>&-
	WRITER=$PID
}

close_journal() {
	exec 7>&-
	finish "$WRITER"
}

NG_ARGS=(--source proc --log-path /nonexistent/log)

run_ng() {
	"${HIDE[@]}" "$NG" --json "${NG_ARGS[@]}" "$@"
}

# follow ARG...: the same in the background, to $T/out. It must not hold the journal's writer.
follow() {
	background "${HIDE[@]}" "$NG" --json "${NG_ARGS[@]}" "$@" >"$T/out" 7>&-
	FOLLOWER=$PID
}

# twice TEST: by either means.
twice() {
	need_journal
	by_library
	"$@"
	rm -rf "${T:?}"/*
	by_journalctl
	"$@"
}

some_entries() {
	sshd 'Failed password for root from 8.8.8.8 port 4242 ssh2'
	web "$REQUEST"
	sshd 'Server listening on 0.0.0.0 port 22.'
	sshd 'Failed password for root from 1.1.1.1 port 1 ssh2' 1000
	entry "MESSAGE=${REQUEST/\/a/\/other}" SYSLOG_IDENTIFIER=other _SYSTEMD_UNIT=other.service _UID=0
	entry "MESSAGE=Accepted publickey for ada from 8.8.4.4 port 5151 ssh2: ED25519 SHA256:abc" \
		SYSLOG_IDENTIFIER=sshd-session _SYSTEMD_UNIT=session-1.scope _UID=0 _PID=73
	web 'no request'
}

read_from_the_start() {
	some_entries | journal "$T/j/system.journal"
	run_ng --duration 0 --from-start --journal web --journal-dir "$T/j" >"$T/out"
	assert_json "$T/out" 'map(select(.t == "auth") | [.ip, .outcome, .user, .log, .logged]) == [
		["8.8.8.8", "failed", "root", "ssh.service", 1795335255.000001],
		["8.8.4.4", "accepted", "ada", "ssh.service", 1795335255.000006]]'
	assert_json "$T/out" 'map(select(.t == "request") | [.ip, .path, .status, .log]) ==
		[["8.8.8.8", "/a", 200, "web.service"]]'
	assert_json "$T/out" 'map(select(.t == "log" and .log == "ssh.service"))[-1] |
		.state == "reading" and .lines == 4 and .ignored == 2 and .rejected == 0'
	assert_json "$T/out" 'map(select(.t == "log" and .log == "web.service"))[-1] |
		.state == "reading" and .lines == 2 and .rejected == 1 and .format == "combined"'
}
test_entries_are_read_from_the_start() { twice read_from_the_start; }

only_named_units() {
	some_entries | journal "$T/j/system.journal"
	run_ng --duration 0 --from-start --journal-dir "$T/j" --no-auth-log --journal other.service \
		--journal SYSLOG_IDENTIFIER=web >"$T/out"
	assert_json "$T/out" 'map(select(.t == "request") | [.log, .path]) ==
		[["web", "/a"], ["other.service", "/other"]]'
	run_ng --duration 0 --from-start --journal-dir "$T/j" --no-auth-log --journal sshd >"$T/out"
	assert_json "$T/out" 'map(select(.t == "auth").log) == ["sshd.service", "sshd.service"]'
}
test_only_what_is_named() { twice only_named_units; }

containers() {
	entry "MESSAGE=$REQUEST" CONTAINER_NAME=shop SYSLOG_IDENTIFIER=0123abcd \
		_SYSTEMD_UNIT=docker.service _UID=0 | journal "$T/j/system.journal"
	run_ng --duration 0 --from-start --journal CONTAINER_NAME=shop --journal-dir "$T/j" >"$T/out"
	assert_json "$T/out" 'map(select(.t == "request") | [.path, .log]) == [["/a", "shop"]]'
}
test_a_container_by_its_name() { twice containers; }

# What comes while it runs, and what comes after the file has been rotated.
appended() {
	open_journal "$T/j/system.journal"
	sshd 'Failed password for root from 9.9.9.8 port 1 ssh2' >&7
	wait_for "journalctl -q -D $T/j -o cat | grep -q 9.9.9.8"
	follow --journal web --journal-dir "$T/j"
	wait_for "grep -q '\"web.service\",\"state\":\"reading\"' $T/out"
	wait_for "sshd 'Failed password for root from 9.9.9.9 port 1 ssh2' >&7; grep -q '\"auth\".*9.9.9.9' $T/out"
	web "$REQUEST" >&7
	wait_for "grep -q '\"request\".*\"/a\"' $T/out"
	close_journal
	mv "$T/j/system.journal" "$T/j/system@0005a.journal"
	open_journal "$T/j/system.journal"
	CLOCK=$((CLOCK + 10000000))
	sshd 'Failed password for root from 9.9.9.10 port 1 ssh2' >&7
	wait_for "grep -q '\"auth\".*9.9.9.10' $T/out" 20
	web "${REQUEST/\/a/\/b}" >&7
	wait_for "grep -q '\"request\".*\"/b\"' $T/out"
	rm "$T/j/system@0005a.journal"
	sshd 'Failed password for root from 9.9.9.11 port 1 ssh2' >&7
	wait_for "grep -q '\"auth\".*9.9.9.11' $T/out"
	stop "$FOLLOWER"
	close_journal
	assert_json "$T/out" 'map(select(.t == "auth" and .ip != "9.9.9.9").ip) == ["9.9.9.10", "9.9.9.11"]'
	assert_json "$T/out" 'map(select(.t == "request").path) == ["/a", "/b"]'
	assert_json "$T/out" 'all(.t != "lost")'
}
test_it_is_followed() { need journalctl; twice appended; }

# A field may hold any bytes, and as many as anybody likes.
hostile() {
	{
		CLOCK=$((CLOCK + 1))
		printf '__REALTIME_TIMESTAMP=%s\n_SYSTEMD_UNIT=ssh.service\nSYSLOG_IDENTIFIER=sshd\n_UID=0\n' "$CLOCK"
		printf 'MESSAGE\n\x2c\0\0\0\0\0\0\0Invalid user \xff\x1b[2J\n\0x from 8.8.8.8 port 4242\n\n'
		web "${REQUEST/\/a/\/$(head -c 20000 /dev/zero | tr '\0' a)}"
		printf '__REALTIME_TIMESTAMP=%s\n_SYSTEMD_UNIT=web.service\nMESSAGE\n\0\0\0\4\0\0\0\0' $((CLOCK + 1))
		head -c 67108864 /dev/zero | tr '\0' 'x'
		printf '\n\n'
		CLOCK=$((CLOCK + 1))
		entry _SYSTEMD_UNIT=web.service 'NOTE=no message'
		web "$REQUEST"
	} | journal "$T/j/system.journal"
	run_ng --duration 0 --from-start --journal web --journal-dir "$T/j" >"$T/out"
	assert_json "$T/out" 'map(select(.t == "auth") | [.ip, .port]) == [["8.8.8.8", 4242]]'
	assert_no_match "$(cat "$T/out")" $'\x1b'
	assert_json "$T/out" 'map(select(.t == "request").path) | length == 2 and (.[0] | startswith("/aaa")) and
		.[1] == "/a"'
	assert_json "$T/out" 'map(select(.t == "log" and .skipped > 0)) | length > 0'
	assert_json "$T/out" 'map(select(.t == "log" and .rejected > 0)) | length > 0' 'the long one is counted'
}
test_fields_of_any_bytes_and_size() { twice hostile; }

# journald takes 10,000 messages of a unit in 30 seconds, and says what it has dropped.
suppressed() {
	local what=(SYSLOG_IDENTIFIER=systemd-journald _SYSTEMD_UNIT=systemd-journald.service _UID=0
		MESSAGE_ID=a596d6fe7bfa4994828e72309e95d61e)
	{
		entry 'MESSAGE=Suppressed 1234 messages from web.service' _TRANSPORT=driver "${what[@]}"
		entry 'MESSAGE=Suppressed 5 messages from web.service' _TRANSPORT=journal "${what[@]}"
		entry 'MESSAGE=Suppressed 6 messages from db.service' _TRANSPORT=driver "${what[@]}"
	} | journal "$T/j/system.journal"
	run_ng --duration 0 --from-start --journal web --journal-dir "$T/j" >"$T/out"
	assert_json "$T/out" 'map(select(.t == "lost") | [.what, .n]) == [["journal", 1234]]'
	assert_json "$T/out" 'map(select(.t == "note" and (.text | test("web.service.*LogRateLimitIntervalSec=0")))) | length == 1'
}
test_what_journald_drops_is_lost() { twice suppressed; }

# Below a root the usual places are, and no link leads out.
below_a_root() {
	local id=0123456789abcdef0123456789abcdef
	some_entries | journal "$T/root/var/log/journal/$id/system.journal"
	web "${REQUEST/\/a/\/out}" | journal "$T/out.journal"
	ln -s "$T/out.journal" "$T/root/var/log/journal/$id/user-1.journal"
	web "${REQUEST/\/a/\/run}" | journal "$T/root/run/log/journal/$id/system.journal"
	run_ng --duration 0 --from-start --journal web --server-root "$T/root" >"$T/out"
	assert_json "$T/out" 'map(select(.t == "request").path) | sort | .[0] == "/a" and index("/run") != null'
	assert_json "$T/out" 'any(.t == "log" and .log == "ssh.service" and .state == "reading")' 'there is no auth.log'
	assert_json "$T/out" 'all(.t != "auth")' 'nobody asked for what sshd said long ago'
	touch "$T/root/var/log/auth.log"
	run_ng --duration 0 --journal web --server-root "$T/root" >"$T/out"
	assert_json "$T/out" 'all(.log != "ssh.service") and any(.log == "'"$T/root/var/log/auth.log"'")'
}
test_below_a_root() { twice below_a_root; }

test_a_link_does_not_lead_out_of_a_root() {
	need_journal
	by_library
	below_a_root
	rm "$T/root/var/log/auth.log"
	run_ng --duration 0 --from-start --journal web --server-root "$T/root" >"$T/out"
	assert_json "$T/out" 'map(select(.t == "request").path) | sort == ["/a", "/run"]'
}

# In a container, whose files are not announced.
test_below_a_root_it_is_followed_as_well() {
	need_journal
	by_library
	web 'from before' | journal "$T/root/run/log/journal/0123/system.journal"
	open_journal "$T/root/run/log/journal/0123/system.journal"
	follow --journal web --server-root "$T/root"
	wait_for "grep -q '\"web.service\",\"state\":\"reading\"' $T/out"
	web "$REQUEST" >&7
	wait_for "grep -q '\"request\".*\"/a\"' $T/out"
	web "${REQUEST/\/a/\/b}" | journal "$T/root/run/log/journal/0123/user-2.journal"
	wait_for "grep -q '\"request\".*\"/b\"' $T/out"
	stop "$FOLLOWER"
	close_journal
	assert_json "$T/out" 'map(select(.t == "request").path) == ["/a", "/b"]'
}

# A file that is cut off while it is mapped.
test_a_file_that_is_cut_off_ends_nothing() {
	need_journal
	by_library
	open_journal "$T/j/system.journal"
	web "$REQUEST" >&7
	follow --from-start --journal web --journal-dir "$T/j"
	wait_for "grep -q '\"request\".*\"/a\"' $T/out"
	kill -KILL "$WRITER"
	finish "$WRITER"
	exec 7>&-
	truncate -s 0 "$T/j/system.journal"
	for i in 1 2 3 4 5; do
		web "${REQUEST/\/a/\/b}" | journal "$T/j/user-$i.journal"
	done
	wait_for "grep -q '\"request\".*\"/b\"' $T/out" 20
	stop "$FOLLOWER"
	assert_eq "$STATUS" 0
}

what_is_missing() {
	run_ng --duration 0.2 --journal web --journal-dir "$T/none" >"$T/out"
	assert_json "$T/out" 'any(.t == "log" and .log == "web.service" and .state == "missing" and
		(.note | test("there is no .*/none")))'
	mkdir "$T/j"
	run_ng --duration 0.2 --journal web --journal-dir "$T/j" >"$T/out"
	assert_json "$T/out" 'any(.t == "log" and .log == "web.service" and .state == "missing" and
		(.note | test("does systemd-journald run")))'
	"${HIDE[@]}" "$NG" --once "${NG_ARGS[@]}" --duration 0.2 --journal web --journal-dir "$T/j" >"$T/out"
	assert_match "$(cat "$T/out")" 'web.service: '
}
test_what_is_missing_is_said() { twice what_is_missing; }

denied() {
	some_entries | journal "$T/j/system.journal"
	chmod 600 "$T/j/system.journal"
	chmod 755 "$T" "$T/j"
	HIDE=(setpriv --reuid 65534 --regid 65534 --clear-groups "${HIDE[@]}")
	"${HIDE[@]}" test -x "$NG" || skip 'the build is not everybody'\''s to read'
	run_ng --duration 0.2 --from-start --journal web --journal-dir "$T/j" >"$T/out"
	assert_json "$T/out" 'any(.t == "log" and .log == "web.service" and .state == "denied" and
		(.note | test("systemd-journal")))'
}
test_what_may_not_be_read_is_said() {
	need_root
	need setpriv
	twice denied
}

test_options_are_checked() {
	assert_status 2 "$NG" --once --journal ''
	assert_status 2 "$NG" --once --journal 'a/b'
	assert_status 2 "$NG" --once --journal 'a*'
	assert_match "$(cat "$T/stderr")" 'a unit is named in full'
	assert_status 2 "$NG" --once --journal 'PRIORITY=3'
	local many=() i
	for i in {1..17}; do many+=(--journal "u$i"); done
	assert_status 2 "$NG" --once "${many[@]}"
	assert_match "$(cat "$T/stderr")" 'too many units \(at most 16\)'
}

doctor() {
	some_entries | journal "$T/j/system.journal"
	"${HIDE[@]}" "$NG" --doctor --journal web --journal wbe --journal-dir "$T/j" >"$T/out"
	assert_match "$(cat "$T/out")" "yes $T/j"
	assert_match "$(cat "$T/out")" $'SSH log\n +in the journal'
	assert_match "$(cat "$T/out")" "yes (libsystemd.so.0 reads it|/[a-z/]*journalctl is run instead)"
	assert_match "$(cat "$T/out")" 'yes web.service'
	"${HIDE[@]}" "$NG" --doctor --journal web --journal-dir "$T/none" >"$T/out"
	assert_match "$(cat "$T/out")" "no  $T/none: no journal"
}
test_doctor() { twice doctor; }

test_doctor_knows_a_unit_without_entries() {
	need_journal
	by_library
	doctor
	"$NG" --doctor --journal web --journal wbe --journal-dir "$T/j" >"$T/out"
	assert_match "$(cat "$T/out")" 'yes web.service: last entry at 2026-11-22 08:14:15'
	assert_match "$(cat "$T/out")" 'no  wbe.service: no entry yet'
}

run_tests
