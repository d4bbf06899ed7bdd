/* SPDX-License-Identifier: MIT
 *
 * ssh_log: where the SSH server logs to, if that is a file.
 */
#ifndef NG_APP_SSH_LOG_H
#define NG_APP_SSH_LOG_H

#include "config/settings.h"

#include <limits.h>

/* The first of the usual places that is there, below --server-root. False: none is. */
bool ssh_log_find(const struct options *o, char ret_path[static PATH_MAX]);

#endif
