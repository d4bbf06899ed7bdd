// SPDX-License-Identifier: MIT
/* Any bytes are what vnstat printed. What is believed of it is a month that there is, and a reason
 * is clean. */
#include "action/vnstat.h"
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>

static void require(int holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vnstat_month month = {0};
	char why[VNSTAT_WHY_MAX] = "";
	int err = vnstat_read((struct str){(const char *)data, size}, STR_LIT("eth0"), &month, why);

	require(err == 0 || err == -EINVAL || err == -ENOENT || err == -ENODATA);
	if (err)
		require(why[0] && text_is_clean(str_of(why)));
	else
		require(month.month >= 1 && month.month <= 12 && month.year <= 9999);
	return 0;
}
