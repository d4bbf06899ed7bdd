#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What root's processes keep. The tables in SECURITY.md are made here, from /proc and from what
# tests/lib/intruder finds in their place; UPDATE=1 writes them anew.
. "$(dirname "$0")/../lib/sh.sh"

INTRUDER=$NG_BUILD/tests/lib/intruder

# table NAME: what is on stdin is the table of that name in SECURITY.md.
table() {
	local file=$NG_TOP/SECURITY.md
	cat >"$T/table"
	if [ -n "${UPDATE:-}" ]; then
		awk -v name="$1" -v table="$T/table" '
			$0 == "<!-- " name " -->" { print; while ((getline line <table) > 0) print line; skip = 1 }
			$0 == "<!-- end -->" { skip = 0 }
			!skip { print }' "$file" >"$T/page"
		cat "$T/page" >"$file"
	fi
	assert_eq "$(awk -v name="$1" '$0 == "<!-- end -->" { on = 0 } on; $0 == "<!-- " name " -->" { on = 1 }' \
		"$file")" "$(cat "$T/table")" "SECURITY.md is not up to date (UPDATE=1 $0)"
}

# capabilities HEX: their names, in the kernel's order.
capabilities() {
	local names=(chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap
		linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner
		sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice
		sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap
		mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf
		checkpoint_restore)
	local bits=$((16#$1)) i text=''
	for ((i = 0; i < 64; i++)); do
		((bits >> i & 1)) && text+=" CAP_$(tr "[:lower:]" "[:upper:]" <<<"${names[i]:-$i}")"
	done
	echo "${text:- none}"
}

# field PID NAME: of each of its threads, each value once.
field() {
	cat /proc/"$1"/task/*/status | awk -v f="$2:" '$1 == f { print $2 }' | sort -u | xargs
}

# row NAME PID FILES CALLS: what landlock(7) leaves, which /proc does not tell; test_intruders tries it.
row() {
	local filter='no filter'
	[ "$(field "$2" Seccomp)" = 2 ] && filter='a filter'
	assert_eq "$(field "$2" NoNewPrivs)" 1
	assert_eq "$(field "$2" CapEff)" "$(field "$2" CapPrm)"
	assert_eq $((16#$(field "$2" CapBnd) & ~16#$(field "$2" CapEff))) 0 "$1: the bounding set"
	echo "| $1 | $(field "$2" Uid | sed "s/^$(console_user)\$/nobody/") |$(capabilities "$(field "$2" CapEff)") | $filter | $3 | $4 |"
}

watch() { # NAME FLAG...: PID is its own
	local name=$1
	shift
	"$NG" --json --log-path "$T/log" "$@" >"$T/$name" 2>&1 &
	PID=$!
	wait_for '[ -n "$(children '"$PID"' ng-runner)" ] && [ "$(field '"$PID"' NoNewPrivs)" = 1 ]'
	wait_for '[ "$(field "$(children '"$PID"' ng-watcher)" Seccomp)" = 2 ]'
	wait_for '[ "$(field '"$PID"' Seccomp)" = 2 ]'
}

children() { # PID NAME
	pgrep -P "$1" -x "$2"
}

test_processes() {
	local rows=''
	need_root
	need_bpf
	need pgrep
	: >"$T/log"
	watch watch
	rows+=$(row nethergaze "$PID" 'Landlock: writes its own directories and what it is told to; reads what libraries need, /proc, /etc, /run' nobody)$'\n'
	rows+=$(row ng-watcher "$(children "$PID" ng-watcher)" 'what its capabilities let it read' nobody)$'\n'
	rows+=$(row ng-opener "$(children "$PID" ng-opener)" 'the same, and opens for the console only logs, configuration, and what all may read' nobody)$'\n'
	rows+=$(row ng-blocker "$(children "$PID" ng-blocker)" "root's" 'whom its programs call')$'\n'
	rows+=$(row ng-runner "$(children "$PID" ng-runner)" "root's" 'whom its programs call')$'\n'
	NETHERGAZE_WHOIS_ENABLED=true watch looks --source proc
	wait_for '[ "$(field "$(children '"$PID"' ng-look-ups)" Seccomp)" = 2 ]'
	rows+=$(row ng-look-ups "$(children "$PID" ng-look-ups)" "Landlock: reads resolver's and libraries' configuration" 'ports 443, 43, 53, and those configured')$'\n'
	watch carries --source proc --publish nats://127.0.0.1:1
	wait_for '[ "$(field "$(children '"$PID"' ng-carrier)" Seccomp)" = 2 ]'
	rows+=$(row ng-carrier "$(children "$PID" ng-carrier)" "the same" 'any')$'\n'
	rows+=$(row 'ng-watcher `--source proc`' "$(children "$PID" ng-watcher)" 'what its capabilities let it read' nobody)$'\n'
	tui_start 100x30 "$NG" --demo
	tui_wait REPLAY
	wait_for '[ "$(field "$(tui_pid)" Seccomp)" = 2 ]'
	rows+=$(row 'nethergaze `--replay`, `--demo`' "$(tui_pid)" 'Landlock: reads the recording; writes reports, copies and choices' nobody)
	table processes <<<"| process | uid | capabilities | system calls | files | calls |
|---|---|---|---|---|---|
$rows"
}

# An intruder finds what it can in the place of each.
test_intruders() {
	local kind what
	local -a kinds=(console watch-raw watch-proc opener look-ups carrier replay explain update)
	need_root
	for kind in "${kinds[@]}"; do
		"$INTRUDER" "$kind" | cat >"$T/$kind" # one of them may not make a file grow
		assert_no_match "$(cat "$T/$kind")" incomplete
	done
	{
		echo '| what is tried | nethergaze | ng-watcher | ng-watcher `--source proc` | ng-opener | ng-look-ups | ng-carrier | `--replay`, `--demo` | `--explain` | `geoip-update` |'
		echo '|---|---|---|---|---|---|---|---|---|---|'
		while read -r what; do
			printf '| %s |' "$what"
			for kind in "${kinds[@]}"; do
				case $(grep "^$what: " "$T/$kind") in
				*': done') printf ' possible |' ;;
				*) printf ' refused |' ;;
				esac
			done
			echo
		done < <(sed 's/: .*//' "$T/watch-raw")
	} | table intruders
}

# A server that runs as root has more capabilities than a line needs: where it was installed is seen
# all the same.
test_explain_sees_servers_of_root() {
	need_root
	mkdir -p "$T/opt/sbin" "$T/opt/conf"
	cp "$(command -v sleep)" "$T/opt/sbin/nginx"
	# shellcheck disable=SC2016 # nginx's variables
	echo 'http { log_format odd "<$status> $remote_addr asked \"$request\"";
		access_log /nowhere/a.log odd; }' >"$T/opt/conf/nginx.conf"
	background bash -c "exec -a 'nginx: master process nginx' $T/opt/sbin/nginx 1000"
	wait_for "grep -qs ^nginx /proc/$PID/comm"
	NETHERGAZE_RUNNING_SERVERS=true "$NG" --explain '<200> 192.0.2.7 asked "GET /a HTTP/1.1"' \
		>"$T/out" || true
	assert_match "$(cat "$T/out")" 'read as odd \(nginx\)'
	assert_match "$(cat "$T/out")" 'ip +192.0.2.7'
}

run_tests
