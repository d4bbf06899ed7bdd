/* SPDX-License-Identifier: MIT
 *
 * error_log: the format of a log that is known to be a web server's error log, nginx's or Apache's:
 * most of what stands there says nothing wanted, and messages may have several lines.
 */
#ifndef NG_LOG_ERROR_LOG_H
#define NG_LOG_ERROR_LOG_H

#include "log/format.h"

extern const struct log_format log_error_log;

#endif
