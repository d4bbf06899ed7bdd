/* SPDX-License-Identifier: MIT
 *
 * ranges_json: the texts of a JSON document in which networks may stand, in one pass and without
 * memory of its own. Only ranges.c includes it.
 */
#ifndef NG_DETECT_RANGES_JSON_H
#define NG_DETECT_RANGES_JSON_H

#include "base/str.h"

#define RANGES_JSON_DEPTH 32

/* A text as it is written, without its quotes; escapes stay. `must` says that it has to be a
 * network: the value of "ip_prefix", "ipv4Prefix", "cidr" and the like, or an item of the array
 * that the whole document is. An error of its own ends the reading. */
typedef int ranges_json_fn(void *ctx, unsigned line, struct str text, bool must);

/* Calls `take` for each text that is an item of an array, or the value of a key that means a
 * network. 0, what `take` returned, or -EBADMSG when it is not JSON (RFC 8259) or too deep, with
 * the line, from 1 on, in *ret_line. */
int ranges_json_read(struct str text, ranges_json_fn *take, void *ctx, unsigned *ret_line);

#endif
