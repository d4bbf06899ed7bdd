/* SPDX-License-Identifier: MIT
 *
 * addr: addresses as servers log them, with or without a port, and lists of them.
 */
#ifndef NG_LOG_ADDR_H
#define NG_LOG_ADDR_H

#include "base/addr.h"
#include "base/str.h"

#include <stdbool.h>

/* "203.0.113.5", "203.0.113.5:51734", "2001:db8::1", "[2001:db8::1]:51734". The whole is tried as
 * an address first: only then a last colon is before a port. *ret_port is 0 where there is none.
 * 0 or -EINVAL. */
int log_addr_parse(struct str text, struct addr *ret_addr, uint32_t *ret_port);

/* Takes the last item off a list as X-Forwarded-For and Forwarded have it, without the commas,
 * blanks and quotes around it. False when there is none; *list is empty then. */
bool log_addr_last(struct str *list, struct str *ret_item);

/* Of a list that is too long the whole items of its last `most` bytes: what the nearest servers
 * added stands there. Absent when there are none. */
struct str log_addr_cut(struct str list, size_t most);

#endif
