/* SPDX-License-Identifier: MIT
 *
 * event_log: the kinds of events (event.h) about logs themselves: how each is, and how many there
 * are.
 */
#ifndef NG_EVENT_EVENT_LOG_H
#define NG_EVENT_EVENT_LOG_H

#include "base/str.h"

#include <stdint.h>

#define EVENT_LOGS_MAX 16384 /* log files that are followed and told of */

enum log_state {
	LOG_STATE_NONE,
	LOG_READING,
	LOG_MISSING,    /* named, but not there (yet) */
	LOG_DENIED,     /* there, but may not be read */
	LOG_UNREADABLE, /* a directory, an I/O error; the note says which */
	LOG_STATES
};

/* What is known of one log file. Counters are totals since the program started. */
struct event_log {
	struct str log;
	uint8_t state;     /* enum log_state */
	uint64_t lines;    /* whole lines read */
	uint64_t rejected; /* of these, in no known format */
	uint64_t ignored;  /* of these, in a known one, and they say nothing that is wanted */
	uint64_t skipped;  /* bytes passed over: over-long lines, holes */
	uint64_t rotated;  /* times that the name came to stand for another file, or for one cut off
			    */
	uint64_t missed;   /* of these, files that were gone before all of them could be read */
	uint64_t lag;      /* bytes that are there and not read yet */
	struct str sample; /* the last rejected line, cut short */
	struct str note;   /* errno text or reason, when state is not LOG_READING */
	struct str format; /* the one that its lines are in */
	struct str buffered; /* "64k": the server holds lines back; absent: not known to */
	uint8_t errors; /* a server's error log: no request is due in it, and it may be missing */
};

/* Which logs there are; told when some are not followed, and when that changes. */
struct event_logs {
	uint64_t followed;
	uint64_t not_followed; /* more than there is room for */
};

#endif
