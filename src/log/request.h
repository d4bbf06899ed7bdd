/* SPDX-License-Identifier: MIT
 *
 * request: the request line as servers log it whole, "GET /a b HTTP/1.1".
 */
#ifndef NG_LOG_REQUEST_H
#define NG_LOG_REQUEST_H

#include "log/text.h"

/* Sets method, path and proto of *ret, which the caller has made absent, where request has them.
 * Without a method all of it is the path: what was sent is the evidence; its kind is set when it
 * begins as another protocol does. "", "-" and blanks are nothing. The texts are as log_text_as()
 * makes them. */
void log_request_split(struct log_scratch *scratch, enum log_escape how, struct str request,
	struct event_request *ret);

/* Makes all texts absent. */
void log_request_clear(struct event_request *r);

#endif
