#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What runs is found: real servers with configurations at unusual paths, in a root of their own, or
# that nobody can read any more; and configurations that change while we watch.
# shellcheck disable=SC2016 # conditions to poll are given as text
. "$(dirname "$0")/../lib/sh.sh"

# find_logs: what is found now, in $T/out.
find_logs() {
	NETHERGAZE_RUNNING_SERVERS=true "$NG" --json --duration 0 --source proc --from-start \
		--show-private-ips >"$T/out"
}

follow() {
	NETHERGAZE_RUNNING_SERVERS=true background "$NG" --json --source proc --show-private-ips >"$T/out"
	NG_PID=$PID
	wait_for '[ -s "$T/out" ]' 20
}

# paths_of LOG: what was asked for, by the log's lines.
paths_of() {
	jq -r "select(.t == \"request\" and (.log | endswith(\"$1\"))) | .path" "$T/out"
}

count_of() { # LOG
	paths_of "$1" | wc -l
}

# last LOG FIELD: of its latest report.
last() {
	jq -r "select(.t == \"log\" and (.log | endswith(\"$1\"))) | $2" "$T/out" | tail -n 1
}

listens() { # PORT
	wait_for "[ -n \"\$(ss -Htnl 'sport = :$1')\" ]" 20
}

get() { # PORT PATH
	curl -sS -m 10 -o /dev/null "http://127.0.0.1:$1$2"
}

# nginx_main FILE TEXT: a whole configuration, with TEXT in its http block.
nginx_main() {
	mkdir -p "$(dirname "$1")" "$T/tmp"
	cat >"$1" <<-END
		daemon off; pid $T/nginx.pid; $([ "$(id -u)" -ne 0 ] || echo 'user root;')
		error_log $T/nginx.error;
		events { worker_connections 64; }
		http {
			client_body_temp_path $T/tmp/b; proxy_temp_path $T/tmp/p;
			fastcgi_temp_path $T/tmp/f; uwsgi_temp_path $T/tmp/u; scgi_temp_path $T/tmp/s;
			$2
		}
	END
}

site() { # PORT LOG [FORMAT]
	echo "server { listen 127.0.0.1:$1; access_log $2 ${3:-combined}; location / { return 200 ok; } }"
}

test_nginx_at_an_unusual_path() {
	need nginx jq ss curl
	local port
	port=$(free_port)
	nginx_main "$T/odd place/my.conf" "log_format odd '<\$remote_addr> \"\$request\" \$status';
		$(site "$port" "$T/odd.log" odd)"
	# A title has no quotes: a blank in a name cannot be told. A link without one leads there.
	ln -s 'odd place' "$T/odd"
	background nginx -e "$T/nginx.error" -c "$T/odd/my.conf"
	listens "$port"
	get "$port" /one
	wait_for '[ -s "$T/odd.log" ]'
	find_logs
	assert_eq "$(paths_of "$T/odd.log")" /one
	assert_eq "$(last "$T/odd.log" .format)" 'odd (nginx)'
	NETHERGAZE_RUNNING_SERVERS=true "$NG" --doctor >"$T/doctor" || true
	assert_match "$(cat "$T/doctor")" "nginx: $T/odd/my.conf \(process [0-9]+\)"
	assert_eq "$(grep -c "yes $T/odd.log" "$T/doctor")" 1
	# A user who may not see root's roots finds what the arguments say.
	if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
		chmod -R a+rX "$T"
		cp "$NG" "$T/ng"
		HOME=/nonexistent NETHERGAZE_RUNNING_SERVERS=true setpriv --reuid 65534 --regid 65534 \
			--clear-groups "$T/ng" --doctor >"$T/doctor" || true
		assert_match "$(cat "$T/doctor")" "nginx: $T/odd/my.conf \(process [0-9]+\)"
	fi
	# Who does not want that does not get it.
	"$NG" --doctor --no-running-servers >"$T/doctor" || true
	assert_no_match "$(cat "$T/doctor")" "$T/odd"
}

test_nginx_below_a_prefix() {
	need nginx jq ss curl
	local port
	port=$(free_port)
	mkdir -p "$T/web/logs"
	nginx_main "$T/web/conf/nginx.conf" "$(site "$port" logs/rel.log)"
	background nginx -e "$T/nginx.error" -p "$T/web" -c conf/nginx.conf
	listens "$port"
	get "$port" /rel
	wait_for '[ -s "$T/web/logs/rel.log" ]'
	find_logs
	assert_eq "$(paths_of "$T/web/logs/rel.log")" /rel
}

test_apache_and_caddy_and_lighttpd() {
	need apache2 caddy lighttpd jq ss curl
	local modules=/usr/lib/apache2/modules ports
	[ -d "$modules" ] || skip 'no Apache modules where Debian has them'
	ports=("$(free_port)" "$(free_port)" "$(free_port)")
	mkdir -p "$T/ap/logs" "$T/ap/my" "$T/www"
	cat >"$T/ap/my/h.conf" <<-END
		ServerName localhost
		Listen 127.0.0.1:${ports[0]}
		PidFile $T/apache.pid
		DefaultRuntimeDir $T
		User nobody
		Group nogroup
		ErrorLog $T/apache.error
		LoadModule mpm_event_module $modules/mod_mpm_event.so
		LoadModule authz_core_module $modules/mod_authz_core.so
		LogFormat "<%h> %t \\"%r\\" %>s" mine
		CustomLog logs/apache.log mine
	END
	background apache2 -DFOREGROUND -d "$T/ap" -f my/h.conf
	cat >"$T/my.caddy" <<-END
		{
			admin off
			auto_https off
		}
		(logging) {
			log {
				output file $T/{args.0}.log
			}
		}
		:${ports[1]} {
			import logging caddy
			respond "ok"
		}
	END
	HOME=$T background caddy run --adapter caddyfile --config "$T/my.caddy" 2>"$T/caddy.error"
	cat >"$T/my.lighttpd" <<-END
		server.modules = ( "mod_accesslog" )
		server.document-root = "$T/www"
		server.bind = "127.0.0.1"
		server.port = ${ports[2]}
		accesslog.filename = "$T/lighttpd.log"
	END
	background lighttpd -D -f "$T/my.lighttpd" 2>"$T/lighttpd.error"
	local lighttpd=$PID port
	for port in "${ports[@]}"; do
		listens "$port"
		get "$port" "/of-$port"
	done
	wait_for '[ -s "$T/ap/logs/apache.log" ] && [ -s "$T/caddy.log" ]'
	NETHERGAZE_RUNNING_SERVERS=true "$NG" --doctor >"$T/doctor" || true
	stop "$lighttpd" INT # it keeps lines back
	find_logs
	assert_eq "$(paths_of "$T/ap/logs/apache.log")" "/of-${ports[0]}"
	assert_eq "$(last "$T/ap/logs/apache.log" .format)" 'mine (apache)'
	assert_eq "$(paths_of "$T/caddy.log")" "/of-${ports[1]}"
	assert_match "$(cat "$T/doctor")" "yes $T/lighttpd.log"
	assert_no_match "$(cat "$T/doctor")" "logging: No such file"
}

# What real programs behind a pipe write is followed.
test_pipes_of_apache() {
	need apache2 rotatelogs tee jq ss curl
	local modules=/usr/lib/apache2/modules ports=() i pipes
	[ -d "$modules" ] || skip 'no Apache modules where Debian has them'
	pipes=(
		"|/usr/bin/rotatelogs -l $T/rotated.%Y%m%d 86400"
		"|\$exec cat >>$T/shell.log"
		"|/usr/bin/tee -a $T/teed.log"
	)
	mkdir -p "$T/ap"
	cat >"$T/ap/p.conf" <<-END
		ServerName localhost
		PidFile $T/apache.pid
		DefaultRuntimeDir $T
		User nobody
		Group nogroup
		ErrorLog $T/apache.error
		LoadModule mpm_event_module $modules/mod_mpm_event.so
		LoadModule authz_core_module $modules/mod_authz_core.so
		LogFormat "<%h> %t \\"%r\\" %>s" mine
	END
	for i in "${!pipes[@]}"; do
		ports+=("$(free_port)")
		printf '%s\n' "Listen 127.0.0.1:${ports[i]}" "<VirtualHost *:${ports[i]}>" \
			"CustomLog \"${pipes[i]}\" mine" '</VirtualHost>'
	done >>"$T/ap/p.conf"
	background apache2 -DFOREGROUND -d "$T/ap" -f p.conf >"$T/apache.out"
	for i in "${!pipes[@]}"; do
		listens "${ports[i]}"
		get "${ports[i]}" "/pipe-$i"
	done
	wait_for "grep -q pipe-0 $T/rotated.* && grep -q pipe-1 $T/shell.log && grep -q pipe-2 $T/teed.log"
	find_logs
	assert_eq "$(paths_of "$(echo "$T"/rotated.*)")" /pipe-0
	assert_eq "$(paths_of shell.log)" /pipe-1
	assert_eq "$(paths_of teed.log)" /pipe-2
	assert_eq "$(last teed.log '[.rejected, .format] | @csv')" '0,"mine (apache)"'
}

# A root with the programs of this machine, and nothing else of it.
make_container() {
	need_root
	need unshare chroot
	CT=$T/ct
	mkdir -p "$CT"
}

# in_container COMMAND: in a mount namespace of its own, with $CT as its root.
in_container() {
	background unshare --mount sh -ec '
		mount -t tmpfs none "$1"
		cd "$1"
		mkdir usr etc dev proc tmp var var/log var/log/nginx var/lib
		for link in bin sbin lib lib64; do
			[ ! -L "/$link" ] || cp -a "/$link" .
		done
		mount --bind -o ro /usr usr
		mount --bind /dev dev
		cp -a /etc/passwd /etc/group /etc/nsswitch.conf etc
		[ ! -e /etc/ld.so.cache ] || cp -a /etc/ld.so.cache etc
		cp -a "$2/." .
		exec chroot . sh -c "$3"' sh "$CT" "$T/files" "$1"
	CT_PID=$PID
}

test_nginx_in_a_container() {
	need nginx jq ss curl
	make_container
	local port
	port=$(free_port)
	mkdir -p "$T/files/etc/nginx" "$T/files/run"
	cat >"$T/files/etc/nginx/nginx.conf" <<-END
		user root; pid /run/nginx.pid; error_log /var/log/nginx/error.log;
		events { worker_connections 64; }
		http {
			client_body_temp_path /tmp/b; proxy_temp_path /tmp/p; fastcgi_temp_path /tmp/f;
			uwsgi_temp_path /tmp/u; scgi_temp_path /tmp/s;
			log_format inside '(\$remote_addr) \$status "\$request"';
			$(site "$port" /var/log/nginx/inside.log inside)
		}
	END
	in_container 'exec nginx -g "daemon off;"'
	listens "$port"
	get "$port" /inside
	local log=/proc/$CT_PID/root/var/log/nginx/inside.log
	wait_for "[ -s $log ]"
	find_logs
	assert_eq "$(paths_of "$log")" /inside
	assert_eq "$(last "$log" .format)" 'inside (nginx)'
	# It goes, and so do its logs.
	follow
	wait_open "$NG_PID" inside.log
	stop "$CT_PID"
	wait_for "[ \"\$(last $log .note)\" = 'No longer in the configuration' ]" 30
	stop "$NG_PID"
}

test_open_logs_without_a_configuration() {
	need nginx jq ss curl
	need_root
	local port
	port=$(free_port)
	nginx_main "$T/odd/gone.conf" "$(site "$port" "$T/open.log")"
	background nginx -e "$T/nginx.error" -c "$T/odd/gone.conf"
	listens "$port"
	rm "$T/odd/gone.conf"
	get "$port" /open
	wait_for '[ -s "$T/open.log" ]'
	find_logs
	assert_eq "$(paths_of "$T/open.log")" /open
	NETHERGAZE_RUNNING_SERVERS=true "$NG" --doctor >"$T/doctor" || true
	assert_match "$(cat "$T/doctor")" "gone.conf \(process [0-9]+\): No such file"
	assert_match "$(tr -s '\n ' ' ' <"$T/doctor")" 'the logs that it has open are followed'
}

# A log is added and another taken out, and a format is changed: each line counts once.
test_configuration_that_changes() {
	need nginx jq ss curl
	local a b c
	a=$(free_port) b=$(free_port) c=$(free_port)
	mkdir -p "$T/conf.d"
	nginx_main "$T/n.conf" "log_format x '<\$remote_addr> \"\$request\" \$status';
		include $T/conf.d/*.conf;"
	site "$a" "$T/a.log" x >"$T/conf.d/a.conf"
	site "$b" "$T/b.log" >"$T/conf.d/b.conf"
	background nginx -e "$T/nginx.error" -c "$T/n.conf"
	local nginx=$PID
	listens "$a"
	get "$a" /before
	follow
	wait_open "$NG_PID" "$T/a.log"
	get "$a" /a1
	get "$b" /b1
	wait_for '[ "$(count_of a.log)" -eq 1 ] && [ "$(count_of b.log)" -eq 1 ]'
	# Another site, in a file that is matched by an include.
	site "$c" "$T/c.log" x >"$T/conf.d/c.conf"
	kill -HUP "$nginx"
	listens "$c"
	get "$c" /c1
	wait_for '[ "$(count_of c.log)" -eq 1 ]' 30
	# Another format of a log that is followed, and one that is no longer written.
	sed -i "s/x '</x '(/; s/addr>/addr)/" "$T/n.conf"
	rm "$T/conf.d/b.conf"
	# Until the server is told, it writes as before.
	wait_for '[ "$(last b.log .note)" = "No longer in the configuration" ]' 30
	get "$a" /a2
	wait_for '[ "$(count_of a.log)" -eq 2 ]' 30
	kill -HUP "$nginx"
	wait_for "[ -z \"\$(ss -Htnl 'sport = :$b')\" ]"
	wait_for "get $a /warm && tail -n 1 $T/a.log | grep -q '^('" 20
	get "$a" /a3
	wait_for 'paths_of a.log | grep -q /a3' 30
	stop "$NG_PID"
	assert_eq "$(count_of a.log)" "$(grep -vc /before "$T/a.log")"
	assert_eq "$(paths_of b.log)" /b1
	assert_eq "$(paths_of c.log)" /c1
	assert_eq "$(last a.log '[.rejected, .rotated] | @csv')" '0,0'
	assert_eq "$(last c.log '[.state, .rejected] | @csv')" '"reading",0'
}

# A server that starts while we run.
test_server_that_starts_later() {
	need nginx jq ss curl
	local port
	port=$(free_port)
	follow
	nginx_main "$T/later.conf" "$(site "$port" "$T/later.log")"
	background nginx -e "$T/nginx.error" -c "$T/later.conf"
	listens "$port"
	get "$port" /early
	wait_for '[ "$(count_of later.log)" -eq 1 ]' 30
	get "$port" /late
	wait_for '[ "$(count_of later.log)" -eq 2 ]'
	stop "$NG_PID"
}

# Anybody can start a process that is called nginx.
test_process_of_a_user() {
	need nginx jq ss curl setpriv
	need_root
	local port
	port=$(free_port)
	echo '203.0.113.9 - - [22/Nov/2026:08:14:15 +0000] "GET /secret HTTP/1.1" 200 1 "-" "-"' >"$T/secret"
	chmod 600 "$T/secret"
	mkdir -p "$T/home"
	nginx_main "$T/home/n.conf" "access_log $T/secret; server { listen 127.0.0.1:$port;
		location = /own { access_log $T/home/own.log; return 200 ok; }
		location / { access_log off; return 200 ok; } }"
	# nginx itself could not open the secret: another program by its name and its title could claim to.
	cat >"$T/home/title.sh" <<-'END'
		exec -a "nginx: master process nginx -c $1" "$2" 1000
	END
	cp "$(command -v sleep)" "$T/home/nginx"
	chmod 755 "$T" "$T/home" "$T/home/nginx" "$T/home/n.conf"
	background setpriv --reuid 65534 --regid 65534 --clear-groups \
		bash "$T/home/title.sh" "$T/home/n.conf" "$T/home/nginx"
	wait_for "grep -qs ^nginx /proc/$PID/comm"
	echo '203.0.113.9 - - [22/Nov/2026:08:14:15 +0000] "GET /own HTTP/1.1" 200 1 "-" "-"' >"$T/home/own.log"
	find_logs
	assert_eq "$(count_of "$T/secret")" 0
	assert_eq "$(last "$T/secret" .state)" denied
	assert_eq "$(paths_of "$T/home/own.log")" /own
}

# What root's pattern matches is no user's to speak of: he would have it denied, or read as errors.
test_a_user_takes_no_log_from_root() {
	need nginx jq ss curl setpriv
	need_root
	local port user
	port=$(free_port)
	mkdir -p "$T/home" "$T/logs"
	nginx_main "$T/r.conf" "$(site "$port" "$T/logs/\$host.log")"
	background nginx -e "$T/nginx.error" -c "$T/r.conf"
	listens "$port"
	curl -sS -m 10 -o /dev/null -H 'Host: site' "http://127.0.0.1:$port/asked"
	wait_for '[ -s "$T/logs/site.log" ]'
	chmod 600 "$T/logs/site.log"
	cp "$(command -v sleep)" "$T/home/nginx"
	cat >"$T/home/title.sh" <<-'END'
		exec -a "nginx: master process nginx -c $1" "$2" 1000
	END
	chmod 755 "$T" "$T/home" "$T/home/nginx" "$T/logs"
	for user in "access_log $T/logs/site.log;" "access_log off; error_log $T/logs/site.log;" \
		"access_log off; error_log $T/home/../logs/site.log;"; do
		echo "http { $user }" >"$T/home/n.conf"
		background setpriv --reuid 65534 --regid 65534 --clear-groups \
			bash "$T/home/title.sh" "$T/home/n.conf" "$T/home/nginx"
		wait_for "grep -qs ^nginx /proc/$PID/comm"
		find_logs
		assert_eq "$(paths_of site.log)" /asked "$user"
		assert_eq "$(last site.log .state)" reading
		stop "$PID"
	done
}

# HAProxy writes by way of syslog: what rsyslog's rule names, in the format of its configuration.
test_haproxy_in_a_container() {
	need haproxy jq ss curl
	make_container
	local port
	port=$(free_port)
	mkdir -p "$T/files/srv" "$T/files/etc/rsyslog.d" "$T/files/var/log"
	cat >"$T/files/srv/lb.cfg" <<-END
		global
			log 127.0.0.1:$((port + 1)) local0
		defaults
			mode http
			log global
			timeout connect 1s
			timeout client 1s
			timeout server 1s
			log-format "%ci|%cp|%ST|%{+Q}r"
		frontend f
			bind 127.0.0.1:$port
			http-request return status 200
	END
	echo 'local0.* /var/log/lb.log' >"$T/files/etc/rsyslog.d/lb.conf"
	: >"$T/files/var/log/lb.log"
	in_container 'exec haproxy -db -f /srv/lb.cfg'
	listens "$port"
	local log=/proc/$CT_PID/root/var/log/lb.log
	# What syslogd would write.
	echo 'Nov 22 08:14:15 lb haproxy[7]: 203.0.113.5|4711|200|"GET /lb HTTP/1.1"' >>"$log"
	find_logs
	assert_eq "$(paths_of "$log")" /lb
	assert_eq "$(last "$log" '[.lines, .rejected] | @csv')" '1,0'
	assert_eq "$(last "$log" .format)" 'log-format 1 (haproxy)'
}

run_tests "$@"
