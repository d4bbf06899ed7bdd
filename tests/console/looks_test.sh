#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016
. "$(dirname "$0")/../lib/sh.sh"
. "$NG_TOP/tests/console/golden.sh"

test_help() {
	help() {
		tui_keys '?'
		tui_wait 'Keys'
	}
	goldens looks-help help
}

run_tests
