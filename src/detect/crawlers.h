/* SPDX-License-Identifier: MIT
 *
 * crawlers: the taker that checks who says that it is a crawler. An agent is a claim; two things
 * tell. The ranges that its operator publishes hold the address or not. Its name by reverse DNS,
 * confirmed by the address itself, lies under one of the operator's domains or not: so do Google,
 * Bing and others say how to verify them. Each outcome becomes an EVENT_CRAWLER, once for an
 * address and crawler, and again when it changes; the model has what was said (model/claims.h).
 *
 * A confirmed name outranks ranges that lack the address: those may be old. What stands beside the
 * server (addr_is_local) is not refuted: it may be a proxy. What cannot be told is unverified.
 *
 * A recording has the outcomes of its own run, and these count: in a replay the taker says nothing,
 * but for ranges that were given to the replay itself, which have the last word. Recordings of
 * 0.2.0 have no outcomes: there it judges, and as these do not tell a name that is missing from one
 * that could not be asked for, only confirmed names count.
 */
#ifndef NG_DETECT_CRAWLERS_H
#define NG_DETECT_CRAWLERS_H

#include "detect/agents.h"
#include "detect/ranges.h"
#include "event/taker.h"
#include "model/model.h"

#define CRAWLERS_AGENTS 1024 /* texts of agents whose meaning is remembered; a power of two */

struct crawlers_options {
	const struct ranges *ranges; /* borrowed, as all here */
	const struct model *model;
	struct event_sink *sink;
	bool replaying;
};

struct crawlers {
	struct taker taker; /* first */
	struct agents agents;
	const struct ranges *ranges;
	const struct model *model;
	struct event_sink *sink;
	bool replaying;
	bool only_confirmed; /* a name that is missing or not confirmed says nothing */
	uint64_t not_told;   /* claims for which there was no room, since this was last said */
	uint64_t confirm[AGENTS_MAX]; /* by number: files (bits) that confirm it, that refute it */
	uint64_t refute[AGENTS_MAX];
	struct {
		uint64_t hash; /* of the text */
		const struct agent *agent;
	} seen[CRAWLERS_AGENTS];
};

/* 0 or -ENOMEM. It must not move afterwards. */
int crawlers_init(struct crawlers *c, const struct crawlers_options *options);
void crawlers_done(struct crawlers *c);

/* The name of the address would help to check this claim. */
bool crawlers_need_name(const struct claim *claim);

#endif
