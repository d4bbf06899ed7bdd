#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What real servers say in their error logs of requests that they refuse, and of backends that they
# lose: each is an event with its client and its backend, while it happens.
# shellcheck disable=SC2016 # conditions to poll are given as text
. "$(dirname "$0")/../lib/sh.sh"
. "$(dirname "$0")/../lib/servers.sh"

unset "${!NETHERGAZE_@}"
export HOME=/nonexistent NETHERGAZE_WHOIS_ENABLED=false NETHERGAZE_RUNNING_SERVERS=false
unset XDG_CONFIG_HOME

# A backend that takes connections and never answers.
mute_backend() {
	local open
	MUTE=$(free_port)
	mkfifo "$T/mute.in"
	exec {open}<>"$T/mute.in"
	background "$NG_BUILD/tests/lib/listener" 127.0.0.1 "$MUTE" 64 <&"$open" >"$T/mute.out"
	wait_for "grep -q ready $T/mute.out"
}

# follow_errors: nethergaze with the configuration that lies below $T/root.
follow_errors() {
	background "$NG" --json --source proc --show-private-ips --no-geoip --no-auth-log \
		--server-root "$T/root" >"$T/out"
	NG_PID=$PID
	wait_open "$PID" "$1"
}

# ask PATH [CURL-ARGS]: the status of the answer.
ask() {
	local path=$1
	shift
	curl -sS -m 10 -o "$T/answer" -w '%{http_code}\n' "$@" "http://127.0.0.1:$PORT$path"
}

web_errors() {
	grep -c '"t":"web_error"' "$T/out"
}

# one CONDITION: exactly one event is so.
one() {
	assert_json "$T/events" "map(select($1)) | length == 1"
}

stop_and_read() { # COUNT
	wait_for "[ \"\$(web_errors)\" -ge $1 ]"
	stop "$NG_PID"
	grep '"t":"web_error"' "$T/out" >"$T/events"
	note "$(web_errors) events"
	assert_json "$T/events" 'all(.ip == "127.0.0.1" and .logged > 1700000000)'
	assert_json "$T/out" 'map(select(.t == "log" and .errors))[-1] |
		.state == "reading" and .rejected == 0 and .format == "error log"'
	assert_json "$T/out" 'map(select(.t == "log" and (.errors | not))) | all(.rejected == 0)'
}

nginx_conf() {
	mkdir -p "$T/root$T" "$T/root/etc/nginx" "$T/www/dir"
	# The configuration names logs of the machine, which lie below the root for nethergaze.
	cat >"$T/root/etc/nginx/nginx.conf" <<-END
		daemon off;
		$([ "$(id -u)" -ne 0 ] || echo 'user root;')
		pid $T/nginx.pid;
		error_log $T/error.log;
		events { }
		http {
		client_body_temp_path $T/body;
		proxy_temp_path $T/proxy;
		fastcgi_temp_path $T/fastcgi;
		uwsgi_temp_path $T/uwsgi;
		scgi_temp_path $T/scgi;
		log_format timed '\$remote_addr [\$time_local] "\$request" \$status \$request_time "\$upstream_status"';
		access_log $T/access.log timed;
		limit_req_zone \$server_name zone=reqs:1m rate=1r/m;
		limit_conn_zone \$server_name zone=conns:1m;
		upstream dead { server 127.0.0.1:$DEAD; server 127.0.0.1:$DEAD2; }
		server {
		listen 127.0.0.1:$PORT;
		server_name shop.test;
		root $T/www;
		location /deny { deny all; }
		location /limit { limit_req zone=reqs; try_files /none =404; }
		location /conns { limit_conn conns 1; proxy_pass http://127.0.0.1:$MUTE; proxy_read_timeout 60s; }
		location /dead { proxy_pass http://127.0.0.1:$DEAD; }
		location /both { proxy_pass http://dead; }
		location /mute { proxy_pass http://127.0.0.1:$MUTE; proxy_read_timeout 1s; }
		location /sock { fastcgi_pass unix:$T/none.sock; }
		}
		}
	END
	ln -s "$T/root$T/error.log" "$T/error.log"
	ln -s "$T/root$T/access.log" "$T/access.log"
}

test_nginx() {
	need nginx curl ss
	PORT=$(free_port) DEAD=$(free_port) DEAD2=$(free_port)
	mute_backend
	nginx_conf
	serve nginx -p "$T" -e "$T/error.log" -c "$T/root/etc/nginx/nginx.conf"
	follow_errors "$T/error.log"
	assert_eq "$(ask /deny -H 'Host: evil"host' -H 'Referer: x", upstream: "http://6.6.6.6/", client: 6.6.6.6, server: y')" 403
	assert_eq "$(ask '/deny/%22,%20client:%206.6.6.6,%20server:%20x')" 403
	assert_eq "$(ask /dir/)" 403
	ask /limit >/dev/null
	assert_eq "$(ask /limit)" 503
	# The first is still waiting for the backend when the second comes.
	background curl -sS -m 20 "http://127.0.0.1:$PORT/conns"
	wait_for '[ -n "$(ss -Htn state established "dport = :$MUTE")" ]'
	assert_eq "$(ask /conns)" 503
	stop "$PID"
	assert_eq "$(ask /dead)" 502
	assert_eq "$(ask /both)" 502
	assert_eq "$(ask /both)" 502
	assert_eq "$(ask /mute)" 504
	assert_eq "$(ask /sock)" 502
	assert_eq "$(ask /none)" 404
	stop_and_read 11
	one '.what == "forbidden" and .path == "/deny" and .vhost == "evil\"host" and (.upstream | not)'
	one '.what == "forbidden" and (.path | startswith("/deny/%22")) and .vhost == "127.0.0.1:'"$PORT"'"'
	one '.what == "forbidden" and .path == "/dir/"'
	one '.what == "limit_req" and .path == "/limit"'
	one '.what == "limit_conn" and .path == "/conns"'
	one '.what == "upstream_refused" and .path == "/dead" and .upstream == "127.0.0.1:'"$DEAD"'"'
	assert_json "$T/events" 'map(select(.path == "/both") | [.what, .upstream]) | sort == ([
		["upstream_refused", "127.0.0.1:'"$DEAD"'"], ["upstream_refused", "127.0.0.1:'"$DEAD2"'"],
		["no_upstream", "dead"]] | sort)'
	one '.what == "upstream_timeout" and .path == "/mute" and .upstream == "127.0.0.1:'"$MUTE"'"'
	one '.what == "upstream_refused" and .path == "/sock" and .upstream == "unix:'"$T"'/none.sock"'
	assert_json "$T/events" 'length == 11'
	# The access log says how long, and what the backend answered.
	assert_json "$T/out" 'map(select(.t == "request" and .path == "/mute")) | length == 1 and
		(.[0] | .took_us >= 1000000 and .took_us < 60000000 and .upstream_status == 504)'
	assert_json "$T/out" 'map(select(.t == "request" and .path == "/both") | .upstream_status) == [502, 502]'
	assert_json "$T/out" 'map(select(.t == "request" and .path == "/none")) |
		.[0].took_us < 1000000 and (.[0] | has("upstream_status") | not)'
}

apache_conf() {
	local modules=/usr/lib/apache2/modules module
	[ -d "$modules" ] || skip 'no Apache modules where Debian has them'
	mkdir -p "$T/root$T" "$T/root/etc/apache2" "$T/www/dir"
	cat >"$T/root/etc/apache2/apache2.conf" <<-END
		ServerRoot $T
		ServerName srv.test
		Listen 127.0.0.1:$PORT
		PidFile $T/apache.pid
		DefaultRuntimeDir $T
		User nobody
		Group nogroup
		ErrorLog $T/error.log
		DocumentRoot $T/www
		$(for module in mpm_event authz_core access_compat dir autoindex proxy proxy_http proxy_fcgi; do
			echo "LoadModule ${module}_module $modules/mod_$module.so"
		done)
		LogFormat "%h %t \\"%r\\" %>s %D" timed
		CustomLog $T/access.log timed
		<Directory $T/www>
		Require all granted
		Options -Indexes
		</Directory>
		<Location /deny>
		Require all denied
		</Location>
		<Location /old>
		Order deny,allow
		Deny from all
		</Location>
		ProxyPass /dead http://127.0.0.1:$DEAD/
		ProxyPass /mute http://127.0.0.1:$MUTE/ timeout=1
		ProxyPass /fcgi fcgi://127.0.0.1:$DEAD/x
		ProxyPass /fmute fcgi://127.0.0.1:$MUTE/x timeout=1
	END
	ln -s "$T/root$T/error.log" "$T/error.log"
	ln -s "$T/root$T/access.log" "$T/access.log"
	chmod -R a+rX "$T"
}

test_apache() {
	need apache2 curl ss
	need_root
	PORT=$(free_port) DEAD=$(free_port)
	mute_backend
	apache_conf
	serve apache2 -f "$T/root/etc/apache2/apache2.conf" -DFOREGROUND
	follow_errors "$T/error.log"
	assert_eq "$(ask /deny -H 'Referer: x"y, [client 6.6.6.6:1] AH01114: to backend: z')" 403
	assert_eq "$(ask '/deny/a%0a%22b')" 403
	assert_eq "$(ask /old)" 403
	assert_eq "$(ask /dir/)" 403
	assert_eq "$(ask /dead)" 503
	assert_eq "$(ask /fcgi)" 503
	assert_eq "$(ask /mute)" 502
	assert_eq "$(ask /fmute)" 504
	assert_eq "$(ask /none)" 404
	stop_and_read 8
	assert_json "$T/events" 'map(.what) | sort == (["forbidden", "forbidden", "forbidden", "forbidden",
		"upstream_refused", "upstream_refused", "upstream_timeout", "upstream_timeout"] | sort)'
	assert_json "$T/events" 'map(select(.what == "upstream_refused")) | all(.upstream == "127.0.0.1")'
	one '.what == "upstream_timeout" and .upstream == "127.0.0.1:'"$MUTE"'"'
	assert_json "$T/out" 'map(select(.t == "request" and .path == "/mute")) | length == 1 and
		(.[0] | .took_us >= 1000000 and .took_us < 60000000)'
}

run_tests
