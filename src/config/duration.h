/* SPDX-License-Identifier: MIT
 *
 * duration: spans of time as people write them: "500ms", "30s", "5m", "1h30m", "1d". A number
 * alone is seconds, as it was before there were units. Units go from large to small, each at most
 * once; no blanks, no sign.
 */
#ifndef NG_CONFIG_DURATION_H
#define NG_CONFIG_DURATION_H

#include "base/clock.h"
#include "base/str.h"

#define DURATION_TEXT_MAX 32

/* 0; -EINVAL for anything else, or -ERANGE for a negative one or one from USEC_LIMIT on. */
int duration_parse(struct str text, usec_t *ret_usec);

/* In the largest unit that divides it, "90m"; "0" for none. Reads back the same. usec >= 0. */
const char *duration_text(usec_t usec, char buf[static DURATION_TEXT_MAX]);

#endif
