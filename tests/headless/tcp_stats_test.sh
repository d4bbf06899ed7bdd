#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What the kernel tells of the host and of its connections, from a recording: in words and records.
. "$(dirname "$0")/../lib/sh.sh"

unset "${!NETHERGAZE_@}"
export NETHERGAZE_WHOIS_ENABLED=false NETHERGAZE_AUTH_ENABLED=false NETHERGAZE_RUNNING_SERVERS=false
export HOME=/nonexistent
unset XDG_CONFIG_HOME

# storm [PROBE...]: a recording of a host that sends cookies and loses connections.
storm() {
	local probes=''
	printf -v probes '"%s",' iter/tcp "$@"
	cat <<-END
		{"t":"start","ts":1767226400.0,"version":"0.2.0","host":"web1","show_private_ips":true}
		{"t":"source","ts":1767226400.0,"source":"ebpf","probes":[${probes%,}]}
		{"t":"weather","ts":1767226401.0,"cookies_sent":0,"listen_overflows":0,"listen_drops":0}
		{"t":"lost","ts":1767226402.0,"what":"ring","n":1204}
		{"t":"weather","ts":1767226402.0,"cookies_sent":8120,"cookies_ok":3,"listen_overflows":37,"listen_drops":41}
		{"t":"weather","ts":1767226402.5,"accept_port":443,"accept_queue":125,"accept_limit":128}
		{"t":"tick","ts":1767226403.0}
	END
}

replayed() { # FLAG...
	assert_status 0 "$NG" --replay "$T/r.ndjson" --speed max --once "$@"
}

says() { # LINE
	grep -Fxq -- "$1" "$T/stdout" || fail "no line \"$1\" in: $(cat "$T/stdout")"
}

test_words() {
	storm >"$T/r.ndjson"
	replayed
	says 'server: 1204 kernel records lost, resynchronised'
	says 'server: SYN cookies being sent: 812/s; sources are not visible without a probe that counts SYNs'
	says 'server: accept queue of :443 is 97% full (125 of 128)'
	says 'server: listen queue overflowed 37 times in the last minute'
	says 'server: 4 connection attempts dropped in the last minute'
}

test_sources_are_visible_with_the_probe() {
	storm fentry/tcp_conn_request >"$T/r.ndjson"
	replayed
	says 'server: SYN cookies being sent: 812/s'
}

test_words_pass() {
	{
		storm
		echo '{"t":"weather","ts":1767226470.0,"accept_port":443,"accept_queue":0,"accept_limit":128}'
		echo '{"t":"tick","ts":1767226480.0}'
	} >"$T/r.ndjson"
	replayed
	assert_eq "$(grep '^server: ' "$T/stdout")" 'server: 1204 kernel records lost, resynchronised'
	replayed --json
	assert_json "$T/stdout" '.[-1] | .cookies_sent == 8120 and .listen_overflows == 37 and .listen_drops == 41'
}

test_unknown_is_absent() {
	cat >"$T/r.ndjson" <<-'END'
		{"t":"source","ts":1767226400.0,"source":"proc","probes":["/proc/net/tcp"]}
		{"t":"conn","ts":1767226400.0,"state":"ESTABLISHED","ip":"8.8.8.8","port":1,"lip":"9.9.9.9","lport":443,"dir":"in"}
		{"t":"tick","ts":1767226403.0}
	END
	replayed --json
	assert_json "$T/stdout" '.[0] | has("conns") and has("held_secs") and .held_secs == 3 and
		(has("syns") or has("syn_rate") or has("handshakes") or has("rx") or has("tx") or
		has("rtt_us") or has("retrans") | not)'
	assert_json "$T/stdout" '.[-1] | .conns == 1 and
		(has("syns") or has("handshakes") or has("cookies_sent") or has("listen_drops") | not)'
}

test_host_records() {
	cat >"$T/r.ndjson" <<-'END'
		{"t":"source","ts":1767226400.0,"source":"ebpf","probes":["tp_btf/inet_sock_set_state"]}
		{"t":"conn","ts":1767226400.0,"state":"SYN_RECV","ip":"8.8.8.8","port":1,"lip":"9.9.9.9","lport":443,"dir":"in"}
		{"t":"syn","ts":1767226400.5,"ip":"8.8.8.8","n":3}
		{"t":"syn_net","ts":1767226400.5,"net":"8.8.8.0/24","n":5}
		{"t":"conn","ts":1767226401.0,"state":"ESTABLISHED","was":"SYN_RECV","ip":"8.8.8.8","port":1,"lip":"9.9.9.9","lport":443,"dir":"in","rtt_us":18000,"rx":0,"tx":0,"retrans":0,"segs":2}
		{"t":"conn","ts":1767226405.0,"state":"CLOSE","was":"ESTABLISHED","ip":"8.8.8.8","port":1,"lip":"9.9.9.9","lport":443,"dir":"in","rtt_us":18000,"rx":517,"tx":4096,"retrans":2,"segs":8}
		{"t":"tick","ts":1767226406.0}
	END
	replayed --json
	assert_json "$T/stdout" '.[0] | .conns == 0 and .half_open == 0 and .syns == 3 and .syn_rate == 3 and
		.handshakes == 1 and .held_secs == 4 and .rtt_us == 18000 and .rx == 517 and .tx == 4096 and
		.retrans == 0.25'
	assert_json "$T/stdout" '.[-1] | .conns == 0 and .syns == 5 and .handshakes == 1'
	replayed
	grep -q '^8\.8\.8\.8 ' "$T/stdout" || fail 'no row of 8.8.8.8'
}

run_tests
