// SPDX-License-Identifier: MIT
/* Any bytes are a whois answer. */
#include "base/text.h"
#include "enrich/whois.h"

#include <stdlib.h>

static void require(int holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const asked[] = {"8.8.8.8", "200.160.2.3", "2a00:1450::5"};
	struct whois_answer answer;
	struct addr a = {{0}};

	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		require(addr_parse(str_of(asked[i]), &a) == 0);
		whois_read((struct str){(const char *)data, size}, &a, &answer);
		const struct network_info *n = &answer.info;
		require(strlen(answer.refer) < WHOIS_HOST_MAX);
		require(text_is_clean(str_of(answer.refer)));
		require(text_is_clean(str_of(n->name)) && text_is_clean(str_of(n->org)));
		require(text_is_clean(str_of(n->abuse)) && text_is_clean(str_of(n->handle)));
		require(!answer.found ||
			(prefix_contains(&n->net, &a) && network_info_is_plausible(&n->net) &&
				network_info_says_something(n)));
	}
	return 0;
}
