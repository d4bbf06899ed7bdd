# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# Screens compared with tests/console/golden/NAME.txt. UPDATE=1 writes them anew instead:
#
#	UPDATE=1 tests/console/screens_test.sh
#
# Look at the difference before committing it.

GOLDEN=$NG_TOP/tests/console/golden
RECORDING=$NG_TOP/tests/data/console.ndjson

# console COLSxROWS ARG...: nethergaze in a terminal of that size, without anybody's config.
console() {
	local size=$1
	shift
	export HOME=$T XDG_CONFIG_HOME=$T
	tui_start "$size" "$NG" "$@"
}

# play COLSxROWS [ARG...]: the recording, to its end; the console stays with its last state.
play() {
	local size=$1
	shift
	console "$size" --replay "$RECORDING" --speed max --show-private-ips "$@"
}

# tui_type TEXT: as typed, letter by letter.
tui_type() {
	tui send-keys -l -- "$1"
}

# selected: the text of the row under the cursor, which has a background of its own. idle: that of
# a panel that has not the keys. Both on the dark background that a terminal has by default.
selected() {
	on_ground 18
}

idle() {
	on_ground 17
}

on_ground() {
	tui_colours | grep -E $'\e\\[([0-9;]*;)?48;5;'"$1"'m' | sed -E $'s/\e\\[[0-9;]*m//g'
}

# settled: true when the screen has been the same for a few looks.
settled() {
	local one two
	one=$(tui_screen)
	for _ in 1 2 3 4; do
		sleep 0.1
		two=$(tui_screen)
		[ "$one" = "$two" ] || return 1
	done
}

# golden NAME: waits until the screen is the one in golden/NAME.txt.
golden() {
	local file=$GOLDEN/$1.txt
	if [ -n "${UPDATE:-}" ]; then
		wait_for settled
		tui_screen >"$file"
		return
	fi
	poll_for "tui_screen | cmp -s - '$file'" 10 && return
	echo "FAIL: the screen is not $file (${BASH_SOURCE[1]##*/}:${BASH_LINENO[0]}):"
	tui_screen | diff -u "$file" - || true
	exit 1
}
