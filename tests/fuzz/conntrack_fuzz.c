// SPDX-License-Identifier: MIT
/* Any bytes are the kernel's table of connections. */
#include "action/conntrack.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds)
{
	if (!holds)
		abort();
}

static void check(void *ctx, const struct conntrack_entry *e)
{
	require(!addr_eq(&e->client, &e->source));
	require(e->client_port && e->source_port && e->server_port);
	++*(uint64_t *)ctx;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conntrack_read read;
	uint64_t n = 0;

	conntrack_parse((struct str){(const char *)data, size}, check, &n, &read);
	require(read.rewritten == n);
	require(read.rewritten + read.others + read.bad <= size);
	return 0;
}
