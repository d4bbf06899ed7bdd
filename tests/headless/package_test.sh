#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What releases and packages are made of: that the recipes are sound as far as they can be read here, and
# that the same commit gives the same tarball. scripts/check-packages builds and installs them.
. "$(dirname "$0")/../lib/sh.sh"

PACKAGE=$NG_TOP/scripts/package
SAN=''
[ "${NG_BUILD##*/}" != san ] || SAN=1
RELEASE=$(sed -n 's/^VERSION := //p' "$NG_TOP/Makefile")

test_all_recipes_are_of_this_version() {
	assert_match "$RELEASE" '^[0-9]+\.[0-9]+\.[0-9]+$'
	assert_match "$("$NG" --version)" "^nethergaze ${RELEASE//./\\.}\$"
	assert_eq "$(sed -n '1s/.*(\(.*\)).*/\1/p' "$PACKAGE/debian/changelog")" "$RELEASE" debian
	assert_eq "$(sed -n 's/^Version: *//p' "$PACKAGE/rpm/nethergaze.spec")" "$RELEASE" rpm
	assert_eq "$(sed -n 's/^pkgver=//p' "$PACKAGE/alpine/APKBUILD")" "$RELEASE" alpine
	assert_eq "$(sed -n 's/^pkgver=//p' "$PACKAGE/arch/PKGBUILD")" "$RELEASE" arch
	grep -q "^## $RELEASE" "$NG_TOP/CHANGELOG.md" || fail 'CHANGELOG.md does not have it'
}

# setup.sh knows what the build needs; the compiler and make are there when a package is built.
test_debian_asks_for_what_the_build_needs() {
	(
		. "$NG_TOP/scripts/lib/setup.sh"
		printf '%s\n' bpftool "${BUILD_PACKAGES[@]}"
	) | grep -vxE 'make|gcc|libc6-dev|ca-certificates' | sort >"$T/want"
	sed -n '/^Build-Depends:/,/^[A-Z]/p' "$PACKAGE/debian/control" | grep -oE '^ [a-z0-9-]+' | tr -d ' ' |
		grep -v '^dh-' | sort >"$T/got"
	diff "$T/want" "$T/got" || fail 'Build-Depends and scripts/lib/setup.sh differ'
}

# The same libraries, by the names that pkg-config has; but for libnats, which no release has.
test_rpm_asks_for_what_the_build_needs() {
	need rpmspec
	rpmspec -P "$PACKAGE/rpm/nethergaze.spec" >"$T/spec" 2>"$T/err" || fail "$(cat "$T/err")"
	assert_eq "$(cat "$T/err")" ''
	make -s -C "$NG_TOP" --no-print-directory print-libs | grep -vx libnats | sort >"$T/want"
	sed -n 's/^BuildRequires: *pkgconfig(\(.*\))/\1/p' "$T/spec" | sort >"$T/got"
	diff "$T/want" "$T/got" || fail 'BuildRequires and LIBS differ'
}

# What the spec installs is what make install puts there.
test_rpm_lists_what_is_installed() {
	need rpmspec
	local file pattern
	make -s -C "$NG_TOP" ${SAN:+SAN=1} install DESTDIR="$T/root" PREFIX=/usr >"$T/out" 2>&1 || fail "$(cat "$T/out")"
	rpmspec -P "$PACKAGE/rpm/nethergaze.spec" | sed -n '/^%files/,/^%changelog/s/^\(%doc \)\{0,1\}\(\/.*\)/\2/p' >"$T/files"
	[ -s "$T/files" ] || fail 'no files in the spec'
	while read -r file; do
		while read -r pattern; do
			# shellcheck disable=SC2254 # they are patterns
			case $file in $pattern | $pattern/*) continue 2 ;; esac
		done <"$T/files"
		fail "the spec does not list $file"
	done < <(cd "$T/root" && find . -type f | cut -c2-)
}

test_shell_recipes_can_be_read() {
	bash -n "$PACKAGE/alpine/APKBUILD"
	bash -n "$PACKAGE/arch/PKGBUILD"
	sh -n "$PACKAGE/debian/nethergaze.postrm"
	grep -q Unverified "$PACKAGE/alpine/APKBUILD"
	grep -q Unverified "$PACKAGE/arch/PKGBUILD"
}

test_ci_examples_run_the_suite() {
	local file
	for file in "$PACKAGE"/ci/*.yml; do
		grep -qE '(run: sudo |- )\./scripts/test$' "$file" || fail "$file does not"
		! grep -q "$(printf '\t')" "$file" || fail "$file has tabs, which YAML refuses"
	done
}

test_a_commit_gives_the_same_release() {
	need git jq
	git -c safe.directory="$NG_TOP" -C "$NG_TOP" rev-parse HEAD >/dev/null 2>&1 || skip 'this tree has no git'
	local tar=$T/one/nethergaze-$RELEASE.tar.gz
	"$PACKAGE/dist" "$T/one" >"$T/said"
	assert_eq "$(cat "$T/said")" "$tar"
	(umask 077 && TZ=Asia/Tokyo "$PACKAGE/dist" "$T/two" >"$T/said")
	diff -r "$T/one" "$T/two" || fail 'two releases of a commit differ'
	(cd "$T/one" && sha256sum --quiet -c SHA256SUMS)
	tar -tzf "$tar" >"$T/names"
	grep -qx "nethergaze-$RELEASE/debian/rules" "$T/names" || fail 'no debian/ in the tarball'
	! grep -qv "^nethergaze-$RELEASE/" "$T/names" || fail 'files beside the directory'
	assert_eq "$(tar -tvzf "$tar" | awk '{ print $2 }' | sort -u)" 0/0
	check_sbom "$T/one/nethergaze-$RELEASE.spdx.json" "$(sha256sum <"$tar" | cut -d' ' -f1)"
}

# check_sbom FILE SHA256: what SPDX 2.3 demands of a document, its packages and relationships.
check_sbom() {
	jq -e --arg sum "$2" '
		.spdxVersion == "SPDX-2.3" and .dataLicense == "CC0-1.0" and .SPDXID == "SPDXRef-DOCUMENT" and
		(.name | length > 0) and (.documentNamespace | test("^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")) and
		(.creationInfo.created | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$")) and
		(.creationInfo.creators | all(test("^(Tool|Person|Organization): "))) and
		(.packages | all(.SPDXID | test("^SPDXRef-[A-Za-z0-9.-]+$"))) and
		(.packages | all(.name and .downloadLocation and .licenseDeclared)) and
		([.packages[].SPDXID] | length == (unique | length)) and
		.packages[0].checksums[0].checksumValue == $sum and
		([.packages[].SPDXID, .SPDXID] as $known | .relationships |
			all(.spdxElementId as $a | .relatedSpdxElement as $b | ($known | index($a)) and ($known | index($b)))) and
		(.relationships | any(.relationshipType == "DESCRIBES"))' "$1" >/dev/null || fail 'the SBOM is not valid'
	assert_eq "$(jq '[.relationships[] | select(.relationshipType == "DYNAMIC_LINK")] | length' "$1")" \
		"$(make -s -C "$NG_TOP" --no-print-directory print-libs | wc -w)"
}

run_tests "$@"
