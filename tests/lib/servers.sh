# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # conditions to poll are given as text
# shellcheck disable=SC2034 # what a helper sets is for the test to read
#
# Real servers on the loopback, each with its access logs in $T. They set PORT and LOGS, the paths.
# Sourced after sh.sh.

# serve COMMAND...: starts it, and waits until PORT is open.
serve() {
	background "$@" 2>"$T/server.err"
	poll_for "server_listens || ! kill -0 $PID" 20 || true
	server_listens || fail "$1 did not start: $(tail -5 "$T/server.err")"
}

server_listens() {
	[ -n "$(ss -Htnl "sport = :$PORT")" ]
}

# One nginx, and each request in three logs: combined, flat JSON, flat JSON that escapes nothing.
serve_nginx() {
	need nginx
	PORT=$(free_port) LOGS=("$T/combined.log" "$T/json.log" "$T/none.log")
	local fields='{"time":"$time_iso8601","remote_addr":"$remote_addr","remote_port":$remote_port,'
	fields+='"request":"$request","status":$status,"body_bytes_sent":$body_bytes_sent,'
	fields+='"http_referer":"$http_referer","http_x_forwarded_for":"$http_x_forwarded_for",'
	fields+='"http_user_agent":"$http_user_agent"}'
	cat >"$T/nginx.conf" <<-END
		daemon off;
		$([ "$(id -u)" -ne 0 ] || echo 'user root;')
		pid $T/nginx.pid;
		events { }
		http {
		client_body_temp_path $T/body;
		proxy_temp_path $T/proxy;
		fastcgi_temp_path $T/fastcgi;
		uwsgi_temp_path $T/uwsgi;
		scgi_temp_path $T/scgi;
		log_format flat escape=json '$fields';
		log_format raw escape=none '$fields';
		server {
		listen 127.0.0.1:$PORT;
		access_log ${LOGS[0]} combined;
		access_log ${LOGS[1]} flat;
		access_log ${LOGS[2]} raw;
		location / { return 200 "ok\n"; }
		}
		}
	END
	serve nginx -p "$T" -e "$T/error.log" -c "$T/nginx.conf"
}

# Two logs: combined, and JSON as people write it by hand.
serve_apache() {
	local modules=/usr/lib/apache2/modules
	need apache2
	need_root
	[ -d "$modules" ] || skip 'no Apache modules where Debian has them'
	PORT=$(free_port) LOGS=("$T/combined.log" "$T/vhost.log" "$T/json.log")
	cat >"$T/apache.conf" <<-END
		ServerRoot $T
		ServerName srv.test
		Listen 127.0.0.1:$PORT
		PidFile $T/apache.pid
		DefaultRuntimeDir $T
		User nobody
		Group nogroup
		ErrorLog $T/apache.error
		LoadModule mpm_event_module $modules/mod_mpm_event.so
		LoadModule authz_core_module $modules/mod_authz_core.so
		LogFormat "%h %l %u %t \\"%r\\" %>s %O \\"%{Referer}i\\" \\"%{User-Agent}i\\"" combined
		LogFormat "%v:%p %h %l %u %t \\"%r\\" %>s %O \\"%{Referer}i\\" \\"%{User-Agent}i\\"" vhost
		LogFormat "{\\"time\\":\\"%t\\",\\"remoteIP\\":\\"%a\\",\\"request\\":\\"%r\\",\\"status\\":\\"%>s\\",\\"bytes\\":\\"%b\\",\\"referer\\":\\"%{Referer}i\\",\\"userAgent\\":\\"%{User-Agent}i\\"}" json
		CustomLog ${LOGS[0]} combined
		CustomLog ${LOGS[1]} vhost
		CustomLog ${LOGS[2]} json
	END
	serve apache2 -f "$T/apache.conf" -DFOREGROUND
}

# Two sites: PORT with JSON, PORT_CONSOLE with Caddy's own console format.
serve_caddy() {
	need caddy
	PORT=$(free_port) PORT_CONSOLE=$(free_port) LOGS=("$T/json.log" "$T/console.log")
	cat >"$T/Caddyfile" <<-END
		{
		admin off
		auto_https off
		}
		http://:$PORT {
		bind 127.0.0.1
		log {
		output file ${LOGS[0]}
		format json
		}
		respond "ok"
		}
		http://:$PORT_CONSOLE {
		bind 127.0.0.1
		log {
		output file ${LOGS[1]}
		format console
		}
		respond "ok"
		}
	END
	serve env XDG_DATA_HOME="$T/data" XDG_CONFIG_HOME="$T/config" \
		caddy run --config "$T/Caddyfile" --adapter caddyfile
}

serve_lighttpd() {
	need lighttpd
	PORT=$(free_port) LOGS=("$T/access.log")
	[ -e /usr/lib/lighttpd/mod_accesslog.so ] || skip 'no mod_accesslog'
	cat >"$T/lighttpd.conf" <<-END
		server.modules = ("mod_accesslog")
		server.document-root = "$T"
		server.bind = "127.0.0.1"
		server.port = $PORT
		accesslog.filename = "${LOGS[0]}"
	END
	serve lighttpd -D -f "$T/lighttpd.conf"
}

# One frontend, and each request in three logs: raw, RFC 3164, RFC 5424.
serve_haproxy() {
	need haproxy
	PORT=$(free_port) LOGS=("$T/raw.log" "$T/3164.log" "$T/5424.log")
	cat >"$T/haproxy.conf" <<-END
		global
		log fd@5 len 65535 format raw local0
		log fd@6 len 65535 format rfc3164 local0
		log fd@7 len 65535 format rfc5424 local0
		defaults
		mode http
		log global
		option httplog
		timeout client 10s
		timeout connect 10s
		timeout server 10s
		frontend in
		bind 127.0.0.1:$PORT
		http-request capture req.hdr(User-Agent) len 64
		http-request return status 200 content-type text/plain string ok
	END
	serve haproxy -db -f "$T/haproxy.conf" 5>"${LOGS[0]}" 6>"${LOGS[1]}" 7>"${LOGS[2]}"
}
