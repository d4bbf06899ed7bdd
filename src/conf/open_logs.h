/* SPDX-License-Identifier: MIT
 *
 * open_logs: the files that a running server has open for appending, as only logs are.
 */
#ifndef NG_CONF_OPEN_LOGS_H
#define NG_CONF_OPEN_LOGS_H

#include "conf/running_server.h"

/* Puts their paths into s->logs, from s->root on. process is a descriptor of /proc/PID. */
void open_logs_find(struct running_server *s, int process);

/* Whether the name is an error log's. */
bool open_logs_is_error(const char *path);

#endif
