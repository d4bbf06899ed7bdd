#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

the_end='REPLAY 00:14:02'

test_80x24() {
	play 80x24
	tui_wait "$the_end"
	golden main-80x24
}

test_120x40() {
	play 120x40
	tui_wait "$the_end"
	golden main-120x40
}

test_200x60() {
	play 200x60
	tui_wait "$the_end"
	golden main-200x60
}

test_40x10() {
	play 40x10
	tui_wait '192\.0\.2\.10 .*120'
	golden main-40x10
}

test_narrow_and_low() {
	play 12x30
	tui_wait 'SYN FLOO'
	golden main-12x30
	tui_resize 100x3
	golden main-100x3
	tui_resize 100x7
	golden main-100x7
}

# The smallest of all must show something, or nothing, and take keys.
test_1x1() {
	play 1x1
	tui_wait '[2 ]|^$'
	tui_keys Down Enter Up Tab '?' i / x Enter Escape Escape Escape
	tui_resize 80x24
	tui_wait "$the_end"
	tui_keys q
	tui_end
	assert_eq "$STATUS" 0
}

test_detail() {
	play 80x24
	tui_wait "$the_end"
	sort_by Reqs
	tui_keys Enter # the crawler
	tui_wait '^192.0.2.10  US'
	golden_of detail-requests-80x24 from_line ^192.0.2.10
	tui_keys Down Down Down
	golden_of detail-cursor-80x24 from_line ^192.0.2.10
	tui_keys Escape
	tui_wait '^!.*Address'
	tui_keys S S Home Enter
	tui_wait 'First seen'
	tui_keys q
	tui_wait '^!.*Address'
}

test_detail_of_half_open() {
	play 120x40
	tui_wait "$the_end"
	sort_by Address
	tui_type '/203.0.113.10'
	tui_keys Enter Enter
	tui_wait '^203.0.113.10  BR'
	golden_of detail-half-open-120x40 from_line ^203.0.113.10
}

test_help() {
	play 80x24
	tui_wait "$the_end"
	tui_keys '?'
	tui_wait '^Help'
	golden help-80x24
	tui_keys End
	tui_wait 'spoofed'
	tui_keys Escape
	tui_wait '^!.*Address'
	tui_resize 200x60
	tui_keys '?'
	golden help-200x60
}

test_inputs() {
	play 80x24
	tui_wait "$the_end"
	tui_keys i
	tui_wait '^Inputs'
	golden inputs-80x24
}

test_private_hidden() {
	play 80x24
	tui_wait '2001:db8:1' # columns are as wide as what they have had
	tui_keys p
	tui_wait '273 connections are from private addresses and hidden'
	golden private-80x24
	tui_keys p
	tui_wait '203\.0\.113\.0/24'
}

test_trouble() {
	cat >"$T/trouble.ndjson" <<-'END'
		{"t":"start","ts":1767226400.0,"version":"0.2.0","host":"old1","show_private_ips":true}
		{"t":"source","ts":1767226400.0,"source":"proc","note":"eBPF refused: the kernel is locked down (confidentiality)"}
		{"t":"log","ts":1767226400.1,"log":"/var/log/nginx/a.log","state":"denied","lines":0,"rejected":0,"skipped":0,"note":"Permission denied"}
		{"t":"log","ts":1767226400.1,"log":"/var/log/nginx/b.log","state":"missing","lines":0,"rejected":0,"skipped":0}
		{"t":"lost","ts":1767226401.0,"what":"ring","n":1234}
		{"t":"tick","ts":1767226402.0}
	END
	console 120x12 --replay "$T/trouble.ndjson" --speed max
	tui_wait 'REPLAY 00:13:22'
	golden trouble-120x12
	tui_keys i
	golden trouble-inputs-120x12
}

run_tests
