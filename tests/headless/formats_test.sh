#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Formats that are spelled out, and logs that are found by the servers' configuration: what a server
# would write is written here, below a root of the test's own.
. "$(dirname "$0")/../lib/sh.sh"

unset "${!NETHERGAZE_@}"
export HOME=/nonexistent NETHERGAZE_WHOIS_ENABLED=false NETHERGAZE_AUTH_ENABLED=false NETHERGAZE_RUNNING_SERVERS=false
unset XDG_CONFIG_HOME

STAMP='[22/Nov/2026:08:14:15 +0000]'

ng() { # ARG...: one report of what the logs hold
	"$NG" --once --json --duration 0 --source proc --from-start --show-private-ips "$@" >"$T/out"
}

# requests FILTER: of the stream, one line each
requests() {
	"$NG" --json --duration 0 --source proc --from-start --show-private-ips \
		"${@:2}" | jq -r "select(.t == \"request\") | $1"
}

summary() { # FIELD
	jq -r "select(.t == \"summary\") | .$1" "$T/out"
}

put() { # PATH-BELOW-THE-ROOT: stdin goes there
	mkdir -p "$T/root/$(dirname "$1")"
	cat >"$T/root/$1"
}

test_reads_a_format_string_of_nginx() {
	local format='$host $remote_addr:$remote_port $realip_remote_addr [$time_local] "$request" $status rt=$request_time "$http_user_agent"'
	printf '%s\n' "shop.example 198.51.100.7:0 192.0.2.1 $STAMP \"GET /a HTTP/1.1\" 200 rt=0.125 \"curl \\x22x\\x22\"" >"$T/log"
	ng --log-path "$T/log" --log-format "$format"
	assert_eq "$(summary log_rejected)" 0 'rejected'
	assert_eq "$(requests '[.ip, .client, .vhost, .path, .status, .agent] | @csv' --log-path "$T/log" --log-format "$format")" \
		'"192.0.2.1","198.51.100.7","shop.example","/a",200,"curl ""x"""'
}

test_reads_a_format_string_of_apache() {
	local format='%v %a %{c}a %t \"%m %U%q %H\" %>s %D %{X-Forwarded-For}i'
	echo "shop.example 203.0.113.5 203.0.113.5 $STAMP \"GET /a?b HTTP/1.1\" 304 86 198.51.100.1, 10.0.0.1" >"$T/log"
	assert_eq "$(requests '[.ip, .client, .vhost, .path, .status, .claims] | @csv' --log-path "$T/log" --log-format "$format")" \
		'"203.0.113.5",,"shop.example","/a?b",304,"198.51.100.1, 10.0.0.1"'
	# By the environment and by a file, too.
	NETHERGAZE_LOG_FORMAT=$format ng --log-path "$T/log"
	assert_eq "$(summary requests)" 1
	printf "log_format = '%%h %%>s'\n" >"$T/c.toml"
	echo '203.0.113.5 404' >"$T/log"
	ng --config "$T/c.toml" --log-path "$T/log"
	assert_eq "$(summary requests)" 1
}

test_says_what_is_wrong_with_a_format() {
	assert_status 2 "$NG" --once --log-format '%h %{Referer'
	assert_match "$(cat "$T/stderr")" '^nethergaze: --log-format: .*character 5: unterminated "%\{"; expected "\}"'
	assert_status 2 "$NG" --once --log-format '$remote_addr ${status'
	assert_match "$(cat "$T/stderr")" 'character 14: unterminated'
	assert_status 2 "$NG" --once --log-format nonsense
	assert_match "$(cat "$T/stderr")" '--log-format: "nonsense" is not valid; expected one of auto\|combined\|.*, or a format string'
	printf 'log_format = "$foo"\n' >"$T/c.toml"
	assert_status 2 "$NG" --once --config "$T/c.toml"
	assert_match "$(cat "$T/stderr")" 'c.toml:1: .*no field that is known'
}

nginx_root() {
	put etc/nginx/nginx.conf <<-'END'
		http {
			log_format main '$remote_addr|$status|$request|$http_user_agent';
			access_log /var/log/nginx/access.log main buffer=64k;
			include sites-enabled/*;
		}
	END
	put etc/nginx/sites-enabled/a <<-'END'
		server { access_log /var/log/nginx/$host.log; location /n { access_log /var/log/nginx/none.log; } }
	END
	echo '203.0.113.5|200|GET /a|b HTTP/1.1|x|y' | put var/log/nginx/access.log
	echo "203.0.113.6 - - $STAMP \"GET /c HTTP/1.1\" 200 5 \"-\" \"-\"" | put var/log/nginx/shop.example.log
	echo '2026/11/22 08:14:15 [error] 31#31: *46 no access log' | put var/log/nginx/error.log
}

test_finds_the_logs_of_nginx() {
	nginx_root
	ng --server-root "$T/root"
	assert_eq "$(summary log_rejected)" 0 'rejected'
	assert_eq "$(requests '[.ip, .path, .agent] | @csv' --server-root "$T/root" | sort)" \
		'"203.0.113.5","/a|b","x|y"
"203.0.113.6","/c",'
	# A path of one's own is still known to the configuration.
	assert_eq "$(requests .path --server-root "$T/root" --log-path "$T/root/var/log/nginx/*ss.log")" '/a|b'
	# Unless its format is said, too.
	ng --server-root "$T/root" --log-path "$T/root/var/log/nginx/access.log" --log-format combined
	assert_eq "$(summary log_rejected)" 1
}

# Names of hosts may hold the word; the error log is none, for a run and for --doctor alike.
test_tells_error_logs_from_hosts() {
	local name
	put etc/nginx/nginx.conf <<<'http { server { access_log /var/log/nginx/$host.access.log; }
		server { access_log /var/log/nginx/$host.log; } }'
	for name in error.log shop-error.log error.log-2.log errors.example.access.log \
		terror.log terrorfilms.example.log; do
		echo "203.0.113.6 - - $STAMP \"GET /$name HTTP/1.1\" 200 5 \"-\" \"-\"" | put "var/log/nginx/$name"
	done
	assert_eq "$(requests .path --server-root "$T/root" | sort | xargs)" \
		'/errors.example.access.log /terror.log /terrorfilms.example.log'
	"$NG" --doctor --server-root "$T/root" >"$T/doctor"
	assert_eq "$(grep -o 'yes .*root/var/log/nginx/.*log$' "$T/doctor" | sed 's|.*/|/|' | sort -u | xargs)" \
		'/errors.example.access.log /terror.log /terrorfilms.example.log'
	rm "$T/root/var/log/nginx/"{errors,terror}*
	"$NG" --doctor --server-root "$T/root" >"$T/doctor"
	tr -s ' \n' '  ' <"$T/doctor" >"$T/flat"
	assert_match "$(cat "$T/flat")" 'no [^ ]*/nginx/\*.log: No such file'
}

test_says_the_format_and_that_a_log_is_buffered() {
	nginx_root
	"$NG" --json --duration 0 --source proc --from-start --server-root "$T/root" >"$T/out"
	assert_eq "$(jq -r 'select(.t == "log" and (.log | endswith("/access.log"))) | [.state, .format, .buffered] | @csv' "$T/out" | tail -n 1)" \
		'"reading","main (nginx)","64k"'
	assert_eq "$(jq -r 'select(.t == "log" and (.log | endswith("example.log"))) | [.format, .buffered] | @csv' "$T/out" | tail -n 1)" \
		'"combined",'
	"$NG" --once --duration 0 --source proc --from-start --server-root "$T/root" >"$T/table"
	assert_match "$(cat "$T/table")" 'access.log: buffered by the server \(64k\)'
	assert_match "$(cat "$T/table")" 'logs: 1 read as main \(nginx\), 1 read as combined'
}

test_falls_back_to_the_usual_places() {
	echo "203.0.113.6 - - $STAMP \"GET /c HTTP/1.1\" 200 5 \"-\" \"-\"" | put var/log/apache2/other_vhosts_access.log
	ng --server-root "$T/root"
	assert_eq "$(summary requests)" 1
	mkdir "$T/bare"
	assert_status 0 "$NG" --once --duration 0 --source proc --server-root "$T/bare"
	assert_match "$(cat "$T/stdout")" 'log .*/bare/var/log/nginx/\*access.log: missing: No file matches'
}

# A line that the configuration does not explain may be older than it.
test_detects_what_the_configuration_does_not_explain() {
	nginx_root
	echo "203.0.113.7 - - $STAMP \"GET /old HTTP/1.1\" 200 5 \"-\" \"-\"" >>"$T/root/var/log/nginx/access.log"
	echo 'neither' >>"$T/root/var/log/nginx/access.log"
	ng --server-root "$T/root" --log-path "$T/root/var/log/nginx/access.log"
	assert_eq "$(summary requests) $(summary log_rejected)" '2 1'
}

test_doctor_tells_of_servers_and_logs() {
	nginx_root
	put etc/caddy/Caddyfile <<<':80 { }'
	rm "$T/root/var/log/nginx/shop.example.log"
	"$NG" --doctor --server-root "$T/root" >"$T/doctor"
	tr -s ' \n' '  ' <"$T/doctor" >"$T/flat"
	assert_match "$(cat "$T/flat")" 'yes nginx: /etc/nginx/nginx.conf'
	assert_match "$(cat "$T/flat")" 'yes caddy: /etc/caddy/Caddyfile no access log is configured'
	assert_match "$(cat "$T/flat")" 'Access logs named in the configuration'
	assert_match "$(cat "$T/flat")" 'yes [^ ]*/access.log format: main \(nginx\); buffered by nginx \(64k\): entries appear with a delay'
	assert_match "$(cat "$T/flat")" 'no [^ ]*/nginx/none.log: No such file'
	assert_eq "$(grep -c 'root/var/log/nginx/access.log' "$T/doctor")" 1 'each log once'
	assert_eq "$(awk -v t="$T" 'length > 80 && !index($0, t)' "$T/doctor")" '' 'lines of more than 80 columns'
}

# A snippet is no file, and a log that the glob of another matches is one log.
test_doctor_tells_of_snippets_and_of_each_log_once() {
	put etc/caddy/Caddyfile <<-'END'
		(logging) {
			log {
				output file /var/log/caddy/{args[0]}.log
			}
		}
		a.example.test {
			import logging a.example.test
		}
		b.example.test {
			import (logging) b
			log {
				output file /var/log/caddy/b.log
			}
		}
	END
	put var/log/caddy/b.log <<<'{}'
	put var/log/caddy/a.example.test.log <<<'{}'
	"$NG" --doctor --server-root "$T/root" >"$T/doctor"
	assert_no_match "$(cat "$T/doctor")" 'caddy/logging'
	assert_eq "$(grep -c 'var/log/caddy/b.log' "$T/doctor")" 1
	assert_eq "$(grep -c 'var/log/caddy/a.example.test.log' "$T/doctor")" 1
}

run_tests "$@"
