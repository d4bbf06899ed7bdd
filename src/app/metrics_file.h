/* SPDX-License-Identifier: MIT
 *
 * metrics_file: writes the metrics to the file that --metrics-file names, whole or not at all, as
 * node_exporter's textfile collector needs it. A process of its own does, for two reasons: a disk
 * that hangs must not hold up the loop, and the collector's directory is often another user's,
 * where this process may not write any more. It runs as the directory's owner, and can reach that
 * directory alone.
 */
#ifndef NG_APP_METRICS_FILE_H
#define NG_APP_METRICS_FILE_H

#include "base/reason.h"
#include "config/settings.h"
#include "helper/process.h"

#define METRICS_FILE_MAX (128u << 10) /* bytes: what one message holds */

struct metrics_file {
	struct process process;
	uint64_t written, failed; /* texts; failed: those for which there was no room, too */
	int err;                  /* of the latest one; 0: written */
};

/* Spawns it. Before any thread, and before privileges are dropped. 0; -EINVAL, with why, when the
 * file cannot be there; or another negative errno with why. To be given to metrics_file_done either
 * way. */
int metrics_file_init(struct metrics_file *f, const struct options *o, struct reason *why);
void metrics_file_done(struct metrics_file *f);

static inline bool metrics_file_is_on(const struct metrics_file *f)
{
	return f->process.pid > 0;
}

/* Hands a text over, and takes note of what has come of those before. Never waits: while the
 * process is held up, texts are dropped and counted. */
void metrics_file_put(struct metrics_file *f, const char *text, size_t n);

/* Waits until the last one is written, for two seconds at most. */
void metrics_file_settle(struct metrics_file *f);

#endif
