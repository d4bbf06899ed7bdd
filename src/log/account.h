/* SPDX-License-Identifier: MIT
 *
 * account: what became of the lines of one log since the program started.
 */
#ifndef NG_LOG_ACCOUNT_H
#define NG_LOG_ACCOUNT_H

#include "base/str.h"

#include <stdint.h>

#define LOG_SAMPLE_MAX 200 /* bytes */

struct log_account {
	uint64_t lines, rejected, ignored, skipped, rotated, missed; /* as in struct event_log */
	char sample[LOG_SAMPLE_MAX]; /* of the last rejected line, raw */
	size_t sample_n;
};

/* Counts a line that is in no known format, and keeps its beginning as the sample. */
void log_account_reject(struct log_account *a, struct str line);

#endif
