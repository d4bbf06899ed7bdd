/* SPDX-License-Identifier: MIT
 *
 * format_nginx: the dialect of nginx's log_format.
 * https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format
 */
#ifndef NG_LOG_FORMAT_NGINX_H
#define NG_LOG_FORMAT_NGINX_H

#include "log/format_build.h"

/* Reads s->source into the parts of s->custom. 0, or -EINVAL with the reason in s->error. */
int format_nginx_read(struct format_build *s);

#endif
