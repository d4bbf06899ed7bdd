/* SPDX-License-Identifier: MIT
 *
 * error_nginx: what nginx's error log says of requests that it refused, and of backends that did
 * not answer. A line is "TIME [LEVEL] PID#TID: *CONNECTION MESSAGE, client: …, server: …, request:
 * "…", upstream: "…", host: "…", referrer: "…"", cut at 2048 bytes (NGX_MAX_ERROR_STR). nginx
 * escapes nothing in it, and clients write the request, the host and the referrer.
 *
 * Source: ngx_log_error_core(), ngx_http_log_error_handler() and the messages' own modules.
 */
#ifndef NG_LOG_ERROR_NGINX_H
#define NG_LOG_ERROR_NGINX_H

#include "log/format.h"

/* See log_format.parse. */
int log_error_nginx(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *ret);

#endif
