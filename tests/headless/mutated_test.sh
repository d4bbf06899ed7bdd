#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2034 # arrays are given by their names
#
# Whatever the program reads, changed at random places (tests/lib/mutant.c): recordings, configurations,
# what it keeps itself. It ends by itself, with a status that --help names and, if that is not 0, its
# reason; nothing that it writes moves a terminal's cursor; a sanitiser has nothing to say.
#
# NG_MUTANTS=N tries so many of each (default 2), NG_MUTANT_SEED=N others than the usual; what failed
# is kept in build/mutants. NG_MUTANT_SECONDS=N (default 2) ends each early on a slow machine.
. "$(dirname "$0")/../lib/sh.sh"

COUNT=${NG_MUTANTS:-2} SEED=${NG_MUTANT_SEED:-1} LIMIT=$((${NG_MUTANT_SECONDS:-2} * 1000000))
KEPT=$NG_BUILD/mutants
CORPUS=$NG_TOP/tests/fuzz/corpus
SANITISED=99
export ASAN_OPTIONS=exitcode=$SANITISED UBSAN_OPTIONS=exitcode=$SANITISED

# is_fit STATUS: what it said is in $T/stdout and $T/stderr.
is_fit() {
	case $1 in
	0) ;;
	1) grep -q '^nethergaze: .' "$T/stderr" || grep -q '^This machine$' "$T/stdout" ;;
	2) grep -q '^nethergaze: .' "$T/stderr" ;;
	*) return 1 ;;
	esac || return
	! LC_ALL=C grep -qa $'[\x01-\x08\x0b-\x1f\x7f]' "$T/stderr" "$T/stdout"
}

# keep FILE STATUS COMMAND...: so that it can be looked at.
keep() {
	local at=$KEPT/${FUNCNAME[2]}.$RANDOM
	mkdir -p "$at"
	cp -r "$1" "$T/stdout" "$T/stderr" "$at"
	head -c 3000 "$T/stderr"
	LC_ALL=C grep -na $'[\x01-\x08\x0b-\x1f\x7f]' "$T/stderr" "$T/stdout" | head -c 500 | cat -v
	fail "status $2 (kept in $at): ${*:3}"
}

# mutants AT SEEDS COMMAND...: the command with one mutant after the other of the seeds, an array's
# name, in the file AT.
mutants() {
	local at=$1 i status ends
	local -n of=$2
	shift 2
	mkdir -p "${at%/*}"
	ends=$((${EPOCHREALTIME/./} + LIMIT))
	for ((i = 0; i < COUNT && ${EPOCHREALTIME/./} < ends; i++)); do
		rm -rf "$T"/made.*
		"$NG_BUILD/tests/lib/mutant" "$((SEED * 1000003 + i))" "${of[i % ${#of[@]}]}" >"$at"
		[ "$(id -u)" -ne 0 ] || chown "$(console_user)" "${at%/*}" "$at"
		cp "$at" "$T/mutant" # what is read may be written, too
		status=0
		timeout 60 "$@" >"$T/stdout" 2>"$T/stderr" </dev/null || status=$?
		is_fit "$status" || keep "$T/mutant" "$status" "$@"
		ENDED[status]=$((${ENDED[status]:-0} + 1))
	done
	TRIED=$((TRIED + i))
	[ "$TRIED" -gt "$i" ] || at_exit 'note "$(cat "$T/tried")"'
	echo "$TRIED mutants: $((${ENDED[0]:-0})) well, $((${ENDED[1]:-0})) failed, $((${ENDED[2]:-0})) refused" \
		>"$T/tried"
}

TRIED=0 ENDED=()

# What reads a log, so that there is something to know of; ONCE is its beginning.
three_clients() {
	printf '%s - - [25/Nov/2026:13:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "x"\n' \
		203.0.113.5 2001:db8::5 8.8.8.8 >"$T/access.log"
	ONCE=("$NG" --once --json --duration 0 --from-start --source proc --show-private-ips
		--log-path "$T/access.log")
}

test_recordings() {
	local plain packed=("$NG_TOP"/tests/data/*.gz) file
	for file in "${packed[@]}"; do
		zcat "$file" | sed -n 1,400p >"$T/seed.${file##*/}"
	done
	plain=("$NG_TOP/tests/data/console.ndjson" "$CORPUS"/record/* "$T"/seed.*)
	mutants "$T/m.ndjson" plain "$NG" --replay "$T/m.ndjson" --speed max --once --json
	mutants "$T/m.ndjson" plain "$NG" --replay "$T/m.ndjson" --speed max --once --group net
	mutants "$T/m.ndjson" plain "$NG" --replay "$T/m.ndjson" --speed max --json --as-recorded
	mutants "$T/m.ndjson" plain "$NG" --replay "$T/m.ndjson" --report "$T/made.html"
	mutants "$T/m.ndjson.gz" packed "$NG" --replay "$T/m.ndjson.gz" --speed max --once --json
}

# Files of a recording in several, and what was kept of the last minutes.
test_segments() {
	local made
	"$NG_BUILD/tests/lib/make_log" 3000 50 >"$T/log"
	mkdir "$T/made"
	NETHERGAZE_RECORD_MAX_SIZE=10K "$NG" --once --duration 0 --from-start --source proc \
		--log-path "$T/log" --record "$T/made/incident.gz" >"$T/stdout"
	(cd "$T/made" && NETHERGAZE_RECORD_ON_FINDING=true "$NG" --once --duration 0 --from-start \
		--source proc --log-path "$T/log") >"$T/stdout"
	made=("$T"/made/*)
	mutants "$T/m.gz" made "$NG" --replay "$T/m.gz" --speed max --once --json
}

test_configuration() {
	local seeds
	"$NG" --print-config | sed 's/^# *\([a-z_]* = \)/\1/' >"$T/printed"
	seeds=("$T/printed" "$CORPUS"/toml/*)
	mutants "$T/m.toml" seeds "$NG" --config "$T/m.toml" --print-config
	mutants "$T/m.toml" seeds "$NG" --config "$T/m.toml" --doctor --source proc --log-path "$T/none"
}

# Each corpus begins with the byte that says whose it is.
test_servers() {
	local server at seeds
	for server in nginx:etc/nginx/nginx.conf apache:etc/apache2/apache2.conf \
		caddy:etc/caddy/Caddyfile lighttpd:etc/lighttpd/lighttpd.conf \
		haproxy:etc/haproxy/haproxy.cfg traefik:etc/traefik/traefik.yml; do
		at=$T/root/${server#*:}
		tail -c +2 "$CORPUS/conf/${server%:*}" >"$T/seed"
		seeds=("$T/seed")
		mutants "$at" seeds "$NG" --doctor --source proc --server-root "$T/root"
		rm -rf "$T/root"
	done
}

# Whom nobody answers: all that is known is in the cache.
test_cache() {
	local seeds=("$CORPUS"/cache/*)
	three_clients
	export NETHERGAZE_WHOIS_ENABLED=true NETHERGAZE_CACHE_DIR=$T/cache \
		NETHERGAZE_WHOIS_RDAP_BOOTSTRAP=http://127.0.0.1:1/ NETHERGAZE_WHOIS_SERVER=127.0.0.1:1
	mutants "$T/cache/registrations.ndjson" seeds "${ONCE[@]}"
}

test_history() {
	local seeds=("$T/kept/history.db")
	three_clients
	export NETHERGAZE_HISTORY_ENABLED=true
	NETHERGAZE_HISTORY_PATH=$T/kept/history.db "${ONCE[@]}" >"$T/stdout"
	export NETHERGAZE_HISTORY_PATH=$T/db/history.db
	mutants "$T/db/history.db" seeds "${ONCE[@]}"
	mutants "$T/db/history.db" seeds "$NG" --doctor --source proc --log-path "$T/access.log"
}

test_geoip() {
	local seeds=("$CORPUS"/geoip/*)
	three_clients
	unset NETHERGAZE_GEOIP_ENABLED
	mutants "$T/data/city.mmdb" seeds "${ONCE[@]}" --data-dir "$T/data"
	mutants "$T/data/city.mmdb" seeds "$NG" --doctor --source proc --data-dir "$T/data" \
		--log-path "$T/access.log"
}

test_ranges() {
	local seeds=("$CORPUS"/ranges/*)
	three_clients
	mutants "$T/gptbot.txt" seeds "${ONCE[@]}" --ranges "$T/gptbot.txt"
}

test_journal() {
	local remote=/usr/lib/systemd/systemd-journal-remote seeds=("$T/system.journal")
	[ -x "$remote" ] || skip 'systemd-journal-remote is not installed'
	printf '%s\n' __REALTIME_TIMESTAMP=1795335255000000 _SYSTEMD_UNIT=web.service \
		'MESSAGE=8.8.8.8 - - [22/Nov/2026:08:14:15 +0000] "GET / HTTP/1.1" 200 1' '' |
		"$remote" --output="$T/system.journal" - 2>"$T/remote.err"
	three_clients
	mutants "$T/j/system.journal" seeds "${ONCE[@]}" --journal web --journal-dir "$T/j"
}

test_logs() {
	local seeds=("$CORPUS"/log_line/* "$CORPUS"/log_json/*)
	three_clients
	mutants "$T/access.log" seeds "${ONCE[@]}"
}

# The console reads it; random_keys.c says what it looks for.
test_what_the_console_remembers() {
	local seeds=("$CORPUS"/remembered/*)
	mkdir "$T/out"
	export XDG_CONFIG_HOME=$T/config XDG_CACHE_HOME=$T TERM=xterm-256color
	mutants "$T/config/nethergaze/console.toml" seeds "$NG_BUILD/tests/lib/random_keys" 5 1 "$T/out" \
		"$NG" --replay "$NG_TOP/tests/data/console.ndjson" --speed max
}

run_tests "$@"
