#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # "$" begins nginx's variables
#
# Lines that nothing on this host's own says how to read: --explain, formats of the configuration for
# lines from elsewhere, and requests that a server writes to several logs.
. "$(dirname "$0")/../lib/sh.sh"

T1='[22/Nov/2026:08:14:15 +0000]'

test_a_line_is_explained() {
	"$NG" --explain "192.0.2.7 - - $T1 \"GET /x HTTP/1.1\" 200 5 \"-\" \"curl/8\"" >"$T/out"
	assert_match "$(cat "$T/out")" 'a request, read as combined:'
	assert_match "$(cat "$T/out")" 'ip +192.0.2.7'
	assert_match "$(cat "$T/out")" 'status +200'
	"$NG" --explain 'Nov 22 08:14:15 web1 sshd[5]: Failed password for root from 192.0.2.7 port 1 ssh2' \
		>"$T/out"
	assert_match "$(cat "$T/out")" 'a login, read as sshd:'
	"$NG" --explain 'nothing of the kind' >"$T/out" && fail 'exit status 0'
	assert_match "$(cat "$T/out")" '^rejected: '
	"$NG" --log-format '$status $remote_addr "$request"' --explain '200 192.0.2.7 "GET / HTTP/1.1"' \
		>"$T/out"
	assert_match "$(cat "$T/out")" 'ip +192.0.2.7'
	# Nothing in it moves the cursor.
	"$NG" --explain "192.0.2.7 - - $T1 \"GET /"$'\e'"[31m HTTP/1.1\" 200 5" >"$T/out"
	assert_no_match "$(cat "$T/out")" $'\e'
}

test_formats_of_the_configuration_read_lines_from_elsewhere() {
	need jq
	mkdir -p "$T/root/etc/nginx"
	echo "http { log_format odd '<\$status> \$remote_addr asked \"\$request\"';
		log_format unused '\$host | \$remote_addr | \$request | \$status';
		access_log /var/log/nginx/access.log odd; }" >"$T/root/etc/nginx/nginx.conf"
	{
		echo '<200> 192.0.2.7 asked "GET /a HTTP/1.1"'
		echo 'a.test | 192.0.2.8 | GET /b HTTP/1.1 | 404'
		cat <<-'END'
			{"log":"<200> 192.0.2.9 asked \"GET /c HTTP/1.1\"\n","stream":"stdout","time":"2026-11-22T08:14:15Z"}
		END
		echo 'no format has this'
		echo '<500> 192.0.2.7 asked "GET /d HTTP/1.1"'
	} >"$T/lines"
	"$NG" --once --json --source proc --server-root "$T/root" --from-start --show-private-ips \
		--duration 0 --log-path - <"$T/lines" >"$T/out"
	assert_json "$T/out" 'any(.[]; .t == "summary" and .requests == 4 and .log_rejected == 1)'
	# The rotated file, too.
	head -n 1 "$T/lines" >"$T/access.log.1"
	"$NG" --once --json --source proc --server-root "$T/root" --from-start --show-private-ips \
		--duration 0 --log-path "$T/access.log.1" >"$T/out"
	assert_json "$T/out" 'any(.[]; .t == "host" and .ip == "192.0.2.7" and .requests == 1)'
}

# As Red Hat's ssl.conf has it: one request, two logs.
test_one_request_in_two_logs_counts_once() {
	need jq
	mkdir -p "$T/root/etc/httpd/conf" "$T/root/etc/httpd/logs"
	printf '%s\n' '<VirtualHost _default_:443>' 'TransferLog logs/ssl_access_log' \
		'CustomLog logs/ssl_request_log "%t %h %{SSL_PROTOCOL}x \"%r\" %b"' '</VirtualHost>' \
		>"$T/root/etc/httpd/conf/httpd.conf"
	echo "192.0.2.7 - - $T1 \"GET /x HTTP/1.1\" 200 5" >"$T/root/etc/httpd/logs/ssl_access_log"
	echo "$T1 192.0.2.7 TLSv1.3 \"GET /x HTTP/1.1\" 5" >"$T/root/etc/httpd/logs/ssl_request_log"
	"$NG" --once --json --source proc --server-root "$T/root" --from-start --show-private-ips \
		--duration 0 >"$T/out"
	assert_json "$T/out" 'any(.[]; .t == "host" and .ip == "192.0.2.7" and .requests == 1 and
		.bytes == 5 and .status["2xx"] == 1)'
	"$NG" --doctor --server-root "$T/root" >"$T/out" || true
	assert_match "$(tr -d '\n' <"$T/out" | tr -s ' ')" 'ssl_request_log: not followed, .*has the same requests'
}

run_tests
