# shellcheck shell=bash
# shellcheck disable=SC2034 # what is set here is for the tests to read
# SPDX-License-Identifier: MIT
#
# Screens compared with tests/console/golden/NAME.txt. UPDATE=1 writes them anew instead:
#
#	UPDATE=1 tests/console/screens_test.sh
#
# `make goldens` does that for all. Look at the difference before committing it.
#
#	golden NAME		the text of the screen
#	golden_look NAME	the text with its colours and attributes
#	look ascii; play 80x24	a terminal of another kind (see look)
#	goldens NAME STEPS [ARG...]
#				a view at 80x24, 120x40 and 200x60, and at 80x24 in every look
#
# A view that takes the same keys everywhere needs no more than
#
#	test_help() {
#		help() {
#			tui_keys '?'
#			tui_wait '^Help'
#		}
#		goldens help help
#	}

GOLDEN=$NG_TOP/tests/console/golden
PLAYED='REPLAY .*END' # when it is at its end
# What meanings look like in tui_look, on a dark background.
BAD='{b 203' WARN='{227' INFO='{75' DIM='{245' GOOD='{114'
RECORDING=$NG_TOP/tests/data/console.ndjson

# look NAME: the kind of terminal of the next consoles. Every one is without anybody's own settings.
#	dark	256 colours, of whose background nothing is known
#	light	256 colours, white
#	basic	8 colours
#	mono	256 colours, and an operator who wants none
#	vt100	no colours, bold, underline and reverse
#	ascii	256 colours, no UTF-8
#	linux	Linux's own console: 8 colours, a font without many signs
look() {
	LOOK=(-u NO_COLOR -u COLORFGBG)
	case $1 in
	dark) ;;
	light) LOOK+=(COLORFGBG='0;15') ;;
	basic) LOOK+=(TERM=xterm) ;;
	mono) LOOK+=(NO_COLOR=1) ;;
	vt100) LOOK+=(TERM=vt100) ;;
	ascii) LOOK+=(LC_ALL=C LANG=C) ;;
	linux) LOOK+=(TERM=linux) ;;
	*) fail "no look $1" ;;
	esac
}

look dark

# console COLSxROWS ARG...: nethergaze in a terminal of that size, without anybody's config.
console() {
	local size=$1
	shift
	export HOME=$T XDG_CONFIG_HOME=$T
	tui_start "$size" env "${LOOK[@]}" "$NG" "$@"
}

# console_end: ends it with its terminal, before the next one.
console_end() {
	local server
	server=$(tui display-message -p '#{pid}')
	tui kill-server
	wait_for "! kill -0 $server"
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

# sort_by TITLE: until the rows are sorted by the column of that title.
sort_by() {
	local i before
	for i in $(seq 30); do
		before=$(heading)
		[[ $before != *"$1"[▲▼]* ]] || return 0
		tui_keys s
		poll_for '[ "$(heading)" != "$before" ]' 5 || fail "s does not sort by another column after $i"
	done
	fail "no column $1 to sort by"
}

heading() {
	tui_screen | grep -m1 '^!'
}

idle() {
	on_ground 17
}

on_ground() {
	tui_look | grep -F "/$1}" | sed -E 's/\{[bdr_]* ?[0-9]*(\/[0-9]+)?\}//g'
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

# compare NAME SHOW: waits until what the command shows is golden/NAME.txt.
compare() {
	local file=$GOLDEN/$1.txt show=$2
	if [ -n "${UPDATE:-}" ]; then
		wait_for settled
		"$show" >"$file"
		return
	fi
	poll_for "$show | cmp -s - '$file'" 10 && return
	echo "FAIL: the screen is not $file (${BASH_SOURCE[2]##*/}:${BASH_LINENO[1]}):"
	"$show" | diff -u "$file" - || true
	exit 1
}

# golden NAME: waits until the screen is the one in golden/NAME.txt.
golden() {
	compare "$1" tui_screen
}

# golden_look NAME: the same with colours and attributes.
golden_look() {
	compare "$1" tui_look
}

# tui_look: the screen with what each text looks like before it: {b_ 203/18} is bold, underlined, in
# colour 203 on colour 18; d is dim, r reversed; nothing is {}. How a terminal is told so differs
# from one tmux to the next.
tui_look() {
	tui_colours | awk '
	function say(    attrs, ground) {
		attrs = (b ? "b" : "") (d ? "d" : "") (u ? "_" : "") (r ? "r" : "")
		ground = bg == "" ? "" : "/" bg
		now = fg ground
		now = attrs (attrs != "" && now != "" ? " " : "") now
		if (now == said)
			return ""
		said = now
		return "{" now "}"
	}
	function take(codes,    n, c, i) {
		n = split(codes == "" ? "0" : codes, c, ";")
		for (i = 1; i <= n; i++) {
			if (c[i] == 0) { b = d = u = r = 0; fg = bg = "" }
			else if (c[i] == 1) b = 1
			else if (c[i] == 2) d = 1
			else if (c[i] == 4) u = 1
			else if (c[i] == 7) r = 1
			else if (c[i] == 22) b = d = 0
			else if (c[i] == 24) u = 0
			else if (c[i] == 27) r = 0
			else if (c[i] == 38) { fg = c[i + 2]; i += 2 }
			else if (c[i] == 48) { bg = c[i + 2]; i += 2 }
			else if (c[i] == 39) fg = ""
			else if (c[i] == 49) bg = ""
			else if (c[i] >= 30 && c[i] <= 37) fg = c[i] - 30
			else if (c[i] >= 40 && c[i] <= 47) bg = c[i] - 40
			else if (c[i] >= 90 && c[i] <= 97) fg = c[i] - 82
			else if (c[i] >= 100 && c[i] <= 107) bg = c[i] - 92
		}
	}
	BEGIN { said = "" }
	{
		out = ""
		said = ""
		rest = $0
		while (match(rest, /\033\[[0-9;]*m/)) {
			if (RSTART > 1)
				out = out say() substr(rest, 1, RSTART - 1)
			take(substr(rest, RSTART + 2, RLENGTH - 3))
			rest = substr(rest, RSTART + RLENGTH)
		}
		if (rest != "")
			out = out say() rest
		gsub(/\016|\017/, "", out)
		print out
	}'
}

# goldens NAME STEPS [ARG...]: plays the recording, with the arguments, at three sizes and in every
# look, has the command STEPS bring up the view, and compares.
goldens() {
	local name=$1 steps=$2 size kind
	shift 2
	for size in 80x24 120x40 200x60; do
		view "$size" dark "$steps" "$@"
		golden "$name-$size"
		console_end
	done
	for kind in dark light basic mono; do
		view 80x24 "$kind" "$steps" "$@"
		golden_look "$name-$kind"
		console_end
	done
	for kind in ascii linux; do
		view 80x24 "$kind" "$steps" "$@"
		golden "$name-$kind"
		console_end
	done
	look dark
}

view() { # COLSxROWS LOOK STEPS [ARG...]
	local size=$1 steps=$3
	look "$2"
	shift 3
	play "$size" "$@"
	tui_wait "$PLAYED"
	"$steps"
}

# golden_of NAME COMMAND...: the same of what the command makes of the screen.
golden_of() {
	local file=$GOLDEN/$1.txt
	shift
	if [ -n "${UPDATE:-}" ]; then
		wait_for settled
		tui_screen | "$@" >"$file"
		return
	fi
	poll_for "tui_screen | $(printf '%q ' "$@") | cmp -s - '$file'" 10 && return
	echo "FAIL: not $file (${BASH_SOURCE[1]##*/}:${BASH_LINENO[0]}):"
	tui_screen | "$@" | diff -u "$file" - || true
	exit 1
}

# from_line REGEX: of the screen, what stands from the first such line on, but for the bar of the
# replay and the footer.
from_line() {
	sed -n "/$1/,\$p" | head -n -3
}
