// SPDX-License-Identifier: MIT
#include "base/few.h"

#include <string.h>

bool few_put(void *at, size_t *n, size_t most, size_t size, const void *item, few_before *before,
	const void *ctx)
{
	char *items = at;
	size_t place = *n;

	while (place > 0 && before(item, items + (place - 1) * size, ctx))
		place--;
	if (place == most)
		return false;
	*n += *n < most;
	memmove(items + (place + 1) * size, items + place * size, (*n - place - 1) * size);
	memcpy(items + place * size, item, size);
	return true;
}
