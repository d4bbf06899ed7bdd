/* SPDX-License-Identifier: MIT
 *
 * carrier: who speaks to NATS or to a collector: a process of its own, which is forked before
 * anything is opened, and has the network and nothing else (app/carrying.h spawns it). This is the
 * end of the one that looks and judges: it hands messages over and takes messages, and never waits.
 *
 * What is to go out waits in a queue of so many bytes; beyond, the oldest set or flag goes and is
 * counted. Questions, answers and who looks are small and few: they go only when nothing else is
 * left to.
 */
#ifndef NG_FLEET_CARRIER_H
#define NG_FLEET_CARRIER_H

#include "base/str.h"
#include "fleet/fleet_wire.h"

#include <stdbool.h>
#include <stdint.h>

struct carrier;

/* What a carrier has done, and how it stands. */
struct carrier_account {
	uint64_t sent, bytes; /* that went out; acknowledged, where there are acknowledgements */
	uint64_t dropped;     /* that found no room, here or in the process */
	uint64_t refused;     /* that whoever it speaks to did not take; of a hub: that it did not
			       * take from machines */
	uint64_t queued;      /* bytes that wait now */
	bool connected;
	bool gone;               /* its process is; for good */
	char why[FLEET_WHY_MAX]; /* why not, or what is wrong; "" for nothing */
};

/* fd: this end of the pair, borrowed; queue: bytes that may wait. NULL when memory is out. */
struct carrier *carrier_new(int fd, uint64_t queue);
void carrier_free(struct carrier *c);

/* To be sent: the texts are copied. Never waits. What may not be sent (fleet_message_is_fine) is
 * counted as refused. */
void carrier_put(struct carrier *c, enum fleet_what what, struct str machine, uint64_t token,
	struct str text);

/* Sends of the queue what the process takes now, and calls back with what it has said: with its
 * states and accounts, too, once they are in the account. The texts are good until fn returns. True
 * when there may be more. */
typedef void carrier_fn(void *ctx, const struct fleet_message *message);
bool carrier_poll(struct carrier *c, carrier_fn *fn, void *ctx);

/* The descriptor to be watched; readable when carrier_poll has something to take. What waits to be
 * sent goes at the next carrier_poll: call it every second or so all the same. */
int carrier_fd(const struct carrier *c);

const struct carrier_account *carrier_account(const struct carrier *c);

/* The process is gone: why. Nothing is sent or taken any more, and what waits is dropped. */
void carrier_lose(struct carrier *c, const char *why);

/* Why carrier_poll found that the process is to be ended; NULL: it is not. Who spawned it ends it,
 * and calls carrier_lose. */
const char *carrier_fault(const struct carrier *c);

#endif
