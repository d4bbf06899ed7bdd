#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Started by root, the console is an ordinary user's, and nothing is lost by it: files that only root
# may read are opened for it, those that only root may write are made for it, and it says so when who
# does that is gone.
. "$(dirname "$0")/../lib/sh.sh"

LINE='8.8.4.%d - - [22/Nov/2026:08:14:15 +0000] "GET /n%d HTTP/1.1" 200 5 "-" "x"\n'

line() { # N FILE
	# shellcheck disable=SC2059 # a format of ours
	printf "$LINE" "$1" "$1" >>"$2"
}

# follow FLAG...: a stream into $T/out; its pid is in NG_PID. What is there is root's alone.
follow() {
	need_root
	need jq pgrep
	chmod 700 "$T"
	mkdir -p "$T/home"
	HOME=$T/home XDG_CACHE_HOME='' XDG_STATE_HOME='' background "$NG" --json --source proc \
		"$@" >"$T/out" 2>"$T/err"
	NG_PID=$PID
	wait_for '[ "$(sed -n "s/^Uid:.//p" "/proc/$NG_PID/status" | cut -f1)" = "$(console_user)" ]'
}

requests() {
	grep -c '"t":"request"' "$T/out"
}

end() {
	stop "$NG_PID"
	assert_eq "$STATUS" 0
}

test_logs_of_root_are_followed() {
	line 1 "$T/site.txt"
	chmod 600 "$T/site.txt"
	follow --log-path "$T/site.txt" --log-path "$T/other-*.log" --from-start
	wait_for '[ "$(requests)" -eq 1 ]'
	# It rotates, as the file that was named and as a match that is new.
	mv "$T/site.txt" "$T/site.txt.1"
	line 2 "$T/site.txt"
	line 3 "$T/other-a.log"
	chmod 600 "$T/site.txt" "$T/other-a.log"
	wait_for '[ "$(requests)" -eq 3 ]'
	line 4 "$T/site.txt"
	wait_for '[ "$(requests)" -eq 4 ]'
	end
}

# A server's configuration may say of any file that it is a log.
test_what_is_no_log_is_not_opened() {
	mkdir -p "$T/root/etc/nginx" "$T/root/srv/own" "$T/root/opt/www"
	printf '%s\n' 'http { server { access_log /srv/own/secrets; }
		server { access_log /opt/www/listed; }
		server { access_log /srv/own/site-access.log; } }' >"$T/root/etc/nginx/nginx.conf"
	line 1 "$T/root/srv/own/secrets"
	line 2 "$T/root/opt/www/listed"
	line 3 "$T/root/srv/own/site-access.log"
	chmod 600 "$T/root"/*/*/*
	chmod 700 "$T/root"
	NETHERGAZE_SANDBOX_READ=/opt/www follow --server-root "$T/root" --from-start
	wait_for '[ "$(requests)" -eq 2 ]'
	wait_for "grep -q '\"log\":\"[^\"]*/secrets\",\"state\":\"denied\"' '$T/out'"
	assert_match "$(grep '/secrets"' "$T/out" | head -n 1)" 'name its directory in sandbox_read'
	end
	assert_json "$T/out" 'any(.t == "log" and (.log | test("/secrets$")) and .state == "reading") | not'
}

# Into a directory of root's: the recording in files, with those that are too many deleted; and what
# somebody has moved away begins anew.
test_recordings_of_root() {
	mkdir -m 700 "$T/dir"
	NETHERGAZE_RECORD_MAX_SIZE=10K NETHERGAZE_RECORD_FILES=3 follow --log-path "$T/access.log" \
		--record "$T/dir/r.ndjson"
	for i in $(seq 400); do
		line $((i % 250)) "$T/access.log"
	done
	wait_for '[ "$(requests)" -eq 400 ] && ls "$T/dir" | grep -E "^r-0*([3-9]|[1-9][0-9]+)[.]"'
	mv "$T/dir/r.ndjson" "$T/dir/moved.ndjson"
	kill -HUP "$NG_PID"
	wait_for '[ -s "$T/dir/r.ndjson" ]'
	assert_eq "$(stat -c %u:%a "$T/dir/r.ndjson")" 0:600
	assert_eq "$(find "$T/dir" -name 'r-*' | wc -l)" 2
	end
}

test_reports_of_root() {
	mkdir -m 700 "$T/dir"
	echo old >"$T/dir/report.json"
	follow --log-path "$T/access.log" --report "$T/dir/report.json"
	line 1 "$T/access.log"
	wait_for '[ "$(requests)" -eq 1 ]'
	end
	assert_eq "$(jq -r .t "$T/dir/report.json")" report
	assert_eq "$(ls -A "$T/dir")" report.json
}

test_who_opens_goes() {
	line 1 "$T/a.log"
	chmod 600 "$T/a.log"
	follow --log-path "$T/a.log" --from-start
	wait_for '[ "$(requests)" -eq 1 ]'
	kill -KILL "$(pgrep -P "$NG_PID" -x ng-opener)"
	line 2 "$T/a.log"
	wait_for '[ "$(requests)" -eq 2 ]' # what is open stays open
	mv "$T/a.log" "$T/a.log.1"
	line 3 "$T/a.log"
	wait_for "grep -q 'process that opens files has ended: it was killed by signal 9' '$T/out'"
	end
}

test_who_watches_goes() {
	follow --log-path "$T/a.log"
	wait_for "grep -q '\"t\":\"source\",.*\"source\":\"proc\"' '$T/out'"
	kill -KILL "$(pgrep -P "$NG_PID" -x ng-watcher)"
	wait_for "grep -q '\"source\":\"none\".*watcher has ended: it was killed by signal 9' '$T/out'"
	line 1 "$T/a.log"
	wait_for '[ "$(requests)" -eq 1 ]'
	end
}

# Whoever called sudo has the console, and the files.
test_callers_of_sudo() {
	local uid=54321
	mkdir -m 755 "$T/user"
	chown "$uid:$uid" "$T/user"
	chmod 711 "$T"
	need_root
	SUDO_UID=$uid SUDO_GID=$uid HOME=$T/user XDG_CACHE_HOME='' XDG_STATE_HOME='' \
		NETHERGAZE_HISTORY_ENABLED=true NETHERGAZE_WHOIS_ENABLED=true background "$NG" --json \
		--source proc --log-path "$T/none" >"$T/out" 2>"$T/err"
	wait_for "[ -e '$T/user/.local/state/nethergaze/history.db' ]"
	assert_eq "$(sed -n 's/^Uid:.//p' "/proc/$PID/status")" "$uid	$uid	$uid	$uid"
	stop "$PID"
	assert_eq "$(find "$T/user" -mindepth 1 ! -user "$uid")" ''
	assert_eq "$(stat -c %a "$T/user/.local/state/nethergaze")" 700
}

# One that is root's: it is that of the system then.
test_homes_of_root() {
	mkdir -m 700 "$T/home"
	need_root
	chmod 755 "$T"
	HOME=$T/home XDG_CACHE_HOME='' XDG_STATE_HOME='' NETHERGAZE_HISTORY_ENABLED=true \
		"$NG" --doctor --source proc >"$T/doctor" || true
	assert_match "$(cat "$T/doctor")" 'yes /var/lib/nethergaze/console/nethergaze/history.db'
	assert_eq "$(ls -A "$T/home")" ''
}

# As in a root that was put together by hand.
test_without_devices() {
	need_root
	need unshare
	line 1 "$T/a.log"
	unshare --mount sh -ec 'mount -t tmpfs none /dev; exec "$@"' sh "$NG" --once --json --duration 0 \
		--source proc --from-start --log-path "$T/a.log" >"$T/out" 2>"$T/err" || fail "$(cat "$T/err")"
	assert_json "$T/out" '.[-1] | .t == "summary" and .requests == 1'
}

test_one_process() {
	need_root
	: >"$T/log"
	background "$NG" --json --source proc --sandbox off --log-path "$T/log" >"$T/out" 2>"$T/err"
	wait_open "$PID" "$T/log"
	assert_eq "$(pgrep -P "$PID" -x 'ng-watcher|ng-opener' || true)" ''
	assert_eq "$(sed -n 's/^Uid:.//p' "/proc/$PID/status" | cut -f1)" 0
	stop "$PID"
	assert_eq "$STATUS" 0
}

run_tests "$@"
