#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

# live COLSxROWS: a console on a log that the test writes as it goes, sorted by requests. Its
# standard input is no terminal: keys must reach it all the same.
live() {
	: >"$T/log"
	export HOME=$T XDG_CONFIG_HOME=$T
	tui_start "$1" sh -c "exec $NG --source proc --show-private-ips --log-path $T/log </dev/null"
	tui_wait '^!▼Address'
	tui_keys :
	tui_type 'sort requests'
	tui_keys Enter
	tui_wait 'Reqs▼'
}

# on_row: the line under the cursor, without the mark before a row.
on_row() {
	selected | sed -E 's/^(..)?([0-9]+[0-9a-f:]*[.:])/\2/'
}

request() { # IP PATH [STATUS]
	printf '%s - - [01/Jan/2026:00:13:20 +0000] "GET %s HTTP/1.1" %s 10 "-" "agent-of-%s"\n' \
		"$1" "$2" "${3:-200}" "$2" >>"$T/log"
}

test_selection_stays_on_its_row() {
	live 80x24
	local i
	for i in 1 2 3; do
		request 203.0.113.1 "/one-$i"
	done
	request 203.0.113.2 /two
	request 203.0.113.2 /two
	request 203.0.113.3 /three
	tui_wait '^ +203.0.113.3'
	tui_keys Down Down
	wait_for '[[ $(on_row) == 203.0.113.3* ]]'
	for i in 2 3 4 5 6; do
		request 203.0.113.3 "/three-$i"
	done
	wait_for '[[ $(tui_screen | grep -m1 "^  203") == *203.0.113.3* ]]'
	assert_match "$(on_row)" '^203.0.113.3 '
	# The detail keeps up while it is open.
	tui_keys Enter
	tui_wait '^ ?203.0.113.3( |$)'
	request 203.0.113.3 /while-open
	tui_wait 'GET +/while-open'
	tui_wait 'agent-of-/while-open'
	tui_keys q
	tui_wait '^!.Address'
	assert_match "$(on_row)" '^203.0.113.3 '
}

# Until somebody moves, the cursor stays on the first row, whoever that is.
test_first_row_is_not_pinned() {
	live 80x24
	request 203.0.113.1 /
	wait_for '[[ $(on_row) == 203.0.113.1\ * ]]'
	request 203.0.113.9 /
	request 203.0.113.9 /
	wait_for '[[ $(on_row) == 203.0.113.9\ * ]]'
	tui_keys Down
	wait_for '[[ $(on_row) == 203.0.113.1\ * ]]'
	tui_keys g
	wait_for '[[ $(on_row) == 203.0.113.9\ * ]]'
}

test_detail_says_when_the_address_goes() {
	local at
	{
		echo '{"t":"start","ts":1767226400,"show_private_ips":true}'
		echo '{"t":"source","ts":1767226400,"source":"ebpf"}'
		for at in 1767226400:ESTABLISHED 1767226401:CLOSE; do
			echo '{"t":"conn","ts":'"${at%:*}"',"ip":"203.0.113.7","port":1001' \
				',"lip":"192.0.2.1","lport":443,"state":"'"${at#*:}"'"}'
		done
		for at in $(seq 1767226402 1767226800); do
			echo '{"t":"tick","ts":'"$at"'}'
		done
	} >"$T/goes.ndjson"
	console 100x24 --replay "$T/goes.ndjson" --speed 40 --show-private-ips
	tui_wait '^..203.0.113.7'
	tui_keys Enter
	tui_wait '^First seen'
	tui_wait 'no longer tracked' 30
	tui_keys Escape
	tui_wait 'no addresses yet'
}

test_sort_cycles_and_reverses() {
	play 170x40
	tui_wait '^!▼Address'
	tui_keys s
	tui_wait 'Address▲'
	wait_for 'tui_screen | grep -m1 -A1 "Address▲" | grep -q "^..10.0.0.5 "'
	tui_keys s
	tui_wait 'CC▲'
	tui_keys '>'
	tui_wait 'Organization▲'
	tui_keys '<'
	tui_wait 'CC▲'
	tui_keys S
	tui_wait 'CC▼'
	tui_keys S '<' '<'
	tui_wait '^!▼Address'
}

test_scrolling() {
	play 80x24
	tui_wait 'REPLAY 00:14:02'
	tui_keys o
	tui_type 'conns'
	tui_keys Enter
	tui_wait 'Conns▼'
	tui_keys Home
	wait_for '[[ $(on_row) == 192.0.2.150* ]]'
	tui_keys End
	wait_for '[[ $(on_row) == 192.0.2.200* || $(on_row) == 2001:db8::5* ]]'
	tui_keys PPage k NPage j Home
	wait_for '[[ $(on_row) == 192.0.2.150* ]]'
	tui_keys G
	tui_gone '^..192.0.2.150'
}

test_log_stays_put_while_scrolled() {
	live 80x24
	local i
	for i in $(seq 30); do
		request 203.0.113.1 "/old-$i"
	done
	tui_wait '/old-30$'
	tui_keys Tab Up Up
	tui_wait 'line [0-9]+ of'
	wait_for '[[ $(on_row) == */old-28* ]]'
	for i in $(seq 30); do
		request 203.0.113.1 "/new-$i"
	done
	tui_wait '30 newer'
	tui_wait '/old-30 '
	assert_match "$(on_row)" '/old-28 *'
	tui_keys Home
	wait_for '[[ $(on_row) == */old-1\ * ]]'
	tui_keys NPage NPage PPage
	tui_wait 'line [0-9]+ of'
	tui_keys End
	tui_wait '/new-30$'
	tui_gone 'line [0-9]+ of'
	tui_keys Up Enter
	tui_wait '^ ?203.0.113.1( |$)'
}

# The recording is of a SYN flood: who floods is left, and the crawler; visitors are not.
test_suspicious_begins_with_a_filter() {
	play 80x24 --suspicious
	tui_wait 'filter: is:'
	tui_wait '^F.203.0.113'
	tui_gone '^..2001:db8::5 '
	tui_keys Escape
	tui_gone 'filter:'
	tui_wait '^..2001:db8::5 '
}

test_filter() {
	play 80x24
	tui_wait 'REPLAY 00:14:02'
	tui_keys /
	tui_type 'status:5xx'
	tui_wait '^..2001:db8::5 '
	tui_gone '^F.203.0.113'
	tui_gone ' 200 GET'
	tui_wait ' 502 POST'
	tui_keys Enter
	tui_wait 'filter: status'
	golden filter-80x24
	# Esc in the prompt takes back what was typed, not what was before.
	tui_keys / C-u
	tui_type 'state:FOO'
	tui_wait '^       \^ state: takes a TCP state'
	golden filter-error-80x24
	tui_keys Enter
	tui_wait '^/state:FOO'
	tui_keys Escape
	tui_wait 'filter: status'
	tui_keys Escape
	tui_wait '^F.203.0.113'
	tui_gone 'filter:'
}

test_messages_answer_one_key() {
	play 80x24
	tui_wait 'REPLAY 00:14:02'
	tui_keys y
	tui_wait 'y does nothing here; \? lists the keys'
	tui_keys Down
	tui_gone 'does nothing here'
}

test_tops_are_of_all() {
	play 80x24
	tui_wait 'REPLAY 00:14:02'
	tui_keys v
	tui_wait '(^| )last '
	tui_keys /
	tui_type 'status:404'
	tui_keys Enter
	tui_wait ' unfiltered'
}

# What is wrong is said under the word, once the typing stops; the other words hold meanwhile.
test_filter_error_stands_under_the_word() {
	play 100x24
	tui_wait 'REPLAY 00:14:02'
	tui_keys /
	tui_type 'status:404 rat>60'
	tui_wait '^            \^ no field "rat"; rate\?; the rest holds'
	tui_wait 'filter: status:404 \(1( match)?\)'
	tui_keys Left Left Left
	tui_type 'e'
	tui_wait '^/status:404 rate>60'
	tui_gone 'no field'
	tui_keys Enter
	tui_wait 'filter: status:404 rate>60'
	# At once for who insists.
	tui_keys / C-u
	tui_type 'port:x'
	tui_keys Enter
	tui_wait '^      \^ port: takes 443'
}

test_filter_is_completed() {
	play 120x24
	tui_wait 'REPLAY 00:14:02'
	tui_keys /
	tui_type 'stat'
	tui_keys Tab
	tui_wait '^state:  status:'
	tui_keys Tab Tab
	tui_wait '^/status: '
	tui_keys C-u
	tui_type 'statu'
	tui_keys Tab
	tui_wait '^status: 404, 4xx or 400-499  now: 200 [0-9]+%  404 [0-9]+%'
	tui_type '50'
	tui_keys Tab
	tui_wait '^/status:502 '
	tui_wait '^..2001:db8::5 '
	tui_type ' flag:sy'
	tui_keys Tab
	tui_wait 'flag:syn-'
	tui_keys C-u
	tui_type 'port:'
	tui_wait '^port: 443 or 8000-8999  now: 443 [0-9]+%'
	tui_keys Escape
	tui_gone 'filter:'
}

# + and - narrow to the row or the line, Backspace goes back step by step, and Esc can be undone.
test_narrowing() {
	play 160x30
	tui_wait 'REPLAY 00:14:02'
	tui_keys s # by address, so that no rows fold
	tui_wait 'Address▲'
	tui_keys /
	tui_type '203.0.113.0/24'
	tui_keys Enter
	tui_wait 'filter: 203.0.113.0/24 \(15 matches\)'
	wait_for '[[ $(on_row) == 203.0.113.* ]]'
	tui_keys -
	tui_wait 'filter: 203.0.113.0/24 -ip:203.0.113.[0-9]+ \(14 matches\)'
	tui_keys +
	tui_wait 'filter: -ip:[0-9.]+ ip:203.0.113.[0-9]+ \(1 match\)'
	# Backspace undoes it, and again: redoes it.
	tui_keys BSpace
	tui_wait '\(14 matches\)'
	tui_keys BSpace
	tui_wait '\(1 match\)'
	tui_keys BSpace
	tui_wait '\(14 matches\)'
	# Esc takes one off after the other, and Backspace brings back what went last.
	tui_keys Escape
	tui_wait '\(15 matches\)'
	tui_keys Escape
	tui_gone 'filter:'
	tui_keys Escape
	tui_wait 'nothing to undo'
	tui_keys BSpace
	tui_wait '\(15 matches\)'
	tui_keys '!'
	tui_wait 'filter: is:suspicious 203.0.113.0/24'
	tui_keys '!'
	tui_wait 'filter: 203.0.113.0/24 '
	tui_keys Escape Escape Escape
	tui_gone 'filter:'
	tui_keys / Up
	tui_wait '^/(is:suspicious )?203.0.113.0/24'
	tui_keys Escape
	tui_gone '^/'
	tui_keys Tab Up Up +
	tui_wait 'filter: path=/'
	tui_keys -
	tui_wait 'filter: path=/[^ ]* -path=/'
}

test_filter_history() {
	play 160x30
	tui_wait 'REPLAY 00:14:02'
	tui_keys /
	tui_type 'status:404'
	tui_keys Enter / C-u
	tui_type 'status:5xx'
	tui_keys Enter / C-u
	tui_type 'half'
	tui_keys Up
	tui_wait '^/status:5xx '
	tui_keys Up
	tui_wait '^/status:404 '
	tui_keys Up Down Down
	tui_wait '^/half '
	tui_keys Up Enter
	tui_wait 'filter: status:5xx'
}

test_filter_at_the_start() {
	play 160x30 --filter 'net:203.0.113.0/24,198.51.100.0/24 half>0'
	tui_wait 'filter: net:203.0.113.0/24,198.51.100.0/24 half>0 \(30 matches\)'
	tui_keys BSpace
	tui_gone 'filter:'
}

# A path in the filter must not empty the connections.
test_filter_text() {
	play 160x30
	tui_wait 'REPLAY 00:14:02'
	tui_keys /
	tui_type 'wp-content'
	tui_wait '^..192.0.2.77'
	tui_type ' x1.php'
	tui_wait ' 404 GET  /wp-content/plugins/x1.php'
	tui_keys C-w C-w
	tui_wait '^F.203.0.113'
	tui_type '日本'
	tui_keys BSpace
	tui_wait '^/日'
	tui_wait '301 GET  /日本語'
	tui_keys Enter
	tui_wait 'filter: 日 '
}

# What is typed goes where the cursor is.
test_filter_is_edited_in_its_middle() {
	play 160x30
	tui_wait 'REPLAY 00:14:02'
	tui_keys /
	tui_type 'stats:5xx'
	tui_keys Left Left Left Left Left
	tui_type u
	tui_wait '^/status:5xx'
	tui_wait '^..2001:db8::5 '
	tui_keys Home
	tui_type '!'
	tui_wait '^/!status:5xx'
	tui_gone '^..2001:db8::5 '
	tui_keys Home DC End BSpace BSpace BSpace
	tui_type '404'
	tui_wait '^/status:404'
	tui_keys Enter
	tui_wait 'filter: status:404'
}

# paste TEXT: as a terminal does that was asked to set pastes apart.
paste() {
	tui set-buffer -- "$1"
	tui paste-buffer -p -r
}

# A paste is no key: the q in it must not quit. In a list it is what to filter by.
test_paste_filters() {
	play 160x30
	tui_wait 'REPLAY 00:14:02'
	paste $'curl -q http://x\n'
	tui_wait '^/curl -q http://x  '
	tui_keys Escape
	tui_wait '^F.203.0.113'
	tui_keys /
	tui_type 'status:404'
	tui_keys Enter
	tui_wait 'filter: status:404'
	paste '192.0.2.77'
	tui_wait '^/192.0.2.77  '
	tui_wait '^..192.0.2.77 '
	tui_keys Home
	paste $'  !\t'
	tui_wait '^/!192.0.2.77'
	tui_gone '^[^/].192.0.2.77 '
	tui_keys Escape
	tui_wait 'filter: status:404'
	tui_keys Escape '?'
	tui_wait '^Help'
	paste 'q'
	tui_wait '^Help'
	tui_keys q
	tui_wait '^!.Address'
}

test_escape_never_quits() {
	play 80x24
	tui_wait 'REPLAY 00:14:02'
	tui_keys Escape Escape Escape Escape '?' Escape Escape
	tui_wait '^!.Address'
	tui_keys q
	tui_end
	assert_eq "$STATUS" 0
}

# Help, inputs and detail may lie on each other, and come off one by one.
test_panels_stack() {
	play 80x24
	tui_wait 'REPLAY 00:14:02'
	tui_keys Enter
	tui_wait '^First seen'
	tui_keys '?'
	tui_wait '^Help'
	tui_keys i
	tui_wait '^Inputs'
	tui_keys '?' '?' i
	tui_wait '^Inputs'
	tui_keys Escape
	tui_wait '^Help'
	tui_keys q
	tui_wait '^First seen'
	tui_keys q
	tui_wait '^!.Address'
}

# The mark is an event as others: the recording has it, and the screen says when it was.
test_mark_is_confirmed_and_recorded() {
	: >"$T/log"
	export HOME=$T XDG_CONFIG_HOME=$T
	tui_start 100x24 "$NG" --source proc --show-private-ips --log-path "$T/log" --record "$T/r"
	tui_wait '^!▼Address'
	tui_keys m
	tui_wait 'mark at [0-9][0-9]:[0-9][0-9]:[0-9][0-9]'
	tui_gone 'mark at' 20
	tui_keys q
	wait_for 'grep -q "\"t\":\"mark\"" "$T/r"'
}

run_tests
