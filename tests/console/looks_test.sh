#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

# What the console looks like on terminals of several kinds, and with texts of several widths.

# wide: a recording of hosts whose organizations, paths, agents and names are two columns a
# character, have marks on top of letters, marks on nothing, and are written from right to left.
wide() {
	awk 'BEGIN {
		at = 1767226400
		print "{\"t\":\"start\",\"ts\":" at ",\"host\":\"web1\",\"show_private_ips\":true,\"schema\":1}"
		print "{\"t\":\"source\",\"ts\":" at ",\"source\":\"ebpf\"}"
		n = split("日本語株式会社の長い名前の組織 한국전자 😀😀😀😀😀😀😀😀😀😀 " \
			"áb́ćd́éf́ǵh ́mark-on-nothing กัข مرحبا-שלום a\\u0378b", word, " ")
		for (k = 0; k < 30; k++)
			for (i = 1; i <= n && k < 30 - i; i++) # as many as nobody else, so that order is no chance
				printf "{\"t\":\"request\",\"ts\":%.2f,\"ip\":\"203.0.113.%d\",\"method\":\"GET\"," \
					"\"path\":\"/%s/%s%d/%s\",\"status\":200,\"bytes\":10,\"agent\":\"%s agent\"," \
					"\"referer\":\"https://%s.example/\",\"vhost\":\"%s.example\",\"log\":\"a.log\"}\n",
					at + k, i, word[i], word[1 + (i + k) % n], k, word[i], word[i], word[i], word[i]
		for (i = 1; i <= n; i++)
			printf "{\"t\":\"place\",\"ts\":%d,\"ip\":\"203.0.113.%d\",\"country\":\"JP\"," \
				"\"asn\":645%02d,\"org\":\"%s\"}\n", at + 30, i, i, word[i]
		print "{\"t\":\"tick\",\"ts\":" at + 42 "}"
	}'
}

# narrow: the same with ASCII letters, as many as there are columns.
narrow() {
	sed 's/[日本語株式会社の長い名前組織한국전자😀]/WW/g
		s/\xcc\x81//g; s/\xe0\xb8\xb1//g
		s/[กขمرحباשלום]/a/g; s/\\u0378/_/g'
}

# columns: in which there is something. What is cut within a wide character leaves a blank.
columns() {
	sed 's/?/_/g; s/[W…~ ]/./g; s/\.*$//'
}

same_columns() {
	[ "$(tui_screen | narrow | columns)" = "$(columns <"$T/narrow.screen")" ]
}

# At sizes that cut everywhere wide texts take the columns that narrow ones take.
test_wide_characters() {
	wide >"$T/wide.ndjson"
	narrow <"$T/wide.ndjson" >"$T/narrow.ndjson"
	local size keys
	for keys in '' 'v v'; do
		for size in 80x24 81x24 120x40 61x20; do
			RECORDING=$T/narrow.ndjson play "$size"
			show "$keys"
			tui_screen >"$T/narrow.screen"
			console_end
			RECORDING=$T/wide.ndjson play "$size"
			show "$keys"
			same_columns || {
				diff <(columns <"$T/narrow.screen") <(tui_screen | narrow | columns) || true
				tui_screen
				fail "wide texts at $size after '$keys'"
			}
			console_end
		done
	done
}

# Where texts are wrapped they are wrapped elsewhere, but no panel's reach into the next.
test_wide_characters_stay_in_their_panel() {
	wide >"$T/wide.ndjson"
	local size line edges
	for size in 200x60 201x60; do
		RECORDING=$T/wide.ndjson play "$size"
		show ''
		edges=$(tui_screen | narrow | grep '│' | while IFS= read -r line; do
			line=${line%%│*}
			echo "${#line}"
		done | sort | uniq -c)
		assert_match "$edges" '^ +[3-5][0-9] [0-9]+$'
		console_end
	done
}

show() {
	tui_wait "$PLAYED"
	# shellcheck disable=SC2086 # keys
	[ -z "$1" ] || tui_keys $1
	wait_for settled
}

# --- what the terminal is ---

# The terminal says itself that it is light: tmux answers for its window.
test_a_light_terminal_answers() {
	look dark
	console_of 'set -g window-style bg=white'
	wait_for 'tui_look | grep -qF "half {b 160}254{"'
	wait_for 'tui_look | grep -qF "/195}"'
}

test_a_dark_terminal_answers() {
	look light # says the environment; the terminal knows better
	console_of 'set -g window-style bg=#101010'
	wait_for 'tui_look | grep -qF -- "half $BAD}254{"'
}

# console_of TMUX-COMMAND: the recording in a terminal with that setting.
console_of() {
	TUI_CONF=$1
	play 80x24
	tui_wait "$PLAYED"
}

# An answer of later, byte by byte: the looks change, and no key was pressed.
test_a_late_answer_is_no_key() {
	play 80x24
	tui_wait "$PLAYED"
	wait_for 'tui_look | grep -qF -- "half $BAD}254{"'
	tui_wait '2001:db8::5 '
	tui_wait '00:13:59 192.0.2.77 '
	tui_screen >"$T/before"
	local byte
	tui send-keys -H 1b 5d # which alone would be the key Esc
	for byte in 31 31 3b 72 67 62 3a 66 66 66 66 2f 66 66 66 66 2f 66 66 66 66 07; do
		tui send-keys -H "$byte"
	done
	wait_for 'tui_look | grep -qF "half {b 160}254{"'
	assert_eq "$(tui_screen)" "$(cat "$T/before")"
	# With an end of two bytes, after which keys are keys.
	tui send-keys -H 1b 5d 31 31 3b 72 67 62 3a 30 2f 30 2f 30 1b 5c
	wait_for 'tui_look | grep -qF -- "half $BAD}254{"'
	tui_keys '?'
	tui_wait '^Help'
}

test_the_operator_chooses() {
	look light
	play 80x24 --theme dark
	tui_wait "$PLAYED"
	wait_for 'tui_look | grep -qF -- "half $BAD}254{"'
	console_end
	look dark
	play 80x24 --theme light
	tui_wait "$PLAYED"
	wait_for 'tui_look | grep -qF "half {b 160}254{"'
	console_end
	play 80x24 --theme mono
	tui_wait "$PLAYED"
	wait_for 'tui_look | grep -qF "half {b_}254{"'
	assert_no_match "$(tui_look)" '\{[bdr_]* ?[0-9]'
	console_end
	look mono # NO_COLOR, which what is chosen stands above
	play 80x24 --theme dark
	tui_wait "$PLAYED"
	wait_for 'tui_look | grep -qF -- "half $BAD}254{"'
}

# --- the row under the cursor ---

test_selected_rows_keep_their_colours() {
	play 80x24
	tui_wait "$PLAYED"
	tui_keys Down
	wait_for '[[ $(selected) == F▸198.51.100.0/24\ * ]]'
	# What is filled stays filled, and yellow stays yellow.
	wait_for 'tui_look | grep -qE "^\{b 16/203\}F\{b 255/18\}.198.51.100.0/24.*\{227/18\}120\{"'
	# Without the keys it is still shown, in another way.
	tui_keys Tab
	wait_for '[[ $(idle) == F▸198.51.100.0/24\ * ]]'
	wait_for 'tui_look | grep -qE "^\{b 16/203\}F\{b 255/17\}.198.51.100.0/24.*\{227/17\}120\{"'
}

# Where a row is reversed, what was filled is not.
test_selected_rows_without_colours() {
	look mono
	play 80x24
	tui_wait "$PLAYED"
	tui_keys Down
	wait_for 'tui_look | grep -qE "^\{b_\}F\{br\}.198.51.100.0/24.*\{_r\}120\{"'
	tui_keys Tab
	wait_for 'tui_look | grep -qE "^\{br\}F\{b_\}.198.51.100.0/24.*120"'
}

# --- no colours, no UTF-8 ---

test_ascii_is_ascii() {
	look ascii
	play 120x40
	tui_wait "$PLAYED"
	local keys
	for keys in '' Enter '?' i; do
		[ -z "$keys" ] || tui_keys "$keys"
		wait_for settled
		assert_eq "$(tui_screen | LC_ALL=C tr -d '\n -~' | od -An -c)" '' "bytes that are not ASCII"
		[ -z "$keys" ] || tui_keys Escape
	done
}

# Its font lacks eighths and signs, but not all letters of the world.
test_linux_has_no_signs() {
	look linux
	play 120x40
	tui_wait "$PLAYED"
	wait_for settled
	assert_no_match "$(tui_screen)" '[▁▂▃▄▅▆▇█▲▼▸▾✓…↵⇥␣]'
	assert_match "$(tui_screen)" 'SYN/s 180 +[_.=+*#-]'
}

test_main_in_every_look() {
	goldens main-look :
}

# --- the clipboard ---

# copies COMMAND...: a text is copied in a terminal that the command runs, with its tmux's setting.
copies() {
	export HOME=$T XDG_CACHE_HOME=''
	tui_start 80x24 "$@" "$NG_BUILD/tests/lib/copies" "${TEXT:-203.0.113.0/24}" "$T/said"
	wait_for '[ -e "$T/said" ]'
	tui_keys c
	wait_for '[ -s "$T/said" ]'
}

test_tmux_takes_what_is_copied() {
	TUI_CONF='set -s set-clipboard on'
	copies
	wait_for '[ "$(tui show-buffer)" = 203.0.113.0/24 ]'
	assert_eq "$(cat "$T/said")" 'copied 203.0.113.0/24 (terminal and ~/.cache/nethergaze/copied)'
	assert_eq "$(cat "$T/.cache/nethergaze/copied")" 203.0.113.0/24
	assert_eq "$(stat -c %a "$T/.cache/nethergaze" "$T/.cache/nethergaze/copied")" $'700\n600'
	tui_keys q
	tui_end
}

# A tmux that takes nothing for itself hands it on to the terminal that it is in.
test_tmux_hands_it_on() {
	printf '%s\n' 'set -g allow-passthrough on' 'set -s set-clipboard off' >"$T/inner.conf"
	TUI_CONF='set -s set-clipboard on'
	at_exit 'tmux -S "$T/inner" kill-server 2>/dev/null || true'
	export HOME=$T XDG_CACHE_HOME=''
	tui_start 80x24 env -u TMUX tmux -u -S "$T/inner" -f "$T/inner.conf" new-session \
		"$NG_BUILD/tests/lib/copies" 203.0.113.0/24 "$T/said"
	wait_for '[ -n "$(tmux -S "$T/inner" list-clients)" ] && [ -e "$T/said" ]'
	wait_for handed_on 60
}

# While tmux has a pane to draw anew it hands nothing on: the key is pressed again.
handed_on() {
	tmux -S "$T/inner" send-keys c
	poll_for '[ "$(tui show-buffer)" = 203.0.113.0/24 ]' 3
}

test_screen_hands_it_on() {
	need screen
	TUI_CONF='set -s set-clipboard on'
	TEXT=$(seq -s , 1000) # in several pieces
	mkdir -m 700 "$T/screen"
	copies env -u TMUX "SCREENDIR=$T/screen" screen -c /dev/null
	wait_for '[ "$(tui show-buffer)" = "$TEXT" ]'
}

# The text is there all the same where there is no clipboard, and where no file can be.
test_what_could_not_be_copied_is_said() {
	export HOME=/nonexistent XDG_CACHE_HOME=/proc/nowhere
	tui_start 80x24 "$NG_BUILD/tests/lib/copies" a "$T/said"
	wait_for '[ -e "$T/said" ]'
	tui_keys c
	wait_for '[ -s "$T/said" ]'
	assert_match "$(cat "$T/said")" '^copied a \(terminal only; /proc/nowhere/nethergaze: .*\)$'
}

run_tests
