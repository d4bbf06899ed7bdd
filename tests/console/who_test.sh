#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Where addresses are, on screen: from a recording, so that no database is needed.
. "$(dirname "$0")/../lib/sh.sh"
. "$(dirname "$0")/golden.sh"

recording() {
	local ip
	echo '{"t":"start","ts":1000,"version":"0","host":"web1","show_private_ips":true}'
	for ip in 203.0.113.1 203.0.113.2 198.51.100.7; do
		printf '{"t":"request","ts":1001,"ip":"%s","method":"GET","path":"/of/%s"}\n' "$ip" "$ip"
	done
	echo '{"t":"place","ts":1001,"ip":"203.0.113.1","country":"BR","city":"Recife","asn":64500,"org":"Example Telecom"}'
	echo '{"t":"place","ts":1001,"ip":"203.0.113.2","country":"PT"}'
	echo '{"t":"enricher","ts":1001,"what":"asn","state":"corrupt","note":"/x/asn.mmdb: damaged"}'
	echo '{"t":"registration","ts":1001,"net":"203.0.113.1/32","by":"rdap","name":"EXAMPLE-NETWORK-4","handle":"203.0.113.0 - 203.0.113.255","country":"BR","registered":"2011-04-05"}'
	echo '{"t":"registration","ts":1001,"net":"198.51.100.7/32","note":"own address, not looked up"}'
	echo '{"t":"tick","ts":1002}'
}

play_it() {
	recording >"$T/rec.ndjson"
	console "$1" --replay "$T/rec.ndjson" --speed max --show-private-ips
	tui_wait '^..203\.0\.113\.1 +BR '
}

test_columns() {
	play_it 100x24
	tui_wait '^!.Address +CC Organization'
	tui_wait '^..203\.0\.113\.1 +BR Example Telecom'
	tui_wait '^..203\.0\.113\.2 +PT  '
	tui_wait '^..198\.51\.100\.7     '
}

test_sheet() {
	play_it 100x24
	tui_keys / && tui_type 'asn:64500' && tui_keys Enter
	tui_gone '^..203\.0\.113\.2 '
	tui_keys Enter
	tui_wait '^203\.0\.113\.1  BR Recife  AS64500 Example Telecom'
}

# A handle that is the range leaves the line its end, at 80 columns, too.
test_registration() {
	play_it 80x24
	tui_keys / && tui_type 'asn:64500' && tui_keys Enter
	tui_gone '^..203\.0\.113\.2 '
	tui_keys Enter
	tui_wait '^Registered 203\.0\.113\.1/32  EXAMPLE-NETWORK-4, BR  since 2011-04-05, by rdap'
}

# What it says that it is, and what came of checking: a column, and a line of the sheet.
test_crawlers() {
	local agent='Mozilla/5.0 (compatible; Googlebot/2.1)'
	{
		echo '{"t":"start","ts":1000,"schema":1,"host":"web1","show_private_ips":true}'
		for ip in 203.0.113.1 203.0.113.2 203.0.113.3; do
			printf '{"t":"request","ts":1001,"ip":"%s","path":"/","agent":"%s"}\n' "$ip" "$agent"
		done
		echo '{"t":"crawler","ts":1001,"ip":"203.0.113.1","name":"Googlebot","outcome":"confirmed","by":"rdns"}'
		echo '{"t":"crawler","ts":1001,"ip":"203.0.113.2","name":"Googlebot","outcome":"refuted","by":"ranges"}'
		echo '{"t":"crawler","ts":1001,"ip":"203.0.113.3","name":"GPTBot","outcome":"unverified"}'
		echo '{"t":"tick","ts":1002}'
	} >"$T/rec.ndjson"
	console 100x24 --replay "$T/rec.ndjson" --speed max --show-private-ips
	tui_wait '^..203\.0\.113\.1 +Googlebot  '
	tui_wait '^..203\.0\.113\.2 +not Googlebot '
	tui_wait '^..203\.0\.113\.3 +GPTBot\?  '
	sheet_of 203.0.113.1
	tui_wait '^Crawler +Googlebot: confirmed by reverse DNS'
	tui_keys Escape
	sheet_of 203.0.113.2
	tui_wait "^Crawler +Googlebot: it says, but is refuted by its operator's published ranges"
	tui_keys Escape
	sheet_of 203.0.113.3
	tui_wait '^Crawler +GPTBot: it says; not verified'
}

sheet_of() { # IP
	tui_keys / C-u && tui_type "$1" && tui_keys Enter
	tui_wait "^..$1 "
	tui_keys Enter
}

test_own_address() {
	play_it 80x24
	tui_keys / && tui_type '198.51.100.7' && tui_keys Enter
	tui_gone '^..203\.0\.113\.2 '
	tui_keys Enter
	tui_wait "^Registered own address, not looked up"
}

test_filters() {
	play_it 100x24
	tui_keys / && tui_type 'country:pt' && tui_keys Enter
	tui_gone '^..203\.0\.113\.1 '
	tui_wait '^..203\.0\.113\.2 +PT '
	tui_keys / && tui_keys C-u && tui_type 'country:xyz'
	tui_wait 'country: takes two letters'
}

test_inputs_page() {
	play_it 100x24
	tui_keys i
	tui_wait '^asn +corrupt: /x/asn.mmdb: damaged'
}

run_tests
