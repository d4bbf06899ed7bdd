#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

# in_shell [NAME=VALUE...]: the console as a child of a shell, which notes the terminal's
# settings before and after, and how it ended.
in_shell() {
	export HOME=$T XDG_CONFIG_HOME=$T
	cat >"$T/shell" <<-END
		trap : INT
		ulimit -c 0
		echo before
		stty -g >$T/stty.before
		exec 2>$T/shell.err # a shell says how its child ended
		env $* $NG --replay $RECORDING --speed max --show-private-ips 2>$T/stderr
		echo \$? >$T/status
		stty -g >$T/stty.after
		echo after
		read -r _
	END
	tui_start 80x24 sh "$T/shell"
}

child() {
	pgrep -P "$(tui_pid)" | head -1
}

# restored [STATUS]: the main screen again, with its text, its cursor, its settings.
restored() {
	tui_wait '^after'
	tui_wait '^before'
	assert_eq "$(cat "$T/status")" "${1:-0}" 'exit status'
	assert_eq "$(cat "$T/stty.after")" "$(cat "$T/stty.before")" 'stty'
	assert_eq "$(tui display-message -p '#{alternate_on} #{cursor_flag} #{mouse_any_flag}')" '0 1 0'
	assert_eq "$(tui_screen | grep .)" $'before\nafter'
	[ "${1:-0}" -ge 128 ] || assert_eq "$(cat "$T/stderr")" ''
}

test_restored_after_q() {
	in_shell
	tui_wait "$PLAYED"
	tui_keys q
	restored
}

test_restored_after_ctrl_c() {
	in_shell
	tui_wait "$PLAYED"
	tui_keys / a b C-c
	restored
}

test_restored_after_sigterm() {
	in_shell
	tui_wait "$PLAYED"
	kill -TERM "$(child)"
	restored
}

test_restored_after_sighup() {
	in_shell
	tui_wait "$PLAYED"
	kill -HUP "$(child)"
	restored
}

# crash SIGNAL: whatever ends it on the spot, too, and it ends by that signal.
crash() {
	in_shell
	tui_wait "$PLAYED"
	kill -"$1" "$(child)"
	restored $((128 + $(kill -l "$1")))
}

# A sanitizer has its own end for what it takes for a fault.
fault() {
	! grep -q __asan_init "$NG" || skip 'AddressSanitizer ends it in its own way'
	crash "$1"
}

test_restored_after_sigsegv() {
	fault SEGV
}

test_restored_after_sigbus() {
	fault BUS
}

test_restored_after_sigfpe() {
	fault FPE
}

test_restored_after_sigill() {
	fault ILL
}

test_restored_after_sigabrt() {
	crash ABRT
}

test_restored_after_sigusr2() {
	crash USR2
}

test_restored_after_sigalrm() {
	crash ALRM
}

# As Ctrl-Z and fg do it, in a shell with job control.
test_suspended_and_resumed() {
	export HOME=$T XDG_CONFIG_HOME=$T
	cat >"$T/shell" <<-END
		set -m
		echo before
		stty -g >$T/stty.before
		$NG --replay $RECORDING --speed max --show-private-ips
		stty -g >$T/stty.after
		echo stopped
		until [ -e $T/go ]; do sleep 0.05; done
		fg >/dev/null
		echo \$? >$T/status
		stty -g >$T/stty.after
		echo after
		read -r _
	END
	tui_start 80x24 bash "$T/shell"
	tui_wait "$PLAYED"
	tui_keys C-z
	tui_wait '^stopped'
	tui_wait '^before'
	assert_eq "$(cat "$T/stty.after")" "$(cat "$T/stty.before")" 'stty'
	assert_eq "$(tui display-message -p '#{alternate_on} #{cursor_flag}')" '0 1'
	touch "$T/go"
	golden main-80x24
	tui_keys '?'
	tui_wait '^Help'
	tui_keys q q
	tui_wait '^after'
	assert_eq "$(cat "$T/status")" 0 'exit status'
	assert_eq "$(cat "$T/stty.after")" "$(cat "$T/stty.before")" 'stty'
}

# lines FROM TO: that many requests, each of an address of its own.
lines() {
	seq "$1" "$2" | awk '{
		printf "203.0.%d.%d - - [01/Jan/2026:00:00:00 +0000] \"GET /n%d HTTP/1.1\" 200 5\n",
			$1 / 200 % 200, 1 + $1 % 200, $1 }' >>"$T/access.log"
}

# stall: a live console at a terminal that takes nothing any more. -> UNREAD, CONSOLE
stall() {
	: >"$T/access.log"
	export HOME=$T XDG_CONFIG_HOME=$T TERM=xterm-256color
	background "$NG_BUILD/tests/lib/unread" 160x45 "$T/gate" "$T/written" "$NG" \
		--source proc --log-path "$T/access.log" --record "$T/recording"
	UNREAD=$PID
	wait_for '[ -s "$T/written.pid" ]'
	CONSOLE=$(cat "$T/written.pid")
	wait_open "$CONSOLE" "$T/access.log"
	# Each change of size draws all of it, until the terminal is waited for (EPOLLOUT).
	wait_for 'lines 1 40; kill -WINCH "$CONSOLE"
		grep -qs "events: *1c" /proc/$CONSOLE/fdinfo/*' 30
}

# Nothing else waits for it, and the screen is the newest when it takes something again.
test_terminal_that_nobody_reads() {
	stall
	lines 7001 7300
	wait_for 'grep -q /n7300 "$T/recording"'
	touch "$T/gate"
	wait_for '[ -e "$T/written" ]'
	tui_start 160x45 sh -c "stty raw; tail -c +1 -f '$T/written'"
	tui_wait '/n7300'
	lines 7301 7301
	tui_wait '/n7301( |$)'
	kill -TERM "$CONSOLE"
	finish "$UNREAD"
	wait_for '[ "$(tui display-message -p "#{alternate_on} #{cursor_flag}")" = "0 1" ]'
}

test_signal_while_nobody_reads() {
	stall
	lines 8001 8002
	wait_for 'grep -q /n8002 "$T/recording"'
	kill -TERM "$CONSOLE"
	# It is a zombie: who runs it waits for the gate.
	wait_for 'grep -q "^State:.Z" "/proc/$CONSOLE/status"' 10
	touch "$T/gate"
	finish "$UNREAD"
}

test_stopped_and_continued() {
	in_shell
	tui_wait "$PLAYED"
	local pid
	pid=$(child)
	kill -STOP "$pid"
	tui_resize 100x30
	tui_keys '?'
	kill -CONT "$pid"
	tui_wait '^Help'
	tui_resize 80x24 # tmux mixes up its two screens when they differ in height
	tui_keys q q
	restored
}

# The window of a session that is gone: the console ends by itself.
test_terminal_goes_away() {
	in_shell
	tui_wait "$PLAYED"
	local pid
	pid=$(child)
	tui kill-server
	wait_for "! kill -0 $pid" 10
}

test_resize_storm() {
	play 80x24
	tui_wait "$PLAYED"
	local i pid
	pid=$(tui_pid)
	for i in $(seq 60); do
		tui_resize "$((1 + i * 37 % 170))x$((1 + i * 23 % 61))"
		kill -WINCH "$pid"
	done
	tui_resize 120x40
	golden main-120x40
	tui_keys Enter
	for i in $(seq 30); do
		tui_resize "$((1 + i * 29 % 140))x$((1 + i * 19 % 40))"
	done
	tui_keys q
	tui_resize 80x24
	golden main-80x24
}

test_colours() {
	play 80x24
	tui_wait "$PLAYED"
	wait_for 'tui_look | grep -qF -- "half $BAD}254{"'
	wait_for 'tui_look | grep -qF -- "$WARN}404"'
	wait_for 'tui_look | grep -qF -- "$DIM}200"'
}

test_eight_colours() {
	in_shell TERM=xterm
	tui_wait "$PLAYED"
	wait_for 'tui_look | grep -qF "half {b 1}254{"'
	wait_for 'tui_look | grep -qF "{3}404"'
	assert_no_match "$(tui_colours)" '38;5'
	tui_keys q
	restored
}

test_no_color() {
	in_shell NO_COLOR=1
	tui_wait "$PLAYED"
	assert_no_match "$(tui_look)" '\{[bdr_]* ?[0-9]'
	# What is wrong is still told from what is not.
	wait_for 'tui_look | grep -qF "half {b_}254{"'
	tui_keys q
	restored
}

test_ascii_locale() {
	in_shell LC_ALL=C LANG=C
	tui_wait "$PLAYED"
	tui_wait '^!vAddress'
	tui_keys / Tab
	tui_type 'page'
	tui_keys Enter
	tui_wait 'filter: page'
	tui_keys q
	restored
}

test_term_unfit() {
	in_shell TERM=dumb
	tui_wait '^after'
	assert_eq "$(cat "$T/status")" 2
	assert_match "$(cat "$T/stderr")" 'TERM=dumb'
}

# A terminal that people bring along, and that this machine has never heard of.
test_term_unknown() {
	in_shell TERM=xterm-of-tomorrow
	tui_wait 'TERM=xterm-of-tomorrow is unknown here: drawn as xterm-256color'
	wait_for 'tui_look | grep -qF -- "$WARN}404"'
	tui_keys C-l # seen: the footer again
	golden main-80x24
	tui_keys q
	restored
}

test_term_unheard_of() {
	in_shell -u COLORTERM TERM=no-such-terminal
	tui_wait 'drawn as vt100'
	tui_keys q
	tui_wait '^after'
}

test_term_unset() {
	in_shell -u TERM
	tui_wait '^after'
	assert_eq "$(cat "$T/status")" 2
	assert_match "$(cat "$T/stderr")" 'TERM is not set'
}

test_output_to_a_pipe() {
	export HOME=$T XDG_CONFIG_HOME=$T
	assert_status 2 "$NG" --replay "$RECORDING" --speed max
	assert_eq "$(cat "$T/stdout")" ''
	assert_match "$(cat "$T/stderr")" '^nethergaze: .*not a terminal'
}

# Nothing is written while nothing happens; and what is, is little.
test_no_frame_without_a_change() {
	export HOME=$T XDG_CONFIG_HOME=$T
	head -3 "$RECORDING" >"$T/quiet.ndjson"
	tui_start 80x24 "$NG" --replay "$T/quiet.ndjson" --speed max
	tui pipe-pane -o "cat >$T/written"
	tui_wait 'REPLAY 00:13:20'
	wait_for settled
	: >"$T/written"
	kill -WINCH "$(tui_pid)"
	wait_for '[ -s $T/written ]'
	wait_for settled
	tui_keys x x x
	wait_for settled
	: >"$T/mark"
	local size
	size=$(stat -c %s "$T/written")
	wait_for settled
	wait_for settled
	assert_eq "$(stat -c %s "$T/written")" "$size"
}

# more_lines LOG: 5000 a second, of which none is like another.
more_lines() {
	"$NG_BUILD/tests/lib/make_log" 100000 200 >"$T/lines"
	while mapfile -n 250 -t lines && [ ${#lines[@]} -gt 0 ]; do
		printf '%s\n' "${lines[@]}"
		sleep 0.05
	done <"$T/lines" >>"$1"
}

# Where everything is new in every frame, there are fewer: nobody can read them, and the terminal may
# be far away. A quarter of a byte a second for each cell, and 800; no frame is as large as that for
# two seconds. Twice as much is allowed for here, a quarter of what it was without the bound.
test_what_nobody_can_read_costs_little() {
	local size sender from at bytes
	for size in 80x24 200x60; do
		: >"$T/log"
		background more_lines "$T/log"
		sender=$PID
		console "$size" --source proc --log-path "$T/log" --show-private-ips
		tui_wait '(GET|POST|HEAD) +/'
		tui pipe-pane -O "cat >'$T/bytes'"
		tui_keys Down # that is answered, so the way is open
		wait_for '[ -s "$T/bytes" ]'
		from=$(stat -c %s "$T/bytes") at=${EPOCHREALTIME/./}
		sleep 3 # the span that is measured
		bytes=$(($(stat -c %s "$T/bytes") - from))
		note "$size: $bytes bytes"
		at=$((${EPOCHREALTIME/./} - at))
		[ "$bytes" -gt 0 ] || fail 'it draws nothing'
		[ "$bytes" -le $((2 * (800 + ${size%x*} * ${size#*x} / 4) * (at + 2000000) / 1000000)) ] ||
			fail "$bytes bytes in $at us at $size"
		stop "$sender"
		console_end
	done
}

run_tests
