#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Hooks: what reaches the program (its argv, environment and privileges, as /proc has them) and what
# comes back from it, on logs whose every field is hostile.
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

# What a program gets, to files: it replaces none that is there, so that a second run would show.
born() {
	cat >"$T/born" <<-'END'
		#!/bin/sh
		set -C
		d=${0%/*}
		tr '\0' '\n' </proc/$$/cmdline >"$d/argv"
		tr '\0' '\n' </proc/$$/environ >"$d/environ"
		grep -E '^(Uid|Cap|NoNewPrivs)' /proc/$$/status >"$d/status"
		echo was born
	END
	chmod +x "$T/born"
}

# Every text of a request, and the name that ends in the address: ", ;, $(, backtick, newline, a
# leading -, ESC; each would make a file in $T if a shell saw it.
hostile_log() {
	local bad="-x\";touch $T/pwned1;\$(touch $T/pwned2)\`touch $T/pwned3\`'\\x1b[31m\\n{ip}{prefix}|touch $T/pwned4"
	local i
	for i in 1 2 3 4 5 6 7 8 9; do
		printf '%s - %s [22/Nov/2026:08:14:15 +0000] "GET /%s HTTP/1.1" 404 5 "%s" "%s"\n' \
			100.99.98.9 "${bad// /}" "${bad// /}" "$bad" "$bad"
	done | sed "s/22\/Nov\/2026:08:14:15/$(date -u +%d\\/%b\\/%Y:%T)/" >"$T/access.log"
}

LIVE=() # more of its environment

# The log has an address that other traffic of this machine is unlikely to have.
#
# live CONFIG-LINE...: a console on the log, with a home of its own.
live() {
	printf '%s\n' "$@" >"$T/c.toml"
	[ -e "$T/access.log" ] || hostile_log
	tui_start 100x30 env HOME="$T" XDG_STATE_HOME="$T/state" "${LIVE[@]}" "$NG" --config "$T/c.toml" \
		--source proc --log-path "$T/access.log" --from-start --show-private-ips \
		--filter net:100.99.98.0/24
	tui_wait '100\.99\.98\.9'
	tui_keys Down Up
}

hook() { # KEY LABEL COMMAND [LINE...]
	printf '[[actions.hooks]]\nkey = "%s"\nlabel = "%s"\ncommand = %s\n' "$1" "$2" "$3"
	shift 3
	printf '%s\n' "$@"
}

pwned() {
	local files=("$T"/pwned*)
	[ ! -e "${files[0]}" ] || fail "a shell has seen ${files[*]}"
}

test_program_gets_the_address_and_nothing_else() {
	born
	export SECRET=of-the-console
	live "$(hook x born "\"$T/born {ip} --ip={ip} '{prefix} a' \$x\"")" "$(hook 1 born "\"$T/born {ip} --ip={ip} '{prefix} a'\"")"
	tui_keys 1
	tui_wait 'exit status 0'
	tui_wait '^was born'
	assert_eq "$(cat "$T/argv")" "/bin/sh
$T/born
100.99.98.9
--ip=100.99.98.9
100.99.98.9/32 a"
	assert_eq "$(sort "$T/environ" | tr '\n' ' ')" \
		'LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin '
	assert_match "$(cat "$T/status")" "Uid:.$(id -u)"
	assert_eq "$(awk '/^Cap(Inh|Prm|Eff|Amb)/ { print $2 }' "$T/status" | sort -u)" 0000000000000000
	assert_match "$(cat "$T/status")" 'NoNewPrivs:.1'
	pwned
	# What a shell only would understand is not run without one.
	tui_keys q x
	tui_wait 'born: only a shell knows what \$ means'
	tui_keys q
	tui_end
	assert_eq "$STATUS" 0
	assert_match "$(cat "$T/state/nethergaze/actions.log")" \
		"^20[0-9T:-]*Z	uid=$(id -u)	hook	100.99.98.9	ok	$T/born 100.99.98.9 --ip=100.99.98.9 '100.99.98.9/32 a'	exit status 0\$"
	assert_eq "$(stat -c %a "$T/state/nethergaze/actions.log")" 600
}

# From each panel of the console that stands on somebody, with each kind of hook.
test_no_field_reaches_a_shell() {
	local panel
	born
	live "$(hook 1 words "\"$T/born {ip}\"")" \
		"$(hook 2 script "\"echo '{ip}' {ip} \\\"{prefix}\\\" >>$T/seen\"" 'shell = true')"
	for panel in rows detail log tops; do
		case $panel in
		detail) tui_keys Enter && tui_wait '^100.99.98.9' ;;
		log) tui_keys Escape && tui_keys Tab ;;
		tops) tui_keys v ;;
		esac
		tui_keys 2
		tui_wait 'exit status 0|script: it needs an address'
		tui_keys Escape
		tui_gone 'exit status 0'
	done
	sort -u "$T/seen" >"$T/all"
	assert_eq "$(cat "$T/all")" '100.99.98.9 100.99.98.9 100.99.98.9/32'
	pwned
}

test_output_is_text() {
	live "$(hook 1 noisy "\"printf 'a\\\\tb \\\\033[31mred\\\\033]0;title\\\\007 \\\\302\\\\233 end\\\\r\\\\n'; printf '%01200d\\\\n' 7; exit 3\"" 'shell = true')"
	tui_keys 1
	tui_wait 'exit status 3'
	tui_wait '^a       b \\x1b\[31mred\\x1b\]0;title\\x07 .* end$'
	tui_wait '07$'
	tui_keys c
	tui_wait 'copied'
	assert_match "$(cat "$T/.cache/nethergaze/copied")" '^a       b \\x1b'
}

# another KEY LABEL: closes one hook's page, and runs the next.
another() {
	tui_keys q
	tui_gone '^\$ '
	tui_keys "$1"
	tui_wait "^$2"
}

test_bounds() {
	live "$(hook 1 flood '"yes"' 'timeout = "300ms"')" \
		"$(hook 2 late "\"echo \$\$ >$T/pid; sleep 1000 & wait\"" 'shell = true' 'timeout = "300ms"')" \
		"$(hook 3 closes '"exec >&- 2>&-"' 'shell = true')" \
		"$(hook 4 none '"no-such-program-here {ip}"')" \
		"$(hook 5 sudo '"echo the no new privileges flag is set; exit 1"' 'shell = true')"
	tui_keys 1
	tui_wait 'was ended, after'
	tui_wait 'it wrote more than is shown here'
	another 2 late
	tui_wait 'was ended, after'
	[ -s "$T/pid" ] || fail 'it did not run'
	wait_for "! pgrep -g $(cat "$T/pid") >/dev/null" 10
	another 3 closes
	tui_wait 'it wrote nothing'
	another 4 none
	tui_wait 'no such program'
	another 5 sudo
	tui_wait 'sudo cannot work here'
	tui_keys q : 
	tui_type 'hook clo'
	tui_wait '^ closes '
	tui_keys Enter
	tui_wait 'it wrote nothing'
	tui_keys q '?'
	tui_wait '^Help'
	tui_type '/flood: yes'
	tui_keys Enter
	tui_wait '^1 +flood: yes'
}

# A network is not one address, and a row of a country is neither.
test_rows_that_are_groups() {
	born
	live "$(hook 1 one "\"$T/born {ip}\"")" "$(hook 2 net "\"$T/born {prefix}\"")"
	tui_keys z
	tui_wait '100.99.98.0/24'
	tui_keys 1
	tui_wait 'one: it needs one address, and this is a network'
	tui_keys 2
	tui_wait 'exit status 0'
	assert_eq "$(tail -n 1 "$T/argv")" 100.99.98.0/24
}

test_key_that_does_something_else() {
	hook q one '"x"' >"$T/c.toml"
	assert_status 2 "$NG" --config "$T/c.toml" --once --source proc --duration 0
	assert_match "$(cat "$T/stderr")" 'hook "one": its key q is that of "quit"'
}

# A recording is looked at; nothing is done in it.
test_replay_runs_none() {
	hook 1 one "\"$NG_TOP\"" >"$T/c.toml"
	tui_start 100x30 env HOME="$T" "$NG" --config "$T/c.toml" --demo
	tui_wait 'DEMO|REPLAY'
	if pgrep -P "$(tui_pid)"; then
		fail 'a helper in a replay'
	fi
	tui_keys 1
	tui_wait 'one: this is a demo, in which nothing is done'
}

# The console is killed if it executes anything once it has the terminal; its runner does instead.
test_the_console_executes_nothing() {
	[ "${NG_BUILD%san}" = "$NG_BUILD" ] || skip 'the sanitisers want to be the first that is preloaded'
	LIVE=(LD_PRELOAD="$NG_BUILD/tests/preload/no_exec.so")
	live "$(hook 1 one '"echo {ip}"')"
	tui_keys 1
	tui_wait '^100.99.98.9$'
	tui_keys q c R R i q , q w
	tui_wait 'watching'
	grep -q '^Seccomp:.*2' "/proc/$(tui_pid)/status" || fail 'no filter'
	wait_for 'tui_keys q; [ "$(tui display-message -p "#{pane_dead}")" = 1 ]' 10
	tui_end
	assert_eq "$STATUS" 0
}

helpers() { # of the console
	pgrep -P "$(tui_pid)" -x "${1:-ng-runner|ng-blocker}"
}

# gone PID...: none of them is left.
gone() {
	local pid
	for pid; do
		! kill -0 "$pid" 2>/dev/null || return 1
	done
}

# However the console ends, its helpers end as well, and what they run.
test_helpers_end_with_the_console() {
	local helper
	live "$(hook 1 long "\"echo \$\$ >$T/pid; sleep 1000 & wait\"" 'shell = true')"
	helper=$(helpers | xargs)
	[ -n "$helper" ] || fail 'no helper'
	tui_keys 1
	wait_for "[ -s '$T/pid' ]" 10
	kill -KILL "$(tui_pid)"
	wait_for "gone $helper" 10
	wait_for "! pgrep -g $(cat "$T/pid") >/dev/null" 10
}

test_a_helper_that_is_gone_is_told() {
	live "$(hook 1 one '"true"')"
	kill -KILL "$(helpers ng-runner)"
	tui_keys 1
	tui_wait 'one: the runner has ended: it was killed by signal 9'
	tui_keys q
	tui_end
	assert_eq "$STATUS" 0
}

run_tests
