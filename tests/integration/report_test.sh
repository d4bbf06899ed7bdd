#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# A report in a browser: it shows, runs nothing, fetches nothing, and what others have written is text
# in it.
. "$(dirname "$0")/../lib/sh.sh"

# What a page of ours is made of.
TAGS='b body code dd div dl dt figcaption figure footer g h1 h2 h3 head html line meta p'
TAGS+=' path pre section span strong style svg table tbody td text th thead title tr'

# listen: notes who connects to 127.0.0.1:$PORT, a line in $T/asked each.
listen() {
	PORT=$(free_port)
	background python3 -c '
import socket, sys
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    c, _ = s.accept()
    with open(sys.argv[2], "a") as f:
        f.write("%r\n" % c.recv(200))
    c.close()' "$PORT" "$T/asked"
	: >"$T/asked"
	wait_for '(: </dev/tcp/127.0.0.1/$PORT)' 10
}

# browse FILE: its document in $T/dom, what the browser says in $T/said. Whatever it asks of the
# network goes to listen's port.
browse() {
	HOME=$T timeout 90 chromium --headless --no-sandbox --disable-gpu --no-first-run \
		--disable-background-networking --disable-component-update --disable-sync \
		--disable-quic --user-data-dir="$T/browser" --enable-logging=stderr --log-level=0 \
		--proxy-server="http://127.0.0.1:$PORT" --proxy-bypass-list='<-loopback>' \
		--virtual-time-budget=2000 --dump-dom "file://$1" >"$T/dom" 2>"$T/said"
}

# asked: who asked for a page by the proxy, without the browser's own services.
asked() {
	grep -cE 'evil\.example' "$T/asked" || true
}

tags() { # of $T/dom
	grep -oE '<[a-zA-Z][a-zA-Z0-9-]*' "$T/dom" | tr -d '<' | sort -u | xargs
}

harmless() { # FILE
	browse "$1"
	assert_eq "$(tags)" "$TAGS" "$1"
	assert_eq "$(asked)" 0 'requests'
	assert_no_match "$(grep CONSOLE "$T/said" || true)" . 'the console'
	assert_no_match "$(cat "$T/dom")" '<[^>]* (on[a-z]+|src|href)='
}

# One request, for each text that somebody hopes to see run.
hostile() {
	local i=0 text
	echo '{"t":"start","ts":1767226400.0,"schema":1,"host":"<img src=//evil.example/h>","show_private_ips":true}'
	echo '{"t":"source","ts":1767226400.1,"source":"ebpf","sees":["conns","handshakes"]}'
	echo '{"t":"log","ts":1767226400.2,"log":"/var/log/<script src=//evil.example/l></script>","state":"reading","lines":100,"rejected":40,"sample":"\"><script>alert(1)</script>","format":"combined"}'
	while [ "$i" -lt 160 ]; do
		for text in '<script>fetch("http://evil.example/s")</script>' \
			'"onload="fetch(1)' "'><img src=http://evil.example/i>" \
			'javascript:alert(1)' ']]>--><svg onload=alert(1)>' '|`</pre>|' \
			'</style><style>*{background:url(http://evil.example/c)}</style>' \
			'<link rel=stylesheet href=http://evil.example/k>' \
			$'\u202e<b>\u001b[31m' '<iframe src=//evil.example>'; do
			jq -cn --argjson ts "$(awk -v i="$i" 'BEGIN { printf "%.2f", 1767226401 + i / 4 }')" \
				--arg path "/$i$text" --arg text "$text" '
				{t:"request", ts:$ts, ip:"203.0.113.9", method:"GET", path:$path,
				 status:404, bytes:1, referer:$text, agent:$text, vhost:$text}'
			i=$((i + 1))
			[ $((i % 4)) -ne 0 ] || echo "{\"t\":\"tick\",\"ts\":$((1767226401 + i / 4))}"
		done
	done
	jq -cn '{t:"registration", ts:1767226442, net:"203.0.113.0/24", by:"rdap",
		name:"<script>alert(1)</script>", org:"<img src=//evil.example/o>",
		abuse:"\"><script>alert(2)</script>@evil.example"}'
	jq -cn '{t:"mark", ts:1767226442, name:"<script>alert(3)</script>"}'
	jq -cn '{t:"act", ts:1767226442, what:"block", who:"203.0.113.9",
		command:"x\"><script>alert(4)</script>", result:"<b>", ok:true}'
	echo '{"t":"tick","ts":1767226443}'
}

# What would be seen of a page that is not harmless, is.
test_the_browser_tells() {
	need chromium python3
	listen
	echo '<p>x<img src="http://evil.example/i"><script>console.error("ran")</script>' >"$T/bad.html"
	browse "$T/bad.html"
	assert_match "$(tags)" script
	assert_match "$(asked)" '^[1-9]'
	assert_match "$(grep CONSOLE "$T/said")" ran
}

test_the_demo() {
	need chromium python3
	listen
	"$NG" --demo --report "$T/demo.html" >"$T/out" 2>&1
	assert_eq "$(cat "$T/out")" ''
	harmless "$T/demo.html"
	assert_match "$(cat "$T/dom")" 'SYN flood'
}

test_a_hostile_recording() {
	need chromium python3 jq
	listen
	hostile >"$T/hostile.ndjson"
	"$NG" --replay "$T/hostile.ndjson" --report "$T/hostile.html" >"$T/out" 2>&1
	harmless "$T/hostile.html"
	assert_match "$(cat "$T/dom")" '&lt;script&gt;fetch\("http://evil.example/s"\)'
	"$NG" --replay "$T/hostile.ndjson" --report "$T/hostile.json"
	assert_match "$(jq -r '.sections[] | select(.id == "findings").blocks[].card.title // empty' \
		"$T/hostile.json")" scan
}

run_tests
