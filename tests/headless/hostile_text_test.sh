#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016
#
# Whatever a name or a text holds, no byte of what is printed moves a terminal: no control of C0 or
# C1, and outside of UTF-8 nothing that such a terminal would take for one.
. "$(dirname "$0")/../lib/sh.sh"

unset "${!NETHERGAZE_@}"
export NETHERGAZE_WHOIS_ENABLED=false NETHERGAZE_AUTH_ENABLED=false
export HOME=/nonexistent
unset XDG_CONFIG_HOME

ESC=$'\e' CSI=$'\xc2\x9b' # the second is U+009B

# assert_harmless FILE [LOCALE]: no control but newline and tab; outside of UTF-8, ASCII alone.
assert_harmless() {
	! LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]' "$1" || fail "C0 controls: $(cat -v "$1")"
	! LC_ALL=C grep -qP '\xc2[\x80-\x9f]' "$1" || fail "C1 controls: $(cat -v "$1")"
	[ "${2:-}" != C ] || ! LC_ALL=C grep -qP '[\x80-\xff]' "$1" || fail "not ASCII: $(cat -v "$1")"
}

# as_host NAME COMMAND...: on a machine of that name.
as_host() {
	local name=$1
	shift
	need unshare
	unshare -Uru true 2>/dev/null || skip 'no user namespaces'
	printf '%s' "$name" >"$T/name"
	unshare -Uru sh -c 'cat "$1" >/proc/sys/kernel/hostname; shift; exec "$@"' sh "$T/name" "$@"
}

once() {
	"$NG" --once --source proc --duration 0 --log-path "$T/none" "$@"
}

test_the_name_of_the_machine() {
	local name
	for name in "web${ESC}[31m1" "web${CSI}31m" $'web\xff\x9b1' $'w\ne\rb' '日本–ü'; do
		as_host "$name" "$NG" --once --source proc --duration 0 --log-path "$T/none" >"$T/table"
		assert_harmless "$T/table"
		as_host "$name" "$NG" --once --json --source proc --duration 0 --log-path "$T/none" >"$T/json"
		assert_harmless "$T/json"
		jq -es '.[-1].machine | test("^w")' "$T/json" >/dev/null || [[ $name = 日* ]] ||
			fail "$(cat "$T/json")"
		as_host "$name" env LC_ALL=C "$NG" --once --source proc --duration 0 --log-path "$T/none" >"$T/table"
		assert_harmless "$T/table" C
		as_host "$name" env LC_ALL=C "$NG" --source proc --duration 0 --log-path "$T/none" \
			--json --record "$T/rec.ndjson" >/dev/null
		assert_harmless "$T/rec.ndjson"
		rm "$T/rec.ndjson"
	done
}

# Paths and values of the command line and the configuration.
test_names_of_files() {
	local bad="$T/a${ESC}]0;x${CSI}31mü–" arg
	: >"$bad.log"
	for arg in "--log-path=$bad.log" "--log-path=$bad.none" "--geoip-city=$bad.mmdb" "--btf=$bad" \
		"--config=$bad.toml" "--record=$bad/none" "--replay=$bad" "--log-format=$bad" "--$bad" "$bad"; do
		for locale in C.UTF-8 C; do
			LC_ALL=$locale "$NG" --once --source proc --duration 0 "$arg" >"$T/out" 2>"$T/err" || true
			assert_harmless "$T/out" "$locale"
			assert_harmless "$T/err" "$locale"
			LC_ALL=$locale "$NG" --doctor --source proc "$arg" >"$T/out" 2>"$T/err" || true
			assert_harmless "$T/out" "$locale"
			assert_harmless "$T/err" "$locale"
			LC_ALL=$locale "$NG" --print-config "$arg" >"$T/out" 2>"$T/err" || true
			assert_harmless "$T/out" "$locale"
			assert_harmless "$T/err" "$locale"
		done
	done
}

# Agents and paths in a log, countries' and cities' names come by way of the same table.
test_what_a_log_says() {
	local line='203.0.113.9 - - [22/Nov/2026:08:14:15 +0000] "GET /ü–\x1b[31m HTTP/1.1" 200 1 "-" "日本 …"'
	printf '%s\n' "$line" | LC_ALL=C "$NG" --once --source proc --log-path - --show-private-ips >"$T/out"
	assert_harmless "$T/out" C
	grep -q '203.0.113.9' "$T/out"
	grep -qF 'GET /?-\x1b[31m' "$T/out"
	printf '%s\n' "$line" | "$NG" --once --source proc --log-path - --show-private-ips >"$T/out"
	assert_harmless "$T/out"
	grep -q 'GET /ü–' "$T/out"
	LC_ALL=C "$NG" --explain "$line" >"$T/out"
	assert_harmless "$T/out" C
	LC_ALL=C "$NG" --help >"$T/out"
	assert_harmless "$T/out" C
	assert_eq "$(wc -l <"$T/out")" "$("$NG" --help | wc -l)"
}

# A record of somebody else's stream.
test_what_a_recording_says() {
	{
		echo '{"t":"start","ts":1795335400,"schema":1,"host":"w\u001b[31m\u009b1ü","show_private_ips":true}'
		echo '{"t":"note","ts":1795335401,"text":"a\u001b]0;b\u0007\u009b–"}'
		echo '{"t":"interface","ts":1795335401,"name":"e\u001b0","note":"\u0085"}'
		echo '{"t":"source","ts":1795335401,"source":"ebpf","sees":["conns"],"note":"\u001b[2J"}'
	} >"$T/rec"
	for locale in C.UTF-8 C; do
		LC_ALL=$locale "$NG" --replay "$T/rec" --speed max --once >"$T/out"
		assert_harmless "$T/out" "$locale"
	done
}

run_tests "$@"
