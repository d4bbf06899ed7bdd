// SPDX-License-Identifier: MIT
#include "log/account.h"

#include <string.h>

void log_account_reject(struct log_account *a, struct str line)
{
	a->rejected++;
	a->sample_n = line.n < LOG_SAMPLE_MAX ? line.n : LOG_SAMPLE_MAX;
	if (a->sample_n)
		memcpy(a->sample, line.p, a->sample_n);
}
