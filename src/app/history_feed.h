/* SPDX-License-Identifier: MIT
 *
 * history_feed: between the model and the history (record/history.h). It asks about each address
 * and network that the model has just met, and has the answer said by an EVENT_SEEN, so that a
 * replay needs no history. From time to time it walks through the hosts and hands over what each
 * has counted since it was last handed over: the history adds it up, and nothing is counted twice.
 *
 * An address enters the history by what cannot be forged: a request, a whole handshake, a login; or
 * by a flag or a block that names it. A flood of SYNs leaves its networks there, not its sources.
 */
#ifndef NG_APP_HISTORY_FEED_H
#define NG_APP_HISTORY_FEED_H

#include "base/reason.h"
#include "config/options.h"
#include "event/taker.h"
#include "model/model.h"
#include "record/history.h"

#define HISTORY_PATH_MAX 4096
#define HISTORY_RECENT   1024 /* flags and blocks that were handed over last; a power of two */

/* What of a host was handed over. */
struct handed {
	struct addr ip;
	usec_t last;
	uint64_t requests, bytes, handshakes;
};

struct history_feed {
	struct taker taker; /* first */
	const struct model *model;
	struct event_sink *sink;
	struct history *history; /* NULL: there is none, and the feed need not join */
	struct reason why;       /* there is none; "" when it was not asked for */
	char path[HISTORY_PATH_MAX];
	struct history_status status; /* as it was said last */
	bool started;

	struct handed *handed; /* by the host's id */
	uint64_t *asked;       /* a bit for each host's id: it was asked about */
	uint64_t questions, answers;
	uint32_t unasked;         /* newcomers that found no room; may be too many */
	uint32_t ask_at, walk_at; /* ids to go on with, or POOL_NONE */
	usec_t next_walk, next_news;
	uint64_t told;    /* questions, answers and drops in the latest news */
	uint64_t dropped; /* flags and blocks that found no room */
	uint64_t recent[HISTORY_RECENT];
	bool woken; /* something was put since the thread was last woken */
	char told_note[HISTORY_NOTE_MAX];
};

/* Finds the place, and makes the directory; the thread starts with the first turn in the hub, when
 * privileges are gone. 0 or -ENOMEM; what else is wrong is said later, and costs only the history.
 * model: NULL when the feed will not join a hub. The feed must not move afterwards. */
int history_feed_init(struct history_feed *p, const struct options *options,
	const struct model *model, struct event_sink *sink);
void history_feed_done(struct history_feed *p);

/* Readable when there are answers; -1: there is no history. */
int history_feed_fd(const struct history_feed *p);

/* Says whether there is a history. */
void history_feed_tell(struct history_feed *p, usec_t now);

/* Before a report: takes the answers that are due, for at most so long. */
void history_feed_settle(struct history_feed *p, usec_t patience);

/* Hands over the rest and has it written, for at most so long. *lost: what was lost, and why; ""
 * for nothing. */
void history_feed_finish(struct history_feed *p, usec_t patience, struct reason *lost);

/* Where the file is, by options and environment. False: nowhere, or too long. */
bool history_path(const struct options *options, char buf[static HISTORY_PATH_MAX]);

#endif
