/* SPDX-License-Identifier: MIT
 *
 * http_request: reads a request to the metrics port: HTTP/1.0 or 1.1 (RFC 9112), GET and HEAD, one
 * path. Anybody can send anything: what is not plainly such a request is refused, and nothing of it
 * is kept but the few facts here. Pure: no socket.
 */
#ifndef NG_APP_HTTP_REQUEST_H
#define NG_APP_HTTP_REQUEST_H

#include "base/str.h"

#define HTTP_REQUEST_MAX 8192 /* bytes up to the empty line */
#define HTTP_PATH        "/metrics"

enum http_status {
	HTTP_MORE = 0, /* not whole yet */
	HTTP_OK = 200,
	HTTP_BAD_REQUEST = 400,
	HTTP_NOT_FOUND = 404,
	HTTP_NOT_ALLOWED = 405, /* neither GET nor HEAD */
	HTTP_TOO_LARGE = 431    /* no empty line in HTTP_REQUEST_MAX bytes */
};

struct http_request {
	bool head;         /* HEAD: the answer has no body */
	bool open_metrics; /* it prefers OpenMetrics 1.0 to plain text */
};

/* Of what has come so far; never reads beyond text.n. ret is set with HTTP_OK. */
enum http_status http_request_read(struct str text, struct http_request *ret);

/* "Not Found" */
const char *http_reason(enum http_status status);

#endif
