/* SPDX-License-Identifier: MIT
 *
 * otlp_gzip: a request made small (RFC 1952): records are alike, and ten of them take the room of
 * one. Every collector has to understand it (https://opentelemetry.io/docs/specs/otlp/).
 */
#ifndef NG_FLEET_OTLP_GZIP_H
#define NG_FLEET_OTLP_GZIP_H

#include "base/str.h"

/* Owned by the caller: *ret_p is to be freed. 0 or -ENOMEM. */
int otlp_gzip(struct str body, char **ret_p, size_t *ret_n);

#endif
