#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Hosts where no BPF loads, for each of the reasons there are: the same half-open connections are
# counted, nothing is an error, and the note has the true reason.
#
# alone: the floods of other tests have the same made-up sources.
. "$(dirname "$0")/../lib/sh.sh"
. "$(dirname "$0")/../lib/sockets.sh"

# A copy that anybody may run.
prepare_old() {
	chmod 755 "$T"
	cp "$NG" "$T/ng"
}

once() { # COMMAND... : its stdout is in $T/stdout, its stderr in $T/stderr
	assert_status 0 in_ns a "$@" --once --json --duration 0 "${ALONE[@]}" --log-path "$T/no.log"
}

# "ADDRESS n" of those with half-open connections. Other namespaces of this machine may have some.
half_open_hosts() {
	jq -r 'select(.t == "host" and .half_open > 0 and
		(.ip | startswith("198.51.100.") or startswith("203.0.113."))) |
		"\(.ip) \(.half_open)"' "$T/stdout" | sort
}

# old_host WHY COMMAND...: COMMAND runs $T/ng, there where BPF is denied for the reason WHY.
old_host() {
	local why=$1
	shift
	need jq
	prepare_old
	flooded_host
	listen_on 8000
	flood 254 30 8000
	wait_for '[ "$(in_ns a ss -Htan state syn-recv | wc -l)" -eq 254 ]'

	once "$@"
	assert_eq "$(cat "$T/stderr")" '' 'what is said on stderr'
	half_open_hosts >"$T/old"
	assert_eq "$(awk '{ n += $2 } END { print NR, n }' "$T/old")" '30 254' 'hosts, half-open'
	assert_json "$T/stdout" '.[-1] | .source == "proc" and .half_open >= 254'
	compare_with_ebpf

	assert_status 0 in_ns a "$@" --json --duration 0 "${ALONE[@]}" --log-path "$T/no.log"
	assert_json "$T/stdout" 'map(select(.t == "source")) | length >= 1 and last.source == "proc"'
	assert_match "$(json "$T/stdout" 'select(.t == "source").note')" "$why" 'the note'
	assert_status 1 in_ns a "$@" --json --duration 0 --source ebpf --log-path "$T/no.log"
	assert_match "$(cat "$T/stderr")" "$why" 'why ebpf fails'
}

# What this very host says when it is not old, where it is not.
compare_with_ebpf() {
	bpftool prog show >/dev/null 2>&1 && [ -r /sys/kernel/btf/vmlinux ] || return 0
	once "$NG" --source ebpf
	half_open_hosts >"$T/new"
	diff "$T/new" "$T/old" || fail 'not what ebpf counts'
}

test_unprivileged_user() {
	need setpriv
	need_root
	old_host 'CAP_BPF' setpriv --reuid 65534 --regid 65534 --clear-groups "$T/ng"
}

# The mount is gone with the process.
test_without_btf() {
	need unshare
	need_root
	[ -d /sys/kernel/btf ] || skip 'the kernel has no BTF to hide'
	mkdir "$T/empty"
	# ip-netns-exec(8) mounts a /sys of its own, so it is hidden within.
	old_host '/sys/kernel/btf/vmlinux' unshare --mount sh -c \
		'mount --bind "$0" /sys/kernel/btf && exec "$@"' "$T/empty" "$T/ng"
}

test_bpf_denied_by_seccomp() {
	need_root
	old_host 'seccomp|lockdown' "$NG_BUILD/tests/lib/deny_bpf" "$T/ng"
}

# An old kernel has none of these files either; what is missing is left out, not made up.
test_nothing_but_proc() {
	need_root
	need unshare jq
	prepare_old
	mkdir "$T/empty"
	ns_new a
	once unshare --mount sh -c 'mount --bind "$0" /sys && exec "$@"' "$T/empty" "$T/ng"
	assert_eq "$(cat "$T/stderr")" '' 'what is said on stderr'
	assert_json "$T/stdout" '.[-1] | .t == "summary" and .source == "proc"'
}

run_tests "$@"
