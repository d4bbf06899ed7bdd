/* SPDX-License-Identifier: MIT
 *
 * line_prefix: takes off what others put before and behind a server's own line: line ends, NULs, a
 * byte order mark, colours, syslog headers, the short forms of journalctl, the prefixes of docker,
 * compose, kubectl and stern, of Kubernetes' container runtimes, and of grep.
 */
#ifndef NG_LOG_LINE_PREFIX_H
#define NG_LOG_LINE_PREFIX_H

#include "base/str.h"

struct str log_unwrap(struct str line);

/* What the wrappers say; absent where they do not. Borrows the line. */
struct log_head {
	struct str stamp;   /* begins with the time, as syslog, ISO 8601 or the epoch has it */
	struct str program; /* "nginx", "sshd" */
};

/* The same, but only up to where a program is named: what that one wrote may itself look like a
 * header that names another. */
struct str log_unwrap_head(struct str line, struct log_head *ret_head);

#endif
