/* SPDX-License-Identifier: MIT
 *
 * format_pasted: a format string as somebody pastes it, with what stands around it in the file it
 * came from: "log_format main '…' '…';", "LogFormat \"…\" combined", or in quotes. And whose
 * language it is: nginx's, Apache's, HAProxy's; that of other programs is known to be theirs.
 */
#ifndef NG_LOG_FORMAT_PASTED_H
#define NG_LOG_FORMAT_PASTED_H

#include "log/format.h"

/* Whose language a format string is in. */
enum log_dialect {
	LOG_DIALECT_GUESS, /* as somebody pastes it (format_pasted.h); $name is nginx */
	LOG_DIALECT_NGINX,
	LOG_DIALECT_NGINX_RAW, /* escape=none: what clients write stands as it came */
	LOG_DIALECT_APACHE,    /* lighttpd too */
	LOG_DIALECT_HAPROXY,
};

#define FORMAT_PASTED_MAX 4096

struct format_pasted {
	char buf[FORMAT_PASTED_MAX];
	struct str text; /* the string alone; lies in buf or in what was pasted */
	enum log_dialect dialect;
};

/* 0, or -EINVAL with the reason in words in error. */
int format_pasted_read(
	struct str pasted, struct format_pasted *ret, char error[static FORMAT_STRING_ERROR_MAX]);

#endif
