#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

# What stands where requests would, when there are none.

# live [ARG...]: at a size that wraps and cuts nothing of importance, one panel below the other.
live() {
	console 119x30 --source proc "$@"
}

test_missing_log() {
	live --log-path "$T/nowhere.log"
	tui_wait '^No access log is read: requests are missing here'
	tui_wait 'nowhere.log: no such file; it is read as soon as there is one'
	tui_wait 'To see requests'
	tui_wait '1. name a log:  nethergaze --log-path FILE'
	tui_wait '^ . No access log is read: requests are missing. Connections are seen'
	tui_wait '^ . log missing: .*nowhere.log'
	tui_wait '  no log  proc .* half blind$'
	printf '192.0.2.1 - - [01/Jan/2026:00:00:00 +0000] "GET /here HTTP/1.1" 200 5\n' \
		>"$T/nowhere.log"
	tui_gone 'No access log is read'
	tui_gone 'log missing'
}

test_denied_log() {
	need_root
	need setpriv
	echo secret >"$T/access.log"
	chmod 0600 "$T/access.log"
	chmod 0755 "$T"
	export HOME=/nonexistent XDG_CONFIG_HOME=/nonexistent
	tui_start 119x30 setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$NG" --source proc --log-path "$T/access.log"
	tui_wait 'access.log: permission denied'
	tui_wait 'as a member of the group that owns the log'
	tui_wait '^ . log denied: '
}

test_silent_log() {
	: >"$T/access.log"
	live --log-path "$T/access.log"
	tui_wait 'No request has been logged in [0-9]+s of watching'
	tui_wait 'access.log: not a line since the start'
	tui_wait '1. see whether it is the one that the server writes now'
}

test_log_in_no_format() {
	printf 'what is this\n%.0s' 1 2 3 >"$T/access.log"
	live --from-start --log-path "$T/access.log"
	tui_wait '3 lines, 3 in no known format, the last: what is this'
	tui_wait "1. give the server's own format:  nethergaze --log-format"
	tui_wait '^ . 3 of 3 log lines in no known format'
}

# Where nothing is named: what was looked at, and what it says.
test_where_logs_were_looked_for() {
	mkdir -p "$T/root/etc/nginx"
	printf 'http {\n\taccess_log off;\n\tserver { listen 80; }\n}\n' >"$T/root/etc/nginx/nginx.conf"
	live --server-root "$T/root"
	tui_wait 'Looked for logs in'
	tui_wait '/etc/nginx/nginx.conf  .'
	tui_wait '1. in the http or server block of .*/etc/nginx/nginx.conf:'
	tui_wait 'access_log /var/log/nginx/access.log combined;'
}

test_private_ones_are_hidden() {
	printf '10.0.0.1 - - [01/Jan/2026:00:00:00 +0000] "GET /here HTTP/1.1" 200 5\n' \
		>"$T/access.log"
	live --from-start --log-path "$T/access.log"
	tui_wait '1 request is from a private address and hidden: p shows it'
	tui_keys p
	tui_wait 'GET  /here'
}

run_tests
