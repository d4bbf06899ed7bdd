# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # conditions to poll are given as text
# shellcheck disable=SC2034 # what a helper sets is for the test to read
#
# What the shell tests have in common. A test is a file tests/{headless,console,integration}/
# NAME_test.sh, executable, that looks like this:
#
#	#!/usr/bin/env bash
#	# SPDX-License-Identifier: MIT
#	. "$(dirname "$0")/../lib/sh.sh"
#
#	test_counts_requests() {		# each test_* function is one test
#		need nginx curl			# skipped, and says why, where one is missing
#		start_nginx			# -> NGINX_PORT, NGINX_LOG, NGINX_PID
#		requests 100 "http://127.0.0.1:$NGINX_PORT/x"
#		wait_for '[ "$(wc -l <"$NGINX_LOG")" -eq 100 ]' 10
#		"$NG" --once --json --duration 0 --from-start --show-private-ips \
#			--source proc --log-path "$NGINX_LOG" >"$T/out"
#		assert_eq "$(json "$T/out" 'select(.t=="host").requests')" 100
#	}
#
#	run_tests
#
# Each test runs in a subshell of its own under `set -eu`: the first command that fails fails the
# test, and its line is printed. `local x=$(cmd)` would hide that: declare first, assign second.
# $T is the test's own empty directory. When the test ends, in whatever way, its background jobs
# are ended, its at_exit commands run, and $T goes. Time is for bounds only: poll with wait_for.
#
# By hand: tests/run --build build --filter name:case tests/headless/name_test.sh, or the script
# itself, with the names of cases as arguments.

NG_TOP=${NG_TOP:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
NG_BUILD=${NG_BUILD:-$NG_TOP/build}
NG=$NG_BUILD/nethergaze
export NG_TOP NG_BUILD NG LC_ALL=C.UTF-8 TZ=UTC
# No test may ask the world who an address is; those of look-ups name servers of their own.
export NETHERGAZE_WHOIS_ENABLED=false
# Nor which servers run on it; those of finding them ask.
export NETHERGAZE_RUNNING_SERVERS=false
# Nor who logs in to this machine.
export NETHERGAZE_AUTH_ENABLED=false
# Nor what databases this machine has; those of GeoIP bring their own.
export NETHERGAZE_GEOIP_ENABLED=false
# Nor what was seen before; those of the history keep one of their own.
export NETHERGAZE_HISTORY_ENABLED=false

# --- ending a test early ---

# fail MESSAGE: fails the test. Not inside $(...), where it only ends that subshell.
fail() {
	echo "FAIL: $* (${BASH_SOURCE[1]##*/}:${BASH_LINENO[0]})"
	exit 1
}

# skip REASON: for what this machine cannot do, never for what is broken.
skip() {
	echo "SKIP: $*"
	exit 77
}

# need COMMAND...: skips where a command is missing.
need() {
	local tool
	for tool; do
		command -v "$tool" >/dev/null || skip "$tool is not installed"
	done
}

# note TEXT: a measured figure that the runner's output should show, pass or fail.
note() {
	echo "NOTE: $*"
}

need_root() {
	[ "$(id -u)" -eq 0 ] || skip 'needs root'
}

# need_bpf: skips where this user or this kernel has no BPF at all, whatever nethergaze says.
need_bpf() {
	need_root
	[ -r /sys/kernel/btf/vmlinux ] || skip 'the kernel has no BTF'
	need bpftool
	bpftool prog show >/dev/null 2>&1 || skip 'bpf(2) is refused here'
}

need_ipv6() {
	grep -q ' lo$' /proc/net/if_inet6 2>/dev/null || skip 'no IPv6 on the loopback'
}

# --- assertions ---

assert_eq() { # GOT WANT [WHAT]
	[ "$1" = "$2" ] && return
	echo "FAIL: ${3:-values differ} (${BASH_SOURCE[1]##*/}:${BASH_LINENO[0]})"
	printf ' got: %s\nwant: %s\n' "$1" "$2"
	exit 1
}

assert_match() { # TEXT EXTENDED-REGEX [WHAT]
	[[ $1 =~ $2 ]] && return
	echo "FAIL: ${3:-no match} for $2 (${BASH_SOURCE[1]##*/}:${BASH_LINENO[0]}) in:"
	printf '%s\n' "$1"
	exit 1
}

assert_no_match() { # TEXT EXTENDED-REGEX [WHAT]
	[[ ! $1 =~ $2 ]] && return
	echo "FAIL: ${3:-unexpected match} for $2 (${BASH_SOURCE[1]##*/}:${BASH_LINENO[0]}) in:"
	printf '%s\n' "$1"
	exit 1
}

# assert_status WANT COMMAND...: the exact exit status; stdout goes to $T/stdout, stderr to $T/stderr.
assert_status() {
	local want=$1 got=0
	shift
	"$@" >"$T/stdout" 2>"$T/stderr" </dev/null || got=$?
	[ "$got" -eq "$want" ] && return
	echo "FAIL: exit status $got, want $want (${BASH_SOURCE[1]##*/}:${BASH_LINENO[0]}): $*"
	head -c 2000 "$T/stdout" "$T/stderr"
	exit 1
}

# --- JSON: FILE holds one object a line ---

# json FILE FILTER: the filter's values, raw, one a line.
json() {
	jq -r "$2" "$1"
}

# assert_json FILE CONDITION [WHAT]: the condition sees all records as one array.
assert_json() {
	jq -es "$2" "$1" >/dev/null && return
	echo "FAIL: ${3:-not so}: $2 (${BASH_SOURCE[1]##*/}:${BASH_LINENO[0]}) in:"
	head -c 4000 "$1"
	exit 1
}

# --- waiting and processes ---

# wait_for CONDITION [SECONDS]: polls the shell condition; fails the test when the time is up.
wait_for() {
	poll_for "$1" "${2:-30}" && return
	echo "FAIL: not within ${2:-30} s: $1 (${BASH_SOURCE[1]##*/}:${BASH_LINENO[0]})"
	[ -z "${TUI:-}" ] || tui_screen
	exit 1
}

# poll_for CONDITION SECONDS: the same, returning 1 when the time is up.
poll_for() {
	local end=$((${EPOCHREALTIME/./} + $2 * 1000000))
	until eval "$1" >/dev/null 2>&1; do
		[ "${EPOCHREALTIME/./}" -lt "$end" ] || return 1
		sleep 0.05
	done
}

# at_exit COMMAND: a shell command to run when the test ends; the last one given runs first.
at_exit() {
	AT_EXIT=("$1" "${AT_EXIT[@]}")
}

# background COMMAND...: starts it with its pid in PID; redirect at the call. Ended with the test.
# `background in_ns NAME COMMAND...` starts it in a network namespace.
background() {
	if [ "$1" = in_ns ] && [ -z "$2" ]; then
		shift 2
	elif [ "$1" = in_ns ]; then
		set -- ip netns exec "ng$$-$2" "${@:3}"
	fi
	"$@" <&0 & # or else its stdin is /dev/null
	PID=$!
}

in_ns() { # NAME-OR-EMPTY COMMAND...
	local name=$1
	shift
	${name:+ip netns exec "ng$$-$name"} "$@"
}

# wait_open PID FILE [SECONDS]: until the process has the file open.
# Under a chroot the link of a process in another mount namespace has the path of the outer root
# before it (d_path), so the path may stand anywhere in the link.
wait_open() {
	wait_for "ls -l /proc/$1/fd | grep -qF -- $(printf %q "$2")" "${3:-30}"
}

# stop PID [SIGNAL]: ends a background process, waits for it, its exit status is in STATUS.
stop() {
	kill -"${2:-TERM}" "$1" 2>/dev/null || true
	finish "$1" 10
}

# finish PID [SECONDS]: waits for a background process to end by itself; STATUS as above.
finish() {
	local late=''
	poll_for "! kill -0 $1" "${2:-30}" || late=1
	[ -z "$late" ] || kill -KILL "$1" 2>/dev/null || true
	STATUS=0
	wait "$1" 2>/dev/null || STATUS=$?
	[ -z "$late" ] || fail "process $1 did not end within ${2:-30} s"
}

# --- servers and clients on the loopback ---

# free_port: prints a TCP port that nothing uses, below the range that clients take theirs from,
# and that this test was not given before. Files that run at the same time have other ranges.
free_port() {
	local port width=$((20000 / ${NG_SLOTS:-1}))
	while :; do
		port=$((10000 + width * ${NG_SLOT:-0} + RANDOM % width))
		! grep -qsx "$port" "$T/.ports" || continue
		[ -n "$(ss -Htan "( sport = :$port or dport = :$port )")" ] || break
	done
	echo "$port" >>"$T/.ports"
	echo "$port"
}

# start_nginx [SERVERS [DIRECTIVES]]: a real nginx on 127.0.0.1 and, where there is one, ::1.
# Each server has a port and a log in combined format: NGINX_PORTS[i], NGINX_LOGS[i], the first
# also as NGINX_PORT and NGINX_LOG. Every path answers 200 "ok"; /status/404 and the like answer
# what they say. DIRECTIVES go into each server block. NGINX_LISTEN, when set, is used for the
# listen directive, with PORT in it replaced ('[::]:PORT ipv6only=off'). NGINX_NS=NAME starts it in
# that network namespace.
start_nginx() {
	local servers=${1:-1} directives=${2:-} i
	NGINX_DIR=$T/nginx.$RANDOM NGINX_PORTS=() NGINX_LOGS=()
	mkdir "$NGINX_DIR"
	for ((i = 0; i < servers; i++)); do
		NGINX_PORTS+=("$(free_port)")
		NGINX_LOGS+=("$NGINX_DIR/site$i.access.log")
	done
	NGINX_PORT=${NGINX_PORTS[0]} NGINX_LOG=${NGINX_LOGS[0]}
	nginx_config "$directives" >"$NGINX_DIR/nginx.conf"
	background in_ns "${NGINX_NS:-}" nginx -p "$NGINX_DIR" -e "$NGINX_DIR/error.log" \
		-c "$NGINX_DIR/nginx.conf"
	NGINX_PID=$PID
	poll_for "nginx_listens || ! kill -0 $NGINX_PID" 10 || true
	nginx_listens || fail "nginx did not start: $(tail -5 "$NGINX_DIR/error.log")"
}

nginx_listens() {
	local port
	for port in "${NGINX_PORTS[@]}"; do
		[ -n "$(in_ns "${NGINX_NS:-}" ss -Htnl "sport = :$port")" ] || return 1
	done
}

nginx_config() {
	local i listen
	[ "$(id -u)" -ne 0 ] || echo 'user root;'
	cat <<-END
		daemon off;
		pid $NGINX_DIR/pid;
		worker_processes 2;
		worker_rlimit_nofile 10240;
		events { worker_connections 4096; }
		http {
		client_body_temp_path $NGINX_DIR/body;
		proxy_temp_path $NGINX_DIR/proxy;
		fastcgi_temp_path $NGINX_DIR/fastcgi;
		uwsgi_temp_path $NGINX_DIR/uwsgi;
		scgi_temp_path $NGINX_DIR/scgi;
		keepalive_timeout 300;
		keepalive_requests 1000000;
		default_type text/plain;
	END
	for i in "${!NGINX_PORTS[@]}"; do
		listen="listen 127.0.0.1:PORT;"
		grep -q ' lo$' /proc/net/if_inet6 2>/dev/null && listen+=" listen [::1]:PORT;"
		[ -z "${NGINX_LISTEN:-}" ] || listen="listen $NGINX_LISTEN;"
		cat <<-END
			server {
			${listen//PORT/${NGINX_PORTS[i]}}
			access_log ${NGINX_LOGS[i]} combined;
			$1
			location ~ ^/status/404 { return 404; }
			location ~ ^/status/500 { return 500; }
			location ~ ^/status/301 { return 301 /; }
			location / { return 200 "ok\n"; }
			}
		END
	done
	echo '}'
}

# nginx_reopen: what logrotate's postrotate does.
nginx_reopen() {
	kill -USR1 "$NGINX_PID"
}

# requests N URL: N requests by curl on one kept-alive connection, ?n=1 to ?n=N.
requests() {
	curl -sS -o /dev/null "$2?n=[1-$1]"
}

# hold N PORT [PATH]: opens N connections from this shell to 127.0.0.1:PORT, and keeps them. With
# PATH, one request is made on each. HELD has the descriptors; drop_held closes all of them.
hold() {
	local i fd
	for ((i = 0; i < $1; i++)); do
		exec {fd}<>"/dev/tcp/127.0.0.1/$2"
		HELD+=("$fd")
		[ -z "${3:-}" ] || printf 'GET %s HTTP/1.1\r\nHost: held\r\n\r\n' "$3" >&"$fd"
	done
}

drop_held() {
	local fd
	for fd in "${HELD[@]}"; do
		exec {fd}>&-
	done
	HELD=()
}

# --- the console, in a tmux of the test's own ---

# tui_start COLSxROWS COMMAND [ARG...]: runs the command in a fresh terminal of that size.
# TUI_CONF is one more line for tmux's configuration.
tui_start() {
	local size=$1
	shift
	need tmux
	TUI=$T/tmux
	printf '%s\n' 'set -g status off' 'set -g default-terminal tmux-256color' \
		'set -g remain-on-exit on' \
		'set -s escape-time 0' 'set -g remain-on-exit-format ""' "${TUI_CONF:-}" >"$T/tmux.conf"
	at_exit 'tui kill-server 2>/dev/null || true'
	tui -f "$T/tmux.conf" new-session -d -x "${size%x*}" -y "${size#*x}" "$@"
}

tui() {
	tmux -u -S "$TUI" "$@"
}

# tui_keys KEY...: tmux's names: q, Enter, Tab, BTab, Escape, Up, C-c; text with -l first.
tui_keys() {
	tui send-keys "$@"
}

tui_screen() {
	tui capture-pane -p
}

# tui_colours: the screen with its escape sequences.
tui_colours() {
	tui capture-pane -p -e
}

# tui_wait REGEX [SECONDS]: waits until a line of the screen matches the extended regex.
tui_wait() {
	poll_for "tui_screen | grep -Eq -- $(printf %q "$1")" "${2:-30}" && return
	echo "FAIL: no /$1/ within ${2:-30} s (${BASH_SOURCE[1]##*/}:${BASH_LINENO[0]}); the screen:"
	tui_screen
	exit 1
}

# tui_gone REGEX [SECONDS]: waits until no line matches.
tui_gone() {
	wait_for "! tui_screen | grep -Eq -- $(printf %q "$1")" "${2:-30}"
}

tui_resize() { # COLSxROWS
	tui resize-window -x "${1%x*}" -y "${1#*x}"
}

# tui_pid: the pid of the command. It is the session's own process, so it may be signalled.
tui_pid() {
	tui display-message -p '#{pane_pid}'
}

# tui_end [SECONDS]: waits for the command to end by itself; its exit status is in STATUS, as the
# shell has it: 128 and more for a signal. The pane dies before its status is known.
tui_end() {
	wait_for '[ "$(tui display-message -p "#{pane_dead}")" = 1 ]' "${1:-30}"
	wait_for '[ -n "$(tui_status)" ]' 10
	STATUS=$(tui_status)
}

# tmux 3.3a now and then sleeps through the signal that the command has ended, and leaves it a
# zombie; it is told again.
tui_status() {
	local status signal
	kill -CHLD "$(tui display-message -p '#{pid}')"
	status=$(tui display-message -p '#{pane_dead_status}')
	signal=$(tui display-message -p '#{pane_dead_signal}')
	[ -z "$signal" ] || status=$((128 + signal))
	echo "$status"
}

# --- network namespaces ---

# ns_new NAME: a network namespace with its loopback up; it goes with the test.
ns_new() {
	need_root
	need ip
	ip netns add "ng$$-$1"
	at_exit "ip netns del ng$$-$1"
	ns "$1" ip link set lo up
}

# ns NAME COMMAND...: runs the command there.
ns() {
	local name=$1
	shift
	in_ns "$name" "$@"
}

# ns_join A ADDR/LEN B ADDR/LEN: a link between two namespaces. Addresses may be IPv4 or IPv6.
ns_join() {
	ip -n "ng$$-$1" link add "to-$3" type veth peer name "to-$1" netns "ng$$-$3"
	ns_addr "$1" "$2" "to-$3"
	ns_addr "$3" "$4" "to-$1"
}

ns_addr() { # NAME ADDR/LEN DEVICE
	local nodad=''
	case $2 in *:*) nodad=nodad ;; esac
	ip -n "ng$$-$1" addr add "$2" dev "$3" $nodad
	ip -n "ng$$-$1" link set "$3" up
}

# wait_watched PID [SECONDS]: until the kernel is watched for that nethergaze, by a process of its own,
# which gives up its privileges when all is attached.
wait_watched() {
	wait_for "grep -q '^Seccomp:.*2' /proc/\$(pgrep -P $1 -x ng-watcher)/status" "${2:-30}"
}

# console_user: as whom a console runs that root has started.
console_user() {
	id -u nethergaze 2>/dev/null || id -u nobody
}

# as_console COMMAND...: with that user's rights.
as_console() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid "$(console_user)" --regid "$(console_user)" --clear-groups "$@"
	else
		"$@"
	fi
}

# --- running the tests of a file ---

clean_up() {
	local step
	set +e
	for step in "${AT_EXIT[@]}"; do
		eval "$step"
	done
	local jobs
	jobs=$(jobs -rp)
	if [ -n "$jobs" ]; then
		# shellcheck disable=SC2086 # a list of pids
		kill $jobs 2>/dev/null
		# shellcheck disable=SC2046
		poll_for '[ -z "$(jobs -rp)" ]' 10 || kill -KILL $(jobs -rp) 2>/dev/null
		wait 2>/dev/null
	fi
	cd /
	[ -n "${NG_KEEP:-}" ] && [ "$1" -ne 0 ] && [ "$1" -ne 77 ] && echo "kept: $T" && return
	rm -rf "$T"
}

# Says which command failed, and where in the test file it was called from.
trace() {
	local i
	printf 'failed: %s' "$1"
	for ((i = 1; i < ${#BASH_LINENO[@]}; i++)); do
		[ "${FUNCNAME[i]}" != run_case ] || break
		printf ' (%s:%s)' "${BASH_SOURCE[i]##*/}" "${BASH_LINENO[i - 1]}"
	done
	echo
}

# One test, in its own subshell, its directory made by the caller.
run_case() {
	AT_EXIT=() HELD=()
	trap 'clean_up $?' EXIT
	trap 'exit 143' TERM INT HUP
	trap 'trace "$BASH_COMMAND"' ERR
	set -eEuo pipefail
	cd "$T"
	export HOME=$T # nobody's own configuration
	"$1"
}

wanted() {
	local name=$1 only
	shift
	[ $# -gt 0 ] || set -- "${NG_CASE:-}"
	for only; do
		case $name in *"$only"*) return 0 ;; esac
	done
	return 1
}

# run_tests [CASE...]: the last line of every test file.
run_tests() {
	local name number=0 bad=0 rc why log ended=''
	log=$(mktemp)
	# The runner's time-out reaches the test too; this shell stays to print what it had to say.
	trap 'ended=1' TERM INT HUP
	[ $# -gt 0 ] || set -- "${TEST_ARGS[@]}"
	while read -r name; do
		wanted "${name#test_}" "$@" || continue
		number=$((number + 1))
		T=$(mktemp -d "${TMPDIR:-/tmp}/ng.XXXXXX")
		chmod 711 "$T" # started by root, nethergaze runs as somebody else
		(run_case "$name") >"$log" 2>&1 </dev/null
		rc=$?
		case $rc in
		0)
			echo "ok $number - ${name#test_}"
			sed -n 's/^NOTE: /# NOTE: /p' "$log"
			;;
		77)
			why=$(grep -a '^SKIP: ' "$log" | tail -1)
			echo "ok $number - ${name#test_} # SKIP ${why#SKIP: }"
			;;
		*)
			bad=1
			echo "not ok $number - ${name#test_} (status $rc)"
			cat -s "$log" | sed 's/^/# /'
			;;
		esac
		[ -z "$ended" ] || break
	done < <(grep -oE '^test_[A-Za-z0-9_]+ *\(\)' "$0" | tr -d ' ()')
	rm -f "$log"
	[ -n "$ended" ] || echo "1..$number"
	exit $bad
}

TEST_ARGS=("$@")
