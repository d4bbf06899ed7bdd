/* SPDX-License-Identifier: MIT
 *
 * history_line: what earlier runs knew of an address or a network, in one line.
 */
#ifndef NG_CONSOLE_HISTORY_LINE_H
#define NG_CONSOLE_HISTORY_LINE_H

#include "model/seen.h"

#define HISTORY_LINE_MAX 320

/* "in 7 earlier runs, first 12 days ago, last 2 days ago; 1234 requests; flagged scanner 3 times;
 * blocked once". NULL: nothing is known of it. */
void history_line(const struct seen *seen, usec_t now, char line[static HISTORY_LINE_MAX]);

#endif
