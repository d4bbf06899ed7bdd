/* SPDX-License-Identifier: MIT
 *
 * farewell: what stays on the terminal after the console has given it back: what was found, for how
 * long it watched, what was done last, where the recording is and how to replay it. Only what is
 * known; when calm, a line or two. Of a replay, nothing: its file is still there to be asked.
 */
#ifndef NG_APP_FAREWELL_H
#define NG_APP_FAREWELL_H

#include "base/str.h"

#define FAREWELL_LINES 10
#define FAREWELL_MAX   8192

struct session;

/* The text of a live run, each line ended and, but for paths, at most so wide. Returns its length.
 */
size_t farewell_text(const struct session *s, int width, char buf[static FAREWELL_MAX]);

/* Writes it to the terminal that is stdout, as far as that takes it. */
void farewell_say(const struct session *s);

#endif
