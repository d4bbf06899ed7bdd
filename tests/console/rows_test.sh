#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

# Rows as a tree: the networks that fold by themselves, and the groups that z makes.

# The groups, without what stands above and below them.
groups_shown() {
	tui_screen | grep -A 6 '^ grouped by'
}

golden_groups() {
	compare "$1" groups_shown
}

test_alike_members_fold_and_open() {
	play 80x40
	tui_wait '^F▸203.0.113.0/24 '
	tui_gone '^..203.0.113.10 '
	sort_by Conns
	tui_wait '^F.203.0.113.10 +BR'
	tui_gone '^F.203.0.113.0/24 '
	sort_by !
	tui_keys Home Right
	tui_wait '^F▾203.0.113.0/24 '
	tui_wait '^F  203.0.113.1'
	tui_keys Down Down l # an address does not open
	tui_wait 'only groups'
	tui_keys h
	tui_wait '^F▸203.0.113.0/24 '
	wait_for '[[ $(selected) == F▸203.0.113.0/24* ]]'
}

test_groups() {
	play 80x24
	tui_wait '^F▸203.0.113.0/24 '
	tui_keys z
	tui_wait 'grouped by.* 6 networks, 37 addresses'
	golden_groups rows-net-80x24
	tui_keys Down Right
	tui_wait '^F▾'
	golden_groups rows-net-open-80x24
	tui_keys z
	tui_wait 'grouped by.* AS'
	golden_groups rows-as-80x24
	tui_keys z
	golden_groups rows-country-80x24
	tui_keys Z Z Z
	tui_gone 'grouped by'
	tui_wait '^F▾198.51.100.0/24 ' # what was opened stays so
}

# What is under the cursor, be it one address or many, is what + and - filter by.
test_a_network_is_filtered_by() {
	play 120x40
	tui_wait '^F▸203.0.113.0/24 '
	tui_keys +
	tui_wait 'net:203.0.113.0/24'
	tui_gone '^F.198.51.100.0/24 '
	tui_keys BSpace -
	tui_wait '[-]net:203.0.113.0/24'
	tui_gone '^..203.0.113.0/24 '
	tui_keys BSpace z z z Home +
	tui_wait 'country:'
}

test_only_suspicious() {
	play 120x40
	tui_wait '^..2001:db8::5 '
	tui_keys !
	tui_wait 'is:suspicious'
	tui_gone '^..2001:db8::5 '
	tui_wait '^X.192.0.2.77 '
	tui_wait '^F▸203.0.113.0/24 '
	tui_keys !
	tui_wait '^..2001:db8::5 '
	tui_gone 'is:suspicious'
}

test_the_cursor_follows_when_asked() {
	play 120x40
	tui_wait '^..192.0.2.77 '
	tui_keys Down Down F
	tui_wait 'follows 192.0.2.77'
	tui_keys S
	wait_for '[[ $(selected) == X\ 192.0.2.77* ]]'
	tui_keys F
	tui_wait 'stays in its place'
}

test_the_heading_says_where_the_cursor_is() {
	play 120x24
	tui_wait '^F▸203.0.113.0/24 '
	sort_by Conns
	tui_wait '1/37  ↓'
	tui_keys End
	tui_wait '37/37 ↑'
	tui_keys PPage
	tui_wait '/37 ↑↓'
}

run_tests
