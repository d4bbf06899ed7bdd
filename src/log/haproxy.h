/* SPDX-License-Identifier: MIT
 *
 * haproxy: HAProxy's `option httplog` and `option httpslog` (its manual, 8.2.3 and 8.2.5).
 * Its error lines ("SSL handshake failure") and `option tcplog` are about connections, which the
 * kernel tells of.
 */
#ifndef NG_LOG_HAPROXY_H
#define NG_LOG_HAPROXY_H

#include "log/format.h"

/* See log_format.parse. */
int log_haproxy(const struct log_format *self, struct str line, struct log_scratch *scratch,
	struct event *event);

#endif
