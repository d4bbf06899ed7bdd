#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Every view, at three sizes and in every look, in the middle of an incident. A run walks through all
# of them, and is compared with one file of golden/, a part of it for each view. A further view is a
# line of the table. `make goldens` writes all files anew.
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

# NAME | KEYS that open it | a line that is there then, if it says more than keys do | KEYS that close it
views() {
	cat <<-'END'
		main         |                     | SYN flood         |
		detail       | Home Enter          | ^First seen       | Escape
		since        | d                   | ^ ?What is new    | d
		inputs       | i                   | ^ ?Inputs         | Escape
		help         | ?                   | ^ ?Help           | Escape
		help-search  | ? / f l o o d Enter | "flood" 1 of      | Escape
		filter       | / s t a t u s :     | ^ ?status: .*404  | Escape
		filter-wrong | / r a t > 6 0       | no field          | Escape
		dialog       | f                   | ^ Anything else   | Escape
		commands     | :                   | ^ Commands        | Escape
		picker       | o                   | ^ Sort by         | Escape
		copy         | C                   | ^ Copy            | Escape
		time         | t                   | ^ go to           | Escape
		setup        | ,                   | ^ Setup           | Escape
		findings     | BTab                |                   |
		tops-paths   | v                   |                   |
		tops-agents  | v                   |                   |
		tops-status  | v                   |                   |
	END
}

# Of the file, what belongs to the view.
part() { # FILE NAME
	awk -v want="=== $2" '/^=== / { on = $0 == want; next } on' "$1"
}

# walk FILE SHOW: each view, as the command SHOW has it.
walk() {
	local file=$GOLDEN/$1.txt show=$2 name keys there close
	: >"$T/walked"
	while IFS='|' read -r name keys there close; do
		name=${name%% *} there=$(sed 's/^ //; s/ *$//' <<<"$there")
		# shellcheck disable=SC2086 # keys
		[ -z "${keys// /}" ] || tui_keys $keys
		[ -z "$there" ] || tui_wait "$there"
		if [ -n "${UPDATE:-}" ]; then
			wait_for settled
			{ echo "=== $name" && "$show"; } >>"$T/walked"
		else
			part "$file" "$name" >"$T/want"
			poll_for "$show | cmp -s - '$T/want'" 10 || {
				"$show" | diff -u "$T/want" - || true
				fail "$name is not as in $file"
			}
		fi
		# shellcheck disable=SC2086
		[ -z "${close// /}" ] || tui_keys $close
		[ -z "${close// /}" ] || [ -z "$there" ] || tui_gone "$there"
	done < <(views)
	[ -z "${UPDATE:-}" ] || cp "$T/walked" "$file"
}

# The flood, half-way: no settings of anybody's, and a path that is the same everywhere.
begin() { # COLSxROWS LOOK
	look "$2"
	rm -rf /tmp/ng-views.golden
	mkdir /tmp/ng-views.golden
	at_exit 'rm -rf /tmp/ng-views.golden'
	export HOME=/tmp/ng-views.golden XDG_CONFIG_HOME=/tmp/ng-views.golden
	tui_start "$1" env "${LOOK[@]}" "$NG" --demo --speed max --duration 4m
	tui_wait "$PLAYED"
	tui_keys C-l # the columns are as wide as what is there now
}

test_80x24() {
	begin 80x24 dark
	walk views-80x24 tui_look
}

test_120x40() {
	begin 120x40 dark
	walk views-120x40 tui_screen
}

test_200x60() {
	begin 200x60 dark
	walk views-200x60 tui_screen
}

test_light() {
	begin 80x24 light
	walk views-light tui_look
}

test_mono() {
	begin 80x24 mono
	walk views-mono tui_look
}

test_ascii() {
	begin 80x24 ascii
	walk views-ascii tui_screen
}

run_tests
