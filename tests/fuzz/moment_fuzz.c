// SPDX-License-Identifier: MIT
/* Any bytes are a time that somebody types, wherever they are: it lies within reach, or why it does
 * not is said. The first byte chooses where that is. */
#include "base/text.h"
#include "console/moment.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define T0   (INT64_C(1795335400) * USEC_PER_SEC)
#define HOUR (3600 * USEC_PER_SEC)

static void require(int holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct moment_reach reaches[] = {
		{T0, T0 - HOUR, 0, 0},
		{T0, T0 - HOUR, T0 + HOUR, 3600 * USEC_PER_SEC},
		{T0, T0, T0, -12 * HOUR},
		{1, 1, 2, -12 * HOUR},
		{USEC_LIMIT - 1, 1, USEC_LIMIT - 1, 14 * HOUR},
		{T0, T0 - 100 * 24 * HOUR, T0 + 100 * 24 * HOUR, 19800 * USEC_PER_SEC},
	};
	char why[MOMENT_WHY_MAX] = "";
	usec_t at = -1;

	if (!size)
		return 0;
	const struct moment_reach *r = &reaches[data[0] % ARRAY_LEN(reaches)];
	int err = moment_parse((struct str){(const char *)data + 1, size - 1}, r, &at, why);
	if (err) {
		require(at == -1 && why[0] && text_is_clean(str_of(why)));
		return 0;
	}
	require(!why[0] && at >= r->begin && (!r->end || at <= r->end));
	return 0;
}
