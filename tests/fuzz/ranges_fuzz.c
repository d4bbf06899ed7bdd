// SPDX-License-Identifier: MIT
/* Any bytes are a file of ranges. */
#include "base/text.h"
#include "detect/ranges.h"

#include <errno.h>
#include <stdlib.h>

static void require(int holds)
{
	if (!holds)
		abort();
}

struct range_item {
	struct prefix_item item;
	uint32_t file;
	uint64_t files;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str text = {(const char *)data, size};
	struct ranges_error error = {0};
	struct ranges ranges;
	unsigned lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	require(ranges_init(&ranges) == 0);
	int err = ranges_add(&ranges, STR_LIT("fuzz"), text, &error);
	require(err == 0 || err == -EINVAL);
	require((err == -EINVAL) == (error.line > 0));
	require(error.line <= lines && text_is_clean(str_of(error.text)));
	require(err || ranges.prefixes.pool.live > 0);
	for (struct range_item *i = prefixes_oldest(&ranges.prefixes); i;
		i = prefixes_newer(&ranges.prefixes, i)) {
		require(i->item.prefix.bits >= (addr_is_v4(&i->item.prefix.addr) ? 104 : 16));
		const char *name = ranges_find(&ranges, &i->item.prefix.addr);
		require(ranges_files(&ranges, &i->item.prefix.addr) == 1);
		require(name && str_eq(str_of(name), STR_LIT("fuzz")));
	}
	ranges_done(&ranges);
	return 0;
}
