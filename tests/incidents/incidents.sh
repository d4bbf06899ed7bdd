# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# What the tests of incidents have in common. Sourced after sh.sh.

INCIDENTS=$NG_TOP/tests/incidents
# Without the judgement nothing is flagged, and its tests could only fail. Set to yes with it.
JUDGED=${NG_JUDGED:-yes}

need_judgement() {
	[ "$JUDGED" = yes ] || skip 'the judgement is not there yet (JUDGED in tests/incidents/incidents.sh)'
}

# judge OPTION... DIR [NAME...]: its table is in $T/table; fails when one is wrong.
judge() {
	local counts
	"$INCIDENTS/judge" --program "$NG" --jobs 2 "$@" >"$T/table" 2>&1 || fail "$(cat "$T/table")"
	counts=$(tail -n 1 "$T/table")
	note "$counts"
}
