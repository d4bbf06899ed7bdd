#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# --doctor: every probe, whether it works, and why not; for root, for anybody, and on hosts that lack
# something.
. "$(dirname "$0")/../lib/sh.sh"

unset "${!NETHERGAZE_@}"
export NETHERGAZE_WHOIS_ENABLED=false NETHERGAZE_AUTH_ENABLED=false NETHERGAZE_RUNNING_SERVERS=false
unset XDG_CONFIG_HOME

# The names in the table that the program itself has.
all_probes() {
	sed -n 's/^\t\[PROBE_.*{"\([^"]*\)".*/\1/p' "$NG_TOP/src/kernel/probe.c"
}

# doctor STATUS [ARG...]
doctor() {
	local status=$1
	shift
	assert_status "$status" "$NG" --doctor --log-path "$T/no.log" "$@"
	assert_eq "$(cat "$T/stderr")" '' 'stderr'
}

# as_nobody STATUS [ARG...]
as_nobody() {
	local status=$1
	shift
	need_root
	need setpriv
	chmod 755 "$T"
	cp "$NG" "$T/ng"
	assert_status "$status" setpriv --reuid 65534 --regid 65534 --clear-groups "$T/ng" --doctor \
		--log-path "$T/no.log" "$@"
}

says() { # REGEX: somewhere, wherever its lines were broken
	assert_match "$(tr -s ' \n' '  ' <"$T/stdout")" "$1"
}

test_tells_of_every_probe_once() {
	local name
	doctor 0
	[ "$(all_probes | wc -l)" -ge 10 ] || fail 'the table has few probes'
	for name in $(all_probes); do
		assert_eq "$(grep -cE "^  (yes|no ) $name( \(used\))?\$" "$T/stdout")" 1 "$name"
	done
	# Each that does not work has its reason below.
	assert_eq "$(sed -n '/^Probes/,/^Web servers/p' "$T/stdout" | grep -c '^  no  ')" \
		"$(grep -c '^      why not: ' "$T/stdout")" 'reasons'
	assert_eq "$(awk 'length > 80' "$T/stdout")" '' 'lines of more than 80 columns'
}

# What it says is what a run finds.
test_agrees_with_a_run() {
	local got want
	doctor 0
	"$NG" --json --duration 0 --log-path "$T/no.log" >"$T/out"
	want=$(jq -r 'select(.t == "source").source' "$T/out" | head -n 1)
	says "auto takes $want"
	[ "$want" = ebpf ] || return 0
	got=$(sed -n '/^Probes/,/^Web servers/p' "$T/stdout" |
		awk '/^[^ ]/ { all = /^Counts/ } /^  yes / && (all || /\(used\)$/) { print $2 }')
	want=$(jq -r 'select(.t == "source").probes[]' "$T/out" | awk '!seen[$0]++')
	assert_eq "$got" "$want" 'probes in use'
}

test_unprivileged() {
	as_nobody 0
	says 'may not use BPF'
	says 'processes [0-9]+ of [0-9]+ are readable: .*CAP_SYS_PTRACE'
	says 'no tp_btf/inet_sock_set_state .* why not: BPF needs root, or CAP_BPF and CAP_PERFMON'
	says 'yes /proc/net/tcp \(used\)'
	says 'What would help run it as root, or once: setcap'
	says 'gain: .*SYNs by source'
	says '--source auto takes proc'
	as_nobody 1 --source ebpf
	says 'cannot run'
}

test_without_raw_sockets() {
	need_bpf
	need setpriv
	assert_status 0 setpriv --bounding-set -net_raw "$NG" --doctor --log-path "$T/no.log"
	says 'a raw socket needs CAP_NET_RAW, which this process lacks .* no socket/quic .* why not: as above'
	says 'result: who sends QUIC packets is not seen, and a flood of them is not judged'
	says 'What would help give it CAP_NET_RAW as well'
	says 'gain: .*QUIC'
	says '--source auto takes ebpf'
}

test_without_btf() {
	need_bpf
	need unshare
	mkdir "$T/empty"
	cp /sys/kernel/btf/vmlinux "$T/btf"
	for with in '' "--btf $T/btf"; do
		assert_status 0 unshare --mount sh -c "mount --bind '$T/empty' /sys/kernel/btf &&
			exec '$NG' --doctor --log-path '$T/no.log' $with"
		says 'no tp_btf/inet_sock_set_state .* /sys/kernel/btf/vmlinux is missing'
		says 'What would help .*--btf FILE'
	done
	says '--btf /.*/btf lockdown'
}

test_where_bpf_is_denied() {
	need_bpf
	[ -x "$NG_BUILD/tests/lib/deny_bpf" ] || skip 'no deny_bpf'
	assert_status 0 "$NG_BUILD/tests/lib/deny_bpf" "$NG" --doctor --log-path "$T/no.log"
	says 'why not: .*a seccomp filter \(container\) forbids it'
	says "What would help let the container's seccomp filter pass bpf"
	says '--source auto takes proc'
}

test_logs() {
	mkdir "$T/logs" "$T/logs/sub"
	echo x >"$T/logs/a.log"
	echo x >"$T/logs/b.log"
	touch "$T/"$'evil\e[2J.log'
	doctor 0 --log-path "$T/logs/*.log" --log-path "$T/logs/sub" --log-path "$T/none/*.log" \
		--log-path "$T/"$'evil\e[2J.log' --log-path -
	says "no [^ ]*/no.log: No such file or directory"
	says "yes [^ ]*/logs/a.log yes [^ ]*/logs/b.log no [^ ]*/logs/sub: Is a directory"
	says 'no [^ ]*/none/\*.log: No such file'
	says 'yes [^ ]*/evil.x1b.2J.log yes standard input'
	assert_eq "$(LC_ALL=C tr -d '\n\040-\176' <"$T/stdout" | wc -c)" 0 'bytes beyond plain text'
	chmod 600 "$T/logs/a.log"
	[ "$(id -u)" -eq 0 ] || return 0
	as_nobody 0 --log-path "$T/logs/a.log"
	says "no [^ ]*/a.log: Permission denied"
}

# listed COUNT LOG...: each of these logs stands there so often.
listed() {
	local log want=$1
	for log in "${@:2}"; do
		assert_eq "$(grep -c "yes $T/root/var/log/$log\$" "$T/stdout")" "$want" "$log"
	done
}

# One that is named and matched by another's glob, in whatever way a configuration comes to both.
test_lists_each_log_once() {
	mkdir -p "$T/root/etc/caddy/more" "$T/root/etc/nginx" "$T/root/etc/apache2" "$T/root/var/log"
	touch "$T/root/var/log/"{a.example.test,b,shop,site}.log
	local snippet='(logging) {
		log {
			output file /var/log/{args[0]}.log
		}
	}'
	local sites='a.example.test {
		import logging a.example.test
	}
	b.example.test {
		log {
			output file /var/log/b.log
		}
	}'
	printf '%s\n' "$snippet" "$sites" >"$T/root/etc/caddy/Caddyfile"
	assert_status 0 "$NG" --doctor --server-root "$T/root"
	listed 1 a.example.test.log b.log
	assert_no_match "$(cat "$T/stdout")" 'caddy/logging'
	# The snippet is in a file that is imported before.
	printf '%s\n' "$snippet" >"$T/root/etc/caddy/more/snippets"
	printf '%s\n' 'import more/*' "$sites" >"$T/root/etc/caddy/Caddyfile"
	assert_status 0 "$NG" --doctor --server-root "$T/root"
	listed 1 a.example.test.log b.log
	assert_no_match "$(cat "$T/stdout")" 'caddy/logging'
	# What is no snippet is a file that is missing.
	echo 'import nowhere x' >>"$T/root/etc/caddy/Caddyfile"
	assert_status 0 "$NG" --doctor --server-root "$T/root"
	says 'nowhere: No such file or directory'
	rm -r "$T/root/etc/caddy"
	echo 'http { server { access_log /var/log/$host.log; }
		server { access_log /var/log/shop.log; } }' >"$T/root/etc/nginx/nginx.conf"
	assert_status 0 "$NG" --doctor --server-root "$T/root"
	listed 1 shop.log site.log
	# Of two servers.
	echo 'CustomLog /var/log/site.log combined' >"$T/root/etc/apache2/apache2.conf"
	assert_status 0 "$NG" --doctor --server-root "$T/root"
	listed 1 shop.log site.log b.log
	assert_status 0 "$NG" --doctor --server-root "$T/root" --log-path "$T/root/var/log/*.log" \
		--log-path "$T/root/var/log/b.log"
	listed 1 shop.log site.log b.log
}

test_refuses_a_btf_file_that_is_none() {
	assert_status 2 "$NG" --doctor --btf "$T/none"
	assert_match "$(cat "$T/stderr")" '^nethergaze: --btf .*none: No such file'
	echo 'no types' >"$T/junk"
	doctor 0 --btf "$T/junk" --source auto
	[ "$(id -u)" -ne 0 ] || [ ! -r /sys/kernel/btf/vmlinux ] || says 'the file that --btf names holds no BTF'
}

test_geoip_databases() {
	export XDG_DATA_HOME=$T/data
	unset NETHERGAZE_GEOIP_ENABLED
	"$NG" --doctor --no-geoip >"$T/out"
	assert_match "$(cat "$T/out")" 'no  disabled'
	perl -MMaxMind::DB::Writer::Tree -e 1 2>/dev/null ||
		skip 'libmaxmind-db-writer-perl is not installed'
	mkdir -p "$T/data/nethergaze"
	echo '203.0.113.0/24|BR|Recife||' | "$NG_TOP/tests/lib/mmdb.pl" \
		"$T/data/nethergaze/some.mmdb" city 6 "$(($(date +%s) - 3 * 86400 - 60))"
	: >"$T/data/nethergaze/empty.mmdb"
	"$NG" --doctor >"$T/out"
	tr -s ' \n' ' ' <"$T/out" >"$T/words"
	assert_match "$(cat "$T/words")" 'yes city: GeoLite2-City, built [0-9-]+ \(3 days old\), .*/some.mmdb'
	assert_match "$(cat "$T/words")" 'no geoip: .*/empty.mmdb: damaged'
	assert_match "$(cat "$T/words")" 'searched: [^ ]*/data/nethergaze, /usr/share/GeoIP,'
	assert_match "$(cat "$T/words")" 'what would help: nethergaze geoip-update, which contacts https://download.db-ip.com/free when you run it'
	rm "$T/data/nethergaze/empty.mmdb"
	echo '203.0.113.0/24|||64500|Example' | "$NG_TOP/tests/lib/mmdb.pl" \
		"$T/data/nethergaze/asn.mmdb" asn 6 "$(date +%s)"
	"$NG" --doctor >"$T/out"
	tr -s ' \n' ' ' <"$T/out" >"$T/words"
	assert_match "$(cat "$T/words")" 'nethergaze geoip-update contacts https://download.db-ip.com/free when you run it'
	assert_no_match "$(cat "$T/words")" 'what would help: nethergaze geoip-update'
}

run_tests "$@"
