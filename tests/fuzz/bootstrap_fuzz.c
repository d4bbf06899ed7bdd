// SPDX-License-Identifier: MIT
/* Any bytes are one of IANA's bootstrap documents. */
#include "enrich/bootstrap.h"

#include <stdlib.h>

static void require(int holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const asked[] = {"8.8.8.8", "2a00:1450::5"};
	struct bootstrap b = {0};
	struct addr a = {{0}};

	int err = bootstrap_read(&b, (struct str){(const char *)data, size}, false);
	require((err == 0) == (b.row_count > 0));
	require(b.row_count <= BOOTSTRAP_NETS_MAX && b.service_count <= BOOTSTRAP_SERVICES_MAX);
	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		require(addr_parse(str_of(asked[i]), &a) == 0);
		const char *url = bootstrap_find(&b, &a);
		require(!url || strncmp(url, "https://", 8) == 0);
	}
	bootstrap_done(&b);
	return 0;
}
