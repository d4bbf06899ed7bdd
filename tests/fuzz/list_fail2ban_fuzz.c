// SPDX-License-Identifier: MIT
/* Any bytes are fail2ban's bans. */
#include "lists.h"

static void count_jail(void *ctx, struct str jail)
{
	require(jail.p != NULL);
	++*(uint32_t *)ctx;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str text = {(const char *)data, size};
	struct listing_read read;
	uint32_t n = 0, jails = 0;

	lists_read_fail2ban(text, check_listed, &n, &read);
	lists_read_jails(text, count_jail, &jails);
	require(read.found == n && (jails || !n));
	return 0;
}
