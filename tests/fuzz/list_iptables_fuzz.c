// SPDX-License-Identifier: MIT
/* Any bytes are rules of iptables and, with the sets that they name, what is in ipset's sets. */
#include "lists.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str text = {(const char *)data, size};
	struct lists_sets sets = {.n = 0};
	struct listing_read read;
	uint32_t n = 0;

	lists_read_iptables(text, &sets, check_listed, &n, &read);
	require(read.found == n && sets.n <= LISTS_SETS_MAX);
	for (uint32_t i = 0; i < sets.n; i++)
		require(sets.names[i][0] && strlen(sets.names[i]) < LISTS_SET_MAX);
	n = 0;
	lists_read_ipset(text, &sets, check_listed, &n, &read);
	require(read.found == n);
	return 0;
}
