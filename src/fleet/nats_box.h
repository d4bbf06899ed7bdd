/* SPDX-License-Identifier: MIT
 *
 * nats_box: what libnats' threads have for the one that does the work: messages, and news of the
 * connection, in the order in which they came. There is one: the process has one connection. It
 * holds so many bytes; what finds no room is counted, or comes again (BOX_STREAM).
 */
#ifndef NG_FLEET_NATS_BOX_H
#define NG_FLEET_NATS_BOX_H

#include "base/str.h"

#include <nats/nats.h>
#include <stdbool.h>
#include <stdint.h>

#define BOX_WHY_MAX 160

enum box_kind {
	BOX_STREAM, /* of the stream; a gap is seen, and read again */
	BOX_PLAIN,  /* what machines publish, as it comes */
	BOX_ANSWER, /* to a question of ours */
	BOX_ASK,    /* a question */
	BOX_LOOK,   /* somebody looks */
	BOX_ACK,    /* something that was published is kept, or is not */
	BOX_CONNECTED,
	BOX_FAILED, /* there is no connection: text */
	BOX_CLOSED, /* there is none any more */
	BOX_WRONG,  /* something is wrong with it */
	BOX_KINDS
};

struct box_item {
	struct box_item *next;
	enum box_kind kind;
	bool refused;        /* BOX_FAILED: by the server, which does not know us */
	uint32_t generation; /* of the connection or subscription that it is of */
	natsMsg *msg;        /* owned; NULL */
	natsConnection *nc;  /* BOX_CONNECTED: the taker's */
	char text[BOX_WHY_MAX];
};

/* cap: bytes. A descriptor that is readable while something is in it, or a negative errno. */
int box_init(uint64_t cap);

/* For libnats' threads. The message becomes the box's. */
void box_put_message(enum box_kind kind, uint32_t generation, natsMsg *msg);
void box_put_news(const struct box_item *news);

/* natsMsgHandler: the closure is box_closure(). */
void box_on_message(natsConnection *nc, natsSubscription *sub, natsMsg *msg, void *closure);
void *box_closure(enum box_kind kind, uint32_t generation);

/* For the one that works: the next, which stays the box's until box_next takes it out. */
struct box_item *box_peek(void);
void box_next(void);

/* Since the last call: messages that found no room; of machines that said too much at once. */
void box_account(uint64_t *ret_dropped, uint64_t *ret_refused);

#endif
