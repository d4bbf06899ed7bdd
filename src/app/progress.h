/* SPDX-License-Identifier: MIT
 *
 * progress: a bar on stderr for what takes longer than a second, on a terminal and nowhere else. It
 * is drawn five times a second at most, in one line that is gone when it is over.
 */
#ifndef NG_APP_PROGRESS_H
#define NG_APP_PROGRESS_H

#include "base/clock.h"

#include <stdbool.h>

struct progress {
	bool on;             /* there is a terminal */
	bool shown;          /* a line of it stands there */
	usec_t began, drawn; /* monotonic */
};

/* wanted: false for one that is never shown. */
void progress_begin(struct progress *p, bool wanted);

/* what: clean text, and not long. part: how much is done, of 1; below 0 or NAN: nobody knows.
 * detail: more in words, or "". */
void progress_show(struct progress *p, const char *what, double part, const char *detail);

/* There is nothing to show for now. */
void progress_hide(struct progress *p);

/* Before anything else is written to the terminal. */
void progress_end(struct progress *p);

#endif
