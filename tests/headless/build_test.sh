#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The build on other systems: what it asks of the compiler and of the libraries, without building it
# there. check-long builds for aarch64, for an older release, with clang, and the static program.
. "$(dirname "$0")/../lib/sh.sh"

# RHEL 9 has glibc 2.34, Ubuntu 22.04 has 2.35 and libbpf 0.5. What is called for the next program is a
# macro's of libbpf's headers, which is another one's in older headers. Headers of glibc 2.38 have strtol
# be another function, so with those the symbols say nothing about the sources.
test_symbols_are_old_enough() {
	need objdump
	! ldd "$NG" | grep -q libasan || skip 'not with the sanitizers'
	local found libc
	libc=$(getconf GNU_LIBC_VERSION 2>/dev/null) || skip 'this is not glibc'
	[ "$(printf '%s\n' "${libc#* }" 2.37 | sort -V | tail -n 1)" = 2.37 ] || skip "built with $libc"
	objdump -T "$NG" >"$T/syms"
	grep -q 'GLIBC_2\.2\.5)' "$T/syms" || fail 'no symbol of glibc was found'
	found=$(awk '/\*UND\*/ && match($0, /\((GLIBC_2|LIBBPF_[0-9])\.[0-9]+/) {
		split(substr($0, RSTART + 1, RLENGTH - 1), part, "[_.]")
		most = part[1] == "GLIBC" ? 2034 : 5
		if (part[2] * 1000 + part[3] > most && $NF != "bpf_object__next_program")
			print $(NF - 1), $NF
	}' "$T/syms")
	[ "$(uname -m)" = x86_64 ] || [ -z "$found" ] || skip "only x86_64 is kept: $found"
	assert_eq "$found" ''
}

# made ARG...: what make would run, as it would be shown.
made() {
	make -C "$NG_TOP" --no-print-directory -nB V=1 B="$T/b" "$@" 2>"$T/stderr"
}

test_32_bit_is_refused_in_one_line() {
	need gcc
	[ "$(uname -m)" = x86_64 ] || skip 'x86 only'
	local status=0
	made CC='gcc -m32' >"$T/out" || status=$?
	assert_eq "$status" 2
	assert_eq "$(cat "$T/out")" ''
	assert_eq "$(wc -l <"$T/stderr")" 1
	assert_match "$(cat "$T/stderr")" '64 bit'
	status=0
	made CC=gcc CFLAGS='-O2 -mx32' >"$T/out" || status=$?
	assert_eq "$status" 2
}

# clang is a compiler for all of them; of gcc a cross compiler would have to be there.
test_the_compiler_says_the_architecture() {
	need clang
	local machine
	for machine in x86_64:x86 aarch64:arm64 riscv64:riscv powerpc64le:powerpc s390x:s390; do
		made CC=clang CFLAGS="--target=${machine%:*}-linux-gnu" print-bpf-cflags >"$T/out"
		assert_match "$(cat "$T/out")" "-D__TARGET_ARCH_${machine#*:} " "$machine"
	done
	if command -v aarch64-linux-gnu-gcc >/dev/null; then
		made CC=aarch64-linux-gnu-gcc print-bpf-cflags >"$T/out"
		assert_match "$(cat "$T/out")" '-D__TARGET_ARCH_arm64 '
		assert_match "$(made CC=aarch64-linux-gnu-gcc)" '&& aarch64-linux-gnu-ar '
	fi
}

test_flags_of_the_packager_are_honoured() {
	printf '#!/bin/sh\necho "$*" >>"%s"\nexec pkg-config "$@"\n' "$T/asked" >"$T/pkg"
	chmod 755 "$T/pkg"
	made PKG_CONFIG="$T/pkg" CPPFLAGS=-DOF_CPPFLAGS CFLAGS='-O1 -DOF_CFLAGS' LDFLAGS=-Wl,--of-ldflags \
		"$T/b/nethergaze" "$T/b/tests/lib/talk" >"$T/out"
	local line n=0
	while read -r line; do
		case $line in
		*-c\ src/*) assert_match "$line" '-DOF_CPPFLAGS.* -O1 -DOF_CFLAGS ' ;;
		*\ -o\ */nethergaze | *\ -o\ */talk) assert_match "$line" ' -Wl,--of-ldflags ' ;;
		*) continue ;;
		esac
		n=$((n + 1))
	done < <(grep -oE 'cc .*' "$T/out")
	[ "$n" -gt 400 ] || fail "only $n commands were seen"
	grep -q '^--cflags .*libbpf' "$T/asked" || fail 'PKG_CONFIG was not asked for flags'
	grep -q '^--libs .*libcurl' "$T/asked" || fail 'PKG_CONFIG was not asked for libraries'
}

# What a static build and one without look-ups leave out; that they link and run is check-long's.
test_variants_choose_their_files() {
	made LOOKUPS=no "$T/b/nethergaze" >"$T/out"
	assert_match "$(cat "$T/out")" 'src/enrich/look_none\.c'
	assert_match "$(cat "$T/out")" 'src/fleet/otlp_none\.c'
	assert_no_match "$(cat "$T/out")" 'src/enrich/(fetch|names|download)\.c|curl_options\.c|otlp_send\.c|-lcurl|-lcares'
	made NATS=no "$T/b/nethergaze" >"$T/out"
	assert_match "$(cat "$T/out")" 'src/fleet/nats_none\.c'
	assert_no_match "$(cat "$T/out")" 'src/fleet/nats_(run|link|hub|publish)\.c|-lnats'
	made STATIC=1 LOOKUPS=no "$T/b/nethergaze" >"$T/out"
	assert_match "$(cat "$T/out")" 'src/log/journal_lib_none\.c'
	assert_no_match "$(cat "$T/out")" 'src/log/journal_lib\.c'
	assert_match "$(grep -- '-o .*/nethergaze' "$T/out")" ' .*no_loading\.o .* -static-pie '
}

# A program with the other way of saying which protocols may be used than this libcurl's.
older_curl() {
	local flags
	mapfile -t flags < <(make -s -C "$NG_TOP" B="$NG_BUILD" print-cflags)
	read -ra libs < <(make -s -C "$NG_TOP" B="$NG_BUILD" print-ldlibs)
	mkdir -p "$T/build/tests"
	ln -s "$NG_BUILD/tests/lib" "$T/build/tests/lib"
	(cd "$NG_TOP" && "${CC:-cc}" "${flags[@]}" -Werror "$@" -c src/base/curl_options.c \
		-o "$T/curl_options.o")
	(cd "$NG_TOP" && "${CC:-cc}" "${flags[@]}" "$NG_BUILD/app/main.o" "$T/curl_options.o" \
		"$NG_BUILD/libnethergaze.a" "${libs[@]}" -o "$T/build/nethergaze")
}

test_transfers_work_with_either_curl() {
	! ldd "$NG" | grep -q libasan || skip 'not with the sanitizers'
	make -s -C "$NG_TOP" print-cflags >/dev/null
	older_curl -DNG_CURL_PROTOCOLS_STR=0 -DNG_CURL_QUICK_EXIT=0
	nm "$T/curl_options.o" >"$T/syms"
	grep -q curl_allow "$T/syms" || fail 'no curl_allow in the object'
	local test
	for test in rdap_test.sh:tells_who_a_network rdap_test.sh:whois_where_there_is_no_rdap \
		geoip_update_test.sh:this_months; do
		NG_BUILD=$T/build "$NG_TOP/tests/headless/${test%:*}" "${test#*:}" >"$T/tap" 2>&1 ||
			{ cat "$T/tap" && fail "$test"; }
		grep -q '^ok 1' "$T/tap" || { cat "$T/tap" && fail "$test did not run"; }
	done
}

# The newer way compiles where this libcurl has it, which is said by the Makefile's own probe.
test_newer_curl_compiles() {
	local flags
	printf '#include <curl/curl.h>\nint x = CURLOPT_PROTOCOLS_STR;\n' >"$T/has.c"
	"${CC:-cc}" -fsyntax-only "$T/has.c" 2>/dev/null || skip 'this libcurl is older than 7.85'
	assert_match "$(made "$T/b/base/curl_options.o")" '-DNG_CURL_PROTOCOLS_STR=1'
	mapfile -t flags < <(make -s -C "$NG_TOP" print-cflags)
	(cd "$NG_TOP" && "${CC:-cc}" "${flags[@]}" -Werror -DNG_CURL_PROTOCOLS_STR=1 -DNG_CURL_QUICK_EXIT=0 \
		-c src/base/curl_options.c -o "$T/curl_options.o")
}

run_tests "$@"
