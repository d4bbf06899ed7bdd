/* SPDX-License-Identifier: MIT
 *
 * known_formats: what widely used programs write by default, spelled as format strings. Nobody
 * spells them out on the hosts where they are met: a container's image has them.
 */
#ifndef NG_LOG_KNOWN_FORMATS_H
#define NG_LOG_KNOWN_FORMATS_H

#include "log/format.h"

/* The log_format.parse of the formats by the names "npm", "envoy", "alb" and "uvicorn". */
int log_known(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *ret);

#endif
