/* SPDX-License-Identifier: MIT
 *
 * log_wrap: takes off what others put before and behind a server's own line: line ends, NULs, a
 * byte order mark, syslog headers, the prefixes of compose and of Kubernetes' container runtimes.
 */
#ifndef NG_SOURCE_LOG_WRAP_H
#define NG_SOURCE_LOG_WRAP_H

#include "base/str.h"

struct str log_unwrap(struct str line);

#endif
