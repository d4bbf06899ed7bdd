/* SPDX-License-Identifier: MIT
 *
 * publish: what this machine sees, summed up, for who looks at many: a taker behind the judgement.
 * It hands on a set (output/record_set) every publish.interval, each second while somebody looks,
 * and flags and the verdict as they come. Where they go is a struct publish_to: stdout, or a
 * carrier.
 *
 * Time is the model's: a replay publishes as the recorded machine would have.
 */
#ifndef NG_APP_PUBLISH_H
#define NG_APP_PUBLISH_H

#include "app/fleet_options.h"
#include "app/publish_detail.h"
#include "event/taker.h"
#include "fleet/fleet_wire.h"
#include "output/record_set.h"

/* Where messages go: text is lines of NDJSON, borrowed. */
struct publish_to {
	void *ctx;
	void (*put)(void *ctx, enum fleet_what what, uint64_t token, struct str text);
	uint64_t (*dropped)(void *ctx); /* messages that found no room so far; NULL: none are */
	void (*flush)(void *ctx);       /* the round is over; NULL: nothing waits */
};

struct publish_options {
	const struct fleet_options *fleet; /* borrowed, as all of these */
	const struct model *model;
	const struct detect *detect; /* NULL: nothing is judged */
	const bool *show_private;
	struct publish_to to;
	bool replaying; /* sets are made at once: nobody waits for the loop */
	bool sets_only; /* the events go there anyway (--json) */
};

struct publish {
	struct taker taker; /* first */
	struct publish_options o;
	struct set_head head;
	char name[FLEET_NAME_MAX];
	struct record_set set;
	struct jsonw text; /* the message that is being made */
	uint64_t failed;   /* messages for which there was no memory */
	usec_t next;       /* when a set is due; 0: at once */
	usec_t live_until; /* somebody looks */
	bool gathering, begun;
	uint64_t verdict; /* what it was about when it was last told: a hash */
	usec_t verdict_told;
};

/* p must not move afterwards. */
void publish_init(struct publish *p, const struct publish_options *o);
void publish_done(struct publish *p);

static inline bool publish_is_on(const struct publish *p)
{
	return p->taker.take != NULL;
}

/* Somebody looks for so long from now, or (0) does no more. */
#define PUBLISH_FOREVER (INT64_MAX / 2)
void publish_live(struct publish *p, usec_t span);

/* The last set. */
void publish_finish(struct publish *p);

/* What a set says of the machine, as of now. Its verdict borrows from ret_texts. */
void publish_renew_head(struct publish *p, struct detail_texts *ret_texts);

/* Hands on what was made of one: nothing, if memory ran out. */
void publish_send(struct publish *p, enum fleet_what what, uint64_t token);

#endif
