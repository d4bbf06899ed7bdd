/* SPDX-License-Identifier: MIT
 *
 * json_head: what stands before the object in Caddy's console format:
 * "TIME\tLEVEL\tLOGGER\tMESSAGE\t{…}", of which what is behind the level may be missing.
 */
#ifndef NG_LOG_JSON_HEAD_H
#define NG_LOG_JSON_HEAD_H

#include "log/format.h"

struct json_head {
	bool zap;          /* it is as Caddy writes it */
	struct str logger; /* absent: it names none */
	usec_t logged;     /* 0: unknown */
};

/* Takes it off the line. False, with the line as it was, when no object follows; *ret is filled as
 * far as it was read. */
bool json_head_take(struct str *line, struct log_scratch *scratch, struct json_head *ret);

#endif
