/* SPDX-License-Identifier: MIT
 *
 * open_logs: the files that a running server has open for appending, as only logs are.
 */
#ifndef NG_CONF_OPEN_LOGS_H
#define NG_CONF_OPEN_LOGS_H

#include "conf/running_server.h"

#define OPEN_LOGS_MAX 64

struct open_logs {
	char *paths[OPEN_LOGS_MAX]; /* from the server's root on; owned */
	size_t n;
};

/* For open_logs_done(). A server that has ended meanwhile has none. */
void open_logs_find(struct open_logs *logs, const struct running_server *s);
void open_logs_done(struct open_logs *logs);

/* Whether the name is an error log's. */
bool open_logs_is_error(const char *path);

#endif
