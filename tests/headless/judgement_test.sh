#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What a run without a console says of the judgement, and what the operator may set: on recordings of
# a scanner (one address, Nikto's agent) and of a SYN flood from two networks.
. "$(dirname "$0")/../lib/sh.sh"

unset "${!NETHERGAZE_@}"
export NETHERGAZE_WHOIS_ENABLED=false NETHERGAZE_AUTH_ENABLED=false NETHERGAZE_RUNNING_SERVERS=false HOME=/nonexistent
unset XDG_CONFIG_HOME
SCANNER=203.0.113.89

# replay RECORDING ARG...: the report of tests/data/RECORDING.ndjson.gz in $T/out.
replay() {
	local name=$1
	shift
	gzip -dc "$NG_TOP/tests/data/$name.ndjson.gz" >"$T/$name.ndjson"
	assert_status 0 "$NG" --replay "$T/$name.ndjson" --speed max --once "$@"
	cp "$T/stdout" "$T/out"
}

# config LINE...: a config file of these lines in $T/c.toml.
config() {
	printf '%s\n' "$@" >"$T/c.toml"
}

test_the_verdict_comes_first() {
	replay scanner
	assert_match "$(sed -n 1p "$T/out")" \
		"^verdict: somebody looks for holes \($SCANNER\), sure: [0-9]+ different paths answered 4xx"
	assert_match "$(sed -n 2p "$T/out")" '^learning what is usual here, for [0-9]+ s more$'
	assert_match "$(sed -n 3p "$T/out")" \
		"^flag scanner: $SCANNER, for [0-9]+ s: [0-9]+ different paths answered 4xx.*Nikto"
	assert_eq "$(sed -n 4p "$T/out")" ''
	assert_match "$(sed -n 5p "$T/out")" '^web1, connections: ebpf'
}

test_quiet_is_said_with_its_figures() {
	config '[flags]' scanner.enabled=false exploit.enabled=false burst.enabled=false
	replay scanner --config "$T/c.toml"
	assert_match "$(sed -n 1p "$T/out")" '^verdict: nothing stands out: [0-9.]+ requests/s'
	assert_no_match "$(cat "$T/out")" '^flag '
}

test_records_carry_flags() {
	replay scanner --json
	assert_json "$T/out" "map(select(.ip == \"$SCANNER\"))[0] | .flags == [\"scanner\"] and
		.suspicious == [\"burst\", \"scanner-agent\", \"exploit-path\"]"
	assert_json "$T/out" 'map(select(.t == "host" and has("flags"))) | length == 1'
	assert_json "$T/out" '.[-1] | .t == "summary" and .flags == ["scanner"] and
		(.verdict | startswith("somebody looks for holes")) and (has("held") | not)'
	replay syn-two-nets --json
	assert_json "$T/out" 'map(select(.ip == "198.51.100.10"))[0] | .in_flags == ["syn-flood"] and
		(has("flags") | not) and .suspicious == ["idle-conns", "half-open"]'
}

# The thresholds decide, and only those of the flag at hand.
test_thresholds_decide() {
	config '[flags.syn-flood]' 'half_open = 100'
	replay syn-two-nets --json --config "$T/c.toml"
	assert_json "$T/out" '.[-1].flags == ["syn-flood"]'
	config '[flags.syn-flood]' 'half_open = 1000 # of about 260' 'cookies = 1000'
	replay syn-two-nets --json --config "$T/c.toml"
	assert_json "$T/out" '.[-1] | (.flags // []) | index("syn-flood") == null'
	config '[flags.syn-flood]' 'enabled = false'
	replay syn-two-nets --json --config "$T/c.toml"
	assert_json "$T/out" '.[-1] | (.flags // []) | index("syn-flood") == null'
}

test_words_of_the_configuration_are_looked_for() {
	local agent='Chrome/126'
	replay scanner --json
	assert_json "$T/out" 'map(select(.t == "host" and (.suspicious // [] | index("scanner-agent")))) | length == 1'
	config '[filters]' "scanner_user_agents = [\"$agent\"]"
	replay scanner --json --config "$T/c.toml"
	assert_json "$T/out" 'map(select(.t == "host" and (.suspicious // [] | index("scanner-agent")))) | length > 1'
	config '[filters]' 'exploit_path_patterns = ["/articles/"]'
	replay scanner --json --config "$T/c.toml"
	assert_json "$T/out" 'map(select(.t == "host" and (.suspicious // [] | index("exploit-path")))) | length >= 1'
	config '[filters]' 'suspicious_burst_rpm = 1'
	replay scanner --json --config "$T/c.toml"
	assert_json "$T/out" 'map(select(.t == "host" and (.suspicious // [] | index("burst")))) | length > 20'
}

test_suspicious_leaves_out_the_others() {
	replay scanner --suspicious
	assert_match "$(cat "$T/out")" $'\n24 of 25 rows are left out by the filter is:suspicious\n'
	assert_eq "$(grep -c '^203\.' "$T/out")" 1
	assert_match "$(tail -n 1 "$T/out")" "^$SCANNER "
	replay scanner --suspicious --json
	assert_json "$T/out" "map(select(.t == \"host\") | .ip) == [\"$SCANNER\"]"
	assert_json "$T/out" '.[-1].ips == 25'
	replay scanner --suspicious --group net
	assert_match "$(tail -n 1 "$T/out")" '^203\.0\.113\.0/24 '
	# A part of a flagged network is shown as well, quiet or not.
	replay syn-two-nets --suspicious
	assert_match "$(cat "$T/out")" $'\n24 of 54 rows are left out'
	NETHERGAZE_SUSPICIOUS=true replay scanner
	assert_match "$(cat "$T/out")" $'\n24 of 25 rows are left out'
	config '[view]' 'suspicious = true'
	replay scanner --config "$T/c.toml"
	assert_match "$(cat "$T/out")" $'\n24 of 25 rows are left out'
}

test_top_records_say_what_is_asked_for() {
	replay scanner --json
	assert_json "$T/out" '[.[] | select(.t == "top") | .of] | unique == ["agent", "path", "port", "referer", "status"]'
	assert_json "$T/out" '[.[] | .t] | . as $t | (rindex("host") < index("top")) and
		(rindex("top") < rindex("summary"))'
	assert_json "$T/out" 'map(select(.t == "top")) | all(.machine == "web1" and .ts > 0 and
		(.per_min > 0 or .of == "port"))'
	assert_json "$T/out" 'map(select(.t == "top" and (.of | IN("agent", "path", "referer")))) |
		all((.sources | type) == "number" and (.failed | type) == "number" and .loners >= 0 and .loners <= 1)'
	assert_json "$T/out" 'map(select(.t == "top" and .of == "path")) | length == 10 and
		(map(.per_min) == (map(.per_min) | sort | reverse))'
	assert_json "$T/out" 'map(select(.t == "top" and .of == "agent" and (.key | test("Nikto"))))[0] |
		.sources == 1 and .per_min > 200'
	assert_json "$T/out" 'map(select(.t == "top" and .of == "status" and .key == "404"))[0].per_min > 200'
	assert_json "$T/out" 'map(select(.t == "top" and .of == "path")) |
		all(.five_min >= .five_min_4xx and .five_min_sources >= 1 and .five_min_5xx == 0)'
	assert_json "$T/out" 'map(select(.t == "top" and .of == "port")) |
		all(.open >= 0 and .half_open >= 0 and .five_min_handshakes >= 0)'
}

test_refuses_bad_settings() {
	config '[flags.scanner]' 'paths = -3'
	assert_status 2 "$NG" --once --config "$T/c.toml"
	assert_eq "$(cat "$T/stderr")" "nethergaze: $T/c.toml:2: flags.scanner.paths: \"-3\" is not valid; expected a number from 0 to 999999"
	config '[flags.scaner]' 'paths = 3'
	assert_status 2 "$NG" --once --config "$T/c.toml"
	assert_match "$(cat "$T/stderr")" 'c.toml:2: unknown key "flags.scaner.paths".*did you mean flags.scanner.paths\?$'
	config '[filters]' 'exploit_path_patterns = ["/"]'
	assert_status 2 "$NG" --once --config "$T/c.toml"
	assert_match "$(cat "$T/stderr")" 'c.toml:2: filters.exploit_path_patterns: "/" is not valid'
}

# A replay of what a replay says judges the same.
test_a_replay_of_a_replay_judges_the_same() {
	replay scanner --json
	mv "$T/out" "$T/first"
	"$NG" --replay "$T/scanner.ndjson" --speed max --json >"$T/again.ndjson"
	assert_status 0 "$NG" --replay "$T/again.ndjson" --speed max --once --json
	diff <(jq -c 'select(.t == "host" or .t == "top" or .t == "summary") | [.ip, .flags, .suspicious, .key, .sources]' "$T/first") \
		<(jq -c 'select(.t == "host" or .t == "top" or .t == "summary") | [.ip, .flags, .suspicious, .key, .sources]' "$T/stdout")
}

run_tests
