/* SPDX-License-Identifier: MIT
 *
 * custom_text: what the text of a field in a log line may be. For log/custom.c alone.
 */
#ifndef NG_LOG_CUSTOM_TEXT_H
#define NG_LOG_CUSTOM_TEXT_H

#include "base/str.h"

/* Letters, digits, "." "-" and "_"; not what ends as an address does. */
bool custom_is_host_name(struct str s);

/* Upstreams are separated by ", " and " : ", which is no end. behind is where s ends, end where the
 * line does. */
bool custom_is_list(struct str s, const char *behind, const char *end);

bool custom_ends_in_proto(struct str s);

/* A character that no number or name goes on with. */
bool custom_is_apart(char c);

#endif
