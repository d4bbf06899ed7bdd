#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016
#
# e and E: what is written, where, and that no file of others is touched.
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

# in_dir DIR ARG...: the console, in that directory.
in_dir() {
	local dir=$1
	shift
	export HOME=$T XDG_CONFIG_HOME=$T
	mkdir -p "$dir"
	tui_start 160x30 env -C "$dir" -u XDG_STATE_HOME "$NG" --show-private-ips "$@"
}

# written GLOB: the one file, once it is whole.
written() {
	wait_for "compgen -G '$1'" 10
	compgen -G "$1"
}

test_e_writes_a_report() {
	local file
	in_dir "$T/here" --replay "$NG_TOP/tests/data/scanner.ndjson.gz" --speed max
	tui_wait 'REPLAY .*END'
	tui_keys e
	tui_wait 'report: .*/here/nethergaze-report-[0-9]{8}-[0-9]{6}.html'
	file=$(written "$T/here/nethergaze-report-*.html")
	assert_eq "$(stat -c %a "$file")" 600
	assert_match "$(cat "$file")" '<section id="findings">'
	assert_match "$(cat "$file")" 'recording <code>scanner.ndjson.gz'
	assert_match "$(tail -1 "$file")" '</html>'
	tui_keys e
	wait_for '[ "$(ls "$T/here" | wc -l)" -eq 2 ]' 10
}

# What is shown counts: of a frozen console what was there when it was frozen.
test_e_while_frozen() {
	local file
	: >"$T/log"
	in_dir "$T/here" --source proc --log-path "$T/log"
	tui_wait 'not a line since the start'
	echo '203.0.113.9 - - [01/Jan/2026:00:00:00 +0000] "GET /one HTTP/1.1" 200 1 "-" "-"' >>"$T/log"
	tui_wait 203.0.113.9
	tui_keys Space
	tui_wait FROZEN
	echo '203.0.113.10 - - [01/Jan/2026:00:00:00 +0000] "GET /two HTTP/1.1" 200 1 "-" "-"' >>"$T/log"
	tui_keys e
	file=$(written "$T/here/nethergaze-report-*.html")
	tui_wait 'report: '
	assert_match "$(cat "$file")" '203\.0\.113\.9<'
	assert_no_match "$(cat "$file")" '203\.0\.113\.10<'
}

# Where nobody may write it lies with the state.
test_another_place() {
	: >"$T/log"
	in_dir "$T/here" --source proc --log-path "$T/log"
	tui_wait nethergaze
	rmdir "$T/here"
	tui_keys e
	tui_wait 'report: .*/.local/state/nethergaze/nethergaze-report-'
	written "$T/.local/state/nethergaze/nethergaze-report-*.html" >/dev/null
}

test_E_writes_a_letter() {
	local file
	in_dir "$T/here" --replay "$NG_TOP/tests/data/scanner.ndjson.gz" --speed max
	tui_wait 'REPLAY .*END'
	tui_keys E
	tui_wait 'abuse letter: .*/here/nethergaze-abuse-.*txt'
	file=$(written "$T/here/nethergaze-abuse-*.txt")
	assert_eq "$(stat -c %a "$file")" 600
	assert_match "$(head -1 "$file")" '^Subject: Abuse from 203\.0\.113\.[0-9]+: '
	assert_match "$(cat "$file")" '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z 203\.0\.113\.[0-9]+ "GET '
	assert_eq "$(cat "$T/.cache/nethergaze/copied")" "$(cat "$file")"
}

test_E_needs_somebody() {
	: >"$T/log"
	# Other tests, and their namespaces, have connections.
	printf '[filters]\ncidr_allow = ["192.0.2.99"]\n' >"$T/config.toml"
	in_dir "$T/here" --config "$T/config.toml" --source proc --log-path "$T/log"
	tui_wait 'no addresses yet|no connections'
	tui_keys E
	tui_wait 'no address or network is under the cursor to write about'
}

run_tests
