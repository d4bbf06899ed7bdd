/* SPDX-License-Identifier: MIT
 *
 * took: what logs say of how long a request took, and of what the backend answered. Clients and
 * broken clocks have a say in these numbers: what is negative, no number, or longer than a request
 * can last is ABSENT.
 *
 * Go: https://pkg.go.dev/time#Duration.String
 * nginx: https://nginx.org/en/docs/http/ngx_http_upstream_module.html#var_upstream_status
 */
#ifndef NG_LOG_TOOK_H
#define NG_LOG_TOOK_H

#include "event/event.h"

/* Units, in nanoseconds. */
#define TOOK_NS UINT64_C(1)
#define TOOK_US UINT64_C(1000)
#define TOOK_MS UINT64_C(1000000)
#define TOOK_S  UINT64_C(1000000000)

#define LOG_TOOK_MAX (UINT64_C(366) * 86400 * 1000000) /* us */

/* "0.125" or "7.3e-05", all of the text, in such units; microseconds, cut. */
uint64_t log_took(struct str text, uint64_t unit);

/* "1h2m3.5s", "73.259µs", "42 ms": numbers with their units. */
uint64_t log_took_with_unit(struct str text);

/* "502, 200" or "504 : 502": one for each backend that was asked; the last one's. ABSENT where it
 * is "-". */
uint64_t log_upstream_status(struct str list);

#endif
