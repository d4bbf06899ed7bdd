#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# A storm of rotations: a real nginx under load whose four logs are rotated fifty times each, in
# four ways at once; and what programs of the trade do. All lines are counted, each once.
#
# alone: its load takes both cores.
# shellcheck disable=SC2016 # conditions to poll are given as text
. "$(dirname "$0")/../lib/sh.sh"

ROUNDS=50 BATCH=40

follow() { # ARG...
	background "$NG" --json --source proc --show-private-ips --no-geoip --no-whois \
		--no-auth-log "$@" >"$T/out"
	FOLLOWER=$PID
	wait_for '[ -s "$T/out" ]' 20
}

# Requests whose path holds a text.
seen() { # TEXT
	grep -c "^{\"t\":\"request\".*$1" "$T/out"
}

# Lines in regular files, whatever links lead to them.
written() { # NAME-PREFIX
	find "$NGINX_DIR" -type f -name "$1*" -exec cat {} + | wc -l
}

# load NAME URL: batch after batch, holding the gate during each, until $T/enough is there.
load() {
	local i=0
	exec 9>"$T/gate.$1"
	while [ ! -e "$T/enough" ]; do
		flock 9
		requests "$BATCH" "$2/$1/$((i++))"
		flock -u 9
	done
}

by_number() { # LOG ROUND
	mv "$1" "$1.$2"
}

by_date() {
	mv "$1" "$1-$((20260000 + $2))"
}

# The name stays a link, which turns to the next file.
by_link() {
	: >"$1-part$2"
	ln -sfn "$1-part$2" "$1.new"
	mv -T "$1.new" "$1"
}

# Nobody can see what a copytruncate cuts off unread, so it waits for a quiet moment.
by_copytruncate() { # LOG ROUND NAME
	exec 8>"$T/gate.$3"
	flock 8
	# The file on disk may end later than the batch: nginx answers first and logs then.
	wait_for "[ \"\$(seen /$3/)\" -eq \"\$(written site3)\" ] &&
		[ \"\$(( \$(written site3) % $BATCH ))\" -eq 0 ]" 20
	cp "$1" "$1.$2"
	: >"$1"
	flock -u 8
}

# A few lines since the last time.
has_lines() { # LOG
	wait_for "[ \"\$(wc -l <'$1')\" -ge 10 ]" 20
}

rotate_all() { # ROUND
	local i
	for i in 0 1 2 3; do
		has_lines "${NGINX_LOGS[i]}"
	done
	by_number "${NGINX_LOGS[0]}" "$1"
	by_date "${NGINX_LOGS[1]}" "$1"
	by_link "${NGINX_LOGS[2]}" "$1"
	nginx_reopen
	# A link that turns twice between two looks does not say where it led meanwhile.
	wait_open "$FOLLOWER" "$(readlink "${NGINX_LOGS[2]}")"
	by_copytruncate "${NGINX_LOGS[3]}" "$1" d
}

test_two_hundred_rotations() {
	need nginx curl jq flock
	local names=(a b c d) loads=() i lines
	start_nginx 4
	mv "${NGINX_LOGS[2]}" "${NGINX_LOGS[2]}-part0"
	ln -s "${NGINX_LOGS[2]}-part0" "${NGINX_LOGS[2]}"
	nginx_reopen
	follow --log-path "${NGINX_LOGS[0]}" --log-path "$NGINX_DIR/site1.*" \
		--log-path "${NGINX_LOGS[2]}" --log-path "${NGINX_LOGS[3]}"
	for i in 0 1 2 3; do
		background load "${names[i]}" "http://127.0.0.1:${NGINX_PORTS[i]}"
		loads+=("$PID")
	done
	for ((i = 1; i <= ROUNDS; i++)); do
		rotate_all "$i"
	done
	touch "$T/enough"
	for i in "${loads[@]}"; do
		finish "$i" 60
		assert_eq "$STATUS" 0 'status of the load'
	done
	# nginx answers first and logs then.
	lines=$(written site)
	wait_for '[ "$(seen /)" -ge "$(written site)" ]' 30
	stop "$FOLLOWER"
	lines=$(written site)
	assert_eq "$STATUS" 0 'exit status'
	assert_eq "$(seen /)" "$lines" 'requests by nethergaze, lines by the server'
	assert_eq "$(json "$T/out" 'select(.t == "request").path' | sort -u | wc -l)" "$lines" \
		'different paths'
	assert_json "$T/out" 'map(select(.t == "log")) | group_by(.log) | map(last) |
		all((.rejected // 0) == 0 and (.skipped // 0) == 0 and (.lag // 0) == 0)'
	assert_json "$T/out" "map(select(.t == \"log\")) | group_by(.log) | map(last.lines // 0) |
		add == $lines"
	for i in 0 2 3; do
		assert_json "$T/out" "map(select(.t == \"log\" and (.log | endswith(\"site$i.access.log\")))) |
			last.rotated == $ROUNDS" "rotations of site$i"
	done
	note "$((4 * ROUNDS)) rotations, $lines lines"
}

# rotatelogs gives each file a second name, a hard link, with -L; a glob has both.
test_rotatelogs_with_a_link() {
	need rotatelogs jq
	local i=0
	NGINX_DIR=$T/logs
	mkdir "$NGINX_DIR"
	follow --log-path "$NGINX_DIR/access*"
	exec 7> >(exec rotatelogs -L "$NGINX_DIR/access-now" "$NGINX_DIR/access.log-%H%M%S" 1)
	until [ "$(find "$NGINX_DIR" -name 'access.log-*' | wc -l)" -ge 4 ]; do
		echo "192.0.2.1 - - [22/Nov/2026:08:14:15 +0000] \"GET /$((i++)) HTTP/1.1\" 200 1" >&7
		[ "$i" -lt 1000000 ] || fail 'rotatelogs does not rotate'
	done
	exec 7>&-
	wait_for "[ \"\$(seen /)\" -ge $i ]" 20
	stop "$FOLLOWER"
	assert_eq "$(json "$T/out" 'select(.t == "request").path' | sort -u | wc -l)" "$i" 'paths'
	assert_eq "$(seen /)" "$i" 'each line once'
}

# logrotate itself, as Debian has it set up for nginx: create, compress, a postrotate script.
test_logrotate() {
	need logrotate nginx curl jq
	need_root
	local i
	start_nginx
	cat >"$T/logrotate.conf" <<-END
		$NGINX_DIR/*.access.log {
			rotate 30
			compress
			delaycompress
			create 0640 root root
			sharedscripts
			postrotate
				kill -USR1 $NGINX_PID
			endscript
		}
	END
	chmod 644 "$T/logrotate.conf"
	follow --log-path "$NGINX_DIR/*.access.log"
	for ((i = 1; i <= 10; i++)); do
		requests 50 "http://127.0.0.1:$NGINX_PORT/$i"
		# What is compressed and gone before it was read would be.
		wait_for "[ \"\$(seen /)\" -ge $(((i - 1) * 50)) ]" 20
		logrotate -f -s "$T/logrotate.state" "$T/logrotate.conf"
	done
	wait_for '[ "$(seen /)" -eq 500 ]' 20
	stop "$FOLLOWER"
	assert_eq "$(json "$T/out" 'select(.t == "request").path' | sort -u | wc -l)" 500 'paths'
}

run_tests "$@"
