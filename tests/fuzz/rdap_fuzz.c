// SPDX-License-Identifier: MIT
/* Any bytes are an RDAP answer. What is believed of it is clean, and a network that is no larger
 * than one can be. */
#include "base/text.h"
#include "enrich/rdap.h"

#include <errno.h>
#include <stdlib.h>

static void require(int holds)
{
	if (!holds)
		abort();
}

static void check(const struct network_info *n, const struct addr *asked)
{
	require(prefix_contains(&n->net, asked) && network_info_is_plausible(&n->net));
	require(text_is_clean(str_of(n->name)) && text_is_clean(str_of(n->handle)));
	require(text_is_clean(str_of(n->org)) && text_is_clean(str_of(n->abuse)));
	require(text_is_clean(str_of(n->country)) && text_is_clean(str_of(n->registered)));
	require(network_info_says_something(n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const asked[] = {"8.8.8.8", "2a00:1450::5"};
	struct network_info n = {0};
	struct addr a = {{0}};
	const char *error = NULL;

	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		require(addr_parse(str_of(asked[i]), &a) == 0);
		int err = rdap_read((struct str){(const char *)data, size}, &a, &n, &error);
		require(err == 0 || ((err == -EINVAL || err == -ENOENT) && error));
		if (!err)
			check(&n, &a);
	}
	return 0;
}
