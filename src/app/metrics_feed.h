/* SPDX-License-Identifier: MIT
 *
 * metrics_feed: hands the model's metrics out, as --metrics and --metrics-file ask for: over HTTP
 * (metrics_server) and as a file (metrics_file). In a console, without one, and of a replay.
 */
#ifndef NG_APP_METRICS_FEED_H
#define NG_APP_METRICS_FEED_H

#include "app/metrics_file.h"
#include "app/metrics_server.h"
#include "config/settings.h"

struct metrics_feed {
	struct metrics_server *server; /* NULL: nobody can ask */
	struct metrics_file file;
	struct model *const *model; /* where the session has its model, which a replay replaces */
	const bool *show_private;   /* likewise */
	usec_t began, interval;
	usec_t next;       /* monotonic: when the file is due */
	uint64_t failed;   /* texts that memory was out for */
	char open_to[160]; /* who can reach the port, in words; "" when only this machine can */
};

/* Opens what the options ask for: before privileges are dropped, and before any thread. 0; or a
 * negative errno, -EINVAL for what the user can mend, with the reason. To be given to
 * metrics_feed_done either way, and not to be moved before. */
int metrics_feed_init(struct metrics_feed *f, const struct options *o, char reason[static 512]);
void metrics_feed_done(struct metrics_feed *f);

/* What it shows, borrowed: before it serves or is polled. */
void metrics_feed_of(struct metrics_feed *f, struct model *const *model, const bool *show_private);

/* Serves on this loop (borrowed); NULL: no more. 0 or a negative errno. */
int metrics_feed_watch(struct metrics_feed *f, struct loop *loop);

/* Once a round. Renders the file when it is due. */
void metrics_feed_poll(struct metrics_feed *f);

/* The file says how it ended. */
void metrics_feed_finish(struct metrics_feed *f);

#endif
