/* SPDX-License-Identifier: MIT
 *
 * retell: what a file that begins in the middle of a run has to be told beside the events that
 * come: the picture of the moment (app/picture.h), and of an address that was known then and had no
 * connection, who that is, with the first event of it.
 */
#ifndef NG_APP_RETELL_H
#define NG_APP_RETELL_H

#include "event/taker.h"
#include "model/model.h"

struct retell {
	const struct model *model;       /* borrowed; stays the same: replays are not recorded */
	const struct event_start *start; /* as the run's own was; borrowed */
	uint64_t *told;                  /* a bit for each host's id; NULL: not begun */
};

/* Everybody has been told, as at the beginning of a run. 0 or -ENOMEM. */
int retell_init(struct retell *r, const struct model *model, const struct event_start *start);
void retell_done(struct retell *r); /* accepts one that is all zero */

/* Nobody has been told. */
void retell_forget(struct retell *r);

/* The picture, start record first; who is in it has been told, and nobody else. */
void retell_picture(struct retell *r, usec_t now, struct event_sink *sink);

/* The same, and the start record says how many records of it follow, so that who reads several
 * files can pass them over (record/recording.h). */
void retell_counted(struct retell *r, usec_t now, struct event_sink *sink);

/* Of a thin (record/thin.h), whose ctx is the retell: who an address is that became known since
 * then, of which nothing could be told before. */
void retell_late(void *ctx, const struct addr *ip, usec_t since, struct event_sink *sink);

/* A sink that hands on to one taker. */
struct taker_sink {
	struct event_sink sink; /* first */
	struct taker *to;
};

struct taker_sink taker_sink_to(struct taker *to);

/* Behind each event: who its address is, if that was not told yet. */
void retell_after(struct retell *r, const struct event *event, struct event_sink *sink);

#endif
