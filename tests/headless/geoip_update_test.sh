#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# nethergaze geoip-update, from a web server on the loopback. Nothing else is ever asked.
. "$(dirname "$0")/../lib/sh.sh"

BUILT=1790000000

# serve: a server of $T/www -> URL; and what update needs to know of it.
serve() {
	need nginx
	perl -MMaxMind::DB::Writer::Tree -e 1 2>/dev/null ||
		skip 'libmaxmind-db-writer-perl is not installed'
	mkdir -p "$T/www/files"
	start_nginx 1 "location /files/ { root $T/www; } ${1:-}"
	URL=http://127.0.0.1:$NGINX_PORT/files
	export NETHERGAZE_GEOIP_UPDATE_URL=$URL XDG_DATA_HOME=$T/data
	unset NETHERGAZE_GEOIP_ENABLED http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy
	DIR=$XDG_DATA_HOME/nethergaze
}

database() { # FILE SCHEMA NETWORK...
	printf '%s\n' "${@:3}" | "$NG_TOP/tests/lib/mmdb.pl" "$1" "$2" 6 "$BUILT"
}

month() { # MONTHS-AGO
	date -u -d "$(date -u +%Y-%m-15) $1 months ago" +%Y-%m
}

dbip() { # MONTHS-AGO CITY
	database "$T/city" city "203.0.113.0/24|BR|$2||"
	database "$T/asn" asn '203.0.113.0/24|||64500|Example'
	gzip -c "$T/city" >"$T/www/files/dbip-city-lite-$(month "$1").mmdb.gz"
	gzip -c "$T/asn" >"$T/www/files/dbip-asn-lite-$(month "$1").mmdb.gz"
}

city_of_host() {
	echo '203.0.113.5 - - [25/Nov/2026:13:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "x"' >"$T/log"
	"$NG" --once --json --from-start --duration 0 --source proc --show-private-ips \
		--log-path "$T/log" | jq -r 'select(.ip == "203.0.113.5").city'
}

nothing_left() { # of what was not whole
	assert_eq "$(find "$DIR" -name '.geoip-update.*' ! -name '*.lock')" ''
}

test_this_months() {
	serve
	dbip 0 Recife
	dbip 1 Rosario
	assert_status 0 "$NG" geoip-update
	assert_eq "$(ls "$DIR")" $'dbip-asn-lite.mmdb\ndbip-city-lite.mmdb'
	assert_match "$(cat "$T/stdout")" 'dbip-city-lite.mmdb: GeoLite2-City, built 2026-09-21'
	assert_match "$(cat "$T/stdout")" 'dbip-asn-lite.mmdb: GeoLite2-ASN, built 2026-09-21'
	assert_eq "$(cat "$T/stderr")" ''
	assert_eq "$(city_of_host)" Recife
	nothing_left
	# Again, with another: it takes the old one's place.
	dbip 0 Olinda
	assert_status 0 "$NG" geoip-update
	assert_eq "$(ls "$DIR")" $'dbip-asn-lite.mmdb\ndbip-city-lite.mmdb'
	assert_eq "$(city_of_host)" Olinda
}

test_else_last_months() {
	serve
	dbip 1 Rosario
	assert_status 0 "$NG" geoip-update
	assert_eq "$(city_of_host)" Rosario
}

test_neither_month() {
	serve
	assert_status 1 "$NG" geoip-update
	assert_match "$(cat "$T/stderr")" "dbip-city-lite-$(month 1).mmdb.gz: the server answers 404"
	assert_match "$(cat "$T/stderr")" 'dbip-asn-lite'
	nothing_left
}

test_urls_that_are_named() {
	serve
	database "$T/www/files/plain-city.mmdb" flat-city '203.0.113.0/24|PT|Porto||'
	database "$T/asn" asn '203.0.113.0/24|||64500|Example'
	gzip -c "$T/asn" >"$T/www/files/some-asn.mmdb.gz"
	assert_status 0 "$NG" geoip-update --url "$URL/plain-city.mmdb?key=1" \
		--url "$URL/some-asn.mmdb.gz" --data-dir "$T/own"
	assert_eq "$(ls "$T/own")" $'plain-city.mmdb\nsome-asn.mmdb'
	assert_eq "$(NETHERGAZE_GEOIP_DATA_DIR=$T/own city_of_host)" Porto
}

# Two whose URLs end alike do not take each other's place.
test_urls_that_end_alike() {
	serve
	mkdir "$T/www/files/city" "$T/www/files/asn"
	database "$T/www/files/city/latest" city '203.0.113.0/24|BR|Recife||'
	database "$T/www/files/asn/latest" asn '203.0.113.0/24|||64500|Example'
	assert_status 0 "$NG" geoip-update --url "$URL/city/latest" --url "$URL/asn/latest"
	assert_eq "$(ls "$DIR")" $'latest-GeoLite2-ASN.mmdb\nlatest-GeoLite2-City.mmdb'
	assert_status 1 "$NG" geoip-update --url "$URL/city/latest" --url "$URL/city/latest?again"
	assert_match "$(cat "$T/stderr")" 'replace latest-GeoLite2-City.mmdb, which another'
	nothing_left
}

# What comes is looked at before it takes the old one's place.
test_what_is_no_database() {
	serve
	dbip 0 Recife
	assert_status 0 "$NG" geoip-update
	cp "$DIR/dbip-city-lite.mmdb" "$T/before"
	echo '<!DOCTYPE html><title>Log in</title>' >"$T/www/files/dbip-city-lite.mmdb"
	gzip -c "$T/city" | head -c 200 >"$T/www/files/short-city.mmdb.gz"
	head -c 300 "$T/city" >"$T/www/files/short-city.mmdb"
	gzip -c "$T/www/files/dbip-city-lite.mmdb" >"$T/www/files/page.mmdb.gz"
	: >"$T/www/files/empty.mmdb"
	local name
	for name in dbip-city-lite.mmdb short-city.mmdb.gz short-city.mmdb page.mmdb.gz empty.mmdb; do
		assert_status 1 "$NG" geoip-update --url "$URL/$name"
		assert_match "$(cat "$T/stderr")" "geoip-update: $URL/$name: .*; installed databases are unchanged"
		nothing_left
	done
	assert_eq "$(ls "$DIR")" $'dbip-asn-lite.mmdb\ndbip-city-lite.mmdb'
	cmp "$T/before" "$DIR/dbip-city-lite.mmdb"
}

test_servers_that_fail() {
	serve 'location /loop { return 302 /loop; } location /deny { return 403; }
		location /none { return 204; } location /elsewhere { return 302 /files/a-city.mmdb; }
		location /file { return 302 file:///etc/passwd; }'
	local base=http://127.0.0.1:$NGINX_PORT
	database "$T/www/files/a-city.mmdb" city '203.0.113.0/24|BR|Recife||'
	assert_status 1 "$NG" geoip-update --url "$base/loop"
	assert_match "$(cat "$T/stderr")" 'redirects'
	assert_status 1 "$NG" geoip-update --url "$base/deny"
	assert_match "$(cat "$T/stderr")" 'the server answers 403'
	assert_status 1 "$NG" geoip-update --url "$base/none"
	assert_match "$(cat "$T/stderr")" 'the server answers 204, without a file'
	assert_status 1 "$NG" geoip-update --url "$base/file"
	assert_status 1 "$NG" geoip-update --url "file://$T/www/files/a-city.mmdb"
	assert_status 1 "$NG" geoip-update --url "http://127.0.0.1:1/a.mmdb"
	assert_eq "$(ls "$DIR")" ''
	assert_status 0 "$NG" geoip-update --url "$base/elsewhere"
	assert_eq "$(ls "$DIR")" elsewhere.mmdb
}

# Killed half-way it leaves the old one; told to stop, it clears up after itself.
test_ended_half_way() {
	serve "location /slow/ { alias $T/www/files/; limit_rate 20k; }"
	dbip 0 Recife
	assert_status 0 "$NG" geoip-update
	head -c 3000000 /dev/urandom >"$T/www/files/dbip-city-lite.mmdb"
	local slow=http://127.0.0.1:$NGINX_PORT/slow/dbip-city-lite.mmdb
	background "$NG" geoip-update --url "$slow" >"$T/out" 2>"$T/err"
	wait_for 'find "$DIR" -name ".geoip-update.*" -size +8k | grep -q .'
	assert_status 1 "$NG" geoip-update
	assert_match "$(cat "$T/stderr")" 'another geoip-update is running'
	stop "$PID" KILL
	assert_eq "$(city_of_host)" Recife
	assert_status 0 "$NG" geoip-update # which clears up after the other
	nothing_left
	background "$NG" geoip-update --url "$slow" >"$T/out" 2>"$T/err"
	wait_for 'find "$DIR" -name ".geoip-update.*" -size +8k | grep -q .'
	stop "$PID" TERM
	assert_eq "$STATUS" 1
	assert_match "$(cat "$T/err")" 'interrupted'
	nothing_left
	assert_eq "$(city_of_host)" Recife
}

test_where_nothing_can_be_written() {
	serve
	dbip 0 Recife
	: >"$T/file"
	assert_status 1 "$NG" geoip-update --data-dir "$T/file"
	assert_match "$(cat "$T/stderr")" "$T/file: .*expected a writable directory"
	env -u XDG_DATA_HOME -u HOME "$NG" geoip-update >"$T/out" 2>"$T/err" && fail 'without a HOME'
	assert_match "$(cat "$T/err")" 'expected --data-dir DIR'
}

# stderr may be mailed by cron.
test_passwords_are_not_said() {
	serve
	local host=127.0.0.1:$NGINX_PORT/files
	assert_status 1 "$NG" geoip-update --url "http://me:secret@$host/none.mmdb"
	assert_match "$(cat "$T/stderr")" "http://$host/none.mmdb: the server answers 404"
	assert_no_match "$(cat "$T/stderr")" 'me:|cret'
	assert_status 1 "$NG" geoip-update --url "http://$host/none@x"
	assert_match "$(cat "$T/stderr")" "http://$host/none@x: "
}

test_tar_is_named() {
	serve
	database "$T/city.mmdb" city '203.0.113.0/24|BR|Recife||'
	tar -C "$T" -czf "$T/www/files/city.tar.gz" city.mmdb
	assert_status 1 "$NG" geoip-update --url "$URL/city.tar.gz"
	assert_match "$(cat "$T/stderr")" 'city.tar.gz: the server sent a tar archive; expected'
	nothing_left
}

# What --data-dir filled is found by --data-dir.
test_data_dir_is_of_both() {
	serve
	dbip 0 Recife
	assert_status 0 "$NG" geoip-update --data-dir "$T/own"
	city_of_host >/dev/null
	assert_eq "$("$NG" --data-dir "$T/own" --once --json --from-start --duration 0 --source proc \
		--show-private-ips --log-path "$T/log" | jq -r 'select(.ip == "203.0.113.5").city')" Recife
}

test_full_disk() {
	need_root
	serve
	head -c 3000000 /dev/urandom >"$T/www/files/big.mmdb"
	mkdir "$T/small"
	unshare -m sh -c 'mount -t tmpfs -o size=1m none "$1" && "$2" geoip-update --url "$3" \
		--data-dir "$1"; code=$?; ls "$1" >"$4"; exit $code' - "$T/small" "$NG" "$URL/big.mmdb" \
		"$T/listed" >"$T/out" 2>"$T/err" && fail 'there was room'
	assert_match "$(cat "$T/err")" 'No space left'
	assert_eq "$(cat "$T/listed")" ''
}

test_usage() {
	assert_status 2 "$NG" geoip-update --once
	assert_match "$(cat "$T/stderr")" '--once: unknown or misused option'
	assert_status 2 "$NG" geoip-update now
	assert_status 2 "$NG" --url http://127.0.0.1:1/
	assert_status 0 "$NG" geoip-update --help
	assert_match "$(cat "$T/stdout")" 'nethergaze geoip-update \[--url URL\]'
}

run_tests
