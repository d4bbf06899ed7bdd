// SPDX-License-Identifier: MIT
/* Any bytes are CrowdSec's decisions. */
#include "lists.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str text = {(const char *)data, size};
	struct listing_read read;
	uint32_t n = 0;

	lists_read_crowdsec(text, check_listed, &n, &read);
	require(read.found == n);
	return 0;
}
