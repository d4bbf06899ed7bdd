/* SPDX-License-Identifier: MIT
 *
 * error_log: the error logs of web servers, nginx's or Apache's (error_nginx.h, error_apache.h).
 */
#ifndef NG_LOG_ERROR_LOG_H
#define NG_LOG_ERROR_LOG_H

#include "log/format.h"

/* See log_format.parse. */
int log_error(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *ret);

/* For a log that is known to be one: a message may have several lines, and most say nothing wanted.
 */
extern const struct log_format log_error_log;

#endif
