#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Commands by name, pickers, what is copied, keys that explain themselves, keys of the config.
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

begin() {
	play "$@"
	tui_wait "$PLAYED"
}

test_looks() {
	begin 80x24
	tui_keys :
	tui_wait '^ Commands'
	golden commands-80x24
	tui_resize 120x40
	tui_type 'srt nx'
	tui_wait '^ sort-next '
	golden commands-120x40
}

test_runs_what_is_found() {
	begin 80x24
	tui_keys :
	tui_type 'inp'
	tui_wait '^ inputs '
	tui_keys Enter
	tui_wait '^Inputs'
	tui_keys q :
	tui_type 'no such thing'
	tui_wait 'nothing is called so'
	tui_keys Enter
	tui_keys C-u
	tui_type 'q'
	tui_keys Enter
	tui_end
	assert_eq "$STATUS" 0
}

test_values() {
	begin 100x30
	tui_keys :
	tui_type 'sort rat'
	tui_wait '^ rate .*Req/m'
	tui_keys Enter
	tui_wait 'Req/m▼'
	tui_keys :
	tui_type 'group '
	tui_wait '^ country '
	tui_keys Down Enter
	tui_wait 'grouped by'
	tui_keys :
	tui_type 'filter status:5xx'
	tui_keys Enter
	tui_wait '\(1( match)?\)'
	tui_keys :
	tui_type 'filter rat>60'
	tui_keys Enter
	tui_wait 'no field .?"?rat'
	# What was run stands first, and can be run again.
	tui_keys Escape :
	tui_wait '^ filter status:5xx .*before'
	tui_keys Escape :
	tui_type 'columns ip,conns,nonsense'
	tui_keys Enter
	tui_wait 'no column "nonsense"'
	tui_keys :
	tui_type 'theme pink'
	tui_keys Enter
	tui_wait 'themes are auto'
}

test_sort_is_picked() {
	begin 100x30
	tui_keys o
	tui_wait '^ Sort by'
	tui_type 'syn'
	tui_wait '^ syn_rate '
	tui_keys Enter
	tui_wait 'SYN/m▼'
}

test_copies() {
	begin 100x30
	export XDG_CACHE_HOME=$T/cache
	tui_keys Down Up c
	tui_wait 'copied .*(terminal and|copied\))'
	tui_keys C
	tui_wait '^ Copy'
	tui_type 'whois'
	tui_wait '^ owner \(whois\) +whois '
	tui_keys Enter
	tui_wait 'copied whois '
	tui_keys C
	tui_type 'grep'
	tui_wait "grep -E '"
	tui_keys Escape
	tui_gone '^ Copy'
}

test_keys_explain_themselves() {
	begin 80x24
	tui_keys 5
	tui_wait 'no hook has this key'
	tui_keys u
	tui_wait 'u: no filter is saved'
	tui_keys BSpace
	tui_wait 'nothing to undo: there is no filter'
}

test_keys_of_the_config() {
	mkdir -p "$T/nethergaze"
	printf '[keys]\nhelp = "F5 x"\nsort-pick = "none"\nredraw = "r X"\n' >"$T/nethergaze/config.toml"
	begin 80x24
	tui_keys x
	tui_wait '^Help'
	tui_wait '^F5 x +this help'
	tui_keys X q '?'
	tui_gone '^Help'
}

test_keys_that_are_none() {
	export HOME=$T XDG_CONFIG_HOME=$T
	mkdir -p "$T/nethergaze"
	local line
	for line in 'fly = "x"|unknown key "keys.fly".*did you mean' 'sort = "hyper-x"|hyper-x: no such key' \
		'left = "h"|h: is text in the line' 'sort = 7|keys.sort is a number; expected a string'; do
		printf '# one\n[keys]\n%s\n' "${line%%|*}" >"$T/nethergaze/config.toml"
		assert_status 2 "$NG" --once
		assert_match "$(cat "$T/stderr")" "config.toml:3: .*${line#*|}"
	done
	"$NG" --print-config >"$T/config"
	grep -q '^\[keys\]' "$T/config"
	grep -q '^# sort-next = ">"' "$T/config"
}

run_tests
