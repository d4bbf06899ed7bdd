#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What is chosen in the setup holds at once, and at the next start.
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

KEPT=nethergaze/console.toml

begin() {
	play "$@"
	tui_wait "$PLAYED"
}

again() {
	tui_keys Escape Escape q
	tui_end
	tui kill-server
	wait_for '! tui info >/dev/null 2>&1'
	begin "$@"
}

test_looks() {
	mkdir -p /tmp/ng-setup.golden
	at_exit 'rm -rf /tmp/ng-setup.golden'
	export HOME=/tmp/ng-setup.golden XDG_CONFIG_HOME=/tmp/ng-setup.golden
	tui_start 80x24 "$NG" --replay "$RECORDING" --speed max --show-private-ips
	tui_wait "$PLAYED"
	tui_keys C-l , # the columns are as wide as what is there now
	tui_wait '^ Setup'
	golden setup-80x24
}

test_columns_are_chosen() {
	begin 100x30
	tui_wait ' CC '
	tui_keys , NPage
	tui_wait '\[x\] CC'
	tui_keys Home Down Down Down Down Down Down Down Space
	wait_for '! grep -q country "$T/$KEPT"'
	tui_keys Escape
	tui_gone ' CC '
	grep -q '^address = \["org"' "$T/$KEPT"
	assert_eq "$(stat -c %a "$T/$KEPT")" 600
	again 100x30
	tui_wait 'Organization'
	tui_gone ' CC '
	# A column is moved with the arrows; all come back as they were.
	tui_keys , Down Down Down Down Down Down Down Right
	wait_for '! grep -q "^address = \[\"org\"" "$T/$KEPT"'
	tui_keys Home Down Down Down Down Down Down Space Escape
	wait_for '! grep -q "^address" "$T/$KEPT"'
	tui_wait ' CC '
}

test_settings_are_kept() {
	begin 100x30
	tui_keys , Right
	wait_for 'grep -q "^theme = \"dark\"" "$T/$KEPT"'
	tui_keys Left Left
	wait_for 'grep -q "^theme = \"mono\"" "$T/$KEPT"'
	tui_keys Down Space
	wait_for 'grep -q "^mouse = true" "$T/$KEPT"'
	tui_wait 'the mouse is on'
	tui_keys Down Down Space Down Right
	wait_for 'grep -q "^tab = \"paths\"" "$T/$KEPT"'
	grep -q '^wrap = true' "$T/$KEPT"
	again 100x30
	tui_keys ,
	tui_wait '^ Theme +mono'
	tui_wait '^ Mouse +yes'
	tui_wait '^ Below.* paths'
}

# What a key has changed meanwhile is what stands there, and is turned from.
test_setup_shows_what_is() {
	begin 100x30
	tui_keys W ,
	tui_wait 'several lines +yes'
	tui_keys Down Down Down Space
	tui_wait 'several lines +no'
	grep -q '^wrap = false' "$T/$KEPT"
}

# The file is anybody's who can write there: it is bounded, named where it is wrong, and what is no
# TOML is not written over.
test_hostile_file() {
	mkdir -p "$T/nethergaze"
	printf 'mouse = true\ntheme = "\\u001b[31mpink"\n' >"$T/$KEPT"
	begin 100x30
	tui_wait 'console.toml:2: '
	tui_keys q
	tui_end
	tui kill-server
	wait_for '! tui info >/dev/null 2>&1'
	printf 'mouse = true\n\033]2;hi\007 {' >"$T/$KEPT"
	cp "$T/$KEPT" "$T/before"
	begin 100x30
	tui_wait 'console.toml:2: .*left as it is'
	tui_keys , Right
	tui_wait 'not kept'
	cmp "$T/$KEPT" "$T/before"
}

# A home that cannot be written to is said, and nothing else comes of it.
test_directory_that_cannot_be_made() {
	: >"$T/nethergaze"
	begin 100x30
	tui_keys , Right
	tui_wait 'not kept: .*console.toml: Not a directory'
	tui_keys Escape
	tui_gone '^ Setup'
	tui_keys q
	tui_end
	assert_eq "$STATUS" 0
}

test_filters_are_saved() {
	begin 100x30
	tui_keys /
	tui_type 'status:404'
	tui_keys C-s
	tui_wait '^save as '
	tui_type 'bad name'
	tui_keys Enter
	tui_wait 'a name is 1 to 31'
	tui_keys C-u
	tui_type 'scan'
	tui_keys Enter
	tui_wait '^/status:404'
	tui_wait 'saved: @scan'
	tui_keys Escape
	again 100x30
	tui_keys /
	tui_type '@sc'
	tui_wait '^@scan'
	tui_keys Tab Enter
	tui_wait '\(1( match)?\)'
	tui_keys Escape u
	tui_wait '^ scan +status:404'
	tui_keys Enter
	tui_wait '\(1( match)?\)'
	tui_keys :
	tui_type 'forget scan'
	tui_keys Enter
	tui_wait 'forgotten: @scan'
	! grep -q '^scan' "$T/$KEPT"
}

run_tests
