#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# --metrics and --metrics-file: what a collector gets, and what anybody else does.
. "$(dirname "$0")/../lib/sh.sh"

PROMETHEUS='Accept: application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1'
INCIDENT=$NG_TOP/tests/data/syn-two-nets.ndjson.gz

# serve: a replay, which goes on until it is ended, on PORT. PID.
serve() {
	PORT=$(free_port)
	background "$NG" --replay "$INCIDENT" --json --speed 0.5 --show-private-ips --metrics "$PORT" \
		>/dev/null 2>"$T/err"
	wait_for "get >'$T/first'" 10
}

get() { # CURL-ARG...
	curl -sS --max-time 10 "$@" "http://127.0.0.1:$PORT/metrics"
}

code() { # CURL-ARG...
	curl -s -o /dev/null --max-time 10 -w '%{http_code}' "$@"
}

# raw BYTES: sent as they are (printf's escapes); the first line of what comes back.
raw() {
	local fd line=''
	exec {fd}<>"/dev/tcp/127.0.0.1/$PORT"
	printf '%b' "$1" >&"$fd"
	read -r -t 10 line <&"$fd" || true
	exec {fd}>&-
	echo "${line%$'\r'}"
}

# names FILE: the metrics of an answer in the text format, a name a line.
names() {
	sed -n 's/^# TYPE \([a-z0-9_]*\) .*/\1/p' "$1" | sort
}

test_promtool_accepts_it() {
	need curl promtool
	serve
	get -D "$T/head" >"$T/text"
	assert_match "$(cat "$T/head")" 'Content-Type: text/plain; version=0\.0\.4; charset=utf-8'
	promtool check metrics <"$T/text" >"$T/said" 2>&1
	assert_eq "$(cat "$T/said")" ''
	assert_eq "$(names "$T/text" | uniq -d)" ''
	assert_match "$(cat "$T/text")" 'nethergaze_flags\{flag="syn-flood"\} [01]'
}

# As Prometheus asks for it, read by the strict parser of its client library.
test_open_metrics() {
	need curl
	/usr/bin/python3 -c 'import prometheus_client' 2>/dev/null || skip 'python3-prometheus-client is not installed'
	serve
	get -D "$T/head" -H "$PROMETHEUS" >"$T/open"
	assert_match "$(cat "$T/head")" 'Content-Type: application/openmetrics-text; version=1\.0\.0; charset=utf-8'
	assert_eq "$(tail -n 1 "$T/open")" '# EOF'
	assert_match "$(cat "$T/open")" '# UNIT nethergaze_response_bytes bytes'
	/usr/bin/python3 - "$T/open" >"$T/families" <<-'END'
		import sys
		from prometheus_client.openmetrics import parser
		for f in parser.text_string_to_metric_families(open(sys.argv[1]).read()):
		    print(f.name, f.type, len(f.samples))
	END
	assert_match "$(cat "$T/families")" 'nethergaze_requests counter 1'
	assert_eq "$(wc -l <"$T/families")" "$(grep -c '^# TYPE' "$T/open")"
}

# Counters are those that a report has at the same moment: the end of the recording.
test_values() {
	need curl jq
	"$NG" --replay "$INCIDENT" --once --json --speed max --show-private-ips --metrics-file "$T/m.prom" >"$T/out"
	local name id
	while read -r id name; do
		assert_eq "$(sed -n "s/^nethergaze_$name //p" "$T/m.prom")" \
			"$(json "$T/out" "select(.t==\"summary\") | .$id // \"\"")" "$name"
	done <<-END
		requests requests_total
		syns syns_total
		handshakes handshakes_total
		conns connections
		half_open half_open_connections
		ips addresses
		log_lines log_lines_total
	END
	promtool check metrics <"$T/m.prom"
	assert_eq "$(stat -c %a "$T/m.prom")" 644
}

# Never an address in a label, however many there are.
test_no_address() {
	need curl
	serve
	"$NG" --demo --once --speed max --metrics-file "$T/m.prom" >"$T/out"
	get >>"$T/m.prom"
	assert_match "$(cat "$T/out")" '203\.0\.113\.'
	assert_no_match "$(grep -v ^# "$T/m.prom" | grep -o '{.*}' | grep -vF '{version=')" '[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+|:[0-9a-f]*:'
}

test_what_else_comes() {
	need curl
	serve
	assert_eq "$(code "http://127.0.0.1:$PORT/")" 404
	assert_eq "$(code "http://127.0.0.1:$PORT/metrics?x=1")" 200
	assert_eq "$(code -X POST -d x "http://127.0.0.1:$PORT/metrics")" 405
	assert_eq "$(code -I "http://127.0.0.1:$PORT/metrics")" 200
	assert_eq "$(curl -sI "http://127.0.0.1:$PORT/metrics" | grep -c .)" 8
	assert_eq "$(code -k "https://127.0.0.1:$PORT/metrics" || true)" 000
	assert_eq "$(code -H "A: $(head -c 9000 /dev/zero | tr '\0' a)" "http://127.0.0.1:$PORT/metrics")" 431
	assert_eq "$(raw 'GET /metrics\r\n\r\n')" 'HTTP/1.1 400 Bad Request'
	assert_eq "$(raw '\x16\x03\x01\x00\x00')" 'HTTP/1.1 400 Bad Request'
	assert_eq "$(raw 'GET /metrics HTTP/1.1\r\nbad\r\n\r\n')" 'HTTP/1.1 400 Bad Request'
	assert_eq "$(raw 'GET /metrics HTTP/1.0\n\n')" 'HTTP/1.1 200 OK'
	# What is rendered is given to all who ask within a moment.
	wait_for "get | grep -Eq 'nethergaze_scrapes_total[{]outcome=\"refused\"[}] [1-9]'"
}

# Clients that only hold connections keep nobody else out for long, and are ended and counted.
test_who_says_nothing() {
	need curl
	serve
	hold 20 "$PORT"
	assert_eq "$(code "http://127.0.0.1:$PORT/metrics" --max-time 30)" 200
	wait_for "get | grep -qE 'outcome=\"timed out\"\} [1-9]'" 20
	drop_held
	kill -0 "$PID"
}

# Two at one port, and what is not an address of ours.
test_refusals() {
	need curl
	local text
	serve
	assert_status 1 "$NG" --demo --once --metrics "$PORT"
	assert_match "$(cat "$T/stderr")" "--metrics $PORT: Address already in use"
	for text in x 0 127.0.0.1 web1:9101 ::1:9101; do
		assert_status 2 "$NG" --demo --once --metrics "$text"
		assert_match "$(cat "$T/stderr")" 'expected PORT, ADDR:PORT or \[ADDR\]:PORT'
	done
	mkdir "$T/d"
	for text in "$T/none/a.prom" "$T/d" "$T/d/"; do
		assert_status 2 "$NG" --demo --once --metrics-file "$text"
		assert_match "$(cat "$T/stderr")" '^nethergaze: --metrics-file .*: .*; expected a file'
	done
}

# Loopback unless another address is asked for, and then it is said.
test_open_to_others() {
	need curl ss
	serve
	assert_eq "$(ss -Htnl "sport = :$PORT" | awk '{ print $4 }')" "127.0.0.1:$PORT"
	assert_eq "$(cat "$T/err")" ''
	stop "$PID"
	PORT=$(free_port)
	background "$NG" --replay "$INCIDENT" --json --speed 0.5 --metrics "0.0.0.0:$PORT" >/dev/null 2>"$T/err"
	wait_for "get" 10
	assert_match "$(cat "$T/err")" 'whoever reaches this port can read the metrics, without a password'
}

# A live run, with all that it gives up: the filter of system calls, capabilities.
test_a_live_run() {
	need curl
	local writer
	: >"$T/log"
	PORT=$(free_port)
	background "$NG" --json --source proc --show-private-ips --log-path "$T/log" \
		--metrics "$PORT" --metrics-file "$T/m.prom" >/dev/null
	wait_for "get | grep -q 'nethergaze_log_unreadable.log=\"$T/log\". 0'" 10
	assert_match "$(cat "/proc/$PID/status")" 'Seccomp:[[:space:]]2'
	echo '203.0.113.9 - - [10/Oct/2026:13:55:36 +0000] "GET /a HTTP/1.1" 404 7 "-" "-"' >>"$T/log"
	wait_for "get | grep -q '^nethergaze_responses_4xx_total 1'" 10
	[ -s "$T/m.prom" ]
	writer=$(pgrep -P "$PID" -x ng-metrics)
	assert_match "$(cat "/proc/$writer/status")" 'CapEff:[[:space:]]0000000000000000'
	assert_match "$(cat "/proc/$writer/status")" 'Seccomp:[[:space:]]2'
	assert_eq "$(find "/proc/$writer/fd" -type l | wc -l)" 4
	stop "$PID"
	wait_for "! kill -0 $writer" 10
	assert_eq "$STATUS" 0
	assert_match "$(cat "$T/m.prom")" 'nethergaze_responses_4xx_total 1'
}

# Killed, it leaves no writer behind; and a writer that is killed ends nothing else.
test_ends_that_come_early() {
	need curl
	local writer
	PORT=$(free_port)
	background "$NG" --replay "$INCIDENT" --json --metrics "$PORT" --metrics-file "$T/m.prom" >/dev/null
	wait_for "get && [ -s '$T/m.prom' ]" 10
	writer=$(pgrep -P "$PID" -x ng-metrics)
	kill -TERM "$writer"
	wait_for "[ \"\$(sed -n 's/^State:\t\(.\).*/\1/p' /proc/$writer/status)\" = Z ]" 10
	get >"$T/out"
	stop "$PID"
	assert_eq "$STATUS" 0
	background "$NG" --replay "$INCIDENT" --json --metrics-file "$T/n.prom" >/dev/null
	wait_for "[ -s '$T/n.prom' ]" 10
	writer=$(pgrep -P "$PID" -x ng-metrics)
	stop "$PID" KILL
	wait_for "! kill -0 $writer" 10
}

# In another user's directory, where root has no right to write any more: as that user.
test_another_users_directory() {
	need_root
	local dir=$T/textfiles
	install -d -o nobody -m 755 "$dir"
	chmod 755 "$T"
	"$NG" --demo --once --speed max --metrics-file "$dir/nethergaze.prom" >/dev/null
	assert_eq "$(stat -c '%U %a' "$dir/nethergaze.prom")" 'nobody 644'
	assert_eq "$(ls -A "$dir")" nethergaze.prom
}

# The console serves as well, and its loop is not held up.
test_the_console() {
	need curl tmux
	PORT=$(free_port)
	tui_start 100x30 "$NG" --demo --metrics "$PORT"
	wait_for "get | grep -q 'nethergaze_source_info{source=\"ebpf\"} 1'" 15
}

# Prometheus itself: it scrapes, and has the rules.
test_prometheus() {
	need curl jq prometheus
	local web
	serve
	web=$(free_port)
	cat >"$T/prometheus.yml" <<-END
		global: {scrape_interval: 1s, evaluation_interval: 1s}
		rule_files: ["$NG_TOP/docs/metrics/nethergaze.rules.yml"]
		scrape_configs: [{job_name: nethergaze, static_configs: [{targets: ["127.0.0.1:$PORT"]}]}]
	END
	background prometheus --config.file="$T/prometheus.yml" --storage.tsdb.path="$T/tsdb" \
		--web.listen-address="127.0.0.1:$web" >"$T/prometheus" 2>&1
	query() {
		curl -s --get --data-urlencode "query=$1" "http://127.0.0.1:$web/api/v1/query" |
			jq -r '.data.result[0].value[1] // empty'
	}
	wait_for '[ "$(query "count(nethergaze_flags)")" = "$(grep -c "^nethergaze_flags{" "$T/first")" ]' 30
	assert_eq "$(query 'up{job="nethergaze"}')" 1
	assert_eq "$(curl -s "http://127.0.0.1:$web/api/v1/targets" |
		jq -r '.data.activeTargets[] | "\(.health) \(.lastError)"')" 'up '
	assert_eq "$(curl -s "http://127.0.0.1:$web/api/v1/rules" |
		jq '[.data.groups[].rules[]] | length')" "$(grep -c 'alert:' "$NG_TOP/docs/metrics/nethergaze.rules.yml")"
	# What it says of a metric is what it was told in OpenMetrics.
	assert_eq "$(curl -s "http://127.0.0.1:$web/api/v1/metadata?metric=nethergaze_response_bytes" |
		jq -r '.data.nethergaze_response_bytes[0] | "\(.type) \(.unit)"')" 'counter bytes'
	stop "$PID"
}

# Dashboard and rules name what there is, and rules fire when they should.
test_dashboard_and_rules() {
	need curl jq promtool
	local docs=$NG_TOP/docs/metrics
	promtool check rules "$docs/nethergaze.rules.yml" >"$T/said"
	promtool test rules "$NG_TOP/tests/data/metrics.rules.test.yml" >"$T/said"
	serve
	get >"$T/text"
	names "$T/text" >"$T/there"
	{
		jq -r '.. | .expr? // empty' "$docs/nethergaze-dashboard.json"
		jq -r '.templating.list[] | .query.query? // empty' "$docs/nethergaze-dashboard.json"
		grep -v '^ *summary:' "$docs/nethergaze.rules.yml"
	} | grep -oE '\b(nethergaze|process)_[a-z0-9_]+' | sort -u >"$T/named"
	[ "$(wc -l <"$T/named")" -ge 25 ]
	assert_eq "$(comm -23 "$T/named" "$T/there")" '' 'metrics that do not exist'
	grep -oE 'flag=~?"[^"]*"' "$docs"/* "$NG_TOP/tests/data/metrics.rules.test.yml" -h |
		sed 's/.*"\(.*\)"/\1/' | tr '|' '\n' | sort -u >"$T/flags"
	while read -r flag; do
		grep -qF "flag=\"$flag\"" "$T/text" || fail "no flag $flag"
	done <"$T/flags"
}

run_tests
