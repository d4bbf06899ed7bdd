#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The machine's config files, below /etc: in a mount namespace that has another /etc.
. "$(dirname "$0")/../lib/sh.sh"

unset "${!NETHERGAZE_@}" XDG_CONFIG_HOME
export HOME=/nonexistent
export NETHERGAZE_WHOIS_ENABLED=false NETHERGAZE_RUNNING_SERVERS=false

# elsewhere COMMAND...: with $T/etc in the place of /etc.
elsewhere() {
	local how=(--map-root-user --mount)
	[ "$(id -u)" -ne 0 ] || how=(--mount)
	unshare "${how[@]}" true 2>/dev/null || skip 'no mount namespaces for this user'
	unshare "${how[@]}" sh -c 'mount --bind "$0/etc" /etc && exec "$@"' "$T" "$@"
}

machine_file() { # NAME, its text on stdin
	mkdir -p "$T/etc/nethergaze/conf.d"
	cat >"$T/etc/nethergaze/$1"
}

test_doctor_names_the_files_that_were_read() {
	need unshare
	machine_file config.toml <<<'log_path = "/nonexistent/one.log"'
	machine_file conf.d/20.toml <<<'log_path = "/nonexistent/two.log"'
	machine_file conf.d/10.toml <<<'source = "proc"'
	elsewhere "$NG" --doctor >"$T/out" 2>"$T/err" || fail "doctor: $(cat "$T/err")"
	grep -A3 '^Configuration' "$T/out" >"$T/part"
	assert_match "$(sed -n 2p "$T/part")" 'yes +/etc/nethergaze/config.toml$'
	assert_match "$(sed -n 3p "$T/part")" 'yes +/etc/nethergaze/conf.d/10.toml$'
	assert_match "$(sed -n 4p "$T/part")" 'yes +/etc/nethergaze/conf.d/20.toml$'
	assert_match "$(cat "$T/out")" 'With --source proc'
	assert_match "$(cat "$T/out")" '/nonexistent/two.log'
	assert_no_match "$(cat "$T/out")" '/nonexistent/one.log'
	: >"$T/own.toml"
	elsewhere "$NG" --doctor --config "$T/own.toml" >"$T/out"
	assert_no_match "$(cat "$T/out")" '/etc/nethergaze/conf.d/10.toml'
}

test_errors_name_the_file() {
	need unshare
	machine_file conf.d/10.toml <<<'sorce = "proc"'
	local status=0
	elsewhere "$NG" --once --duration 0 >"$T/out" 2>"$T/err" || status=$?
	assert_eq "$status" 2
	assert_match "$(cat "$T/err")" '^nethergaze: /etc/nethergaze/conf.d/10.toml:1: unknown key "sorce"'
}

run_tests "$@"
