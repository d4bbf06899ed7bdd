/* SPDX-License-Identifier: MIT
 *
 * log_none: why the log of one row is empty, in words: it never got so far, it has not asked yet,
 * its lines are gone.
 */
#ifndef NG_CONSOLE_LOG_NONE_H
#define NG_CONSOLE_LOG_NONE_H

#include "console/view.h"

/* Of the row of this key; name: what it is called. */
void log_none_draw(
	const struct view *v, struct area a, const struct subject_key *of, const char *name);

#endif
