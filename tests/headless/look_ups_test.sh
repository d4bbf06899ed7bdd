#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # conditions to poll are given as text
#
# The process that looks addresses up: what it keeps, what the rest does not need any more, and what
# is left when it is gone.
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/lib/registry.sh"

# watch ARG...: nethergaze on $T/access.log; its events in $T/out.
watch() {
	background "$NG" --json --source proc --log-path "$T/access.log" --from-start \
		--duration 60 "$@" >"$T/out" 2>"$T/err"
	NG_PID=$PID
}

any() {
	jq -se "any(.[]; $1)" "$T/out" >/dev/null 2>&1
}

state() { # WHAT STATE REGEX-OF-NOTE
	any ".t == \"enricher\" and .what == \"$1\" and .state == \"$2\" and (.note // \"\" | test(\"$3\"))"
}

# look_ups: -> LOOK_UPS, the process.
look_ups() {
	wait_for 'pgrep -P "$NG_PID" -x ng-look-ups'
	LOOK_UPS=$(pgrep -P "$NG_PID" -x ng-look-ups)
}

status_of() { # FIELD
	awk -v field="$1:" '$1 == field { $1 = ""; print substr($0, 2) }' "/proc/$LOOK_UPS/status"
}

seconds() {
	grep -c '"t":"tick"' "$T/out"
}

ticks_of_cpu() {
	awk '{ print $14 + $15 }' "/proc/$NG_PID/stat"
}

test_it_keeps_nothing() {
	need jq pgrep
	start_registry
	log_of 8.8.9.7
	watch
	look_ups
	wait_for 'any ".t == \"registration\" and .net == \"8.8.8.0/22\""' 20
	for set in CapInh CapPrm CapEff CapAmb; do
		assert_eq "$(status_of "$set")" 0000000000000000 "$set"
	done
	assert_eq "$(status_of NoNewPrivs)" 1
	assert_eq "$(awk '/^Max file size/ { print $4, $5 }' "/proc/$LOOK_UPS/limits")" '0 0'
	# Neither the log nor the terminal, nor what the other processes talk through.
	assert_eq "$(readlink "/proc/$LOOK_UPS/fd/"[012] | sort -u)" /dev/null
	assert_eq "$(find "/proc/$LOOK_UPS/fd" -lname '/*' ! -lname /dev/null)" ''
	[ "$(status_of Uid | awk '{ print $1 }')" != 0 ] || [ "$(id -u)" != 0 ] || fail 'it runs as root'
	stop "$NG_PID"
	assert_eq "$STATUS" 0
	[ ! -e "/proc/$LOOK_UPS" ] || fail 'it outlives the console'
}

# root's run is somebody else's there: the caller's, whom sudo names, in no other group.
test_it_becomes_the_caller() {
	need jq pgrep
	need_root
	start_registry
	log_of 8.8.9.7
	SUDO_UID=12345 SUDO_GID=12346 watch
	look_ups
	wait_for 'any ".t == \"registration\" and .net == \"8.8.8.0/22\""' 20
	assert_eq "$(status_of Uid)" '12345 12345 12345 12345'
	assert_eq "$(status_of Gid)" '12346 12346 12346 12346'
	assert_eq "$(status_of Groups | xargs)" ''
	assert_eq "$(status_of CapBnd)" 0000000000000000
	stop "$NG_PID"
	# A caller who is root is none.
	: >"$T/out"
	rm -rf "$T/cache"
	SUDO_UID=0 SUDO_GID=0 watch
	look_ups
	wait_for 'any ".t == \"registration\""' 20
	[ "$(status_of Uid | awk '{ print $1 }')" -gt 0 ] || fail 'it runs as root'
	stop "$NG_PID"
}

# In a user namespace that knows no other user it cannot, and has no capability all the same.
test_where_there_is_nobody_else() {
	need jq pgrep unshare
	unshare -Ur true 2>/dev/null || skip 'no user namespace may be made'
	start_registry
	log_of 8.8.9.7
	background unshare -Ur "$NG" --json --source proc --log-path "$T/access.log" --from-start \
		--duration 60 >"$T/out" 2>"$T/err"
	NG_PID=$PID
	look_ups
	wait_for 'any ".t == \"registration\" and .net == \"8.8.8.0/22\""' 20
	assert_eq "$(status_of CapEff) $(status_of CapPrm)" '0000000000000000 0000000000000000'
	stop "$NG_PID"
	assert_eq "$STATUS" 0
}

# What the process has, the console does not: it calls nobody.
test_only_it_calls_anybody() {
	need jq pgrep ss
	start_registry hang
	log_of 8.8.8.8 9.9.9.9
	watch
	look_ups
	wait_for 'grep -q /ip/ "$T/asked"' 20
	wait_for 'any ".t == \"enricher\" and .what == \"rdap\" and .asked > 0"' 20
	assert_match "$(ss -Htnp state established "dport = $HTTP")" "pid=$LOOK_UPS,"
	assert_no_match "$(ss -Htunp)" "pid=$NG_PID,"
	stop "$NG_PID"
}

# Killed, it is said to be gone; what is cached is still known, and the rest goes on.
test_it_is_killed() {
	need jq pgrep
	start_registry
	log_of 8.8.9.7
	watch
	wait_for 'any ".t == \"registration\" and .net == \"8.8.8.0/22\""' 20
	look_ups
	kill -9 "$LOOK_UPS"
	wait_for 'any ".t == \"note\" and (.text | test(\"^the look-ups process has ended: it was killed by signal 9\"))"' 20
	wait_for 'state rdap gone "killed by signal 9" && state whois gone "killed by signal 9"' 20
	printf '%s - - [22/Nov/2026:08:14:15 +0000] "GET /later HTTP/1.1" 200 12 "-" "x"\n' \
		8.9.0.1 8.8.11.3 >>"$T/access.log"
	wait_for 'any ".t == \"request\" and .path == \"/later\" and .ip == \"8.8.11.3\""'
	# It does not spin on what is gone: of three seconds it takes no third.
	local want before after
	want=$(($(seconds) + 3)) before=$(ticks_of_cpu)
	wait_for "[ \"\$(seconds)\" -ge $want ]" 20
	after=$(ticks_of_cpu)
	[ $((after - before)) -lt 100 ] || fail "$((after - before)) ticks of CPU"
	stop "$NG_PID"
	assert_eq "$STATUS" 0
	assert_eq "$(grep -c '8\.9\.0\.1' "$T/asked" || true)" 0
	assert_eq "$(jq -sc '[.[] | select(.t == "note" and (.text | test("look-ups process")))] | length' "$T/out")" 1 \
		'said once'
}

# Killed with questions under way: each has its end, and says why.
test_it_is_killed_while_it_asks() {
	need jq pgrep
	start_registry hang
	log_of 8.8.8.8 9.9.9.9
	NETHERGAZE_RDNS_SERVER=127.0.0.1:1 watch --rdns
	look_ups
	wait_for 'grep -q /ip/ "$T/asked"' 20
	kill -9 "$LOOK_UPS"
	for net in 8.8.8.0/24 9.9.9.0/24; do
		wait_for "any '.t == \"registration\" and .net == \"$net\" and
			(.note // \"\" | test(\"signal 9\"))'" 20
	done
	wait_for 'state rdns gone "signal 9"' 20
	wait_for 'any ".t == \"enricher\" and .what == \"rdap\" and .state == \"gone\" and .waiting == 0"' 20
	stop "$NG_PID"
	assert_eq "$STATUS" 0
}

# Whoever kills the console leaves nobody behind.
test_it_ends_with_the_console() {
	need pgrep
	start_registry hang
	log_of 8.8.8.8
	watch
	look_ups
	wait_for 'grep -q /ip/ "$T/asked"' 20
	kill -9 "$NG_PID"
	wait_for '[ ! -e "/proc/$LOOK_UPS" ] || grep -q "^State:.Z" "/proc/$LOOK_UPS/status"' 20
}

# Nor is it waited for for ever, when it does not end: here it cannot.
test_one_that_hangs_holds_nothing_up() {
	need jq pgrep
	start_registry hang
	log_of 8.8.8.8
	watch
	look_ups
	wait_for 'grep -q /ip/ "$T/asked"' 20
	kill -STOP "$LOOK_UPS"
	at_exit "kill -9 $LOOK_UPS 2>/dev/null"
	printf '8.9.0.1 - - [22/Nov/2026:08:14:15 +0000] "GET /later HTTP/1.1" 200 12 "-" "x"\n' \
		>>"$T/access.log"
	wait_for 'any ".t == \"request\" and .path == \"/later\""'
	stop "$NG_PID"
	assert_eq "$STATUS" 0
}

test_there_is_none_where_nothing_is_looked_up() {
	need pgrep
	start_registry
	log_of 8.8.8.8
	none --no-whois --json --source proc --log-path "$T/access.log"
	none --replay "$NG_TOP/tests/data/console.ndjson" --rdns --json --speed 0.01
	none --demo --rdns --json --speed 0.01
	assert_eq "$(grep -c . "$T/asked")" 2
}

# none ARG...: such a run says something, and has no such process.
none() {
	background "$NG" "$@" --duration 60 >"$T/out" 2>"$T/err"
	NG_PID=$PID
	wait_for '[ -s "$T/out" ] || [ -s "$T/err" ]' 20
	kill -0 "$NG_PID" 2>/dev/null || fail "it has ended: $(cat "$T/err")"
	[ -z "$(pgrep -P "$NG_PID" -x ng-look-ups)" ] || fail "there is one: $*"
	stop "$NG_PID"
}

# IANA's tables, fetched before, are read though nobody may read them there, and not fetched again.
test_kept_tables_are_read() {
	need jq pgrep unshare
	need_root
	start_registry
	mkdir -m 700 "$T/cache"
	for v in 4 6; do
		printf '{"services":[[["%s"],["https://rdap.invalid./"]]]}' \
			"$([ "$v" = 4 ] && echo 8.0.0.0/8 || echo 2a00::/12)" >"$T/cache/rdap-ipv$v.json"
		chmod 600 "$T/cache/rdap-ipv$v.json"
	done
	log_of 8.8.8.8
	# A network that leads nowhere: this asks the real registries' names.
	unset NETHERGAZE_WHOIS_RDAP_BOOTSTRAP
	background unshare -n "$NG" --json --source proc --log-path "$T/access.log" --from-start \
		--duration 60 >"$T/out" 2>"$T/err"
	NG_PID=$PID
	wait_for 'any ".t == \"registration\" and .net == \"8.8.8.0/24\" and (.note // \"\" | test(\"rdap.invalid\"))"' 20
	stop "$NG_PID"
}

test_doctor_tells_of_it() {
	NETHERGAZE_WHOIS_ENABLED=true "$NG" --doctor --source proc >"$T/out" || true
	assert_match "$(tr -s ' \n' ' ' <"$T/out")" \
		'in a process of their own, as uid [0-9]+, without capabilities; nothing is written there'
	[ "$(id -u)" != 0 ] || assert_no_match "$(cat "$T/out")" 'as uid 0,'
	"$NG" --doctor --no-whois --source proc >"$T/out" || true
	assert_no_match "$(cat "$T/out")" 'process of their own'
}

run_tests
