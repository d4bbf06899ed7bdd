/* SPDX-License-Identifier: MIT
 *
 * logs_watch: notices while we run that a server's configuration has changed, or that servers have
 * come or gone, reads it all anew, and has the tail follow what it says now.
 */
#ifndef NG_APP_LOGS_WATCH_H
#define NG_APP_LOGS_WATCH_H

#include "app/logs.h"

/* A source that puts no events. The journal is told of new formats; NULL: there is none. All are
 * borrowed, for as long as it lives; the plan is replaced when there is a new one. NULL: memory is
 * out, and the plan stays as it is. */
struct source *logs_watch_new(struct logs_plan *plan, const struct options *options,
	struct source *tail, struct source *journal);

#endif
