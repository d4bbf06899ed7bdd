#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Real servers with log formats of their own, found by their configuration below a root of the test's
# own, and sent odd requests by a raw client: every line they log yields the right fields.
# shellcheck disable=SC2016 # conditions to poll are given as text, and so are nginx's variables
. "$(dirname "$0")/../lib/sh.sh"

# What a configuration calls $T/logs lies in $T/root: logs are looked for below the root, and no link
# leads out of it.
make_root() {
	mkdir -p "$T/root$T/logs"
	ln -s "$T/root$T/logs" "$T/logs"
}

# raw PORT REQUEST: sends the text (as printf takes it) and waits for the answer's end.
raw() {
	local fd
	exec {fd}<>"/dev/tcp/127.0.0.1/$1"
	printf '%b' "$2" >&"$fd"
	timeout 10 cat <&"$fd" >/dev/null || true
	exec {fd}>&-
}

# ask PORT TARGET AGENT [HEADER]: one request; the parts as printf takes them.
ask() {
	raw "$1" "GET $2 HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\nReferer: r $2\r\nUser-Agent: $3\r\n${4:+$4\r\n}\r\n"
}

# Requests that servers take, whose texts would each break a reading that trusts separators.
ask_hostile() { # PORT
	ask "$1" /plain 'curl/7.88.1'
	ask "$1" '/a?q=%20"' 'Mozilla "evil" \\\\ back\\\\"slash'
	ask "$1" '/pipe|200|1' 'a|b|404'
	ask "$1" '/x"200' '" 500 1 "-" "'
	ask "$1" '/y]' '] [22/Nov/2026:08:14:15 +0000] "GET /forged HTTP/1.1" 200 5'
	ask "$1" '/empty' '-'
	ask "$1" '/utf' 'caf\xc3\xa9 \xff'
	ask "$1" "/xff" 'x' 'X-Forwarded-For: 6.6.6.6 7.7.7.7, 8.8.8.8'
}

HOSTILE='/plain|curl/7.88.1
/a?q=%20"|Mozilla "evil" \\ back\\"slash
/pipe|200|1|a|b|404
/x"200|" 500 1 "-" "
/y]|] [22/Nov/2026:08:14:15 +0000] "GET /forged HTTP/1.1" 200 5
/empty|
/utf|café \xff
/xff|x'

# All that the logs hold by now, as a stream, in $T/out.
look() {
	"$NG" --json --duration 0 --source proc --from-start --show-private-ips \
		--server-root "$T/root" >"$T/out"
}

# seen LOG FILTER: of the requests of the logs with this in their name
seen() {
	jq -r "select(.t == \"request\" and (.log | contains(\"$1\"))) | $2" "$T/out"
}

log_state() { # LOG FIELD...
	jq -r "select(.t == \"log\" and (.log | contains(\"$1\"))) | $2" "$T/out" | tail -n 1
}

nothing_rejected() { # LOG-FILE
	assert_eq "$(log_state "$1" '[.lines, .rejected]|@csv')" "$(wc -l <"$T/logs/$1"),0" \
		"lines and rejected of $1"
}

# A host for each log: of several logs of one context only one is followed.
nginx_hosts() {
	local log lines=(
		"$T/logs/pipes.log pipes" "$T/logs/bare.log bare" "$T/logs/none.log none" "$T/logs/json.log json"
		"$T/logs/\$server_name.log" "$T/logs/held.log pipes buffer=64k flush=1h"
		'syslog:server=127.0.0.1:9 pipes'
	)
	NGINX_PORTS=()
	for log in "${lines[@]}"; do
		NGINX_PORTS+=("$(free_port)")
		cat <<-END
			server {
				listen 127.0.0.1:${NGINX_PORTS[-1]}; server_name shop.example;
				access_log $log;
				location / { return 200 "ok\n"; }
			}
		END
	done >"$T/hosts.conf"
}

start_custom_nginx() {
	nginx_hosts
	mkdir -p "$T/root/etc/nginx/conf.d"
	cat >"$T/root/etc/nginx/nginx.conf" <<-END
		daemon off; pid $T/nginx.pid; $([ "$(id -u)" -ne 0 ] || echo 'user root;')
		error_log $T/nginx.error;
		events { worker_connections 64; }
		http {
			client_body_temp_path $T/b; proxy_temp_path $T/p; fastcgi_temp_path $T/f;
			uwsgi_temp_path $T/u; scgi_temp_path $T/s;
			include conf.d/*.conf;
$(cat "$T/hosts.conf")
		}
	END
	cat >"$T/root/etc/nginx/conf.d/formats.conf" <<-'END'
		set_real_ip_from 127.0.0.0/8; real_ip_header X-Real-Client;
		log_format pipes '$realip_remote_addr|$realip_remote_port|$remote_addr|$time_iso8601|'
			'$request_method|$request_uri|$server_protocol|$status|$body_bytes_sent|'
			'$request_time|$host|"$http_referer"|"$http_user_agent"';
		log_format bare '$http_x_forwarded_for $remote_addr - [$time_local] $request $status '
			'$bytes_sent $http_user_agent';
		log_format none escape=none '$msec $remote_addr "$request" $status "$http_user_agent"';
		log_format json escape=json '{"who":"$remote_addr","when":"$time_iso8601",'
			'"what":"$request","code":$status,"agent":"$http_user_agent"}';
	END
	background nginx -e "$T/nginx.error" -c "$T/root/etc/nginx/nginx.conf"
	NGINX_PID=$PID
	wait_for "[ -n \"\$(ss -Htnl 'sport = :${NGINX_PORTS[-1]}')\" ]"
}

test_nginx_formats() {
	need nginx jq ss
	make_root
	start_custom_nginx
	local log port
	for port in "${NGINX_PORTS[@]:0:5}"; do
		ask_hostile "$port"
		ask "$port" /real x 'X-Real-Client: 198.51.100.7'
		raw "$port" '\x16\x03\x01\x02\r\n\r\n'
	done
	wait_for "[ \$(cat $T/logs/*.log | wc -l) -eq 50 ]"
	look
	for log in pipes bare none json shop.example; do
		nothing_rejected "$log.log"
		assert_eq "$(seen "/$log.log" '(.path // "") + "|" + (.agent // "")' | head -n 8)" "$HOSTILE" "$log"
		assert_eq "$(seen "/$log.log" .status | sort | uniq -c | tr -s ' ')" ' 9 200
 1 400' "status of $log"
	done
	assert_eq "$(log_state /pipes.log .format)" 'pipes (nginx)'
	assert_eq "$(seen /pipes.log '[.ip, .client, .vhost, .referer] | @csv' | sed -n 9p)" \
		'"127.0.0.1","198.51.100.7","shop.example","r /real"'
	assert_json "$T/out" 'map(select(.t == "request" and (.log | contains("/pipes.log")))) | all(.port > 0)'
	# What a client claims stays a claim.
	assert_eq "$(seen /bare.log '[.ip, .claims] | @csv' | sed -n 8p)" '"127.0.0.1","6.6.6.6 7.7.7.7, 8.8.8.8"'
	# The stamps of a run that has just been are of now.
	assert_json "$T/out" 'map(select(.t == "request")) | all(.logged and (now - .logged | fabs) < 600)'
}

test_nginx_buffer_is_noticed() {
	need nginx jq ss
	make_root
	start_custom_nginx
	ask "${NGINX_PORTS[0]}" /held x
	ask "${NGINX_PORTS[5]}" /held x
	wait_for "[ -s $T/logs/pipes.log ]"
	look
	assert_eq "$(log_state /held.log '[.state, .lines, .buffered] | @csv')" '"reading",0,"64k"'
	assert_eq "$(log_state /pipes.log '.buffered')" null
	"$NG" --doctor --server-root "$T/root" | tr -s ' \n' '  ' >"$T/doctor"
	assert_match "$(cat "$T/doctor")" 'held.log format: pipes \(nginx\); buffered by nginx \(64k\)'
	assert_match "$(cat "$T/doctor")" 'syslog:server=127.0.0.1:9: goes to syslog'
	stop "$NGINX_PID" QUIT
	look
	assert_eq "$(seen /held.log .path)" /held 'what the server let go at its end'
}

test_apache_formats() {
	need apache2 jq ss
	need_root
	local modules=/usr/lib/apache2/modules log port i
	[ -d "$modules" ] || skip 'no Apache modules where Debian has them'
	[ -d /etc/apache2 ] || skip 'no /etc/apache2'
	make_root
	local ports
	ports=("$(free_port)" "$(free_port)" "$(free_port)" "$(free_port)")
	mkdir -p "$T/root/etc/apache2/sites"
	echo "export APACHE_LOG_DIR=$T/logs\$SUFFIX" >"$T/root/etc/apache2/envvars"
	cat >"$T/root/etc/apache2/apache2.conf" <<-END
		ServerRoot /etc/apache2
		ServerName localhost
$(printf 'Listen 127.0.0.1:%s\n' "${ports[@]}")
		PidFile $T/apache.pid
		DefaultRuntimeDir $T
		User nobody
		Group nogroup
		ErrorLog $T/apache.error
		LoadModule mpm_event_module $modules/mod_mpm_event.so
		LoadModule authz_core_module $modules/mod_authz_core.so
		LoadModule remoteip_module $modules/mod_remoteip.so
		RemoteIPHeader X-Real-Client
		RemoteIPTrustedProxy 127.0.0.0/8
		LogFormat "%a %{c}a %{remote}p %V [%{%Y-%m-%d %H:%M:%S}t.%{msec_frac}t %{%z}t] \\"%m %U%q %H\\" \\
		%>s %B \\"%{User-Agent}i\\" %D" long
		LogFormat "%v:%p %h %l %u %t \\"%r\\" %>s %O \\"%{Referer}i\\" \\"%{User-Agent}i\\"" vhost_combined
		IncludeOptional sites/*.conf
	END
	local logs=(
		'${APACHE_LOG_DIR}/long.log long' '${APACHE_LOG_DIR}/vhost.log vhost_combined'
		'${APACHE_LOG_DIR}/own.log "%{sec}t\t%h\t%>s\t%{User-Agent}i\t%r"'
		'"|/usr/bin/head -c 1000000 >/dev/null" long'
	)
	for i in "${!logs[@]}"; do
		printf '%s\n' "<VirtualHost *:${ports[i]}>" 'ServerName shop.example' "CustomLog ${logs[i]}" '</VirtualHost>'
	done >"$T/root/etc/apache2/sites/a.conf"
	# In a mount namespace of its own, where /etc/apache2 is the one below the root.
	APACHE_LOG_DIR=$T/logs background unshare --mount sh -c \
		"mount --bind '$T/root/etc/apache2' /etc/apache2 && exec apache2 -DFOREGROUND -f /etc/apache2/apache2.conf"
	wait_for "[ -n \"\$(ss -Htnl 'sport = :${ports[3]}')\" ]"
	for port in "${ports[@]:0:3}"; do
		ask_hostile "$port"
		ask "$port" /real x 'X-Real-Client: 198.51.100.7'
		raw "$port" '\x16\x03\x01\x02\r\n\r\n'
	done
	wait_for "[ \$(cat $T/logs/*.log | wc -l) -ge 30 ]"
	look
	for log in long vhost own; do
		nothing_rejected "$log.log"
	done
	assert_eq "$(seen /vhost.log '(.path // "") + "|" + (.agent // "")' | head -n 8)" "$HOSTILE" vhost
	assert_eq "$(seen /own.log '(.path // "") + "|" + (.agent // "")' | head -n 8)" "$HOSTILE" own
	# %U is decoded and has its query by itself.
	assert_eq "$(seen /long.log '(.path // "") + "|" + (.agent // "")' | head -n 8)" \
		"${HOSTILE/\/a?q=%20\"/\/a?q=%20\"}" long
	assert_eq "$(seen /long.log '[.ip, .client, .vhost] | @csv' | sed -n 9p)" \
		'"127.0.0.1","198.51.100.7","shop.example"'
	assert_eq "$(log_state /long.log .format)" 'long (apache)'
	assert_json "$T/out" 'map(select(.t == "request")) | all(.logged and (now - .logged | fabs) < 600)'
}

test_lighttpd_default_format() {
	need lighttpd jq ss
	[ -e /usr/lib/lighttpd/mod_accesslog.so ] || skip 'no mod_accesslog'
	local port pid
	make_root
	port=$(free_port)
	mkdir -p "$T/root/etc/lighttpd/conf-enabled" "$T/www"
	cat >"$T/root/etc/lighttpd/lighttpd.conf" <<-END
		server.modules = ( "mod_access" )
		var.logs = "$T/logs"
		server.document-root = "$T/www"
		server.bind = "127.0.0.1"
		server.port = $port
		server.errorlog = "$T/lighttpd.error"
		include "conf-enabled/*.conf"
	END
	cat >"$T/root/etc/lighttpd/conf-enabled/10-accesslog.conf" <<-'END'
		server.modules += ( "mod_accesslog" )
		accesslog.filename = var.logs + "/lighttpd.log"
	END
	background lighttpd -D -f "$T/root/etc/lighttpd/lighttpd.conf"
	pid=$PID
	wait_for "[ -n \"\$(ss -Htnl 'sport = :$port')\" ]"
	ask "$port" /plain 'Mozilla "evil" \\\\ back'
	ask "$port" /spoof x 'X-Forwarded-For: 6.6.6.6'
	stop "$pid" INT
	look
	nothing_rejected lighttpd.log
	assert_eq "$(seen lighttpd '[.ip, .vhost, .path, .status, .agent] | @csv')" \
		'"127.0.0.1","shop.example","/plain",404,"Mozilla ""evil"" \\ back"
"127.0.0.1","shop.example","/spoof",404,"x"'
}

test_caddy() {
	need caddy jq ss
	local port
	make_root
	port=$(free_port)
	mkdir -p "$T/root/etc/caddy"
	cat >"$T/root/etc/caddy/Caddyfile" <<-END
		{
			admin off
			auto_https off
		}
		:$port {
			log {
				output file $T/logs/caddy.log
			}
			respond "ok"
		}
	END
	HOME=$T background caddy run --config "$T/root/etc/caddy/Caddyfile" --adapter caddyfile 2>"$T/caddy.error"
	wait_for "[ -n \"\$(ss -Htnl 'sport = :$port')\" ]" 20
	ask "$port" /plain 'Mozilla "evil" \\\\ back'
	wait_for "[ -s $T/logs/caddy.log ]"
	look
	nothing_rejected caddy.log
	assert_eq "$(seen caddy '[.ip, .path, .status, .agent] | @csv')" \
		'"127.0.0.1","/plain",200,"Mozilla ""evil"" \\ back"'
}

run_tests "$@"
