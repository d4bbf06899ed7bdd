# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # conditions to poll are given as text
#
# RDAP and whois servers on the loopback (fake_registry.c), and the environment in which
# nethergaze asks them and nobody else.

# start_registry [hang]: -> HTTP, WHOIS (ports), $T/asked; and the environment that leads there.
start_registry() {
	background "$NG_BUILD/tests/lib/fake_registry" "$@" >"$T/asked"
	wait_for 'grep -q ^whois "$T/asked"'
	HTTP=$(awk '$1 == "http" { print $2 }' "$T/asked")
	WHOIS=$(awk '$1 == "whois" { print $2; exit }' "$T/asked")
	export NETHERGAZE_WHOIS_RDAP_BOOTSTRAP=http://127.0.0.1:$HTTP/
	export NETHERGAZE_WHOIS_SERVER=127.0.0.1:$WHOIS
	export NETHERGAZE_CACHE_DIR=$T/cache
	export NETHERGAZE_WHOIS_ENABLED=true
	# A proxy of the caller's would see what is asked.
	unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY no_proxy NO_PROXY
}

# log_of ADDRESS...: a line of each in $T/access.log.
log_of() {
	printf '%s - - [22/Nov/2026:08:14:15 +0000] "GET / HTTP/1.1" 200 12 "-" "x"\n' "$@" \
		>"$T/access.log"
}
