#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The filter, field by field; and the search in a page.
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

begin() {
	play "$@"
	tui_wait "$PLAYED"
}

test_fields_are_the_filter() {
	begin 80x24
	tui_wait '▼Address {10}CC Organization Conns' # an empty table keeps the widths of before
	tui_keys /
	tui_type 'status:4xx -path:/x conns>0'
	tui_keys Enter f
	tui_wait '^ Status +4xx'
	tui_wait '^ Anything else +-path:/x conns>0'
	golden dialog-80x24
	tui_keys Down C-u
	tui_type '5xx'
	tui_keys Tab
	tui_type 'x'
	tui_wait '^ .*rate'
	tui_keys Enter
	tui_wait '^ Status +5xx' # it is wrong, and stays
	tui_keys BSpace
	tui_type '>=0'
	tui_wait '^ /status:5xx rate>=0 -path:/x conns>0'
	tui_keys Enter
	tui_wait 'status:5xx rate>=0'
	tui_keys f Escape
	tui_wait 'status:5xx rate>=0'
	tui_keys f C-u C-u C-u Enter
	tui_wait 'no filter'
}

paste() {
	tui set-buffer -- "$1"
	tui paste-buffer -p -r
}

test_paste_is_text() {
	begin 80x24
	tui_keys f Up Up Up Up
	paste $'curl/8 q\n'
	tui_wait '^ Agent +curl/8 q'
	tui_keys Enter
	tui_wait 'ua:"curl/8 q"'
	tui_keys :
	paste $'sort conns\n'
	tui_wait '^:sort conns'
}

test_search() {
	begin 80x24
	tui_keys '?'
	tui_wait '^Help'
	tui_keys /
	tui_type 'half-open'
	tui_wait 'Help  "half-open" 1 of [0-9]+'
	golden help-search-80x24
	tui_keys Enter n
	tui_wait '"half-open" 2 of'
	tui_keys N N
	tui_wait '"half-open" ([0-9]+) of \1'
	tui_keys /
	tui_type 'no such text'
	tui_wait '"no such text" is not here'
	tui_keys Escape i
	tui_wait '^Inputs'
	tui_keys /
	tui_type 'source'
	tui_wait '^Inputs  "source" 1 of'
	tui_keys Escape Escape Escape
	tui_gone '^Help'
}

# ^T marks in the log instead of filtering, and back.
test_highlight() {
	begin 80x24
	tui_keys /
	tui_type 'status:404'
	tui_gone '^F 203.0.113.10'
	tui_keys C-t
	tui_wait '^highlight/status:404'
	tui_wait '^F.203.0.113'
	tui_keys Enter
	tui_keys F3
	tui_wait '^highlight/status:404'
	tui_keys C-u Enter
	tui_gone '^highlight'
}

run_tests
