/* SPDX-License-Identifier: MIT
 *
 * json: access logs of one JSON object a line, as Caddy, Traefik and, by a format of their
 * operator's, nginx and Apache write them. Also Caddy's console format, which ends in an object.
 * Never by level: Caddy calls a request of a bot an error.
 */
#ifndef NG_LOG_JSON_H
#define NG_LOG_JSON_H

#include "log/format.h"

/* See log_format.parse. An object with neither a request nor a status is no access log's. */
int log_json(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *ret);

#endif
