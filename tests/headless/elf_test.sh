#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What the compiler and the linker were to do against a hole in us is in the program, and nothing of
# where it was built.
. "$(dirname "$0")/../lib/sh.sh"

need_plain_build() {
	need readelf
	! ldd "$NG" | grep -q libasan || skip 'not with the sanitizers'
}

test_program_is_hardened() {
	need_plain_build
	readelf -hldW "$NG" >"$T/elf"
	assert_match "$(grep Type: "$T/elf")" 'DYN \(Position-Independent Executable file\)'
	assert_match "$(grep FLAGS "$T/elf")" 'NOW.*PIE'
	grep -q GNU_RELRO "$T/elf" || fail 'no RELRO'
	assert_match "$(grep GNU_STACK "$T/elf")" ' RW '
	assert_no_match "$(awk '$1 == "LOAD"' "$T/elf")" ' RWE '
	readelf -W --dyn-syms "$NG" >"$T/syms"
	grep -q '__stack_chk_fail@' "$T/syms" || fail 'no stack protector'
	grep -q '__memcpy_chk@\|__snprintf_chk@' "$T/syms" || fail 'no _FORTIFY_SOURCE'
}

# An indirect call in it may only land on ENDBR64. The program's own note is there only if every
# object of the C library has it, too.
test_objects_have_control_flow_protection() {
	need_plain_build
	[ "$(uname -m)" = x86_64 ] || skip 'x86 only'
	local object without=''
	for object in "$NG_BUILD"/*/*.o; do
		case $object in "$NG_BUILD"/bpf/*) continue ;; esac
		readelf -nW "$object" | grep -q 'x86 feature: IBT, SHSTK' || without+=" ${object##*/}"
	done
	assert_eq "$without" ''
}

# With its debug information: two clones in different places give the same bytes. check-long builds
# two and compares them.
test_nothing_tells_where_it_was_built() {
	need_plain_build
	local found
	found=$(grep -laF -- "$NG_TOP/" "$NG" "$NG_BUILD"/libnethergaze.a "$NG_BUILD"/bpf/*.bpf.o || true)
	assert_eq "$found" ''
}

run_tests "$@"
