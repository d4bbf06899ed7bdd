/* SPDX-License-Identifier: MIT
 *
 * nats: summaries and flags by way of a NATS server, with libnats. docs.nats.io has its words.
 *
 *	ng.HOST.summary   a set, each interval; kept by the stream
 *	ng.HOST.flag      flag and verdict records; kept by the stream
 *	ng.HOST.live      the sets between two that are kept, while somebody looks
 *	ng.HOST.ask       a question; the answer goes to its reply subject
 *	ng.live           a hub looks: for how many seconds, in decimal. Repeated every
 *	ng.HOST.look      NATS_LOOK_EVERY while it does; the same, at one machine
 *
 * HOST is the machine's name as one token (nats_token). Who is not told for as long as the number
 * said that somebody looks goes back to its interval: a hub that is gone need not say so.
 *
 * What is to be kept is published with a reply subject, to which JetStream acknowledges it. What
 * nobody acknowledges is published again, under the same Nats-Msg-Id, by which the stream knows
 * it. Where there is no stream, it goes out all the same, to whoever listens, and that is said.
 */
#ifndef NG_FLEET_NATS_H
#define NG_FLEET_NATS_H

#include "fleet/engine.h"

#define NATS_STREAM     "NETHERGAZE"
#define NATS_LOOK_EVERY (3 * USEC_PER_SEC)
#define NATS_LOOK_FOR   10 /* seconds that a hub says at a time */
#define NATS_LOOK_MAX   60 /* that a machine believes */

extern const struct carrier_engine nats_engine;

/* What is kept, at most. */
struct nats_limits {
	usec_t age;
	uint64_t bytes;
};

/* Makes the stream, or gives the one that is there these limits. 0, and what was done in words; or
 * a negative errno, and why: -EINVAL for a URL that is none. */
int nats_set_up(
	const struct engine_options *o, const struct nats_limits *limits, struct reason *ret_said);

#endif
