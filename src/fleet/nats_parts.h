/* SPDX-License-Identifier: MIT
 *
 * nats_parts: what the parts of the NATS engine share: the one connection, and the role that the
 * process has, of a machine that publishes or of a hub. All of it runs on one thread; libnats' own
 * put into the box only.
 */
#ifndef NG_FLEET_NATS_PARTS_H
#define NG_FLEET_NATS_PARTS_H

#include "base/clock.h"
#include "fleet/engine.h"
#include "fleet/nats.h"
#include "fleet/nats_box.h"
#include "fleet/nats_subject.h"

#include <nats/nats.h>

#define NATS_SUBS_MAX 6

struct nats {
	const struct engine_options *options;
	const struct nats_role *role;
	void *state;        /* of the role */
	natsConnection *nc; /* NULL: there is none */
	uint32_t generation;
	natsSubscription *subs[NATS_SUBS_MAX];
	size_t sub_count;
	char inbox[64]; /* replies to what is of this connection go below it */
	struct engine_account account, told;
	char why[FLEET_WHY_MAX];  /* why there is none */
	char less[FLEET_WHY_MAX]; /* what the role cannot do with it; "" */
	char said[FLEET_WHY_MAX]; /* what the server has complained of last; "" */
	bool must_say;
	bool blocked; /* the pair takes no more for now */
	bool over;    /* the console is gone */
};

struct nats_role {
	int (*init)(struct nats *n); /* its state; 0 or -ENOMEM */
	/* There is a connection: it subscribes, and sends again what was not acknowledged. */
	natsStatus (*begin)(struct nats *n, usec_t now);
	void (*end)(struct nats *n);
	/* Whether messages of the console are taken now. */
	bool (*may_take)(const struct nats *n);
	void (*take)(struct nats *n, const struct fleet_message *m, usec_t now);
	/* What came by NATS. False: the pair is full, it is to come again. */
	bool (*give)(struct nats *n, const struct box_item *item, usec_t now);
	void (*tick)(struct nats *n, usec_t now);
};

extern const struct nats_role nats_publisher, nats_hub;

/* nats_link.c: one connection, with all that the options say. Waits. */
natsStatus nats_link(const struct engine_options *o, uint32_t generation, natsConnection **ret_nc,
	char why[static BOX_WHY_MAX]);
bool nats_check(const char *url, struct reason *ret_reason);

/* What of a status, in words of libnats: the last error of this thread, or the status itself. */
const char *nats_words(natsStatus status);

/* Subscribes for as long as the connection lasts. */
natsStatus nats_hear(struct nats *n, const char *subject, enum box_kind kind);

/* To the console: false when the pair takes no more now. */
bool nats_tell(struct nats *n, const struct fleet_message *m);

/* What the role cannot do; "": it can. Said when it changes. */
void nats_say_less(struct nats *n, const char *less);

/* The number behind the last dot of a subject; 0: none. */
uint64_t nats_last_number(const natsMsg *msg);

static inline struct str nats_data(const natsMsg *msg)
{
	return (struct str){natsMsg_GetData(msg), (size_t)natsMsg_GetDataLength(msg)};
}

#endif
