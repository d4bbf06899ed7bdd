/* SPDX-License-Identifier: MIT
 *
 * format_haproxy: the dialect of HAProxy's log-format.
 * https://docs.haproxy.org/2.8/configuration.html#8.2.6
 */
#ifndef NG_LOG_FORMAT_HAPROXY_H
#define NG_LOG_FORMAT_HAPROXY_H

#include "log/format_build.h"

/* Reads s->source into the parts of s->custom. 0, or -EINVAL with the reason in s->error. */
int format_haproxy_read(struct format_build *s);

#endif
