/* SPDX-License-Identifier: MIT
 *
 * error_apache: the same of Apache 2.4, in its default ErrorLogFormat: "[TIME] [MODULE:LEVEL] [pid
 * N:tid N] (ERROR)TEXT: [client ADDR:PORT] AHnnnnn: MESSAGE, referer: …". What clients write comes
 * last, and is escaped (ap_escape_errorlog_item()). Messages name files, not requests: a path is
 * never known.
 *
 * https://httpd.apache.org/docs/2.4/mod/core.html#errorlogformat
 */
#ifndef NG_LOG_ERROR_APACHE_H
#define NG_LOG_ERROR_APACHE_H

#include "log/format.h"

/* See log_format.parse. */
int log_error_apache(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *ret);

#endif
