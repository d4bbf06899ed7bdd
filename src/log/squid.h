/* SPDX-License-Identifier: MIT
 *
 * squid: Squid's own format ("logformat squid"), one line a request.
 * http://www.squid-cache.org/Doc/config/logformat/
 */
#ifndef NG_LOG_SQUID_H
#define NG_LOG_SQUID_H

#include "log/format.h"

int log_squid(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *ret);

#endif
