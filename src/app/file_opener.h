/* SPDX-License-Identifier: MIT
 *
 * file_opener: the process that opens for the console what the console's user may not: logs, the
 * configuration of servers, what /proc says of them (base/opener). It may read all files, and opens
 * only what is of use here; it reads none of them.
 */
#ifndef NG_APP_FILE_OPENER_H
#define NG_APP_FILE_OPENER_H

#include "config/options.h"
#include "event/event.h"
#include "helper/process.h"

struct file_opener {
	struct process process;
};

/* Spawns it; from then on base/opener asks it. Before anything is opened. 0 or a negative errno.
 * f is to be given to file_opener_done either way, and must not move before. */
int file_opener_spawn(struct file_opener *f, const struct options *o);
void file_opener_done(struct file_opener *f);

/* That it has ended is said once. */
void file_opener_tell(usec_t now, struct event_sink *sink);

#endif
