#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Bars of what takes longer than a second: on a terminal, gone when it is over, and nowhere else.
. "$(dirname "$0")/../lib/sh.sh"

INCIDENT=$NG_TOP/tests/data/syn-two-nets.ndjson.gz

# at_terminal COMMAND: in a shell at a terminal, with stdout in $T/out.
at_terminal() {
	TUI_CONF='set -g default-command ""' tui_start 70x10 sh -c "$1 >'$T/out'; echo ended: \$?"
}

test_a_replay() {
	at_terminal "'$NG' --replay '$INCIDENT' --once --duration 2.5s"
	tui_wait '^replaying \[#+\.+\] +[0-9]+%  at '
	tui_wait '^ended: 0'
	assert_eq "$(tui_screen | grep -c .)" 1 'lines that stay'
	assert_match "$(cat "$T/out")" '^verdict: '
}

test_a_live_run() {
	: >"$T/log"
	at_terminal "'$NG' --once --source proc --duration 2s --log-path '$T/log'"
	tui_wait '^observing \[#+\.+\] +[0-9]+%'
	tui_wait '^ended: 0'
	assert_eq "$(tui_screen | grep -c .)" 1 'lines that stay'
}

# A signal in the midst of it leaves nothing behind.
test_a_signal() {
	local pid
	at_terminal "exec '$NG' --replay '$INCIDENT' --once"
	tui_wait '^replaying '
	pid=$(tui_pid)
	kill -TERM "$pid"
	tui_end
	assert_eq "$STATUS" 0
	assert_eq "$(tui_screen | grep -c . || true)" 0 'lines that stay'
}

# Records at the same terminal are progress enough; a dumb one cannot erase.
test_not_there() {
	at_terminal "TERM=dumb '$NG' --replay '$INCIDENT' --once --duration 1.3s"
	"$NG" --replay "$INCIDENT" --once --duration 1.3s >"$T/piped" 2>"$T/err"
	tui_wait '^ended: 0'
	assert_eq "$(tui_screen | grep -c .)" 1
	assert_eq "$(cat "$T/err")" ''
}

# A download that the server sends slowly.
test_geoip_update() {
	need nginx tmux
	start_nginx 1 "location /files/ { root $T/www; limit_rate 35k; }"
	mkdir -p "$T/www/files"
	head -c 100000 /dev/urandom >"$T/www/files/city.mmdb"
	at_terminal "'$NG' geoip-update --data-dir '$T/data' --url http://127.0.0.1:$NGINX_PORT/files/city.mmdb 2>/dev/tty"
	tui_wait '^city \[#+\.+\] +[0-9]+%  [0-9.]+k of 98k'
	tui_wait '^ended: 1'
	assert_eq "$(tui_screen | grep -c '\[#' || true)" 0
	assert_match "$(tui_screen)" 'did not send a GeoIP database'
}

run_tests
