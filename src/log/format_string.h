/* SPDX-License-Identifier: MIT
 *
 * format_string: compiles the format strings of web servers into log formats.
 *
 * nginx: https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format
 * Apache: https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats
 * HAProxy: https://docs.haproxy.org/2.8/configuration.html#8.2.6
 */
#ifndef NG_LOG_FORMAT_STRING_H
#define NG_LOG_FORMAT_STRING_H

#include "log/format_pasted.h"

#include <stdbool.h>

/* True when text is a format string rather than the name of one. */
bool format_string_is(struct str text);

/* Compiles text; name is what --log-format and the screen call it (copied, cleaned, cut). The
 * format is the caller's, for format_string_free. 0, -ENOMEM, or -EINVAL with the reason in words
 * in error, clean. */
int format_string_new(struct str text, enum log_dialect dialect, struct str name,
	struct log_format **ret_format, char error[static FORMAT_STRING_ERROR_MAX]);

/* Of one that format_string_new made: it says who asked, and what of, or what came of it. Lines in
 * another format tell of nobody, or of nothing. */
bool format_string_is_access(const struct log_format *format);

/* Of one that format_string_new made: how much it says of a request. */
unsigned format_string_weight(const struct log_format *format);

#define FORMAT_STRING_WEIGHT_COMBINED 26

/* Of two that format_string_new made: the same name for the same lines. */
bool format_string_is_same(const struct log_format *a, const struct log_format *b);

/* Of one that format_string_new made: no client has a say in what stands before the address, so the
 * first one that fits is it. All of the line must fit then. */
void format_string_trust(struct log_format *format);

/* Of format_string_new's; NULL is fine. */
void format_string_free(struct log_format *format);

#endif
