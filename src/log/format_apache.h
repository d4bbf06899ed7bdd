/* SPDX-License-Identifier: MIT
 *
 * format_apache: the dialect of Apache's LogFormat, lighttpd's too.
 * https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats
 */
#ifndef NG_LOG_FORMAT_APACHE_H
#define NG_LOG_FORMAT_APACHE_H

#include "log/format_build.h"

/* Reads s->source into the parts of s->custom. 0, or -EINVAL with the reason in s->error. */
int format_apache_read(struct format_build *s);

#endif
