/* SPDX-License-Identifier: MIT
 *
 * feed: turns lines of logs into events, wherever the lines come from: undoes what a container's
 * runtime did to them, chooses the format, names the client behind trusted proxies, and counts.
 * The reader of files (log/tail.h) is one user; any input that has whole lines can be another.
 */
#ifndef NG_LOG_FEED_H
#define NG_LOG_FEED_H

#include "event/event.h"
#include "log/stream.h"
#include "log/trusted_proxies.h"

/* Requests are put by the batch, so that the sink can fetch what it knows of all their addresses
 * at once. Enough to hide the memory's latency, few enough to stay in the first cache. */
#define LOG_FEED_BATCH 16

#define LOG_OTHERS_MAX 32 /* formats that a line is tried with when no other reads it */

/* One for all logs of a source; all zero but for `trusted` and `others` at first. Allocates
 * nothing. */
struct log_feed {
	const struct trusted_proxies *trusted; /* borrowed; NULL: no proxy is trusted */
	struct log_format *const *others;      /* borrowed, as what it points to; or NULL */
	size_t other_count;
	struct event_sink *sink; /* of the call under way */
	usec_t now;
	usec_t ahead; /* of what the machine's clock says; see clock_account() */
	struct event batch[LOG_FEED_BATCH]; /* their text still lies where the lines do */
	size_t batch_n;
	struct log_scratch scratch;
};

/* Begins a poll: events get this time, and go to this sink, which is borrowed until the next. */
void log_feed_begin(struct log_feed *feed, usec_t now, struct event_sink *sink);

/* Takes a line as it stands in the log, without its newline. It must stay where it is until
 * log_feed_flush(). */
void log_feed_line(struct log_feed *feed, struct log_stream *stream, struct str line);

/* Puts the events that are still held back. */
void log_feed_flush(struct log_feed *feed);

/* No more lines will come: takes what a container's runtime has left unfinished. */
void log_feed_end(struct log_feed *feed, struct log_stream *stream);

/* Puts a log event with the stream's state and counters. lag: bytes not read yet. */
void log_feed_report(struct log_feed *feed, struct log_stream *stream, uint64_t lag);

#endif
