/* SPDX-License-Identifier: MIT
 *
 * publish_ask: questions to this machine, from who looks at many; the other half of publish. They
 * come as lines, from stdin or by a carrier, from somebody whose right to ask is the channel's.
 * Each gets an answer record, whatever it is; only `live`, and what comes too fast, gets none.
 *
 *   ask                     what this machine knows of itself
 *   ask ADDRESS|NETWORK     of an address, or a prefix
 *   ask PATH                of a path: "/…", or "#…", its hash
 *   live on|off             somebody looks: sets each second
 *   block ADDRESS SECONDS   if publish.allow_block says so
 */
#ifndef NG_APP_PUBLISH_ASK_H
#define NG_APP_PUBLISH_ASK_H

#include "app/publish.h"
#include "app/publish_block.h"

#define ASK_MAX        4096 /* bytes of a question */
#define ASKS_A_SECOND  32   /* that are looked into; of further ones the first is told so */
#define ASK_ECHOED_MAX 256  /* bytes of it that its answer repeats */

struct publish_ask {
	struct taker taker; /* first: what came of a block, and its turn */
	struct publish *publish;
	struct publish_blocker blocker; /* all zero: there is none */
	struct publish_block block;
	char block_text[ASK_ECHOED_MAX]; /* the question that asked for it */
	uint64_t block_token;
	usec_t second;  /* monotonic; which */
	uint32_t asked; /* in it */
	uint64_t unanswered;
};

/* a must not move afterwards; publish is borrowed. */
void publish_ask_init(struct publish_ask *a, struct publish *publish);
void publish_ask_done(struct publish_ask *a);

/* Answers a question (any bytes; without its newline) by publish's publish_to, at once or, of a
 * block, when it is known what came of it. */
void publish_answer(struct publish_ask *a, struct str question, uint64_t token);

/* A question that was longer than ASK_MAX: what was read of it. */
void publish_answer_long(struct publish_ask *a, struct str begin);

#endif
